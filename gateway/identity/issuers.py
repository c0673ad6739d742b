"""Whose tokens are accepted: configuration, checked when it is built and not when the first token comes."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from tenancy.identity import is_guid

CONSUMER_TENANT: Final = "9188040d-6c67-4c5b-b112-36a304b66dad"
"""The one tenant of every personal account on earth; no tenancy boundary, only an account type (D-4)."""

PLACEHOLDER: Final = "{tenantid}"
"""Stands literally in the issuer of the Microsoft identity platform's shared metadata and in its keys."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimNames:
    """Where a plain OpenID Connect provider has what Microsoft's platform calls tid, oid, scp and azp.

    Either `tenant` fixes the tenant of everybody, or `tenant_claim` names the claim that holds it and
    `tenants` lists the values it may have: a provider must not speak for a tenant that was not given to it.
    Without `oid_claim` the object id is derived from issuer and subject, so it meets no other provider's.
    """

    tenant: str | None = None
    tenant_claim: str | None = None
    tenants: frozenset[str] = frozenset()
    oid_claim: str | None = None
    scope_claim: str = "scope"
    client_claim: str = "azp"

    def __post_init__(self) -> None:
        if (self.tenant is None) == (self.tenant_claim is None):
            raise ValueError("a plain provider has either one fixed tenant or a tenant claim")
        if self.tenant_claim is not None and not self.tenants:
            raise ValueError("a tenant claim needs the list of tenants that the provider may speak for")
        for tenant in self.tenants | ({self.tenant} if self.tenant else set()):
            if not is_guid(tenant) or tenant == CONSUMER_TENANT:
                raise ValueError("a plain provider's tenant is a lower-case GUID and not the consumer tenant")


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """One identity provider.

    With `claims` None it is the Microsoft identity platform (v2 tokens): `issuer` is then the template with
    `{tenantid}`. With `claims` it is a plain OpenID Connect provider and `issuer` is exact.
    `audience` is this API's own client id, `clients` the applications that may call it (claim `azp`),
    `scopes` what a person's token must all carry. Keys come from `jwks_url`, or are found through
    `discovery_url`; a provider that runs in this process may have neither and is read directly.
    Raises ValueError for anything that could weaken a check.
    """

    issuer: str
    audience: str
    clients: frozenset[str]
    jwks_url: str | None = None
    discovery_url: str | None = None
    scopes: frozenset[str] = frozenset({"access_as_user"})
    claims: ClaimNames | None = None

    def __post_init__(self) -> None:
        if self.issuer.count(PLACEHOLDER) != (0 if self.claims else 1):
            raise ValueError("a Microsoft issuer holds {tenantid} once; a plain provider's issuer is exact")
        if not self.audience or not self.clients or not all(self.clients):
            raise ValueError("an issuer needs an audience and at least one client")
        if self.jwks_url and self.discovery_url:
            raise ValueError("keys come from jwks_url or from discovery_url, not from both")
        for url in (self.jwks_url, self.discovery_url):
            if url is not None:
                require_safe(url)

    def for_tenant(self, tid: str) -> str:
        """The exact `iss` that a token of tenant `tid` must carry."""
        return self.issuer.replace(PLACEHOLDER, tid)


def require_safe(url: str) -> None:
    """Raises ValueError unless `url` is https, or plain http to this machine."""
    parts = urlsplit(url)
    if parts.username or parts.password or not parts.hostname:
        raise ValueError("a provider's address has a host and no user name")
    if parts.scheme != "https" and not is_loopback(url):
        raise ValueError("a provider is reached over https; plain http is for this machine only")


def is_loopback(url: str) -> bool:
    """Whether `url` is plain http to this machine."""
    parts = urlsplit(url)
    return parts.scheme == "http" and parts.hostname in {"127.0.0.1", "::1", "localhost"}
