"""Letters of invitation: handed over at once, delivered behind the command, by SMTP or into a file."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path

from gateway.mail import TRIES, PostOffice
from gateway.mail_carriers import FileCarrier, SmtpCarrier, Writer, carrier_of
from gateway.settings import Settings
from resolvers.mailing import Letter, Mail, Reminder

WRITER = Writer("Gateway <no-reply@example.com>", "https://gate.example.com/join#{token}")
LETTER = Letter("kim@contoso.com", "Contoso", "Noa North", datetime(2025, 7, 15, 12, tzinfo=UTC), "the-secret")


class Remembers:
    """A carrier that fails a number of times first."""

    def __init__(self, failures: int = 0) -> None:
        self.failures, self.tried, self.delivered = failures, 0, list[Mail]()

    async def deliver(self, letter: Mail) -> None:
        self.tried += 1
        if self.tried <= self.failures:
            raise ConnectionRefusedError
        self.delivered.append(letter)


async def test_letters_are_delivered_behind_whoever_hands_them_over() -> None:
    carrier = Remembers()
    office = PostOffice(carrier)
    async with office.running():
        office.take([LETTER, LETTER])
        assert carrier.delivered == []
        await office.sent()
    assert carrier.delivered == [LETTER, LETTER]


async def test_closing_the_office_delivers_what_is_left() -> None:
    carrier = Remembers()
    office = PostOffice(carrier)
    async with office.running():
        office.take([LETTER])
    assert carrier.delivered == [LETTER]


async def test_a_blocked_way_is_tried_again() -> None:
    carrier = Remembers(failures=TRIES - 1)
    office = PostOffice(carrier, wait_seconds=0)
    async with office.running():
        office.take([LETTER])
    assert carrier.delivered == [LETTER]


async def test_a_letter_that_nobody_takes_does_not_hold_up_the_next() -> None:
    carrier = Remembers(failures=TRIES)
    office = PostOffice(carrier, wait_seconds=0)
    other = Letter("ann@contoso.com", "Contoso", "Noa North", LETTER.expires_at, "other")
    async with office.running():
        office.take([LETTER, other])
    assert carrier.delivered == [other]


def test_a_letter_never_shows_its_secret_in_a_log() -> None:
    assert "the-secret" not in repr(LETTER)


def test_the_mail_names_the_workspace_and_carries_the_link() -> None:
    mail = WRITER.mail(LETTER)
    text = mail.get_content()
    assert mail["To"] == "kim@contoso.com"
    assert "Noa North" in text
    assert "https://gate.example.com/join#the-secret" in text
    assert "2025-07-15 12:00 UTC" in text


def test_a_reminder_carries_no_link_and_the_same_name_each_time() -> None:
    """2.1: the first link stays the only one; a second attempt is the same mail to whoever sorts it"""
    reminder = Reminder("kim@contoso.com", "A\r\nBcc: all@contoso.com", LETTER.expires_at, "4711")
    mail = WRITER.mail(reminder)
    assert (mail["To"], mail["Subject"]) == ("kim@contoso.com", "Reminder: invitation to A Bcc: all@contoso.com")
    assert mail["Message-ID"] == WRITER.mail(reminder)["Message-ID"] == "<reminder.4711@example.com>"
    assert mail["Bcc"] is None
    assert "2025-07-15 12:00 UTC" in mail.get_content()
    assert "http" not in mail.as_string()


def test_a_name_cannot_write_headers_of_its_own() -> None:
    mail = WRITER.mail(Letter("kim@contoso.com", "A\r\nBcc: all@contoso.com", "B\nC", LETTER.expires_at, "s"))
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Invitation to A Bcc: all@contoso.com"


async def test_a_file_holds_the_mail_for_its_owner_alone(tmp_path: Path) -> None:
    await FileCarrier(tmp_path / "mail", WRITER).deliver(LETTER)
    (file,) = (tmp_path / "mail").iterdir()
    mail = message_from_bytes(file.read_bytes(), policy=SMTP)
    assert file.name.startswith("kim@contoso.com-")
    assert "the-secret" not in file.name
    assert mail["Subject"] == "Invitation to Contoso"
    assert file.stat().st_mode & 0o077 == 0


async def test_smtp_delivers_to_a_server() -> None:
    async with smtp_server() as (port, heard):
        await SmtpCarrier(f"smtp+plain://127.0.0.1:{port}", WRITER).deliver(LETTER)
    assert b"RCPT TO:<kim@contoso.com>" in heard[0]
    assert b"join#the-secret" in heard[0]


def test_without_an_address_of_a_server_letters_are_files(tmp_path: Path) -> None:
    assert isinstance(carrier_of(Settings(data=tmp_path)), FileCarrier)
    assert isinstance(carrier_of(Settings(data=tmp_path, mail_url="smtp://relay.example.com")), SmtpCarrier)  # type: ignore[arg-type]  # text, as in the environment


@contextlib.asynccontextmanager
async def smtp_server() -> AsyncIterator[tuple[int, list[bytes]]]:
    """A server that says yes to everything, and what it heard."""
    heard: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        said = b""
        writer.write(b"220 here\r\n")
        while line := await reader.readline():
            said += line
            if line.upper().startswith(b"DATA"):
                writer.write(b"354 go on\r\n")
                said += await reader.readuntil(b"\r\n.\r\n")
                heard.append(said)
            if line.upper().startswith(b"QUIT"):
                writer.write(b"221 bye\r\n")
                break
            writer.write(b"250 yes\r\n")
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], heard
