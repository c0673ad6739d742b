"""Who sells to whom, and who may act for whom: two facts that do not imply each other (3.5)."""

from gateway.demo import ids
from gateway.demo.world.book import Record, Records
from gateway.demo.world.days import Days


def relationships(days: Days) -> Records:
    """P sells to Contoso and Tailspin; its links to Wingtip and Fabrikam ended 10 and 60 days ago (D-27).

    Q sells to Tailspin, too, and to Fabrikam instead of P.

    P may act for Fabrikam, though it sells nothing there any more, and no longer for Contoso, where it still sells.
    """
    yield _relationship(days, "partner-p", "contoso", "RESELLER", "ACTIVE")
    yield _relationship(days, "partner-p", "tailspin", "RESELLER", "ACTIVE")
    yield _relationship(days, "partner-p", "wingtip", "RESELLER", "TERMINATED", ends="2025-06-05")
    yield _relationship(days, "partner-p", "fabrikam", "RESELLER", "TERMINATED", ends="2025-04-16")
    yield _relationship(days, "partner-q", "tailspin", "RESELLER", "ACTIVE")
    yield _relationship(days, "partner-q", "fabrikam", "RESELLER", "ACTIVE")
    yield _relationship(days, "partner-p", "fabrikam", "DELEGATED", "ACTIVE", ends="2026-03-01")
    yield _relationship(days, "partner-p", "contoso", "DELEGATED", "EXPIRED", ends="2025-05-01")


def _relationship(days: Days, partner: str, customer: str, kind: str, status: str, ends: str | None = None) -> Record:
    return {
        "table": "partner_relationship",
        "tenant_id": ids.of(customer),
        "id": ids.of(f"{customer}/{partner}/{kind}"),
        "partner_tenant_id": ids.of(partner),
        "kind": kind,
        "status": status,
        "roles": ["SERVICE_REPRESENTATIVE"] if kind == "DELEGATED" else [],
        "activated_at": days.moment("2024-09-01 00:00"),
        "ends_at": ends and days.moment(f"{ends} 00:00"),
    }
