"""Contoso's cases. The names are those of the acceptance examples where there is one (K1 is AE-1, K20 is AE-20)."""

from collections.abc import Iterator
from typing import Any

from gateway.demo.world.story import Said, Story
from tenancy.words import CaseStatus as Status
from tenancy.words import CaseType, Origin, Priority, SupportKind

_REACTIVE = "A1 B1 B1-reactive"
_ADVISORY = "A1 B1 B1-advisory"


def stories() -> Iterator[Story]:
    yield from _regular()
    yield from _advisory()
    yield from _additional_advisory()
    yield from _additional_resolution()
    yield from _families()
    yield from _retail()
    yield from _energy()
    yield from _counter()


def _w1(name: str, title: str, opened: str, by: str = "sia", **more: Any) -> Story:
    return Story(name=name, title=title, opened=opened, by=by, workspace="W1", **more)


def _regular() -> Iterator[Story]:
    """Nine charges to the reactive line of B1, and two cases that gave theirs back (AE-2, AE-12, AE-20)."""
    yield _w1(
        "K2", "Mail stays in the outbox", "2025-06-10 08:10", bought=_REACTIVE, subject="S-delivery", product="P1"
    )
    yield _w1(
        "K20",
        "Sign-in fails after the night shift",
        "2025-06-12 14:20",
        "cy",
        bought=_REACTIVE,
        primary="cy",
        priority=Priority.HIGH,
        subject="S-identity",
        description="Since last night nobody of the late shift can sign in: the second factor is refused.",
        contact="c-ann",
        stage="RESEARCH",
    )
    hold: Said = {"status": Status.ON_HOLD, "held": "2025-06-11 15:00"}
    yield _w1("K21", "Calendar shows yesterday", "2025-06-09 10:00", bought=_REACTIVE, subject="S-calendar", **hold)
    waits: Said = {"status": Status.WAITING_FOR_DETAILS, "held": "2025-06-13 09:00", "origin": Origin.EMAIL}
    yield _w1("K22", "Tablets lose their enrolment", "2025-06-12 11:30", bought=_REACTIVE, subject="S-devices", **waits)
    fresh: Said = {"status": Status.RESEARCHING, "answered": False, "priority": Priority.HIGH, "origin": Origin.PHONE}
    yield _w1("K23", "Meeting rooms are double booked", "2025-06-14 22:15", "sam", bought=_REACTIVE, **fresh)
    for name, title, opened, closed, status in (
        ("K24", "Shared mailbox cannot be opened", "2025-05-05 09:00", "2025-05-09 16:00", Status.PROBLEM_SOLVED),
        ("K25", "Which licence covers archives", "2025-04-10 13:00", "2025-04-11 10:00", Status.INFORMATION_PROVIDED),
        ("K26", "Search returns nothing", "2025-03-03 08:00", "2025-03-20 17:00", Status.PROBLEM_SOLVED),
        ("K27", "Phones do not ring", "2025-02-17 08:30", "2025-02-18 12:00", Status.PROBLEM_SOLVED),
    ):
        done: Said = {"status": status, "closed": closed, "minutes": 45}
        yield _w1(name, title, opened, bought=_REACTIVE, subject="S-mail", **done)
    given_up: Said = {"status": Status.CANCELLED, "closed": "2025-05-21 09:00"}
    yield _w1(
        "K28", "Printer prints blank pages", "2025-05-20 10:00", "gwen", owner="rob", bought=_REACTIVE, **given_up
    )
    merged: Said = {"status": Status.MERGED, "closed": "2025-06-11 12:00", "master": "K2"}
    yield _w1(
        "K29", "Outbox does not empty", "2025-06-10 09:40", "cy", bought=_REACTIVE, subject="S-delivery", **merged
    )


