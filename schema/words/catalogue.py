"""Words about what cases refer to."""

from schema.words.described import described
from tenancy.words import CustomerKind, ProductState, ProductStructure

described(
    CustomerKind,
    "What a customer record describes.",
    ACCOUNT="An organisation.",
    CONTACT="A person.",
)
described(
    ProductStructure,
    "What a product record stands for.",
    PRODUCT="A single product.",
    FAMILY="A family of products; cannot be chosen for a case.",
    BUNDLE="Several products sold together.",
)
described(
    ProductState,
    "Where a product is in its life.",
    DRAFT="Not released; cannot be chosen for a case.",
    ACTIVE="On sale.",
    UNDER_REVISION="Being revised; can still be chosen.",
    RETIRED="No longer on sale; can still be chosen.",
)

__all__ = ["CustomerKind", "ProductState", "ProductStructure"]
