/**
 * What the browser remembers between visits: open tabs, history, the chosen theme and place.
 *
 * It is kept apart per person, because two administrators may share one computer, and a query
 * of the first one (with ids in its variables) is not for the second one's eyes. Typed request headers are
 * never remembered: somebody may paste a token there, and GraphiQL's history keeps them whatever it is told.
 */
export interface Memory {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
  clear(): void;
  readonly length: number;
}

/** GraphiQL's keys under which records with a `headers` member arrive. */
const WITH_HEADERS = /:(queries|favorites|tabState)$/;

export function rememberFor(person: string): Memory {
  const prefix = `gateway:${person}:`;
  const mine = (): string[] => Object.keys(localStorage).filter((key) => key.startsWith(prefix));
  return {
    getItem: (key) => localStorage.getItem(prefix + key),
    setItem: (key, value) => localStorage.setItem(prefix + key, WITH_HEADERS.test(key) ? withoutHeaders(value) : value),
    removeItem: (key) => localStorage.removeItem(prefix + key),
    clear: () => mine().forEach((key) => localStorage.removeItem(key)),
    get length() {
      return mine().length;
    },
  };
}

function withoutHeaders(records: string): string {
  return JSON.stringify(JSON.parse(records, (name, value: unknown) => (name === 'headers' ? undefined : value)));
}
