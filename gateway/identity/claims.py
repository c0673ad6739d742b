"""What a signed token must say before it is somebody: every check after the signature."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from joserfc.jwt import JWTClaimsRegistry

from gateway.identity.compact import TokenError
from gateway.identity.issuers import CONSUMER_TENANT, ClaimNames, Issuer
from tenancy.identity import Identity, is_guid
from tenancy.words import AccountType

LEEWAY: Final = 60
"""Seconds by which clocks may differ."""

_NOT_FOR_AN_API: Final = frozenset({"cnf", "nonce", "at_hash", "c_hash"})
"""`cnf` binds a token to a proof that is not checked here; the others are marks of an ID token (K-17)."""

_END_OF_TIME: Final = 253_402_300_800
_LONGEST_TEXT: Final = 256


def identify(claims: Mapping[str, Any], issuer: Issuer, iss: str, now: float, token_hash: str) -> Identity:
    """Check all claims of a token whose signature is good. Raises TokenError or joserfc's claim errors."""
    if not _NOT_FOR_AN_API.isdisjoint(claims):
        raise TokenError("proof-bound token or ID token")
    _registered(claims, issuer, iss, now)
    client = _text(claims, issuer.claims.client_claim if issuer.claims else "azp")
    if client not in issuer.clients:
        raise TokenError("client not on the list")
    tid, oid = _key(claims, issuer, iss)
    scopes, app_roles = _powers(claims, issuer, client)
    return Identity(
        tid=tid,
        oid=oid,
        account_type=_account_type(tid, scopes),
        is_guest=_is_guest(claims, tid),
        display_name=_shown(claims, "name") or _shown(claims, "preferred_username") or oid,
        email=_shown(claims, "email") or _address(claims),
        client=client,
        scopes=scopes,
        app_roles=app_roles,
        expires_at=float(claims["exp"]),
        token_hash=token_hash,
    )


def _registered(claims: Mapping[str, Any], issuer: Issuer, iss: str, now: float) -> None:
    """`iss aud exp sub` always, `ver` for the Microsoft identity platform; times are strictly numbers."""
    registry = JWTClaimsRegistry(
        now=int(now),
        leeway=LEEWAY,
        iss={"essential": True, "value": iss},
        aud={"essential": True, "value": issuer.audience},
        exp={"essential": True},
        sub={"essential": True},
    )
    registry.validate(dict(claims))
    if claims["aud"] != issuer.audience:
        raise TokenError("audience is a list")
    if claims["exp"] >= _END_OF_TIME:
        raise TokenError("never expires")
    if issuer.claims is None and claims.get("ver") != "2.0":
        raise TokenError("version")


def _key(claims: Mapping[str, Any], issuer: Issuer, iss: str) -> tuple[str, str]:
    """The pair that names a person or an application; never an e-mail address."""
    if issuer.claims is None:
        tid, oid = _text(claims, "tid"), _text(claims, "oid")
    else:
        tid, oid = _mapped_key(claims, issuer.claims, iss)
    if not is_guid(tid) or not is_guid(oid):
        raise TokenError("tenant or object id is no GUID")
    return tid, oid


def _mapped_key(claims: Mapping[str, Any], names: ClaimNames, iss: str) -> tuple[str, str]:
    tid = names.tenant
    if names.tenant_claim is not None:
        tid = _text(claims, names.tenant_claim)
        if tid not in names.tenants:
            raise TokenError("the provider may not speak for this tenant")
    if names.oid_claim is not None:
        return tid or "", _text(claims, names.oid_claim)
    return tid or "", str(uuid5(uuid5(NAMESPACE_URL, iss), _text(claims, "sub")))


def _powers(claims: Mapping[str, Any], issuer: Issuer, client: str) -> tuple[frozenset[str], frozenset[str]]:
    """A person's token has scopes, an application's has application roles, none has both (D-30)."""
    name = issuer.claims.scope_claim if issuer.claims else "scp"
    if _is_application(claims, issuer, client, name):
        return frozenset(), _roles(claims)
    scopes = frozenset(_text(claims, name).split())
    if not scopes or not issuer.scopes <= scopes:
        raise TokenError("scope")
    return scopes, frozenset()


def _is_application(claims: Mapping[str, Any], issuer: Issuer, client: str, scope_claim: str) -> bool:
    if issuer.claims is not None:
        # RFC 9068 section 2.2: without a person the subject is the client; such tokens may carry scopes.
        return bool(claims["sub"] == client)
    kind = claims.get("idtyp")
    if scope_claim in claims:
        if kind == "app":
            raise TokenError("an application's token with a person's scope")
        return False
    # `idtyp` is optional. Without it: roles, and a subject that is the object id, as no person's token has.
    return kind == "app" or (kind is None and bool(_roles(claims)) and claims["sub"] == claims.get("oid"))


def _roles(claims: Mapping[str, Any]) -> frozenset[str]:
    roles = claims.get("roles", [])
    if not isinstance(roles, list) or not all(isinstance(role, str) for role in roles):
        raise TokenError("roles are no list of texts")
    return frozenset(roles)


def _account_type(tid: str, scopes: frozenset[str]) -> AccountType:
    """By `tid` alone, so that a personal account invited as a guest counts as its host's (D-4)."""
    if not scopes:
        return AccountType.APPLICATION
    return AccountType.PERSONAL if tid == CONSUMER_TENANT else AccountType.WORK_SCHOOL


def _is_guest(claims: Mapping[str, Any], tid: str) -> bool:
    if claims.get("acct") == 1:
        return True
    home = claims.get("idp")
    if home is None:
        return False
    # The home is a name or a URL around a tenant id; `live.com` is the consumer tenant's name.
    return tid != CONSUMER_TENANT if home == "live.com" else tid not in str(home)


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not value:
        raise TokenError(f"{name} is missing or no text")
    return value


def _shown(claims: Mapping[str, Any], name: str) -> str | None:
    value = claims.get(name)
    return value[:_LONGEST_TEXT] if isinstance(value, str) and value else None


def _address(claims: Mapping[str, Any]) -> str | None:
    name = _shown(claims, "preferred_username")
    return name if name and "@" in name else None
