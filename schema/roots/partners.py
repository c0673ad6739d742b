"""Partners and customers."""

import strawberry

from resolvers.commands import command
from resolvers.fields import question
from schema import application, partner
from schema.application import ApplicationGrant, ApplicationPayload
from schema.page import Connection
from schema.partner import DelegationPayload, PartnerRelationship


@strawberry.type
class PartnerQueries:
    partner_relationships: Connection[PartnerRelationship] | None = question(
        partner.relationships, description="What ties the current tenant to partners, or, for a partner, to customers."
    )
    applications: Connection[ApplicationGrant] | None = question(
        application.granted, description="Programs that read the current partner's insights; for who may grant it."
    )


@strawberry.type
class PartnerMutations:
    request_delegation: DelegationPayload | None = command(
        partner.ask, description="Ask a customer to lend roles for a time; for partners."
    )
    approve_delegation: DelegationPayload | None = command(
        partner.approve, description="Lend a partner the roles it asked for; for the customer."
    )
    terminate_delegation: DelegationPayload | None = command(
        partner.terminate, description="Take back what was lent; for either end."
    )
    grant_application: ApplicationPayload | None = command(
        application.grant,
        description="Let a program of the partner's own directory read insights and exports, unattended.",
    )
    revoke_application: ApplicationPayload | None = command(
        application.revoke,
        description="Take it back; the program is refused with its next request.",
    )
