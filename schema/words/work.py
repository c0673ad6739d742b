"""Words about working on cases: timelines, articles, clocks, stages, charts."""

from resolvers.case_charts import ChartGroup
from resolvers.rules.stages import Direction
from schema.words.described import described
from tenancy.words import (
    ActivityState,
    ActivityType,
    ArticleState,
    ArticleUsage,
    ClockStatus,
    Kpi,
    RecordType,
    ResolutionType,
)

described(
    RecordType,
    "What an entry of a timeline is.",
    ACTIVITY="Something that was done, or is to be done.",
    NOTE="A note of the desk; attachments hang on notes.",
    AUTO_POST="Written by the system, for instance when a case is created.",
    USER_POST="Written by a person.",
)
described(
    ActivityType,
    "What an activity is.",
    EMAIL="An e-mail.",
    PHONE_CALL="A telephone call.",
    TASK="A task.",
    APPOINTMENT="An appointment.",
    SOCIAL_ACTIVITY="A message on a social network.",
    FAX="A fax.",
    LETTER="A letter.",
    CASE_RESOLUTION="The resolution of the case; written by resolving it, and by nothing else.",
    OTHER="Anything else.",
)
described(
    ActivityState,
    "Whether an activity is still to be done.",
    OPEN="To be done; a case with open activities is not closed unasked.",
    COMPLETED="Done.",
    CANCELLED="Will not be done.",
)
described(
    ResolutionType,
    "How a case was resolved.",
    PROBLEM_SOLVED="The problem is solved.",
    INFORMATION_PROVIDED="The information was given.",
)
described(
    ArticleState,
    "Where a knowledge article is in its life.",
    DRAFT="Being written.",
    APPROVED="Approved, not yet published.",
    PUBLISHED="To be found and linked.",
    EXPIRED="Out of date.",
    ARCHIVED="Kept for the record.",
)
described(
    ArticleUsage,
    "What an article did for a case.",
    REFERENCE="It was consulted.",
    SOLUTION="It solved the case.",
    SOURCE="It was written because of the case.",
)
described(
    Kpi,
    "What a clock measures.",
    FIRST_RESPONSE="The time until the customer is answered.",
    RESOLVE="The time until the case is resolved.",
)
described(
    ClockStatus,
    "The state of a clock.",
    IN_PROGRESS="Running.",
    NONCOMPLIANT="The promise was broken.",
    NEARING_NONCOMPLIANCE="Running, and past its warning.",
    PAUSED="Standing still.",
    SUCCEEDED="The promise was kept.",
    CANCELED="The promise no longer applies.",
)
described(
    Direction,
    "One stage of the process.",
    NEXT="Forward; from the last stage the process is finished.",
    PREVIOUS="Back.",
)
described(
    ChartGroup,
    "What the bars of a chart stand for.",
    PRIORITY="Priorities.",
    STATUS="Status reasons.",
    ORIGIN="Channels.",
    OWNER="Owners.",
    SUBJECT="Topics.",
)

__all__ = [
    "ActivityState",
    "ActivityType",
    "ArticleState",
    "ArticleUsage",
    "ChartGroup",
    "ClockStatus",
    "Direction",
    "Kpi",
    "RecordType",
    "ResolutionType",
]
