"""A person with a browser: what they do at the console, in their own words."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Self

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request, Response

_ASK = """document => fetch('/graphql', {
  method: 'POST',
  headers: { 'Content-Type': 'application/json', 'X-GW-CSRF': '1' },
  body: JSON.stringify({ query: document }),
}).then(answer => answer.json())"""

Scheme = Literal["light", "dark"]


@dataclass
class Visitor:
    """One browser context. Everything the page complains about or asks elsewhere is remembered."""

    page: Page
    context: BrowserContext
    url: str
    complaints: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    operations: list[Request] = field(default_factory=list)

    @classmethod
    async def arrive(
        cls, browser: Browser, url: str, *, width: int, height: int, scheme: Scheme = "light", scale: float = 1
    ) -> Self:
        size = {"width": width, "height": height}
        context = await browser.new_context(
            viewport=size,  # type: ignore[arg-type]  # a plain dict is what playwright takes
            color_scheme=scheme,
            device_scale_factor=scale,
        )
        page = await context.new_page()
        visitor = cls(page, context, url)
        page.on("console", visitor._heard)
        page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
        page.on("request", visitor._asked)
        return visitor

    async def leave(self) -> None:
        await self.context.close()

    async def sign_in(self, person: str) -> None:
        """Goes to the console, is sent to the demo identity provider, chooses a person there."""
        await self.page.goto(f"{self.url}/console")
        await self.page.locator(f'button[name="person"][value="{person}"]').click()
        await self.page.wait_for_url(f"{self.url}/console")

    async def open_console(self, person: str) -> None:
        await self.sign_in(person)
        await self.is_ready()

    async def is_ready(self) -> None:
        await self.editor.wait_for()
        # The place is named once the console has asked the gateway for tenants and workspaces.
        await self.page.locator(".picker option:not([value=''])").first.wait_for(state="attached")

    async def pick(self, title: str) -> None:
        """Chooses a ready-made query; its text is in the editor afterwards."""
        await self.page.locator(".ready-made button", has=self.page.get_by_text(title, exact=True)).click()
        await self.page.locator(".ready-made button[aria-busy=true]").wait_for(state="detached")

    async def run(self) -> dict[str, Any]:
        """Runs what is in the editor; the gateway's answer, once the page shows it."""
        async with self.page.expect_response(_is_of_the_editor) as answering:
            await self.page.get_by_role("button", name="Execute query").click()
        answer: dict[str, Any] = json.loads(await (await answering.value).text())
        await self.page.locator(".result-window .view-line").first.wait_for()
        return answer

    async def write(self, document: str) -> None:
        """Puts a document into the editor, in place of what is there."""
        await self.editor.click()
        await self.page.keyboard.press("Control+A")
        await self.page.keyboard.insert_text(document)
        # The page learns a moment after the last key which operations there are; who is quicker asks for the old one.
        await self.page.wait_for_timeout(1_000)

    async def ask(self, document: str) -> Any:
        """What the page itself, past the editor, is answered; it must succeed."""
        answer = await self.page.evaluate(_ASK, document)
        assert "errors" not in answer, answer
        return answer["data"]

    async def picture(self, path: Path) -> None:
        await self.page.screenshot(path=path)

    @property
    def editor(self) -> Locator:
        return self.page.locator(".graphiql-query-editor .view-lines")

    @property
    def result(self) -> Locator:
        return self.page.locator(".result-window")

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.url, "data:", "blob:")):
            self.outside.append(request.url)
        if request.url == f"{self.url}/graphql":
            self.operations.append(request)


def _is_of_the_editor(answer: Response) -> bool:
    """The editor names its operations; the bar's own questions and the introspection are not its."""
    asked = (answer.request.post_data_json if answer.url.endswith("/graphql") else None) or {}
    return asked.get("operationName") not in (None, "IntrospectionQuery")
