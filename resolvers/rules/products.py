"""Which products a case may name (CS-28..30, D-41)."""

from resolvers.rules.refused import Refused
from tenancy.words import ProductState, ProductStructure


def is_selectable(structure: ProductStructure, state: ProductState) -> bool:
    """Everything but families and drafts; retired products and those under revision still get cases (D-41)."""
    return structure is not ProductStructure.FAMILY and state is not ProductState.DRAFT


def select(structure: ProductStructure, state: ProductState) -> Refused | None:
    """Whether a case may name the product (I-17)."""
    if is_selectable(structure, state):
        return None
    return Refused("PRODUCT_NOT_SELECTABLE", _rule(structure), "product_id")


def _rule(structure: ProductStructure) -> str:
    return {
        ProductStructure.FAMILY: "CS-28",
        ProductStructure.PRODUCT: "CS-29",
        ProductStructure.BUNDLE: "CS-30",
    }[structure]
