// A receiver of the gateway's webhooks: SECRET=whsec_... node dist/webhook.js PORT
//
// It verifies each message by the Standard Webhooks specification, drops what it has seen, and prints the rest.

import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';

/** Seconds that a message may be old. */
const TOLERANCE = 300;
const LONGEST = 1_000_000;

interface Message {
  sequence: number;
  type: string;
  data: unknown;
}

/** Whether the message was signed with this secret, and lately. `body` must be the bytes as they came. */
export function isGenuine(secret: string, headers: IncomingHttpHeaders, body: Buffer, now: number): boolean {
  const [id, timestamp, signatures] = ['id', 'timestamp', 'signature'].map((name) => String(headers[`webhook-${name}`]));
  if (!timestamp || !/^\d+$/.test(timestamp) || Math.abs(now - Number(timestamp)) > TOLERANCE) return false;
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const digest = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64');
  const expected = Buffer.from(`v1,${digest}`);
  // While a secret is replaced there are two signatures.
  return (signatures ?? '').split(' ').map((each) => Buffer.from(each))
    .some((each) => each.length === expected.length && timingSafeEqual(each, expected));
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > LONGEST) throw new Error('too long');
    parts.push(part);
  }
  return Buffer.concat(parts);
}

const secret = process.env['SECRET'];
if (!secret) throw new Error('SECRET is missing');
// What was seen would be kept in a database; here it lasts as long as the program.
const seen = new Set<string>();

createServer(async (request, response) => {
  const body = await bodyOf(request).catch(() => Buffer.alloc(0));
  const genuine = isGenuine(secret, request.headers, body, Date.now() / 1000);
  response.writeHead(genuine ? 204 : 401).end();
  const id = String(request.headers['webhook-id']);
  if (!genuine || seen.has(id)) return;
  seen.add(id);
  const message = JSON.parse(body.toString()) as Message;
  console.log(message.sequence, message.type, JSON.stringify(message.data));
}).listen(Number(process.argv[2]), '127.0.0.1');
