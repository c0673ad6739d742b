"""Words about what is listened to."""

from schema.words.described import described
from tenancy.words import Watched

described(
    Watched,
    "What a subscription tells of.",
    CASE="Changes of a case.",
    TIMELINE="Entries on the timeline of a case.",
    CLOCKS="The clocks of a case.",
    QUEUE="Items of a queue.",
    ACTIVITY="Figures of Customer Activity.",
    DELEGATIONS="Ends of delegated relationships.",
)

__all__ = ["Watched"]
