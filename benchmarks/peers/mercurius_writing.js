// Opening a case through Mercurius on Fastify with jit: one call of a hand-written PostgreSQL function, then the case.
import Fastify from "fastify";
import mercurius from "mercurius";
import pg from "pg";

const pool = new pg.Pool({ max: 12 });
const query = async (name, text, values) => (await pool.query({ name, text, values })).rows;

const schema = `
scalar DateTime
input CreateCaseInput { idempotencyKey: String! title: String! supportKind: String! priority: String! origin: String
  workspaceId: ID! entitlementId: ID! }
type Case { id: ID! title: String! status: String! priority: String! createdAt: DateTime! }
type CreateCasePayload { case: Case }
type Query { ready: Boolean! }
type Mutation { createCase(input: CreateCaseInput!): CreateCasePayload! }`;

const CREATE = "select bench.create_case($1, $2, $3, $4, $5, $6, $7, $8, $9) ->> 'case_id' as id";
const READ = `select id, title, status, priority, created_at as "createdAt" from app.incident where tenant_id = $1 and id = $2`;

const resolvers = {
  Query: { ready: () => true },
  Mutation: {
    async createCase(_, { input }, { tenant, user }) {
      const { idempotencyKey, title, supportKind, priority, origin, workspaceId, entitlementId } = input;
      const values = [tenant, user, idempotencyKey, title, supportKind, priority, origin, workspaceId, entitlementId];
      const [{ id }] = await query("create", CREATE, values);
      return { case: (await query("read", READ, [tenant, id]))[0] };
    },
  },
};

const app = Fastify({ logger: false });
app.register(mercurius, {
  schema,
  resolvers,
  jit: 1,
  graphiql: false,
  context(request) {
    const [tenant, user] = request.headers["x-viewer"].split("/");
    return { tenant, user };
  },
});
await app.listen({ port: +process.env.PORT, host: "127.0.0.1" });
