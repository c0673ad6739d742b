"""What was bought."""

from enum import auto

from tenancy.words.word import Word


class Program(Word):
    """The support programme of an agreement."""

    PREMIER = auto()
    UNIFIED = auto()


class ContactKind(Word):
    """What a person named in an agreement becomes at its activation (WS-11, WS-12)."""

    SERVICES_ADMIN = auto()
    SUPPORT_CONTACT = auto()


class Section(Word):
    """The two parts of the Customer Activity page (CA-13)."""

    ENTERPRISE_WIDE = auto()
    ADD_ON = auto()


class Category(Word):
    """What kind of service an entitlement is (CA-16, CA-19)."""

    REACTIVE_SUPPORT = auto()
    ADVISORY_SUPPORT = auto()
    BUILT_IN_PROACTIVE = auto()
    PROACTIVE_CREDITS = auto()
    DSE = auto()
    ON_DEMAND_EDUCATION = auto()
    ON_DEMAND_ASSESSMENTS = auto()
    SUPPORT_CONTACTS = auto()
    OTHER = auto()


class AllocationType(Word):
    """The unit in which an entitlement is counted."""

    CASES = auto()
    HOURS = auto()
    CREDITS = auto()
    UNITS = auto()


class DecreaseOn(Word):
    """The moment at which a case charges its entitlement (CS-34, CS-35)."""

    CASE_CREATION = auto()
    CASE_RESOLUTION = auto()


class EntitlementState(Word):
    """Where an entitlement is in its life."""

    DRAFT = auto()
    ACTIVE = auto()
    WAITING = auto()
    EXPIRED = auto()
    CANCELLED = auto()


class CustomerKind(Word):
    """A customer record is a firm or a person (CS-21)."""

    ACCOUNT = auto()
    CONTACT = auto()


class ProductStructure(Word):
    """A product, a family of products, or a bundle of them."""

    PRODUCT = auto()
    FAMILY = auto()
    BUNDLE = auto()


class ProductState(Word):
    """Where a product is in its life."""

    DRAFT = auto()
    ACTIVE = auto()
    UNDER_REVISION = auto()
    RETIRED = auto()
