"""Who can sign in to the demo world: one person for every role and every kind of account."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from gateway.demo import ids
from tenancy.tables import CONSUMER_TID
from tenancy.words import AccountType, Role

NAMES: Final[Mapping[str, str]] = {
    "operator": "Microsoft",
    "contoso": "Contoso",
    "fabrikam": "Fabrikam",
    "tailspin": "Tailspin Toys",
    "wingtip": "Wingtip Toys",
    "partner-p": "Proseware",
    "partner-q": "Quayside Licensing",
}
"""The organisations of the demo world, by key."""


@dataclass(frozen=True, slots=True)
class Post:
    """Roles that somebody holds in one place: `contoso` is a tenant, `contoso/W1` a workspace of it."""

    place: str
    roles: tuple[Role, ...]

    @property
    def organisation(self) -> str:
        return self.place.partition("/")[0]

    @property
    def workspace(self) -> str | None:
        return self.place if "/" in self.place else None


@dataclass(frozen=True, slots=True)
class Person:
    """One identity that can sign in. `(tid, oid)` is its key (3.3); `key` is its name on the command line.

    `is_known`: the database holds the identity from the start; others become known when they redeem an
    invitation. `is_guest`: a personal account that an organisation invited (D-4).
    """

    key: str
    name: str
    email: str
    account_type: AccountType
    tid: str
    oid: str
    posts: tuple[Post, ...] = ()
    is_guest: bool = False
    is_known: bool = True

    @property
    def id(self) -> str:
        """The `app_user` row."""
        return ids.user(self.key)

    @property
    def tenant(self) -> str:
        """The organisations in which the person holds roles, by name."""
        return ", ".join(dict.fromkeys(NAMES[post.organisation] for post in self.posts))

    @property
    def roles(self) -> tuple[str, ...]:
        """What the person may be, place by place: `contoso/W1: MEMBER, SUPPORT_CONTACT`."""
        return tuple(f"{post.place}: {', '.join(post.roles)}" for post in self.posts)

    def listed(self) -> dict[str, Any]:
        """One entry of `gateway people --json`."""
        return {
            "name": self.name,
            "person": self.key,
            "account_type": self.account_type,
            "tenant": self.tenant,
            "roles": list(self.roles),
        }


@cache
def people() -> Sequence[Person]:
    """Everybody, in a fixed order."""
    return tuple(_cast())


def person(key: str) -> Person:
    """One of them; KeyError for a key that nobody has."""
    return _by_key()[key]


@cache
def _by_key() -> Mapping[str, Person]:
    return {each.key: each for each in people()}


def _at(place: str, *roles: Role) -> Post:
    return Post(place, roles)


def _in(place: str, *roles: Role) -> Post:
    """A membership, and whatever it carries (I-3)."""
    return Post(place, (Role.MEMBER, *roles))


def _work(key: str, name: str, home: str, *posts: Post, **more: Any) -> Person:
    more.setdefault("email", f"{key}@{NAMES[home].split()[0].lower()}.com")
    kind = AccountType.WORK_SCHOOL
    return Person(key, name, account_type=kind, tid=ids.entra(home), oid=ids.of(f"oid/{key}"), posts=posts, **more)


def _personal(key: str, name: str, *posts: Post) -> Person:
    # Object ids of personal accounts begin with zeros; nothing may rely on it (3.3).
    oid = "00000000-0000-0000-" + ids.of(f"oid/{key}")[19:]
    mail = f"{key}@outlook.example"
    return Person(key, name, mail, AccountType.PERSONAL, CONSUMER_TID, oid, posts)


def _application(key: str, name: str, home: str, *posts: Post) -> Person:
    return Person(key, name, "", AccountType.APPLICATION, ids.entra(home), ids.of(f"oid/{key}"), posts)


def _cast() -> Iterator[Person]:
    yield from _contoso()
    yield from _contoso_outsiders()
    yield from _operator()
    yield from _fabrikam()
    yield from _portfolio()
    yield from _partners()
    yield from _strangers()


def _contoso() -> Iterator[Person]:
    home, r = "contoso", Role
    yield _work("gil", "Gil Grant", home, _at("contoso", r.GLOBAL_ADMIN))
    sam = _in("contoso/W1", r.WORKSPACE_ADMIN, r.SUPPORT_CONTACT)
    yield _work("sam", "Sam Stone", home, _at("contoso", r.SERVICES_ADMIN), sam)
    yield _work("maya", "Maya Moreno", home, _in("contoso/W1", r.WORKSPACE_ADMIN))
    yield _work("noa", "Noa North", home, _in("contoso/W2", r.WORKSPACE_ADMIN))
    yield _work("ira", "Ira Ibsen", home, _in("contoso/W3", r.WORKSPACE_ADMIN))
    yield _work("wes", "Wes Winter", home, _in("contoso/W4", r.WORKSPACE_ADMIN))
    yield _work("ann", "Ann Archer", home, _in("contoso/W1"))
    yield _work("bo", "Bo Berg", home, _in("contoso/W1"))
    yield _work("cy", "Cy Carver", home, _in("contoso/W1", r.SUPPORT_CONTACT))
    yield _work("di", "Di Dahl", home, _in("contoso/W1", r.VIEW_ALL_SUPPORT_REQUESTS))
    yield _work("ed", "Ed Ellis", home, _in("contoso/W1"))
    yield _work("fay", "Fay Frost", home, _in("contoso/W2", r.VIEW_ALL_SUPPORT_REQUESTS))
    yield _work("gus", "Gus Gale", home, _in("contoso/W1", r.INVITE_USERS))
    yield _work("hal", "Hal Hunt", home, _in("contoso/W1"))
    yield _work("kim", "Kim Kerr", home, _in("contoso/W1"))
    yield _work("sia", "Sia Sato", home, _in("contoso/W1", r.SUPPORT_CONTACT))
    yield _work("lea", "Lea Lund", home, _in("contoso/W1", r.LEARNING_MANAGER))
    both = (_in("contoso/W1", r.CUSTOMER_ACTIVITY), _in("contoso/W2", r.CUSTOMER_ACTIVITY))
    yield _work("cam", "Cam Cole", home, *both)
    yield _work("tess", "Tess Thorne", home, _in("contoso/W2", r.SUPPORT_CONTACT))
    yield _work("mo", "Mo Marsh", home, _at("contoso", r.SERVICE_MANAGER))
    yield _work("rae", "Rae Reed", home, _at("contoso", r.SERVICE_REPRESENTATIVE))
    yield _work("rob", "Rob Ross", home, _at("contoso", r.SERVICE_REPRESENTATIVE))


def _contoso_outsiders() -> Iterator[Person]:
    yield _personal("pia", "Pia Palm", _in("contoso/W4", Role.SUPPORT_CONTACT))
    yield _personal("pat", "Pat Penn", _in("contoso/W1", Role.SUPPORT_CONTACT))
    invited = {"is_guest": True, "email": "gwen@outlook.example"}
    yield _work("gwen", "Gwen Guest", "contoso", _in("contoso/W1", Role.SUPPORT_CONTACT), **invited)
    across = (_in("contoso/W2"), _in("fabrikam/W1", Role.CUSTOMER_ACTIVITY))
    yield _work("max", "Max Mason", "tailspin", *across)


def _operator() -> Iterator[Person]:
    customers = ("contoso", "fabrikam", "tailspin", "wingtip")
    csam = (_at(place, Role.CSAM) for place in customers)
    yield _work("cora", "Cora Clark", "operator", *csam)
    coordinator = (_at(place, Role.ACCOUNT_COORDINATOR) for place in customers)
    yield _work("abe", "Abe Adams", "operator", *coordinator)
    yield _work("ian", "Ian Ives", "operator", _at("contoso", Role.INCIDENT_MANAGER))


def _fabrikam() -> Iterator[Person]:
    home, r = "fabrikam", Role
    yield _work("fred", "Fred Fischer", home, _at("fabrikam", r.GLOBAL_ADMIN))
    yield _work("flo", "Flo Fuentes", home, _in("fabrikam/W1", r.WORKSPACE_ADMIN, r.SUPPORT_CONTACT))
    yield _work("finn", "Finn Fell", home, _in("fabrikam/W1", r.SUPPORT_CONTACT))
    yield _work("fern", "Fern Ford", home, _in("fabrikam/W2", r.WORKSPACE_ADMIN, r.SUPPORT_CONTACT))
    yield _work("fiona", "Fiona Falk", home, _in("fabrikam/W1", r.CUSTOMER_ACTIVITY, r.LEARNING_MANAGER))
    yield _work("fran", "Fran Farmer", home, _at("fabrikam", r.SERVICE_MANAGER))
    yield _work("floyd", "Floyd Finch", home, _at("fabrikam", r.SERVICE_REPRESENTATIVE))
    yield _personal("pablo", "Pablo Pinto", _in("fabrikam/W1", r.SUPPORT_CONTACT))


def _portfolio() -> Iterator[Person]:
    tia = (_at("tailspin", Role.GLOBAL_ADMIN), _in("tailspin/W1", Role.WORKSPACE_ADMIN, Role.SUPPORT_CONTACT))
    yield _work("tia", "Tia Tailor", "tailspin", *tia)
    yield _work("will", "Will Wing", "wingtip", _at("wingtip", Role.GLOBAL_ADMIN))


def _partners() -> Iterator[Person]:
    kinds = {
        "pam": ("Pam Proud", Role.PARTNER_GLOBAL_ADMIN),
        "uma": ("Uma Usher", Role.PARTNER_USER_ADMIN),
        "petra": ("Petra Prior", Role.PARTNER_ADMIN_AGENT),
        "sal": ("Sal Silva", Role.PARTNER_SALES_AGENT),
        "hank": ("Hank Hale", Role.PARTNER_HELPDESK_AGENT),
    }
    for key, (name, role) in kinds.items():
        yield _work(key, name, "partner-p", _at("partner-p", role))
    yield _work("quin", "Quin Quay", "partner-q", _at("partner-q", Role.PARTNER_ADMIN_AGENT))
    reader = _at("partner-p", Role.PARTNER_INSIGHTS_READER)
    yield _application("reader", "Portfolio Reader", "partner-p", reader)
    yield _application("robot", "Ungranted Robot", "partner-p")


def _strangers() -> Iterator[Person]:
    """One who is known and may nothing, and two whom the database has never seen."""
    yield _work("nils", "Nils Nobody", "contoso")
    yield _work("zoe", "Zoe Zero", "contoso", is_known=False)
    # The same human and the same mail as `pat`, and yet another principal.
    yield _work("pat-work", "Pat Penn", "contoso", is_known=False, email="pat@outlook.example")
