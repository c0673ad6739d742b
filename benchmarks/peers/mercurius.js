// Mercurius on Fastify with jit, hand-written SQL, the tenant as a condition.
// MODE=dataloader: a resolver per relation, batched by the dataloader package, one set per request.
// MODE=join: one joined statement per root field, nested in JavaScript.
import DataLoader from "dataloader";
import Fastify from "fastify";
import mercurius from "mercurius";
import pg from "pg";
import { insights } from "./insights.js";

pg.types.setTypeParser(1082, (text) => text); // a date stays text
const pool = new pg.Pool({ max: 12 });
const query = async (name, text, values) => (await pool.query({ name, text, values })).rows;

const schema = `
scalar DateTime scalar Date scalar Decimal
type User { id: ID! displayName: String }
type Customer { id: ID! name: String! }
type Entitlement { id: ID! name: String! category: String! totalTerms: Decimal consumed: Decimal remaining: Decimal }
type Package { id: ID! name: String! section: String! endsOn: Date! entitlements: [Entitlement!]! }
type Agreement { id: ID! number: String! program: String! startsOn: Date! endsOn: Date! packages: [Package!]! }
type Workspace { id: ID! name: String! agreements: [Agreement!]! }
type Case { id: ID! ticketNumber: String! title: String! status: String! priority: String! origin: String createdAt: DateTime!
  owner: User customer: Customer entitlement: Entitlement }
type Deployment { productName: String! licensesSold: Int! licensesAssigned: Int! deploymentPercent: Decimal }
type Usage { service: String! workload: String! licensesActive: Int! licensesQualified: Int! usagePercent: Decimal }
type Insights { licensesSold: Int! licensesAssigned: Int! deploymentPercent: Decimal deployment: [Deployment!]! usage: [Usage!]! }
type Query { cases(first: Int!): [Case!]! workspaces: [Workspace!]! case(id: ID!): Case
  customerInsights(customer: ID!, asOf: Date!): Insights! }`;

const CASE = `c.id, c.ticket_number as "ticketNumber", c.title, c.status, c.priority, c.origin, c.created_at as "createdAt"`;
const KEYS = `c.owner_id as "ownerId", c.customer_id as "customerId", c.entitlement_id as "entitlementId"`;
const USED = `(select coalesce(sum(u.used), 0) as consumed from app.consumption_total u
  where u.tenant_id = e.tenant_id and u.entitlement_id = e.id)`;
const WORKSPACES = `select w.id, w.name from app.workspace w where w.tenant_id = $1 order by w.name, w.id`;
const AGREED = `select distinct m.tenant_id, m.workspace_id, p.agreement_id from app.workspace_package m
  join app.package p on p.tenant_id = m.tenant_id and p.id = m.package_id`;

const loaded = {
  Query: {
    cases: (_, { first }, { tenant }) =>
      query("cases", `select ${CASE}, ${KEYS} from app.incident c where c.tenant_id = $1
        order by c.created_at desc, c.id limit $2`, [tenant, first]),
    workspaces: (_, __, { tenant }) => query("workspaces", WORKSPACES, [tenant]),
    case: async (_, { id }, { tenant }) =>
      (await query("case", `select ${CASE}, ${KEYS} from app.incident c where c.tenant_id = $1 and c.id = $2`, [tenant, id]))[0] ?? null,
    customerInsights: (_, { customer, asOf }) => insights(query, customer, asOf),
  },
  Case: {
    owner: (row, _, context) => context.users.load(row.ownerId),
    customer: (row, _, context) => context.customers.load(row.customerId),
    entitlement: (row, _, context) => context.entitlements.load(row.entitlementId),
  },
  Workspace: { agreements: (row, _, context) => context.agreements.load(row.id) },
  Agreement: { packages: (row, _, context) => context.packages.load(row.id) },
  Package: { entitlements: (row, _, context) => context.lines.load(row.id) },
  Entitlement: {
    consumed: (row, _, context) => context.used.load(row.id),
    remaining: async (row, _, context) => (Number(row.totalTerms) - Number(await context.used.load(row.id))).toFixed(2),
  },
};

const one = (name, text, tenant) =>
  new DataLoader(async (ids) => {
    const found = new Map((await query(name, text, [tenant, ids])).map((row) => [row.id, row]));
    return ids.map((id) => found.get(id) ?? null);
  });

const many = (name, text, tenant) =>
  new DataLoader(async (ids) => {
    const found = new Map(ids.map((id) => [id, []]));
    for (const row of await query(name, text, [tenant, ids])) found.get(row.above).push(row);
    return ids.map((id) => found.get(id));
  });

const used = (tenant) =>
  new DataLoader(async (ids) => {
    const rows = await query("used", `select entitlement_id as id, sum(used) as used from app.consumption_total
      where tenant_id = $1 and entitlement_id = any($2::uuid[]) group by entitlement_id`, [tenant, ids]);
    const found = new Map(rows.map((row) => [row.id, row.used]));
    return ids.map((id) => found.get(id) ?? "0.00");
  });

