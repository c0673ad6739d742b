"""The page to print, in a real browser: what an administrator sees, and what nobody else does (CA-1, CA-2)."""

import os
from pathlib import Path

from playwright.async_api import expect

from tests.browser.visitor import Visitor

PICTURES = os.environ.get("CONSOLE_PICTURES")
"""Folder that gets screenshots; `CONSOLE_PICTURES=docs` renews the one in the documentation."""


async def test_an_administrator_prints_the_proof_of_delivery(visitor: Visitor, tmp_path: Path) -> None:
    await visitor.sign_in("gil")
    answer = await visitor.page.goto(f"{visitor.url}/reports/delivery.html?workspace=ALL")
    assert answer is not None
    assert answer.status == 200
    await expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Contoso")
    for chart in ("Consumption against purchase", "Expiry of packages"):
        drawing = visitor.page.get_by_role("img", name=chart)
        await expect(drawing).to_be_visible()
        assert await drawing.locator("rect").count() > 2
    box = await visitor.page.locator("svg rect.used").first.bounding_box()
    assert box is not None
    assert box["width"] > 10
    assert await visitor.page.locator("script").count() == 0
    style = await visitor.page.locator("svg rect.used").first.evaluate("one => getComputedStyle(one).fill")
    assert style == "rgb(42, 157, 143)", "the page's policy lets its own style in"
    end = await drawing.bounding_box()
    assert end is not None
    await visitor.page.set_viewport_size({"width": 1366, "height": int(end["y"] + end["height"]) + 40})
    await visitor.page.screenshot(path=Path(PICTURES or tmp_path) / "proof-of-delivery.png")


async def test_the_page_fits_on_paper(visitor: Visitor) -> None:
    await visitor.sign_in("maya")
    await visitor.page.goto(f"{visitor.url}/reports/delivery.html")
    await visitor.page.emulate_media(media="print")
    paper = await visitor.page.pdf(format="A4")
    assert paper.startswith(b"%PDF")
    wide = await visitor.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert wide
