"""Partners and customers."""

import strawberry

from resolvers.commands import command
from resolvers.fields import question
from resolvers.partners import DelegationChanged
from schema import partner
from schema.page import Connection
from schema.partner import DelegationPayload, PartnerRelationship


@strawberry.type
class PartnerQueries:
    partner_relationships: Connection[PartnerRelationship] | None = question(
        partner.relationships, description="What ties the current tenant to partners, or, for a partner, to customers."
    )


@strawberry.type
class PartnerMutations:
    request_delegation: DelegationPayload | None = command(
        partner.ask, DelegationChanged, description="Ask a customer to lend roles for a time; for partners."
    )
    approve_delegation: DelegationPayload | None = command(
        partner.approve, DelegationChanged, description="Lend a partner the roles it asked for; for the customer."
    )
    terminate_delegation: DelegationPayload | None = command(
        partner.terminate, DelegationChanged, description="Take back what was lent; for either end."
    )
