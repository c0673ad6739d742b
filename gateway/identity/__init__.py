"""From a bearer token to an Identity: the only way into the house for whoever is not a browser session."""

from gateway.identity.issuers import CONSUMER_TENANT, ClaimNames, Issuer
from gateway.identity.key_endpoint import KeyEndpoint, KeySource
from gateway.identity.key_ring import KeyHealth, KeyRing
from gateway.identity.verifier import Verifier

__all__ = [
    "CONSUMER_TENANT",
    "ClaimNames",
    "Issuer",
    "KeyEndpoint",
    "KeyHealth",
    "KeyRing",
    "KeySource",
    "Verifier",
]
