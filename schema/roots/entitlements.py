"""What managers of the desk do with entitlements (5.4)."""

from typing import Any

import strawberry

from resolvers.commands import command
from schema import entitlement_input as said
from schema.entitlement_input import EntitlementPayload


def _command(verb: Any, description: str) -> Any:
    return command(verb, description=f"{description} For desk managers.")


@strawberry.type
class EntitlementMutations:
    create_entitlement: EntitlementPayload | None = _command(
        said.create_entitlement, "Draw up an entitlement of a customer; it begins as a draft."
    )
    update_entitlement: EntitlementPayload | None = _command(
        said.update_entitlement, "Edit a draft; an active one goes back to draft first."
    )
    activate_entitlement: EntitlementPayload | None = _command(
        said.activate_entitlement, "Put a draft in force: active at once, or waiting for its first day."
    )
    deactivate_entitlement: EntitlementPayload | None = _command(
        said.deactivate_entitlement, "Make an active or waiting entitlement a draft again, to edit it."
    )
    cancel_entitlement: EntitlementPayload | None = _command(
        said.cancel_entitlement, "End an active or waiting entitlement for good."
    )
    renew_entitlement: EntitlementPayload | None = _command(
        said.renew_entitlement,
        "Draw up the draft that continues a cancelled or expired entitlement. Answers the new one.",
    )
    set_default_entitlement: EntitlementPayload | None = _command(
        said.set_default_entitlement,
        "Let new cases of its customer get it by themselves; the default before stops being it.",
    )
