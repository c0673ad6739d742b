// A certified OpenID provider on this machine: node provider.mjs '{"port", "audience", "redirect", "people", ...}'
// `people` and `applications` say which claims an access token carries beyond those of RFC 9068.
// It reads words from its input: `publish` adds a second key and signs with it, `withdraw` drops the first one.
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import Provider from "oidc-provider";

const { port, audience, redirect, people, applications } = JSON.parse(process.argv[2]);
const issuer = `http://127.0.0.1:${port}`;

const key = (kid) => ({
  ...generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" }),
  kid,
  alg: "RS256",
  use: "sig",
});

const program = (client_id) => ({
  client_id,
  client_secret: "a secret of the tests, long enough",
  redirect_uris: [],
  response_types: [],
  grant_types: ["client_credentials"],
});

function provider(keys) {
  return new Provider(issuer, {
    jwks: { keys },
    clients: [
      {
        client_id: "portal",
        redirect_uris: [redirect],
        grant_types: ["authorization_code", "refresh_token"],
        token_endpoint_auth_method: "none",
      },
      ...Object.keys(applications).map(program),
    ],
    scopes: ["openid", "profile", "offline_access", "access_as_user"],
    claims: { profile: ["name"] },
    cookies: { keys: ["a key of the tests"] },
    ttl: { AccessToken: 3600, ClientCredentials: 3600, Grant: 3600, IdToken: 3600, Interaction: 600, Session: 3600 },
    features: {
      devInteractions: { enabled: true },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => "urn:gateway",
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({ scope: "access_as_user", audience, accessTokenFormat: "jwt", jwt: { sign: { alg: "RS256" } } }),
      },
    },
    extraTokenClaims: (_, token) =>
      token.kind === "ClientCredentials"
        ? applications[token.clientId]
        : people[token.accountId],
    findAccount: (_, id) => (people[id] ? { accountId: id, claims: () => ({ sub: id }) } : undefined),
    issueRefreshToken: () => true,
  }).callback();
}

let keys = [key("k1")];
let answer = provider(keys);
createServer((request, response) => answer(request, response)).listen(port, "127.0.0.1", () => console.log("ready"));
createInterface({ input: process.stdin }).on("line", (word) => {
  keys = word === "publish" ? [key("k2"), ...keys] : keys.slice(0, 1);
  answer = provider(keys);
  console.log(word);
}).on("close", () => process.exit());
