"""The console in a real browser, before the real server (H-09, H-11, H-12, H-16)."""

import os
from pathlib import Path

from playwright.async_api import Browser, expect

from tests.browser.visitor import Visitor
from tests.talk import identified

W1 = identified("Workspace", "contoso/W1")
PICTURES = os.environ.get("CONSOLE_PICTURES")
"""Folder that gets screenshots; `CONSOLE_PICTURES=docs` renews the one in the README."""


async def test_an_administrator_signs_in_and_runs_a_ready_made_query(visitor: Visitor, tmp_path: Path) -> None:
    await visitor.open_console("gil")
    await visitor.pick("Customer activity: enterprise-wide")
    answer = await visitor.run()
    assert "errors" not in answer
    assert answer["data"]["customerActivity"]["enterpriseWide"]
    await expect(visitor.result).to_contain_text("consumedInSelection")
    await visitor.picture(Path(PICTURES or tmp_path) / "console.png")


async def test_only_what_ones_roles_let_one_run_is_offered(visitor: Visitor) -> None:
    """Offers follow the place: Cora may record nothing at the desk of a customer, and plans its renewals."""
    await visitor.open_console("cora")
    offered = visitor.page.locator(".ready-made")
    await expect(offered).to_contain_text("Renewals ahead")
    await expect(offered).to_contain_text("Who am I")
    await expect(offered).not_to_contain_text("Find a customer")
    await expect(offered).not_to_contain_text("Insights of one customer")


async def test_the_page_says_who_is_signed_in(visitor: Visitor) -> None:
    await visitor.open_console("gil")
    await visitor.page.get_by_role("button", name="Signed in as Gil Grant").click()
    card = visitor.page.locator("#person")
    await expect(card).to_contain_text("Gil Grant")
    await expect(card).to_contain_text("Work or school account")
    await expect(card).to_contain_text("Contoso")


async def test_the_first_query_answers_who_one_is(visitor: Visitor) -> None:
    await visitor.open_console("cora")
    answer = await visitor.run()
    viewer = answer["data"]["viewer"]
    assert (viewer["name"], viewer["isAdministrator"]) == ("Cora Clark", True)


async def test_ids_are_filled_in_from_what_the_person_may_see(visitor: Visitor) -> None:
    await visitor.open_console("pam")
    await visitor.pick("Insights of one customer")
    answer = await visitor.run()
    assert "errors" not in answer
    assert answer["data"]["customerInsights"]["customer"]["name"]


async def test_the_chosen_place_goes_along_with_every_request(visitor: Visitor) -> None:
    await visitor.open_console("cora")
    tenant = visitor.page.get_by_label("Tenant")
    async with visitor.page.expect_response(f"{visitor.url}/graphql"):
        await tenant.select_option(label="Fabrikam")
    answer = await visitor.run()
    assert answer["data"]["viewer"]["tenant"]["name"] == "Fabrikam"
    workspace = visitor.page.get_by_label("Workspace")
    await expect(workspace.locator("option")).not_to_have_count(1)
    await workspace.select_option(index=1)
    await visitor.run()
    headers = await visitor.operations[-1].all_headers()
    assert headers["x-tenant"] == await tenant.input_value()
    assert headers["x-workspace"] == await workspace.input_value()
    assert headers["x-gw-csrf"] == "1"
    assert "authorization" not in headers


async def test_a_subscription_goes_on_in_the_page(visitor: Visitor) -> None:
    """Over a socket that the session's cookie opens, until it is stopped (5.5)."""
    await visitor.open_console("gil")
    after = (await visitor.ask("{ latestEventId }"))["latestEventId"]
    await visitor.write(
        f'subscription Watching {{ customerActivityChanged(workspaceIds: "{W1}", after: "{after}") {{ category }} }}'
    )
    await visitor.page.get_by_role("button", name="Execute query").click()
    who = f'userId: "{identified("User", "ed")}", role: SUPPORT_CONTACT, workspaceId: "{W1}"'
    await _done(visitor, f'grantRole(input: {{idempotencyKey: "watched", {who}}})')
    await expect(visitor.result).to_contain_text("SUPPORT_CONTACTS")
    await _done(visitor, f"revokeRole(input: {{{who}}})")
    await visitor.page.get_by_role("button", name="Stop query").click()
    await expect(visitor.page.get_by_role("button", name="Execute query")).to_be_visible()


async def _done(visitor: Visitor, act: str) -> None:
    (answer,) = (await visitor.ask(f"mutation {{ {act} {{ userErrors {{ code }} }} }}")).values()
    assert answer["userErrors"] == []


async def test_a_typed_header_is_kept_nowhere(visitor: Visitor) -> None:
    """A token pasted into the header editor must not outlive the tab or reach the address bar (H-11)."""
    await visitor.open_console("gil")
    await visitor.page.get_by_role("button", name="Headers").click()
    await visitor.page.locator('section[aria-label="Headers"] .graphiql-editor:not(.hidden) .view-lines').click()
    await visitor.page.keyboard.insert_text('{"X-Secret": "s3cret"}')
    await visitor.run()
    assert (await visitor.operations[-1].all_headers())["x-secret"] == "s3cret"
    kept = await visitor.page.evaluate("JSON.stringify([localStorage, sessionStorage, location.href, document.cookie])")
    assert "s3cret" not in kept


async def test_signing_out_ends_the_session(visitor: Visitor) -> None:
    await visitor.open_console("gil")
    await visitor.page.get_by_role("button", name="Signed in as").click()
    await visitor.page.get_by_role("button", name="Sign out").click()
    await visitor.page.wait_for_url(lambda address: "/console" not in address)
    answer = await visitor.context.request.get(f"{visitor.url}/session")
    assert answer.status == 401