def _advisory() -> Iterator[Story]:
    """12.00 hours of B1's advisory line: 5.00, 4.50 and 2.50; an exempt case cost nothing (AE-12, CS-36)."""
    common: Said = {"kind": SupportKind.ADVISORY, "bought": _ADVISORY, "case_type": CaseType.QUESTION}
    for name, title, opened, closed, minutes in (
        ("K31", "How to plan the mail migration", "2025-02-03", "2025-02-20", 300),
        ("K32", "How to divide our directory", "2025-03-10", "2025-03-21", 270),
        ("K33", "How to keep records for ten years", "2025-04-22", "2025-04-30", 150),
    ):
        done: Said = {"status": Status.INFORMATION_PROVIDED, "closed": closed, "minutes": minutes}
        yield _w1(name, title, opened, "sam", owner="rob", **common, **done)
    yield _w1("K34", "How to label documents", "2025-06-11", "sam", owner="rob", **common)
    free: Said = {"status": Status.INFORMATION_PROVIDED, "closed": "2025-05-15", "minutes": 60, "exempt": True}
    yield _w1("K35", "How to read the usage report", "2025-05-14", "sam", owner="rob", **common, **free)


def _additional_advisory() -> Iterator[Story]:
    """Five: one on an expired agreement (AE-1), four classified ones (AE-5)."""
    common: Said = {"kind": SupportKind.ADVISORY, "case_type": CaseType.QUESTION, "owner": "rob"}
    old: Said = {"opened": "2024-12-02 10:00", "bought": "A0 B0 B0-advisory"}
    yield _w1("K1", "How to leave the old mail system", **common, **old)
    for name, code, title in (
        ("K11", "SU", "Support for the spring release"),
        ("K12", "DSA", "Help with the order interface"),
        ("K13", "X85", "Technology advice for stores"),
        ("K14", "REC", "Contact for reactive cases"),
    ):
        yield _w1(name, title, "2025-05-26 09:00", classification=code, bought=_ADVISORY, **common)


def _additional_resolution() -> Iterator[Story]:
    """Seven, with every reason there is (AE-4, AE-8), and one that is never additional (AE-6)."""
    for name, title, bought in (
        ("K4", "Badge readers are offline", ""),
        ("K5", "Scanner sends empty mails", "A1"),
        ("K6", "Lobby screen stays dark", "A1 B1"),
        # B2 was mapped to W1 when this case was opened, and was taken away later.
        ("K7", "Turbine dashboard is empty", "A2 B2 B2-reactive"),
        ("K10", "Archive cannot be read", "A0"),
    ):
        yield _w1(name, title, "2025-06-02 09:30", "cy", owner="rob", bought=bought)
    old: Said = {"opened": "2024-11-20 09:00", "bought": "A0 B0 B0-reactive", "owner": "rob"}
    yield _w1("K8", "Old portal times out", by="cy", **old)
    yield _w1("K9", "Test system is down", "2025-06-03 09:30", "cy", classification="SU", owner="rob")
    yield _w1("K15", "New phone for the reception", "2025-06-04 09:30", "cy", kind=SupportKind.OTHER)


def _families() -> Iterator[Story]:
    """A parent with two children, and another with one (AE-80, AE-82)."""
    common: Said = {"kind": SupportKind.OTHER, "case_type": CaseType.REQUEST}
    yield _w1("K40", "Move to the new office", "2025-06-05 08:00", "sam", **common)
    yield _w1("K41", "Move the printers", "2025-06-05 08:20", "sam", parent="K40", **common)
    yield _w1("K42", "Move the phones", "2025-06-05 08:30", "sam", parent="K40", **common)
    yield _w1("K43", "Open the summer store", "2025-06-06 08:00", "sam", **common)
    yield _w1("K44", "Tills for the summer store", "2025-06-06 08:10", "sam", parent="K43", **common)


def _retail() -> Iterator[Story]:
    common: Said = {"workspace": "W2", "by": "tess", "case_type": CaseType.REQUEST}
    other: Said = {"kind": SupportKind.OTHER, **common}
    yield Story(name="K50", title="Till freezes at noon", opened="2025-06-12 12:10", **other)
    yield Story(name="K51", title="Price list is outdated", opened="2025-06-13 10:00", primary="tess", **other)
    done: Said = {"status": Status.PROBLEM_SOLVED, "closed": "2025-05-13 10:00"}
    yield Story(name="K52", title="Receipts miss the logo", opened="2025-05-12 10:00", **other, **done)
    yield Story(name="K53", title="Store network is slow", opened="2025-06-01 10:00", **common)


