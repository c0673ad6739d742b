/**
 * The ready-made queries: one file each under queries/<audience>/, read at build time.
 *
 * A file starts with comment lines `# key: value`:
 *   title      what the list shows
 *   says       one sentence on what comes back
 *   needs      the action that the roles must open for it to answer (optional)
 *   variables  JSON with values that need no look-up (optional)
 *   fresh      name of a variable that gets a new random key each time (optional)
 *   fill       `name = { query }`: the variable gets the first id that this query finds (optional, repeatable)
 */
export interface ReadyMade {
  title: string;
  says: string;
  audience: string;
  /** An action of the contract, or "" when everybody may ask. */
  needs: string;
  /** What goes into the editor: the sentence as a comment, then the operation. */
  document: string;
  variables: Record<string, unknown>;
  /** The variable that makes a repeated mutation harmless, or "". */
  fresh: string;
  fills: { variable: string; query: string }[];
}

/** Folder name -> heading, in the order of the list. */
const AUDIENCES: Record<string, string> = {
  everyone: 'Everyone',
  customer: 'Customer administrators',
  'account-team': 'Account team',
  desk: 'Service desk',
  partner: 'Partners',
};

const files = import.meta.glob<string>('./queries/*/*.graphql', {
  query: '?raw',
  import: 'default',
  eager: true,
});

const readyMade: ReadyMade[] = Object.entries(files)
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([path, text]) => parse(path.split('/').at(-2) ?? '', text));

/** The one that opens first. */
export const FIRST_QUERY = readyMade.find(({ audience }) => audience === 'everyone')?.document ?? '';

/** Heading and queries for somebody who may do these actions, empty groups left out. */
export function byAudience(actions: ReadonlySet<string>): [heading: string, queries: ReadyMade[]][] {
  return Object.entries(AUDIENCES)
    .map(([folder, heading]): [string, ReadyMade[]] => [
      heading,
      readyMade.filter(({ audience, needs }) => audience === folder && (!needs || actions.has(needs))),
    ])
    .filter(([, queries]) => queries.length > 0);
}

function parse(audience: string, text: string): ReadyMade {
  const lines = text.trim().split('\n');
  const end = lines.findIndex((line) => !line.startsWith('# '));
  const head = lines.slice(0, end).map(keyAndValue);
  const one = (key: string) => head.find(([name]) => name === key)?.[1] ?? '';
  return {
    title: one('title'),
    says: one('says'),
    audience,
    needs: one('needs'),
    document: `${comment(one('says'))}\n${lines.slice(end).join('\n').trim()}\n`,
    variables: JSON.parse(one('variables') || '{}') as Record<string, unknown>,
    fresh: one('fresh'),
    fills: head.filter(([name]) => name === 'fill').map(([, value]) => fill(value)),
  };
}

/** The sentence as comment lines that fit beside the run button on a laptop. */
function comment(sentence: string): string {
  return sentence.replace(/(.{1,31})(?:\s+|$)/g, '# $1\n').trimEnd();
}

function keyAndValue(line: string): [string, string] {
  const colon = line.indexOf(': ');
  return [line.slice(2, colon), line.slice(colon + 2)];
}

function fill(value: string): { variable: string; query: string } {
  const equals = value.indexOf(' = ');
  return { variable: value.slice(0, equals), query: value.slice(equals + 3) };
}
