/**
 * What the browser remembers between visits: open tabs, history, the chosen theme and place.
 *
 * It is kept apart per person, because two administrators may share one computer, and a query
 * of the first one (with ids in its variables) is not for the second one's eyes.
 */
export interface Memory {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
  clear(): void;
  readonly length: number;
}

export function rememberFor(person: string): Memory {
  const prefix = `gateway:${person}:`;
  const mine = (): string[] => Object.keys(localStorage).filter((key) => key.startsWith(prefix));
  return {
    getItem: (key) => localStorage.getItem(prefix + key),
    setItem: (key, value) => localStorage.setItem(prefix + key, value),
    removeItem: (key) => localStorage.removeItem(prefix + key),
    clear: () => mine().forEach((key) => localStorage.removeItem(key)),
    get length() {
      return mine().length;
    },
  };
}
