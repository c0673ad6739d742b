"""Words about queues."""

from resolvers.queues import QueueFilter, QueueView
from schema.words.described import described
from tenancy.words import QueueItemState, QueueState, QueueType, RuleSetState

described(
    QueueType,
    "Whose a queue is.",
    PUBLIC="Open to everybody at the desk.",
    PRIVATE="For its members. It keeps views tidy; the cases in it are seen as they are without it.",
)
described(
    QueueState,
    "Whether a queue takes cases.",
    ACTIVE="It does.",
    INACTIVE="It takes none any more.",
)
described(
    QueueItemState,
    "Whether a case waits in its queue.",
    ACTIVE="It is there.",
    INACTIVE="It has left it.",
)
described(
    QueueFilter,
    "Which queues a list shows.",
    ALL="All that are open to the viewer: public ones, and those of MINE.",
    PUBLIC="Public ones.",
    MINE="Those that the viewer is a member of, or owns.",
)
described(
    QueueView,
    "Which items of a queue a list shows.",
    ALL="Every case that is in it.",
    AVAILABLE="Those that nobody works on.",
    MINE="Those that the viewer works on.",
)
described(
    RuleSetState,
    "Whether routing follows a rule set.",
    DRAFT="It is being drawn up, or was put aside.",
    ACTIVE="Cases are routed by it; it is read-only. One set at a time.",
)

__all__ = ["QueueFilter", "QueueItemState", "QueueState", "QueueType", "QueueView", "RuleSetState"]