async def test_the_next_person_at_the_same_computer_sees_nothing_of_the_one_before(visitor: Visitor) -> None:
    await visitor.open_console("gil")
    await visitor.pick("My workspaces")
    await expect(visitor.editor).to_contain_text("MyWorkspaces")
    await visitor.run()
    assert "MyWorkspaces" in await visitor.page.evaluate("JSON.stringify(localStorage)")
    await visitor.page.get_by_role("button", name="Signed in as").click()
    await visitor.page.get_by_role("button", name="Sign out").click()
    await visitor.page.wait_for_url(lambda address: "/console" not in address)
    await visitor.open_console("cora")
    await expect(visitor.editor).to_contain_text("WhoAmI")
    await expect(visitor.page.locator(".graphiql-tabs")).not_to_contain_text("MyWorkspaces")


async def test_a_session_that_ended_is_said_and_tabs_stay(browser: Browser, gateway: str) -> None:
    visitor = await Visitor.arrive(browser, gateway, width=1366, height=768)
    await visitor.open_console("gil")
    await visitor.pick("My workspaces")
    await visitor.context.clear_cookies()
    await visitor.page.get_by_role("button", name="Execute query").click()
    await expect(visitor.page.locator(".notice")).to_contain_text("Your session has ended")
    await expect(visitor.editor).to_contain_text("MyWorkspaces")
    assert all("401" in complaint for complaint in visitor.complaints)
    await visitor.leave()


async def test_a_member_is_told_why_the_console_stays_closed(browser: Browser, gateway: str) -> None:
    visitor = await Visitor.arrive(browser, gateway, width=1000, height=700)
    await visitor.sign_in("bo")
    await expect(visitor.page.get_by_role("heading", level=1)).to_have_text("The console is for administrators")
    await expect(visitor.page.get_by_role("main")).to_contain_text("Bo Berg")
    await visitor.page.get_by_role("link", name="Sign in as somebody else").click()
    await visitor.page.locator('button[name="person"][value="gil"]').click()
    await visitor.is_ready()
    assert all("403" in complaint for complaint in visitor.complaints)
    await visitor.leave()


async def test_documentation_and_explorer_work_under_the_policy(visitor: Visitor) -> None:
    await visitor.open_console("gil")
    await visitor.page.get_by_role("button", name="Show Documentation Explorer").click()
    documentation = visitor.page.locator(".graphiql-plugin")
    await documentation.get_by_role("link", name="Query").first.click()
    await expect(documentation).to_contain_text("customerActivity")
    await expect(documentation).to_contain_text("Who asks.")
    await visitor.page.get_by_role("button", name="Show GraphiQL Explorer").click()
    await expect(visitor.page.locator(".docExplorerWrap")).to_contain_text("workspaces")


async def test_the_keyboard_alone_is_enough(visitor: Visitor) -> None:
    await visitor.open_console("cora")
    page = visitor.page
    await page.locator(".brand").focus()
    reached = []
    for _ in range(3):
        await page.keyboard.press("Tab")
        reached.append(await page.evaluate("document.activeElement.closest('label, button').innerText"))
    assert [text.split()[0] for text in reached] == ["Tenant", "Workspace", "Cora"]
    await page.keyboard.press("Enter")
    await expect(page.locator("#person")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator("#person")).to_be_hidden()
    await page.get_by_role("button", name="My workspaces").focus()
    await page.keyboard.press("Enter")
    await expect(visitor.editor).to_contain_text("MyWorkspaces")
    async with page.expect_response(f"{visitor.url}/graphql"):
        await page.keyboard.press("Control+Enter")


async def test_a_phone_shows_one_thing_at_a_time(browser: Browser, gateway: str, tmp_path: Path) -> None:
    visitor = await Visitor.arrive(browser, gateway, width=390, height=844, scheme="dark", scale=2)
    await visitor.open_console("gil")
    await visitor.page.get_by_role("button", name="Show Ready-made queries").click()
    await visitor.pick("My workspaces")
    answer = await visitor.run()
    assert answer["data"]["workspaces"]["nodes"]
    await expect(visitor.result).to_be_in_viewport(ratio=0.9)
    assert await visitor.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await visitor.picture(Path(PICTURES or tmp_path) / "console-phone.png")
    assert (visitor.complaints, visitor.outside) == ([], [])
    await visitor.leave()


async def test_an_invited_person_joins_by_the_link_of_the_letter(browser: Browser, gateway: str) -> None:
    """WS-18, WS-20: from the letter through the sign-in to the membership; the secret leaves the address at once."""
    visitor = await Visitor.arrive(browser, gateway, width=800, height=600)
    page = visitor.page
    await page.goto(f"{gateway}/join#invitation=demo-contoso-kim-W2")
    await expect(page.get_by_role("status")).to_contain_text("Sign in with the account")
    assert "invitation" not in page.url
    await page.get_by_role("link", name="Sign in").click()
    await page.locator('button[name="person"][value="kim"]').click()
    await page.wait_for_url(f"{gateway}/join")
    await expect(page.get_by_role("status")).to_contain_text("You are signed in as Kim Kerr")
    await page.get_by_role("button", name="Join the workspace").click()
    await expect(page.get_by_role("status")).to_contain_text("You are a member of Contoso Retail now")
    assert await page.evaluate("sessionStorage.length") == 0
    assert all("401" in complaint for complaint in visitor.complaints)
    await visitor.leave()
