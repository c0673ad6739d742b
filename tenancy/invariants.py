"""The invariants that need more than one row to tell, as constraint triggers.

CHECKs and unique indexes are in the tables. Commands refuse first and say why; these are the net below them,
and the only guard over imports. All run with the rights of the caller and inside its fence. Left to commands:
I-2 (default workspace), I-9, I-10, I-16, I-17 (they depend on when something was decided), I-19.
"""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Invariant:
    """A rule over several rows: the function that checks it and the events that it is checked after."""

    name: str
    body: str
    events: tuple[str, ...]
    deferred: bool = False


INVARIANTS = (
    # I-5. The share lock keeps the agreement's dates still until the package is committed.
    Invariant(
        "package_inside_agreement",
        """
declare bounds record;
begin
  select starts_on, ends_on into bounds from app.agreement
    where tenant_id = new.tenant_id and id = new.agreement_id for share;
  if new.starts_on < bounds.starts_on or new.ends_on > bounds.ends_on then
    {refuse}
  end if;
  return null;
end""",
        ("insert or update of starts_on, ends_on, agreement_id on app.package",),
    ),
    Invariant(
        "agreement_around_packages",
        """
begin
  if exists (select from app.package p where p.tenant_id = new.tenant_id and p.agreement_id = new.id
             and (p.starts_on < new.starts_on or p.ends_on > new.ends_on)) then
    {refuse}
  end if;
  return null;
end""",
        ("update of starts_on, ends_on on app.agreement",),
    ),
    # I-8: a reversal undoes one charge exactly.
    Invariant(
        "reversal_mirrors_charge",
        """
begin
  if new.reverses_id is not null and not exists (
      select from app.consumption c where c.tenant_id = new.tenant_id and c.id = new.reverses_id
        and c.reverses_id is null and c.quantity = -new.quantity and c.entitlement_id = new.entitlement_id
        and (c.incident_id, c.workspace_id, c.origin)
            is not distinct from (new.incident_id, new.workspace_id, new.origin)) then
    {refuse}
  end if;
  return null;
end""",
        ("insert on app.consumption",),
    ),
    # I-11, from both sides.
    Invariant(
        "ledger_of_consumables",
        """
begin
  if exists (select from app.entitlement e where e.tenant_id = new.tenant_id and e.id = new.entitlement_id
             and not e.is_consumable for share) then
    {refuse}
  end if;
  return null;
end""",
        ("insert on app.consumption",),
    ),
    Invariant(
        "benefit_without_ledger",
        """
begin
  if not new.is_consumable and exists (
      select from app.consumption c where c.tenant_id = new.tenant_id and c.entitlement_id = new.id) then
    {refuse}
  end if;
  return null;
end""",
        ("update of is_consumable on app.entitlement",),
    ),
    # I-12. The parent is locked first, so that two children cannot both be the last one.
    Invariant(
        "one_level_of_children",
        """
declare parent record;
begin
  if new.parent_id is null then return null; end if;
  select i.parent_id, t.max_children into parent from app.incident i join app.tenant t on t.id = i.tenant_id
    where i.tenant_id = new.tenant_id and i.id = new.parent_id for no key update of i;
  if parent.parent_id is not null
     or exists (select from app.incident where tenant_id = new.tenant_id and parent_id = new.id)
     or parent.max_children < (select count(*) from app.incident
                               where tenant_id = new.tenant_id and parent_id = new.parent_id) then
    {refuse}
  end if;
  return null;
end""",
        ("insert or update of parent_id on app.incident",),
    ),
    # I-3. Deferred: a command may add or remove the rows of one person in any order.
    Invariant(
        "roles_need_membership",
        """
begin
  if new.workspace_id is null or new.role = 'MEMBER' then return null; end if;
  if not exists (select from app.role_grant g where g.tenant_id = new.tenant_id and g.id = new.id) then
    return null;
  end if;
  perform from app.role_grant g where g.tenant_id = new.tenant_id and g.user_id = new.user_id
    and g.workspace_id = new.workspace_id and g.role = 'MEMBER' for key share;
  if not found then
    {refuse}
  end if;
  return null;
end""",
        ("insert on app.role_grant",),
        deferred=True,
    ),
    Invariant(
        "leaving_takes_all",
        """
begin
  if old.role is distinct from 'MEMBER' or exists (
      select from app.role_grant g where g.tenant_id = old.tenant_id and g.user_id = old.user_id
        and g.workspace_id = old.workspace_id and g.role = 'MEMBER') then
    return null;
  end if;
  if exists (select from app.role_grant g where g.tenant_id = old.tenant_id and g.user_id = old.user_id
             and g.workspace_id = old.workspace_id)
     or exists (select from app.support_group_member m join app.support_group s
                on s.tenant_id = m.tenant_id and s.id = m.group_id
                where m.tenant_id = old.tenant_id and m.user_id = old.user_id
                and s.workspace_id = old.workspace_id)
     or exists (select from app.incident_share h join app.incident i
                on i.tenant_id = h.tenant_id and i.id = h.incident_id
                where h.tenant_id = old.tenant_id and h.user_id = old.user_id
                and i.workspace_id = old.workspace_id) then
    {refuse}
  end if;
  return null;
end""",
        ("delete on app.role_grant",),
        deferred=True,
    ),
    # I-4: what was redeemed stays redeemed.
    Invariant(
        "redeemed_for_good",
        """
begin
  if old.status = 'REDEEMED' and new is distinct from old then
    {refuse}
  end if;
  return null;
end""",
        ("update on app.invitation",),
    ),
)


def triggers() -> Iterator[str]:
    """The statements that create every invariant's function and triggers."""
    for rule in INVARIANTS:
        refuse = (
            f"raise exception 'invariant {rule.name}'\n"
            f"      using errcode = 'check_violation', constraint = '{rule.name}', table = tg_table_name;"
        )
        body = rule.body.replace("{refuse}", refuse)
        yield f"create function app.{rule.name}() returns trigger language plpgsql as\n$${body}\n$$"
        yield f"revoke execute on function app.{rule.name}() from public"
        timing = "deferrable initially deferred" if rule.deferred else "not deferrable"
        for event in rule.events:
            yield (
                f"create constraint trigger {rule.name} after {event} {timing}\n"
                f"for each row execute function app.{rule.name}()"
            )
