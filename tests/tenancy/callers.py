"""People and things of the demo world, as the ground knows them."""

from typing import Final

from gateway.demo import ids
from gateway.demo.people import person
from resolvers.ids import encode
from tenancy.identity import Identity
from tests.world import NOON

CONTOSO: Final = ids.of("contoso")
FABRIKAM: Final = ids.of("fabrikam")


def identity(key: str) -> Identity:
    """What the verifier would make of this person's token."""
    found = person(key)
    return Identity(
        tid=found.tid,
        oid=found.oid,
        account_type=found.account_type,
        is_guest=found.is_guest,
        display_name=found.name,
        email=found.email,
        client="tests",
        scopes=frozenset({"access_as_user"}),
        app_roles=frozenset(),
        expires_at=NOON.timestamp(),
        token_hash="",
    )


def node(type_name: str, name: str) -> str:
    """The global id of a thing of the stories: `node("Case", "contoso/K1")`."""
    return encode(type_name, ids.of(name))
