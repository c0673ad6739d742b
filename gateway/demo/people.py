"""Who can sign in at the demo identity provider."""

from dataclasses import dataclass

from tenancy.words import AccountType


@dataclass(frozen=True, slots=True)
class Person:
    """A person of the demo world, or one of its applications (account type APPLICATION).

    `key` is the short name for `gateway token KEY`. `tid` and `oid` are lower-case GUIDs. `home_idp` is the claim
    `idp` of a guest: `live.com`, or a URL that holds the home tenant's id; None for everybody else.
    `roles_text` and `tenant_name` are shown on the sign-in page and decide nothing.
    """

    key: str
    name: str
    email: str
    tid: str
    oid: str
    account_type: AccountType
    is_guest: bool = False
    home_idp: str | None = None
    roles_text: str = ""
    tenant_name: str = ""