def _energy() -> Iterator[Story]:
    """W4: three charges to ten incidents with K7's, and 1.50 of twenty advisory hours."""
    common: Said = {"workspace": "W4", "by": "pia", "primary": "pia", "bought": "A2 B2 B2-reactive"}
    yield Story(name="K60", title="Meter readings are late", opened="2025-06-13 07:00", **common)
    done: Said = {"status": Status.PROBLEM_SOLVED, "closed": "2025-04-03 10:00"}
    yield Story(name="K61", title="Alarm mails arrive twice", opened="2025-04-01 10:00", **common, **done)
    gone: Said = {"status": Status.CANCELLED, "closed": "2025-05-02 15:00"}
    yield Story(name="K62", title="Map does not load", opened="2025-05-02 10:00", **common, **gone)
    advice: Said = {**common, "bought": "A2 B2 B2-advisory", "kind": SupportKind.ADVISORY, "minutes": 90}
    told: Said = {"status": Status.INFORMATION_PROVIDED, "closed": "2025-05-08 10:00", **advice}
    yield Story(name="K63", title="How to store readings", opened="2025-05-06 10:00", **told)
    yield Story(
        name="K64",
        title="New named contact",
        opened="2025-06-10 10:00",
        workspace="W4",
        by="pia",
        kind=SupportKind.OTHER,
    )


def _counter() -> Iterator[Story]:
    """Cases of Contoso's own customers: no workspace, seen by the desk alone."""
    common: Said = {"by": "rae", "customer": "tostado", "contact": "c-tom", "kind": SupportKind.OTHER}
    solved: Said = {"status": Status.PROBLEM_SOLVED, "closed": "2025-05-30 15:00", "minutes": 50}
    dropped: Said = {"status": Status.CANCELLED, "closed": "2025-06-05 15:00"}
    phone: Said = {"priority": Priority.HIGH, "origin": Origin.PHONE}
    mail: Said = {"origin": Origin.EMAIL}
    for name, title, opened, entitlement, more in (
        ("K70", "Oven does not report", "2025-06-13 15:00", "tostado-cases", phone),
        ("K71", "Bread is not counted", "2025-05-28 09:00", "tostado-cases", solved),
        ("K72", "Wrong flour delivered", "2025-06-04 09:00", "tostado-cases", dropped),
        ("K73", "Label printer jams", "2025-06-12 09:00", "tostado-solved", {}),
        ("K74", "Scale drifts", "2025-05-27 09:00", "tostado-solved", solved),
        ("K75", "Timer training", "2025-05-29 09:00", "tostado-hours", solved),
        ("K76", "Invoice is in the wrong currency", "2025-06-14 10:00", None, mail),
    ):
        yield Story(name=name, title=title, opened=opened, entitlement=entitlement, **common, **more)
    yield from _north()


def _north() -> Iterator[Story]:
    common: Said = {"by": "rob", "owner": "rob", "customer": "northwind", "kind": SupportKind.OTHER}
    default: Said = {**common, "entitlement": "northwind-default"}
    for name, title, opened, more in (
        ("K77", "Crates are late", "2025-06-11 09:00", {"origin": Origin.FACEBOOK, "priority": Priority.LOW}),
        ("K78", "Sensor reports minus forty", "2025-06-13 21:00", {"origin": Origin.IOT, "sla": "S2"}),
        ("K79", "Where is my order", "2025-06-09 09:00", {"origin": Origin.TWITTER, "route": False}),
    ):
        asked: Said = {"case_type": CaseType.QUESTION, "contact": "c-nora"}
        yield Story(name=name, title=title, opened=opened, **default, **asked, **more)
    gold: Said = {"entitlement": "northwind-gold", "status": Status.PROBLEM_SOLVED}
    yield Story(
        name="K80", title="Cold room alarm", opened="2025-05-19 08:00", closed="2025-05-19 11:00", **common, **gold
    )
    yield Story(name="K81", title="A customer nobody knows yet", opened="2025-06-14 16:00", answered=False, **common)
