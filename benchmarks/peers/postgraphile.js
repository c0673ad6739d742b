// PostGraphile 5 on the project's tables.
// MODE=rls: the generated roots; gw_app, row-level security, app.tenant set by pgSettings in a transaction.
// MODE=condition: planned roots with the tenant as a condition; a role to which no policy applies, no transaction.
import { createServer } from "node:http";
import "postgraphile";
import { postgraphile } from "postgraphile";
import { makePgService } from "postgraphile/adaptors/pg";
import { TYPES } from "postgraphile/@dataplan/pg";
import * as grafast from "postgraphile/grafast";
import { grafserv } from "postgraphile/grafserv/node";
import { sql } from "postgraphile/pg-sql2";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { extendSchema } from "postgraphile/utils";
import { PgSimplifyInflectionPreset } from "@graphile/simplify-inflection";
import pg from "pg";

const CONDITION = process.env.MODE === "condition";
const { context } = grafast;

// What was used of an entitlement: a subquery inside the one statement that PostGraphile sends.
const consumed = ($entitlement) => {
  const { alias } = $entitlement.getClassStep();
  return $entitlement.select(
    sql`(select coalesce(sum(c.used), 0) from app.consumption_total c
         where c.tenant_id = ${alias}.tenant_id and c.entitlement_id = ${alias}.id)`,
    TYPES.numeric,
  );
};
const remaining = ($entitlement) => {
  const { alias } = $entitlement.getClassStep();
  return $entitlement.select(
    sql`(${alias}.total_terms - (select coalesce(sum(c.used), 0) from app.consumption_total c
         where c.tenant_id = ${alias}.tenant_id and c.entitlement_id = ${alias}.id))`,
    TYPES.numeric,
  );
};

const ordered = ($list, ...order) => {
  for (const [attribute, direction] of order) $list.orderBy({ attribute, direction });
  $list.setOrderIsUnique();
  return $list;
};

// What the generated schema lacks: figures, and the agreements of which a package is mapped to a workspace.
const Activity = extendSchema((build) => {
  const { agreement } = build.pgResources ?? build.input.pgRegistry.pgResources;
  const agreements = ($workspace) => {
    const $agreements = agreement.find({ tenant_id: $workspace.get("tenant_id") });
    const workspace = $agreements.placeholder($workspace.get("id"), TYPES.uuid);
    $agreements.where(sql`exists (select from app.workspace_package m
      join app.package p on p.tenant_id = m.tenant_id and p.id = m.package_id
      where m.tenant_id = ${$agreements.alias}.tenant_id and m.workspace_id = ${workspace}
        and p.agreement_id = ${$agreements.alias}.id)`);
    return ordered($agreements, ["starts_on", "ASC"], ["id", "ASC"]);
  };
  return {
    typeDefs: `extend type Entitlement { consumed: BigFloat! remaining: BigFloat }
      extend type Workspace { agreements: [Agreement!]! }`,
    objects: { Entitlement: { plans: { consumed, remaining } }, Workspace: { plans: { agreements } } },
  };
});

const ofTenant = (columns) => ({ tenant_id: context().get("tenant"), ...columns });

const Roots = extendSchema((build) => {
  const { incident, workspace, agreement } = build.pgResources ?? build.input.pgRegistry.pgResources;
  return {
    typeDefs: `extend type Query { myCases(first: Int!): [Incident!]! myWorkspaces: [Workspace!]! myAgreements: [Agreement!]! myCase(id: UUID!): Incident }`,
    objects: {
      Query: {
        plans: {
          myCases(_, { $first }) {
            const $cases = ordered(incident.find(ofTenant()), ["created_at", "DESC"], ["id", "ASC"]);
            $cases.setFirst($first);
            return $cases;
          },
          myWorkspaces: () => ordered(workspace.find(ofTenant()), ["name", "ASC"], ["id", "ASC"]),
          myAgreements: () => ordered(agreement.find(ofTenant()), ["starts_on", "ASC"], ["id", "ASC"]),
          myCase: (_, { $id }) => incident.find(ofTenant({ id: $id })).single(),
        },
      },
    },
  };
});

const preset = {
  extends: [PostGraphileAmberPreset, PgSimplifyInflectionPreset],
  plugins: CONDITION ? [Activity, Roots] : [Activity],
  disablePlugins: ["NodePlugin", "PgIndexBehaviorsPlugin"],
  schema: { defaultBehavior: "list -connection -query:resource:connection", pgForbidSetofFunctionsToReturnNull: true },
  pgServices: [makePgService({ pool: new pg.Pool({ max: 12 }), schemas: ["app"] })],
  grafast: {
    explain: false,
    context(request) {
      const tenant = request.node?.req?.headers["x-tenant"];
      if (!tenant) throw new Error("no tenant");
      return CONDITION ? { tenant } : { pgSettings: { "app.tenant": tenant } };
    },
  },
  grafserv: {
    port: +(process.env.PORT ?? 0),
    host: "127.0.0.1",
    graphqlPath: "/graphql",
    graphiql: false,
    graphiqlOnGraphQLGET: false,
    watch: false,
  },
};

const instance = postgraphile(preset);
if (process.argv[2] === "schema") {
  const { printSchema } = await import("postgraphile/graphql");
  console.log(printSchema(await instance.getSchema()));
  process.exit(0);
}
const server = createServer();
await instance.createServ(grafserv).addTo(server);
server.listen(preset.grafserv.port, "127.0.0.1");
