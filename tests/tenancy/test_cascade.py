"""Statements that are asked at once: each step is fenced as if it were asked alone, and gets its own rows."""

from typing import Any

from sqlalchemy import bindparam, func, select

from resolvers.loaders import KEYS
from tenancy import tables as t
from tenancy.boundaries import floor
from tenancy.cascade import Cascade, Step
from tenancy.statements import Reach, Statement

_ROOT = Statement(select(t.Agreement.id, t.Agreement.number).where(t.Agreement.number == bindparam("number")))
_BELOW = Statement(
    select(t.Package.agreement_id, t.Package.id, t.Package.name)
    .where(t.Package.agreement_id == KEYS, t.Package.section == "x")
    .limit(bindparam("limit"))
)
_COUNT = Statement(
    select(t.Entitlement.package_id, func.count().label("count"))
    .where(t.Entitlement.package_id == KEYS, t.Entitlement.name != "y")
    .group_by(t.Entitlement.package_id),
    reach=Reach.TENANT,
)
CASCADE = Cascade([Step(_ROOT), Step(_BELOW, 0, {"limit": 4}), Step(_COUNT, 1)])


def test_each_step_keeps_its_text_and_looks_below_the_step_above_it() -> None:
    text = CASCADE.text(frozenset())
    place = text.names.index(floor.TENANT) + 1
    for table in ("agreement", "package", "entitlement"):
        assert f"app.{table}.tenant_id = ${place}::UUID" in text.sql
    assert "app.package.agreement_id = ANY (array(select id from w0))" in text.sql
    assert "app.entitlement.package_id = ANY (array(select id from w1))" in text.sql
    assert "keys" not in text.names
    assert len(set(text.names)) == len(text.names)


def test_what_is_known_beforehand_is_known_of_its_step_alone() -> None:
    text = CASCADE.text(frozenset())
    facts: dict[str, Any] = {name: name for name in text.names if name.startswith("v_")} | {floor.TENANT: "t"}
    given = dict(zip(text.names, text.arguments(facts, {"number": "A-1"}), strict=True))
    own = {value for name, value in given.items() if name not in facts}
    assert own == {"A-1", "x", "y", 4}


def test_rows_are_told_apart_and_read_by_their_own_names() -> None:
    # Slots: id (uuid), number (text), agreement_id (uuid), count (bigint); the second step's name shares the text's.
    rows: Any = [
        (0, "a", "A-1", None, None),
        (1, "a", "Pack", "p", None),
        (2, "p", None, None, 7),
    ]
    agreements, packages, counts = CASCADE.split(rows)
    assert [(row.id, row["number"]) for row in agreements] == [("a", "A-1")]
    assert [(row.agreement_id, row.id, row.name) for row in packages] == [("a", "p", "Pack")]
    assert [(row.package_id, row.count) for row in counts] == [("p", 7)]
