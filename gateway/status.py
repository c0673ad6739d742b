"""/status: how this process is, on one page for administrators, without scripts (H-16).

It tells of the machine and of documents by their hash and name; of nobody's data, and of no tenant.
"""

import platform
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from html import escape
from importlib.metadata import version

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway import console
from gateway.console.pages import plain_page
from gateway.operations import Operations
from tenancy.selfcheck import REVISION

Facts = Mapping[str, str | int | float]


class Status:
    """The page of one process. `facts` are asked anew for each look: a title, and what is so now."""

    def __init__(
        self,
        viewer_of: console.ViewerOf,
        operations: Operations,
        facts: Mapping[str, Callable[[], Facts]],
        checked_at: datetime,
    ) -> None:
        self._viewer_of, self._operations, self._facts = viewer_of, operations, facts
        self._checked_at, self._started = checked_at, time.monotonic()

    def routes(self) -> list[Route]:
        return [Route("/status", self._status, methods=["GET"])]

    async def _status(self, request: Request) -> Response:
        return await console.turned_away(request, self._viewer_of) or plain_page("Status of this process", self._body())

    def _body(self) -> str:
        tables = [_facts("Process", self._process())]
        tables += [_facts(title, ask()) for title, ask in self._facts.items()]
        rows = [
            (mark, each.name or "", each.count, _milliseconds(each.total / each.count), _milliseconds(each.longest))
            for mark, each in self._operations.slowest()
        ]
        slowest = _table(("document", "operation", "runs", "mean ms", "longest ms"), rows)
        return "\n".join([*tables, f"<h2>Slowest documents</h2>\n{slowest}"])

    def _process(self) -> Facts:
        return {
            "up for": str(timedelta(seconds=int(time.monotonic() - self._started))),
            "gateway": version("support-gateway"),
            "Python": platform.python_version(),
            "Strawberry": version("strawberry-graphql"),
            "graphql-core": version("graphql-core"),
            "schema revision": REVISION,
            "isolation proved at": f"{self._checked_at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC",
            "log lines lost": self._operations.logbook.dropped,
        }


def _facts(title: str, facts: Facts) -> str:
    return f"<h2>{escape(title)}</h2>\n{_table((), list(facts.items()))}"


def _table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    head = "".join(f"<th>{escape(each)}</th>" for each in heads)
    body = "\n".join("<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table>\n{f'<tr>{head}</tr>' if head else ''}\n{body}\n</table>"


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.1f}"
