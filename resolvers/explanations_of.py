"""What each total of the page is made of, as segments (CA-18, CA-24, CA-38, D-8, D-35, I-9)."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, exists, select

from resolvers.activity import many
from resolvers.activity_additional import CASES, AdditionalService
from resolvers.activity_lines import ActivityLine
from resolvers.context import Context
from resolvers.dated import day_of, past_day
from resolvers.drill_down import UNTIL, seen_activity
from resolvers.entitlements import consumed_of, remaining_of
from resolvers.explanations import PEOPLE, TEXTS, Explanation, Figure, Grant, Heads, Row, Segment, Uses
from resolvers.listings import Listing, Order
from resolvers.rules.quantities import two_places
from tenancy import tables as t
from tenancy.errors import BadInput, Forbidden
from tenancy.statements import same
from tenancy.words import Category, Role

_held = and_(t.RoleGrant.user_id == t.User.id, t.RoleGrant.role == Role.SUPPORT_CONTACT)
_where_mapped = (
    select(1)
    .select_from(t.RoleGrant)
    .join(t.WorkspacePackage, same(t.WorkspacePackage.workspace_id, t.RoleGrant.workspace_id))
    .join(t.Entitlement, same(t.Entitlement.package_id, t.WorkspacePackage.package_id))
    .where(_held, t.Entitlement.id == many("lines"))
)

HOLDERS = Listing(
    "explanation.people",
    t.User,
    {
        "lines": exists(_where_mapped),
        "workspaces": exists(_where_mapped.where(t.RoleGrant.workspace_id == many("workspaces"))),
    },
    Order("since", (("created_at", False),)),
)


def of_line(line: ActivityLine, figure: Figure) -> Explanation:
    """One figure of the enterprise-wide section."""
    activity = line.activity
    values: dict[str, Any] = {UNTIL: activity.past} if activity.past else {}
    if figure is Figure.CONSUMED_IN_SELECTION:
        values["workspaces"] = activity.workspace_ids
    worth = {
        Figure.TOTAL: line.total,
        Figure.CONSUMED_IN_SELECTION: line.consumed_in_selection,
        Figure.CONSUMED: line.consumed,
        Figure.REMAINING: line.remaining,
    }
    if figure not in worth:
        raise BadInput(field="of")
    return _explained(activity.context, figure, worth[figure], line.category, line.grants, values, activity.as_of)


async def of_entitlements(context: Context, rows: Sequence[Any], figure: Figure) -> list[Explanation | Exception]:
    """One figure of each entitlement, FORBIDDEN where the viewer may not see its activity."""
    if figure not in (Figure.TOTAL, Figure.CONSUMED, Figure.REMAINING):
        raise BadInput(field="of")
    worth = await _worth(context, rows, figure)
    open_ = await seen_activity(context, rows)
    return [
        _of_entitlement(context, row, figure, value) if row.id in open_ else Forbidden(rule="CA-11")
        for row, value in zip(rows, worth, strict=True)
    ]


def of_service(service: AdditionalService) -> Explanation:
    """The number of additional cases of one service."""
    activity = service.activity
    return Explanation(
        activity.context,
        Figure.ADDITIONAL,
        two_places(Decimal(service.count)),
        TEXTS[Figure.ADDITIONAL],
        activity.as_of,
        (Heads(CASES, service.values, "case_id", 1),),
        {},
    )


async def _worth(context: Context, rows: Sequence[Any], figure: Figure) -> list[Any]:
    if figure is Figure.TOTAL:
        return [row.total_terms for row in rows]
    return await (consumed_of if figure is Figure.CONSUMED else remaining_of)(context, rows)


def _of_entitlement(context: Context, row: Any, figure: Figure, value: Any) -> Explanation | Exception:
    if isinstance(value, Exception):
        return value
    past = past_day(row)
    total = None if row.total_terms is None else Decimal(row.total_terms)
    return _explained(
        context,
        figure,
        None if value is None else Decimal(value),
        Category(row.category),
        ((row.id, total),),
        {UNTIL: past} if past else {},
        day_of(row, context.scope),
    )


def _explained(
    context: Context,
    figure: Figure,
    value: Decimal | None,
    category: Category,
    grants: tuple[tuple[str, Decimal | None], ...],
    values: Mapping[str, Any],
    as_of: date,
) -> Explanation:
    people = category is Category.SUPPORT_CONTACTS
    told = PEOPLE.get(figure, TEXTS[figure]) if people else TEXTS[figure]
    segments: list[Segment] = []
    if value is not None and figure in (Figure.TOTAL, Figure.REMAINING):
        segments += [Grant(Row(total or Decimal(0), entitlement_id=id)) for id, total in grants]
    if value is not None and figure is not Figure.TOTAL:
        sign = -1 if figure is Figure.REMAINING else 1
        lines = tuple(id for id, _ in grants)
        own = {name: given for name, given in values.items() if name == "workspaces"}
        heads = Heads(HOLDERS, {"lines": lines, **own}, "user_id", sign)
        segments += [heads] if people else [Uses(id, sign) for id in lines]
    return Explanation(context, figure, value, told, as_of, tuple(segments), values)
