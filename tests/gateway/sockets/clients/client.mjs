// A client of graphql-ws or graphql-sse, told what to do by lines of JSON: node client.mjs ws|sse URL TOKEN [PROTOCOL]
//
// in     {"do": "subscribe", "name", "query", "variables", "keep"}, {"do": "complete", "name"}, {"do": "drop"},
//        {"do": "token", "token"}
// out    {"is": "next", "name", "payload"}, {"is": "error", "name", "told"}, {"is": "complete", "name"},
//        {"is": "connected" | "closed" | "ping" | "pong", ...}
//
// PROTOCOL is offered instead of the client's own, and nothing is tried again; "none" offers none. `keep` is a path in the data: what stands there becomes the variable
// `after`, with which the client's own retry goes on.
import readline from "node:readline";
import { createClient as createStreams } from "graphql-sse";
import { createClient as createSockets } from "graphql-ws";
import WebSocket from "ws";

const [kind, url, firstToken, protocol] = process.argv.slice(2);
let token = firstToken;
const tell = (is, more = {}) => process.stdout.write(`${JSON.stringify({ is, ...more })}\n`);
const retry = { retryAttempts: protocol ? 0 : 20, retryWait: () => new Promise((go) => setTimeout(go, 50)) };

class Misspoken extends WebSocket {
  constructor(address) {
    super(address, protocol === "none" ? [] : [protocol]);
  }
}

let line = null;
let dropped = new AbortController();

function sockets() {
  return createSockets({
    url: url.replace(/^http/, "ws"),
    webSocketImpl: protocol ? Misspoken : WebSocket,
    connectionParams: () => ({ Authorization: `Bearer ${token}` }),
    keepAlive: 200,
    shouldRetry: () => true,
    ...retry,
    on: {
      connected: (socket) => {
        line = socket;
        tell("connected");
      },
      closed: ({ code, reason }) => tell("closed", { code, reason }),
      pong: (received) => received && tell("pong"),
    },
  });
}

function streams() {
  return createStreams({
    url,
    headers: () => ({ Authorization: `Bearer ${token}` }),
    // Each connection can be cut off from outside, as a proxy would do it.
    fetchFn: (address, init) => fetch(address, { ...init, signal: AbortSignal.any([init.signal, dropped.signal]) }),
    ...retry,
    retry: retry.retryWait,
    on: { connected: () => tell("connected") },
  });
}

const client = kind === "ws" ? sockets() : streams();
const running = new Map();

const acts = {
  token: (said) => (token = said.token),
  drop: () => {
    line?.terminate();
    dropped.abort(new Error("network"));
    dropped = new AbortController();
  },
  complete: ({ name }) => running.get(name)(),
  subscribe: ({ name, query, variables, keep }) => {
    const asked = { query, variables: { ...variables } };
    const sink = {
      next: (payload) => {
        if (keep && payload.data) asked.variables.after = keep.reduce((found, key) => found[key], payload.data);
        tell("next", { name, payload });
      },
      error: (told) => tell("error", { name, told: Array.isArray(told) ? told : String(told.message ?? told.reason) }),
      complete: () => tell("complete", { name }),
    };
    running.set(name, client.subscribe(asked, sink));
  },
};

for await (const said of readline.createInterface({ input: process.stdin })) {
  const act = JSON.parse(said);
  acts[act.do](act);
}
process.exit(0);
