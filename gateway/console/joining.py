"""`/join`: where the link of an invitation leads, for whoever has no front end yet (WS-18, WS-20).

The secret stands behind the `#`, so no server sees it before the person gives it to `redeemInvitation`. The page takes
it from the address at once and keeps it for this tab alone, because signing in leads away and back. The page is the
same for everybody and grants nothing: it sends one mutation with the person's own session.
"""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from gateway.console.pages import plain_page

_BODY: Final = """
<p id="told" role="status">One moment.</p>
<p><button type="button" id="join" hidden>Join the workspace</button></p>
<p><a id="sign-in" href="/sign-in?next=/join" hidden>Sign in</a></p>
<noscript><p>This page needs scripts: no server is to see the secret of your link.</p></noscript>"""

_SCRIPT: Final = """
const KEPT = 'gateway:invitation';
const REDEEM = 'mutation Join($token: String!) { redeemInvitation(input: {token: $token}) '
  + '{ workspace { name } userErrors { code message nextStep } } }';
const [told, join, signIn] = ['told', 'join', 'sign-in'].map((id) => document.getElementById(id));
const given = new URLSearchParams(location.hash.slice(1)).get('invitation');
if (given) {
  sessionStorage.setItem(KEPT, given);
  history.replaceState(null, '', location.pathname);
}
const token = sessionStorage.getItem(KEPT);
const ours = { 'Content-Type': 'application/json', Accept: 'application/json', 'X-GW-CSRF': '1' };

async function begin() {
  if (!token) return void (told.textContent = 'There is no invitation here. Open the link of your letter again.');
  const answer = await fetch('/session', { headers: { Accept: 'application/json' } });
  signIn.hidden = false;
  if (answer.status === 401) {
    told.textContent = 'Sign in with the account that shall become a member. The link works once, for one account.';
    return;
  }
  const person = await answer.json();
  const kind = person.accountType === 'PERSONAL' ? 'a personal account' : 'a work or school account';
  told.textContent = `You are signed in as ${person.name}, with ${kind}. This account would become the member.`;
  signIn.textContent = 'Sign in with another account';
  signIn.onclick = () => { void fetch('/sign-out', { method: 'POST', headers: ours }); };
  join.hidden = false;
}

join.onclick = async () => {
  join.disabled = true;
  const body = JSON.stringify({ query: REDEEM, variables: { token } });
  const answer = await (await fetch('/graphql', { method: 'POST', headers: ours, body })).json();
  const done = answer.data?.redeemInvitation;
  const refused = answer.errors?.[0] ?? done?.userErrors[0];
  join.disabled = false;
  if (refused) return void (told.textContent = [refused.message, refused.nextStep].filter(Boolean).join(' '));
  sessionStorage.removeItem(KEPT);
  join.hidden = signIn.hidden = true;
  told.textContent = `You are a member of ${done.workspace.name} now. Your tools show what is there for you.`;
};

begin().catch(() => { told.textContent = 'The gateway did not answer. Reload the page in a moment.'; });
"""


async def join(_: Request) -> Response:
    """The page, the same for everybody."""
    return plain_page("Join a workspace", _BODY, script=_SCRIPT)
