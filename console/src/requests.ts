import { createGraphiQLFetcher, type Fetcher } from '@graphiql/toolkit';
import { createClient } from 'graphql-ws';

import type { PlaceToStand } from './place';

/** The answer of one operation, as far as the console itself reads it. */
export interface Answer<Data> {
  data?: Data | null;
  errors?: { message: string }[];
}

const ENDPOINT = '/graphql';

/**
 * The one way from the console to the gateway: the browser's session cookie, the header that proves
 * the request comes from our own page, and the place that was chosen in the bar.
 */
export class Requests {
  /** Called when the gateway no longer knows the session. */
  onSessionEnd: () => void = () => {};

  readonly fetcher: Fetcher;

  constructor(readonly place: PlaceToStand) {
    this.fetcher = createGraphiQLFetcher({
      url: ENDPOINT,
      fetch: this.send,
      enableIncrementalDelivery: false,
      wsClient: createClient({ url: socketAddress(), connectionParams: () => this.place.headers() }),
    });
  }

  /** Runs one of the console's own queries; refusals come back as `errors`, never as exceptions. */
  async ask<Data>(query: string): Promise<Answer<Data>> {
    const answer = await this.send(ENDPOINT, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
      body: JSON.stringify({ query }),
    });
    return (await answer.json()) as Answer<Data>;
  }

  private readonly send: typeof fetch = async (address, init) => {
    const headers = new Headers(init?.headers);
    // A header typed into the editor wins over the bar, so that a refusal can be tried on purpose.
    for (const [name, value] of Object.entries(this.place.headers())) {
      if (!headers.has(name)) headers.set(name, value);
    }
    headers.set('X-GW-CSRF', '1');
    const answer = await fetch(address, { ...init, headers, credentials: 'same-origin' });
    if (answer.status === 401) this.onSessionEnd();
    return isJson(answer) ? answer : inWords(answer);
  };
}

function socketAddress(): string {
  const scheme = window.location.protocol === 'https:' ? 'wss' : 'ws';
  return `${scheme}://${window.location.host}${ENDPOINT}`;
}

function isJson(answer: Response): boolean {
  return /\bjson\b|\+json\b/.test(answer.headers.get('Content-Type') ?? '');
}

/** A proxy's HTML page or an empty body, retold as a GraphQL error that the editor can show. */
function inWords(answer: Response): Response {
  const message = `The gateway answered ${answer.status} ${answer.statusText} without JSON.`;
  return Response.json({ errors: [{ message }] }, { status: answer.status });
}