const loaders = (tenant) => ({
  users: one("users", `select id, display_name as "displayName" from app.app_user where $1::uuid is not null and id = any($2::uuid[])`, tenant),
  customers: one("customers", "select id, name from app.customer where tenant_id = $1 and id = any($2::uuid[])", tenant),
  entitlements: one("entitlements", `select id, name, total_terms as "totalTerms" from app.entitlement
    where tenant_id = $1 and id = any($2::uuid[])`, tenant),
  agreements: many("agreements", `select l.workspace_id as above, a.id, a.number, a.program, a.starts_on as "startsOn", a.ends_on as "endsOn"
    from (${AGREED} where m.tenant_id = $1 and m.workspace_id = any($2::uuid[])) l
    join app.agreement a on a.tenant_id = l.tenant_id and a.id = l.agreement_id order by a.starts_on, a.id`, tenant),
  packages: many("packages", `select agreement_id as above, id, name, section, ends_on as "endsOn" from app.package
    where tenant_id = $1 and agreement_id = any($2::uuid[]) order by starts_on, id`, tenant),
  lines: many("lines", `select package_id as above, id, name, category, total_terms as "totalTerms" from app.entitlement
    where tenant_id = $1 and package_id = any($2::uuid[]) order by name, id`, tenant),
  used: used(tenant),
});

const joined = {
  Query: {
    async cases(_, { first }, { tenant }) {
      const rows = await query("cases", `select ${CASE}, o.id as oid, o.display_name as oname, k.id as kid, k.name as kname,
          e.id as eid, e.name as ename, e.total_terms as total
        from (select * from app.incident where tenant_id = $1 order by created_at desc, id limit $2) c
        join app.app_user o on o.id = c.owner_id
        join app.customer k on k.tenant_id = c.tenant_id and k.id = c.customer_id
        left join app.entitlement e on e.tenant_id = c.tenant_id and e.id = c.entitlement_id
        order by c.created_at desc, c.id`, [tenant, first]);
      for (const row of rows) {
        row.owner = { id: row.oid, displayName: row.oname };
        row.customer = { id: row.kid, name: row.kname };
        row.entitlement = row.eid && { id: row.eid, name: row.ename, totalTerms: row.total };
      }
      return rows;
    },
    async case(_, { id }, { tenant }) {
      const [row] = await query("case", `select ${CASE}, o.id as oid, o.display_name as oname from app.incident c
        join app.app_user o on o.id = c.owner_id where c.tenant_id = $1 and c.id = $2`, [tenant, id]);
      if (row) row.owner = { id: row.oid, displayName: row.oname };
      return row ?? null;
    },
    workspaces: async (_, __, { tenant }) => nested(await query("activity", `select w.id as wid, w.name as wname,
        a.id as aid, a.number, a.program, a.starts_on as astarts, a.ends_on as aends,
        p.id as pid, p.name as pname, p.section, p.ends_on as pends,
        e.id as eid, e.name as ename, e.category, e.total_terms as total, used.consumed, e.total_terms - used.consumed as remaining
      from app.workspace w
      left join (${AGREED} where m.tenant_id = $1) l on l.tenant_id = w.tenant_id and l.workspace_id = w.id
      left join app.agreement a on a.tenant_id = l.tenant_id and a.id = l.agreement_id
      left join app.package p on p.tenant_id = a.tenant_id and p.agreement_id = a.id
      left join app.entitlement e on e.tenant_id = p.tenant_id and e.package_id = p.id
      left join lateral ${USED} used on true
      where w.tenant_id = $1 order by w.name, w.id, a.starts_on, a.id, p.starts_on, p.id, e.name, e.id`, [tenant])),
    customerInsights: (_, { customer, asOf }) => insights(query, customer, asOf),
  },
};

function nested(rows) {
  const workspaces = [];
  let workspace, agreement, pack;
  for (const row of rows) {
    if (workspace?.id !== row.wid) {
      workspaces.push((workspace = { id: row.wid, name: row.wname, agreements: [] }));
      agreement = undefined;
    }
    if (row.aid === null) continue;
    if (agreement?.id !== row.aid) {
      agreement = { id: row.aid, number: row.number, program: row.program, startsOn: row.astarts, endsOn: row.aends, packages: [] };
      workspace.agreements.push(agreement);
      pack = undefined;
    }
    if (row.pid === null) continue;
    if (pack?.id !== row.pid) {
      pack = { id: row.pid, name: row.pname, section: row.section, endsOn: row.pends, entitlements: [] };
      agreement.packages.push(pack);
    }
    if (row.eid === null) continue;
    const { eid: id, ename: name, category, total: totalTerms, consumed, remaining } = row;
    pack.entitlements.push({ id, name, category, totalTerms, consumed, remaining });
  }
  return workspaces;
}

const JOIN = process.env.MODE === "join";
const app = Fastify({ logger: false });
app.register(mercurius, {
  schema,
  resolvers: JOIN ? joined : loaded,
  jit: 1,
  graphiql: false,
  context: (request) => {
    const tenant = request.headers["x-tenant"];
    if (!tenant) throw new Error("no tenant");
    return JOIN ? { tenant } : { tenant, ...loaders(tenant) };
  },
});
await app.listen({ port: +process.env.PORT, host: "127.0.0.1" });
