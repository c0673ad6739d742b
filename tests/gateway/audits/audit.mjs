// Runs every audit of graphql-http against a server, and tells what came of each: node audit.mjs URL TOKEN
import { serverAudits } from "graphql-http";

const [url, token] = process.argv.slice(2);
const fetchFn = (address, options = {}) =>
  fetch(address, { ...options, headers: { ...options.headers, authorization: `Bearer ${token}` } });

const told = [];
for (const audit of serverAudits({ url, fetchFn })) {
  const result = await audit.fn();
  told.push({ id: audit.id, name: audit.name, status: result.status, reason: result.reason ?? null });
}
console.log(JSON.stringify(told));
