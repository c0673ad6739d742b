"""A random world: the demo world with its roles, groups, shares, mappings and cases dealt anew, by a seed."""

from random import Random
from typing import Any, Final
from uuid import UUID

from tests.tenancy.connections import Connection
from tests.twins.books import Book, Row, read
from tests.world import NOON

EXTRA: Final = (
    "WORKSPACE_ADMIN",
    "CUSTOMER_ACTIVITY",
    "VIEW_ALL_SUPPORT_REQUESTS",
    "SUPPORT_CONTACT",
    "LEARNING_MANAGER",
    "INVITE_USERS",
)
WORDS: Final = ("router", "licence", "mailbox", "backup", "tenant", "upgrade", "invoice", "printer")


class Dealer:
    """Deals one world; the same seed deals the same."""

    def __init__(self, past: Connection, book: Book, seed: int) -> None:
        self.past, self.book, self.random = past, book, Random(seed)

    def id(self) -> str:
        return str(UUID(int=self.random.getrandbits(128), version=4))

    async def add(self, table: str, **columns: Any) -> None:
        """Insert one row, unless there is one like it."""
        places = ", ".join(f"${number}" for number in range(1, len(columns) + 1))
        sql = f"insert into app.{table} ({', '.join(columns)}) values ({places}) on conflict do nothing"  # noqa: S608  our own names
        await self.past.execute(sql, *columns.values())

    async def deal(self) -> None:
        """Everything that decides who sees what."""
        for place in self.book["workspace"]:
            await self._roles(place)
            await self._groups(place)
            await self._cases(place)
            await self._invitation(place)
            if self.random.random() < 0.3:
                await self.past.execute(
                    "update app.workspace set allow_personal_accounts = not allow_personal_accounts where id = $1",
                    place["id"],
                )
        await self._mappings()

    def members(self, place: Row) -> list[str]:
        found = [row["user_id"] for row in self.book["role_grant"] if row["workspace_id"] == place["id"]]
        return sorted(set(found))

    async def _roles(self, place: Row) -> None:
        for person in self.members(place):
            if self.random.random() < 0.25:
                given = {"workspace_id": place["id"], "role": self.random.choice(EXTRA), "granted_at": NOON}
                await self.add("role_grant", id=self.id(), tenant_id=place["tenant_id"], user_id=person, **given)

    async def _groups(self, place: Row) -> None:
        members = self.members(place)
        for number in range(self.random.randint(0, 2)):
            group, own = self.id(), {"tenant_id": place["tenant_id"]}
            await self.add(
                "support_group", id=group, workspace_id=place["id"], name=f"Group {number} {group[:4]}", **own
            )
            for person in self.random.sample(members, min(len(members), self.random.randint(0, 3))):
                await self.add("support_group_member", group_id=group, user_id=person, **own)
            for case in self._some(place):
                shared = {"shared_by": members[0], "shared_at": NOON} if members else {}
                if shared:
                    await self.add("incident_share", id=self.id(), incident_id=case, group_id=group, **shared, **own)

    def _some(self, place: Row) -> list[str]:
        cases = [row["id"] for row in self.book["incident"] if row["workspace_id"] == place["id"]]
        return self.random.sample(cases, min(len(cases), 2))

    async def _cases(self, place: Row) -> None:
        members = self.members(place)
        selves = [row["id"] for row in self.book["customer"] if row["tenant_id"] == place["tenant_id"]]
        for _ in range(self.random.randint(1, 3) if members and selves else 0):
            case, own = self.id(), {"tenant_id": place["tenant_id"]}
            title = f"{self.random.choice(WORDS)} {case[:6]}"
            await self.add(
                "incident",
                id=case,
                workspace_id=place["id"],
                ticket_number=f"DEALT-{case[:8]}",
                title=title,
                description=f"About {title}",
                customer_id=self.random.choice(selves),
                primary_contact_user_id=self.random.choice((None, *members)),
                priority=self.random.choice(("HIGH", "NORMAL", "LOW")),
                support_kind="OTHER",
                state="ACTIVE",
                status=self.random.choice(("IN_PROGRESS", "ON_HOLD")),
                owner_id=self.random.choice(members),
                created_by=members[0],
                created_at=NOON,
                modified_at=NOON,
                **own,
            )
            posted = {"incident_id": case, "record_type": "AUTO_POST", "subject": "Created", "author_id": members[0]}
            await self.add("timeline_entry", id=self.id(), created_at=NOON, **posted, **own)
            if self.random.random() < 0.5:
                shared = {"incident_id": case, "shared_by": members[0], "shared_at": NOON}
                await self.add("incident_share", id=self.id(), user_id=self.random.choice(members), **shared, **own)

    async def _invitation(self, place: Row) -> None:
        members = self.members(place)
        if members:
            id = self.id()
            sent = {"status": "PENDING", "expires_at": NOON.replace(year=NOON.year + 1), "created_at": NOON}
            await self.add(
                "invitation",
                id=id,
                tenant_id=place["tenant_id"],
                workspace_id=place["id"],
                email=f"{id[:6]}@example.org",
                roles=["MEMBER"],
                token_hash=id.encode(),
                invited_by=members[0],
                **sent,
            )

    async def _mappings(self) -> None:
        for package in self.book["package"]:
            places = [row["id"] for row in self.book["workspace"] if row["tenant_id"] == package["tenant_id"]]
            if package["section"] == "ADD_ON" and places and self.random.random() < 0.5:
                mapped = {"package_id": package["id"], "workspace_id": self.random.choice(places)}
                await self.add("workspace_package", tenant_id=package["tenant_id"], **mapped)


async def deal(past: Connection, seed: int) -> Book:
    """Deal the world of a seed in this database; answers its rows."""
    await Dealer(past, await read(past), seed).deal()
    return await read(past)
