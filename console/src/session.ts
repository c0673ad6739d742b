/** Who is signed in, as the gateway's /session tells it. */
export interface Session {
  name: string;
  accountType: string;
  administrator: boolean;
  /** The demo world's key of the person; elsewhere null. */
  person: string | null;
}

/** The person behind the cookie, or null when nobody is signed in. */
export async function readSession(): Promise<Session | null> {
  const answer = await fetch('/session', { headers: { Accept: 'application/json' } });
  if (answer.status === 401) return null;
  if (!answer.ok) throw new Error(`/session answered ${answer.status}`);
  return (await answer.json()) as Session;
}

export function goToSignIn(): void {
  window.location.assign('/sign-in?next=/console');
}

/** Ends the session on the server, then leaves the page so that nothing of it stays on the screen. */
export async function signOut(): Promise<void> {
  await fetch('/sign-out', { method: 'POST', headers: { 'X-GW-CSRF': '1' } });
  goToSignIn();
}

const ACCOUNT_TYPES: Record<string, string> = {
  WORK_SCHOOL: 'Work or school account',
  PERSONAL: 'Personal account',
  APPLICATION: 'Application',
};

export function accountTypeInWords(accountType: string): string {
  return ACCOUNT_TYPES[accountType] ?? accountType;
}

export function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => /^\p{L}/u.test(word));
  const first = words[0]?.[0] ?? '?';
  const last = words.length > 1 ? (words.at(-1)?.[0] ?? '') : '';
  return (first + last).toUpperCase();
}
