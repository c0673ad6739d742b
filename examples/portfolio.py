"""A partner's tool, unattended: sign in as an application, page through the portfolio, fetch it whole.

    GATEWAY=http://127.0.0.1:8000 TOKEN_URL=... CLIENT_ID=... CLIENT_SECRET=... SCOPE=api://.../.default \\
        python examples/portfolio.py usage.csv

It needs httpx2, and a grant of the role PARTNER_INSIGHTS_READER. docs/partner-tool.md says how to come by it.
"""

import asyncio
import hashlib
import os
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

PAGE = """query Portfolio($after: String) {
  portfolioInsights(groupBy: CUSTOMER, orderBy: DEPLOYMENT_PERCENT, ascending: true, first: 100, after: $after) {
    nodes {
      customer { name }
      licensesSold licensesAssigned deploymentPercent
      usage { service workload licensesActive usagePercent hints }
    }
    pageInfo { hasNextPage endCursor }
  }
}"""
EXPORT = "query { portfolioExport(kind: USAGE, format: CSV) { url } }"
TRIES = 5


class Refused(Exception):
    """The gateway said no; the text is one of its codes."""


@dataclass(frozen=True)
class Application:
    """How the tool signs in."""

    token_url: str
    client_id: str
    client_secret: str
    scope: str


async def sign_in(client: httpx2.AsyncClient, application: Application) -> None:
    """Ask for a token by client credentials, and send it along from now on."""
    answer = await client.post(
        application.token_url,
        data={"grant_type": "client_credentials", "scope": application.scope},
        auth=(application.client_id, application.client_secret),
    )
    answer.raise_for_status()
    client.headers["authorization"] = f"Bearer {answer.json()['access_token']}"


async def ask(client: httpx2.AsyncClient, query: str, **variables: Any) -> Any:
    """The data of a document; raises `Refused` with the first code."""
    answer = await client.post("/graphql", json={"query": query, "variables": variables})
    body = answer.json()
    if body.get("errors"):
        raise Refused(body["errors"][0]["extensions"]["code"])
    return body["data"]


async def customers(client: httpx2.AsyncClient) -> AsyncIterator[dict[str, Any]]:
    """All customers, the least deployed first, a hundred at a time."""
    after = None
    while True:
        page = (await ask(client, PAGE, after=after))["portfolioInsights"]
        for node in page["nodes"]:
            yield node
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


async def download(client: httpx2.AsyncClient, url: str, target: Path, progress: Callable[[int, int], None]) -> str:
    """Fetch a file, go on where a broken connection left off, and check its digest; answers the digest."""
    tag, have = "", b""
    for _ in range(TRIES):
        resume = {"range": f"bytes={len(have)}-", "if-range": tag} if have else {}
        try:
            async with client.stream("GET", url, headers=resume) as answer:
                answer.raise_for_status()
                have = have if answer.status_code == httpx2.codes.PARTIAL_CONTENT else b""
                tag, size = answer.headers["etag"], len(have) + int(answer.headers["content-length"])
                async for block in answer.aiter_bytes():
                    have += block
                    progress(len(have), size)
        except httpx2.TransportError:
            continue
        digest = hashlib.sha256(have).hexdigest()
        if tag != f'"{digest}"':
            raise ValueError("The file is not what the gateway sent.")
        await asyncio.to_thread(target.write_bytes, have)
        return digest
    raise ConnectionError("The gateway cannot be reached.")


async def report(client: httpx2.AsyncClient, application: Application, target: Path) -> list[str]:
    """Who uses little of what was bought, as lines; and everything as a file."""
    await sign_in(client, application)
    lines = [f"{each['customer']['name']}: {each['deploymentPercent']} % deployed" async for each in customers(client)]
    url = (await ask(client, EXPORT))["portfolioExport"]["url"]
    await download(client, url, target, _bar)
    return lines


def _bar(done: int, size: int) -> None:
    full = 40 * done // max(size, 1)
    sys.stderr.write(f"\r[{'#' * full}{'.' * (40 - full)}] {done} of {size} bytes")
    sys.stderr.flush()


async def main() -> None:
    given = os.environ
    application = Application(given["TOKEN_URL"], given["CLIENT_ID"], given["CLIENT_SECRET"], given["SCOPE"])
    async with httpx2.AsyncClient(base_url=given["GATEWAY"], timeout=60) as client:
        for line in await report(client, application, Path(sys.argv[1])):
            sys.stdout.write(line + "\n")


if __name__ == "__main__":
    asyncio.run(main())
