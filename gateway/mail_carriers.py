"""Ways for a letter to go out: SMTP for real use, files for a machine on which nobody has a mailbox."""

import asyncio
import re
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import unquote, urlsplit

import aiosmtplib

from gateway.mail import Carrier
from gateway.settings import Settings
from resolvers.mailing import Letter, Mail

SMTP_PORT, SMTPS_PORT = 587, 465
SECONDS = 20.0
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")

_LETTER = """\
{inviter} invites you to the workspace "{workspace}".

Open this link and sign in with the account that shall become a member:

  {link}

The link is yours alone: it works once, for one account, until {ends:%Y-%m-%d %H:%M} UTC. Do not pass it on.
"""

_REMINDER = """\
You were invited to the workspace "{workspace}", and the invitation is still open.

Open the link in the letter that you were sent, and sign in with the account that shall become a member. It works until
{ends:%Y-%m-%d %H:%M} UTC.

This reminder holds no link. If you no longer have the letter, ask whoever invited you for a new one; if you do not want
to join, there is nothing to do.
"""


def carrier_of(settings: Settings) -> Carrier:
    """The way that the settings choose: `GATEWAY_MAIL_URL`, else files in `GATEWAY_DATA`/mail."""
    writer = Writer(settings.mail_from, settings.invitation_link)
    url = settings.mail_url.get_secret_value()
    return SmtpCarrier(url, writer) if url else FileCarrier(settings.data / "mail", writer)


class Writer:
    """Writes the mail of a letter. `link` holds `{token}` where the secret goes."""

    def __init__(self, sender: str, link: str) -> None:
        self._sender, self._link = sender, link
        self._domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"

    def mail(self, letter: Mail) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        message["From"], message["To"] = self._sender, letter.email
        # A reply-all or an automatic answer would tell the secret to others.
        message["Auto-Submitted"] = "auto-generated"
        if isinstance(letter, Letter):
            message["Subject"] = f"Invitation to {_plain(letter.workspace)}"
            message.set_content(self._letter(letter))
        else:
            message["Subject"] = f"Reminder: invitation to {_plain(letter.workspace)}"
            # Whether an attempt came through is not always known. Mailboxes drop a second one of the same name.
            message["Message-ID"] = f"<reminder.{letter.mark}@{self._domain}>"
            message.set_content(_REMINDER.format(workspace=_plain(letter.workspace), ends=letter.expires_at))
        return message

    def _letter(self, letter: Letter) -> str:
        return _LETTER.format(
            inviter=_plain(letter.inviter),
            workspace=_plain(letter.workspace),
            link=self._link.replace("{token}", letter.token),
            ends=letter.expires_at,
        )


class SmtpCarrier:
    """`smtp://user:password@host:port` upgrades to TLS before anything is said, `smtps://` begins with it.

    `smtp+plain://` speaks without TLS, for a relay on this machine.
    """

    def __init__(self, url: str, writer: Writer) -> None:
        self._url, self._writer = urlsplit(url), writer

    async def deliver(self, letter: Mail) -> None:
        url = self._url
        encrypted = url.scheme == "smtps"
        await aiosmtplib.send(
            self._writer.mail(letter),
            hostname=url.hostname or "localhost",
            port=url.port or (SMTPS_PORT if encrypted else SMTP_PORT),
            username=unquote(url.username) if url.username else None,
            password=unquote(url.password) if url.password else None,
            use_tls=encrypted,
            start_tls=url.scheme == "smtp",
            timeout=SECONDS,
        )


class FileCarrier:
    """Each mail a file that only its owner can read: the demo's letter box."""

    def __init__(self, folder: Path, writer: Writer) -> None:
        self._folder, self._writer = folder, writer

    async def deliver(self, letter: Mail) -> None:
        await asyncio.to_thread(self._put, letter)

    def _put(self, letter: Mail) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = f"{letter.email}-{letter.mark}.eml".replace("/", "_")
        file = self._folder / name
        file.touch(mode=0o600)
        file.write_bytes(self._writer.mail(letter).as_bytes())


def _plain(text: str) -> str:
    """One line, so that no name writes headers or paragraphs of its own."""
    return _CONTROL.sub(" ", text).strip()
