"""What happened to a case, and the articles that helped."""

from enum import auto

from tenancy.words.word import Word


class RecordType(Word):
    """The kinds of timeline entries; AUTO_POST is written by the system only (CS-51)."""

    ACTIVITY = auto()
    NOTE = auto()
    AUTO_POST = auto()
    USER_POST = auto()


class ActivityType(Word):
    """What was done, when a timeline entry is an activity."""

    EMAIL = auto()
    PHONE_CALL = auto()
    TASK = auto()
    APPOINTMENT = auto()
    SOCIAL_ACTIVITY = auto()
    FAX = auto()
    LETTER = auto()
    CASE_RESOLUTION = auto()
    OTHER = auto()


class ActivityState(Word):
    """Whether an activity is still to be done."""

    OPEN = auto()
    COMPLETED = auto()
    CANCELLED = auto()


class ResolutionType(Word):
    """How a case was resolved."""

    PROBLEM_SOLVED = auto()
    INFORMATION_PROVIDED = auto()


class ArticleState(Word):
    """Where a knowledge article is in its life."""

    DRAFT = auto()
    APPROVED = auto()
    PUBLISHED = auto()
    EXPIRED = auto()
    ARCHIVED = auto()


class ArticleUsage(Word):
    """What an article did for a case (CS-44)."""

    REFERENCE = auto()
    SOLUTION = auto()
    SOURCE = auto()
