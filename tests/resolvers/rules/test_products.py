from itertools import product

import pytest

from resolvers.rules.products import is_selectable, select
from tenancy.words import ProductState, ProductStructure

PRODUCT, FAMILY, BUNDLE = ProductStructure.PRODUCT, ProductStructure.FAMILY, ProductStructure.BUNDLE
DRAFT = ProductState.DRAFT


@pytest.mark.parametrize(
    ("structure", "state", "rule"),
    [(FAMILY, state, "CS-28") for state in ProductState] + [(PRODUCT, DRAFT, "CS-29"), (BUNDLE, DRAFT, "CS-30")],
)
def test_ae_76_families_and_drafts_are_not_selectable(
    structure: ProductStructure, state: ProductState, rule: str
) -> None:
    refused = select(structure, state)
    assert refused is not None
    assert (refused.code, refused.rule) == ("PRODUCT_NOT_SELECTABLE", rule)


@pytest.mark.parametrize(
    ("structure", "state"), [*product([PRODUCT, BUNDLE], [state for state in ProductState if state is not DRAFT])]
)
def test_ae_76_and_d_41_everything_else_is(structure: ProductStructure, state: ProductState) -> None:
    assert is_selectable(structure, state)
    assert select(structure, state) is None
