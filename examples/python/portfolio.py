"""A partner's tool: who uses little of what was bought, as lines; and everything, as a file that is proved.

    GATEWAY=http://127.0.0.1:8000 TOKEN_URL=... CLIENT_ID=... CLIENT_SECRET=... SCOPE=api://.../.default \\
        python portfolio.py usage.csv

A program signs in by client credentials and fetches the file while it is written. A person gives a TOKEN instead, and
has the file written by a job. It needs httpx2, pydantic and rich. docs/partner-tool.md tells the rest.
"""

import hashlib
import os
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx2
from portfolio_client import CustomersPortfolioInsightsNodes, ExportState, Portfolio
from portfolio_client.base_client import Refused
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

TRIES = 5
PAGE = 100


@dataclass(frozen=True)
class Source:
    """Where a file is fetched, and its SHA-256 where a manifest tells it beforehand."""

    url: str
    sha256: str | None = None


def sign_in(http: httpx2.Client, given: Mapping[str, str]) -> bool:
    """Send a token along from now on: a person's own, or one for the program. True: it is a program."""
    token = given.get("TOKEN")
    if not token:
        answer = http.post(
            given["TOKEN_URL"],
            data={"grant_type": "client_credentials", "scope": given["SCOPE"]},
            auth=(given["CLIENT_ID"], given["CLIENT_SECRET"]),
        )
        token = answer.raise_for_status().json()["access_token"]
    http.headers["authorization"] = f"Bearer {token}"
    return not given.get("TOKEN")


def customers(portfolio: Portfolio) -> Iterator[CustomersPortfolioInsightsNodes]:
    """All customers, the least deployed first, page by page."""
    after = None
    while found := portfolio.customers(PAGE, after).portfolio_insights:
        yield from found.nodes
        if not found.page_info.has_next_page:
            return
        after = found.page_info.end_cursor


def at_once(portfolio: Portfolio) -> Source:
    """The file that is written while it is fetched; the shortest way for a program."""
    whole = portfolio.whole().portfolio_export
    if whole is None:
        raise Refused("NOT_FOUND")
    return Source(whole.url)


def by_job(portfolio: Portfolio, bars: Progress) -> Source:
    """The file that a job writes, once it is done."""
    started = portfolio.start(str(uuid4())).start_export
    if started is None or started.job is None:
        raise Refused(started.user_errors[0].code if started else "NOT_FOUND")
    bar = bars.add_task("writing", total=100)
    while job := portfolio.job(started.job.id).export_job:
        bars.update(bar, completed=job.progress)
        if job.state not in (ExportState.QUEUED, ExportState.RUNNING):
            break
        time.sleep(0.5)
    if job is None or job.url is None or job.manifest is None:
        raise Refused(job.failure.code if job and job.failure else "NOT_FOUND")
    return Source(job.url, job.manifest.sha_256)


def download(http: httpx2.Client, source: Source, target: Path, bars: Progress) -> str:
    """Fetch a file, go on where a broken connection left off, and check its digest; answers the digest."""
    tag, bar = "", bars.add_task("fetching", total=None)
    for _ in range(TRIES):
        have = target.stat().st_size if tag else 0
        resume = {"range": f"bytes={have}-", "if-range": tag} if have else {}
        try:
            with http.stream("GET", source.url, headers={"accept-encoding": "identity", **resume}) as answer:
                goes_on = answer.raise_for_status().status_code == httpx2.codes.PARTIAL_CONTENT
                have, tag = have if goes_on else 0, answer.headers["etag"]
                bars.update(bar, completed=have, total=have + int(answer.headers["content-length"]))
                with target.open("ab" if goes_on else "wb") as file:
                    for block in answer.iter_bytes():
                        bars.advance(bar, file.write(block))
        except httpx2.TransportError:
            bars.console.print(f"The connection broke after {target.stat().st_size if tag else 0} bytes.")
            continue
        return proved(target, source.sha256 or tag.strip('"'))
    raise ConnectionError("The gateway cannot be reached.")


def proved(target: Path, expected: str) -> str:
    with target.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != expected:
        raise ValueError("The file is not what the gateway wrote.")
    return digest


def main() -> None:
    given, out, target = os.environ, Console(soft_wrap=True), Path(sys.argv[1])
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with (
        httpx2.Client(base_url=given["GATEWAY"], timeout=60) as http,
        Progress(*columns, console=Console(stderr=True)) as bars,
    ):
        unattended = sign_in(http, given)
        portfolio = Portfolio(http)
        for each in customers(portfolio):
            out.print(f"{each.customer.name if each.customer else '-'}: {each.deployment_percent} % deployed")
        source = at_once(portfolio) if unattended else by_job(portfolio, bars)
        out.print(f"sha256 {download(http, source, target, bars)}", highlight=False)


if __name__ == "__main__":
    try:
        main()
    except Refused as refusal:
        sys.exit(f"The gateway refuses: {refusal}")
