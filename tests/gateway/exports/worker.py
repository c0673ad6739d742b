"""A process that does nothing but write exports, to be killed: `python -m ...exports.worker FOLDER APP SYSTEM`."""

import asyncio
import sys
from pathlib import Path

from pydantic import SecretStr

from gateway.app import Gateway, Ground
from gateway.settings import Settings


async def work(folder: Path, app: str, system: str) -> None:
    settings = Settings(
        database_url=SecretStr(app),
        system_url=SecretStr(system),
        secret=SecretStr("a secret of the tests, long enough"),
        demo=True,
        data=folder,
        export_workers=1,
    )
    gateway = Gateway(settings, Ground(app, system))
    async with gateway.exports.running():
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(work(Path(sys.argv[1]), sys.argv[2], sys.argv[3]))
