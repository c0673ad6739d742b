/**
 * A partner's tool: who uses little of what was bought, as lines; and everything, as a file that is proved.
 *
 *     GATEWAY=http://127.0.0.1:8000 TOKEN_URL=... CLIENT_ID=... CLIENT_SECRET=... SCOPE=api://.../.default \
 *         npm start -- usage.csv
 *
 * A program signs in by client credentials and fetches the file while it is written. A person gives a TOKEN instead,
 * and has the file written by a job. docs/partner-tool.md tells the rest.
 */
import { createHash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { type Options, SingleBar } from "cli-progress";
import { ClientError, GraphQLClient } from "graphql-request";
import { CustomersDocument, type CustomersQuery, JobDocument, StartDocument, WholeDocument } from "./generated.js";

const TRIES = 5;
const PAGE = 100;
const COME_BACK = [429, 503];

/** Where a file is fetched, and its SHA-256 where a manifest tells it beforehand. */
type Source = { url: string; sha256?: string };
type Customer = NonNullable<CustomersQuery["portfolioInsights"]>["nodes"][number];

/** The gateway said no; the text is one of its codes. */
class Refused extends Error {}

function given(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is missing`);
  return value;
}

/** A token for the program, by client credentials. */
async function clientCredentials(): Promise<string> {
  const secret = Buffer.from(`${given("CLIENT_ID")}:${given("CLIENT_SECRET")}`).toString("base64");
  const answer = await fetch(given("TOKEN_URL"), {
    method: "POST",
    headers: { authorization: `Basic ${secret}` },
    body: new URLSearchParams({ grant_type: "client_credentials", scope: given("SCOPE") }),
  });
  if (!answer.ok) throw new Error(`No token: ${answer.status}`);
  return ((await answer.json()) as { access_token: string }).access_token;
}

/** The answer. Where the gateway says when to come back, the same is sent again, with the same idempotency key. */
async function patiently(url: RequestInfo | URL, sent?: RequestInit): Promise<Response> {
  for (let tries = 1; ; tries++) {
    const answer = await fetch(url, sent);
    if (!COME_BACK.includes(answer.status) || tries === TRIES) return answer;
    await sleep(1000 * Number(answer.headers.get("retry-after")));
  }
}

/** All customers, the least deployed first, page by page. */
async function* customers(client: GraphQLClient): AsyncGenerator<Customer> {
  let after: string | null = null;
  do {
    const { portfolioInsights: page }: CustomersQuery = await client.request(CustomersDocument, { first: PAGE, after });
    if (!page) return;
    yield* page.nodes;
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after);
}

/** The file that is written while it is fetched; the shortest way for a program. */
async function atOnce(client: GraphQLClient): Promise<Source> {
  const { portfolioExport } = await client.request(WholeDocument);
  if (!portfolioExport) throw new Refused("NOT_FOUND");
  return portfolioExport;
}

/** The file that a job writes, once it is done. */
async function byJob(client: GraphQLClient): Promise<Source> {
  const { startExport } = await client.request(StartDocument, { key: randomUUID() });
  const id = startExport?.job?.id;
  if (!id) throw new Refused(startExport?.userErrors[0]?.code ?? "NOT_FOUND");
  const bar = begun("writing", 100);
  try {
    for (;;) {
      const { exportJob: job } = await client.request(JobDocument, { id });
      bar.update(job?.progress ?? 0);
      if (job?.state === "QUEUED" || job?.state === "RUNNING") await sleep(500);
      else if (job?.url && job.manifest) return { url: job.url, sha256: job.manifest.sha256 };
      else throw new Refused(job?.failure?.code ?? "NOT_FOUND");
    }
  } finally {
    bar.stop();
  }
}

/** Fetch a file, go on where a broken connection left off, and check its digest; answers the digest. */
async function download(token: string, source: Source, target: string): Promise<string> {
  let tag = "";
  for (let tries = 0; tries < TRIES; tries++) {
    const have = tag ? await size(target) : 0;
    const resume: Record<string, string> = have ? { range: `bytes=${have}-`, "if-range": tag } : {};
    try {
      const answer = await fetch(new URL(source.url, given("GATEWAY")), {
        headers: { authorization: `Bearer ${token}`, "accept-encoding": "identity", ...resume },
      });
      if (!answer.ok || !answer.body) throw new Refused(`${answer.status}`);
      tag = answer.headers.get("etag") ?? "";
      await save(answer, target, answer.status === 206 ? have : 0);
    } catch (broken) {
      if (broken instanceof Refused) throw broken;
      console.error(`The connection broke after ${tag ? await size(target) : 0} bytes.`);
      continue;
    }
    return proved(target, source.sha256 ?? tag.replaceAll('"', ""));
  }
  throw new Error("The gateway cannot be reached.");
}

async function size(target: string): Promise<number> {
  const found = await stat(target).catch(() => undefined);
  return found?.size ?? 0;
}

async function save(answer: Response, target: string, have: number): Promise<void> {
  const bar = begun("fetching", have + Number(answer.headers.get("content-length")), have);
  const body = Readable.from(answer.body!).on("data", (block: Uint8Array) => bar.increment(block.length));
  try {
    await pipeline(body, createWriteStream(target, { flags: have ? "a" : "w" }));
  } finally {
    bar.stop();
  }
}

async function proved(target: string, expected: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(target), hash);
  const digest = hash.digest("hex");
  if (digest !== expected) throw new Error("The file is not what the gateway wrote.");
  return digest;
}

function begun(what: string, total: number, done = 0): SingleBar {
  const options: Options = { format: `${what} [{bar}] {value} of {total}`, noTTYOutput: true, notTTYSchedule: 5_000 };
  const bar = new SingleBar(options);
  bar.start(total, done);
  return bar;
}

async function main(target: string | undefined): Promise<void> {
  if (!target) throw new Error("Say which file to write.");
  const own = process.env["TOKEN"];
  const token = own || (await clientCredentials());
  const client = new GraphQLClient(new URL("/graphql", given("GATEWAY")).href, {
    headers: { authorization: `Bearer ${token}` },
    fetch: patiently,
  });
  for await (const each of customers(client)) {
    console.log(`${each.customer?.name ?? "-"}: ${each.deploymentPercent} % deployed`);
  }
  console.log(`sha256 ${await download(token, await (own ? byJob(client) : atOnce(client)), target)}`);
}

/** What went wrong, in a line: the gateway's own code where there is one. */
function told(error: unknown): string {
  if (error instanceof ClientError) return `The gateway refuses: ${error.response.errors?.[0]?.extensions?.["code"]}`;
  if (error instanceof Refused) return `The gateway refuses: ${error.message}`;
  return String(error);
}

main(process.argv[2]).catch((error: unknown) => {
  console.error(told(error));
  process.exitCode = 1;
});
