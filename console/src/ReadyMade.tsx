import { type GraphiQLPlugin, useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { Kind, parse } from 'graphql';
import { createContext, use, useEffect, useState } from 'react';

import { actions } from './places';
import { byAudience, type ReadyMade } from './ready-made';
import type { Requests } from './requests';

/** Carries the requests to the panel, which GraphiQL renders without properties. */
export const ReadyMadeContext = createContext<Requests | null>(null);

export const READY_MADE_PLUGIN: GraphiQLPlugin = {
  title: 'Ready-made queries',
  icon: ReadyMadeIcon,
  content: ReadyMadePanel,
};

/** The list of ready-made queries that one's roles let one run; a click opens one in a tab, with ids filled in. */
function ReadyMadePanel() {
  const open = useOpen();
  const mine = useActions();
  const [busy, setBusy] = useState<string | null>(null);
  const pick = async (query: ReadyMade) => {
    setBusy(query.title);
    await open(query);
    setBusy(null);
  };
  return (
    <section className="ready-made" aria-labelledby="ready-made-title">
      <h2 id="ready-made-title">Ready-made queries</h2>
      <p>Pick one, look at it, run it. Ids are filled in from what you may see.</p>
      {byAudience(mine).map(([heading, queries]) => (
        <section key={heading} aria-label={heading}>
          <h3>{heading}</h3>
          <ul>
            {queries.map((query) => (
              <li key={query.title}>
                <button type="button" aria-busy={busy === query.title} onClick={() => void pick(query)}>
                  <strong>{query.title}</strong>
                  <span>{query.says}</span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </section>
  );
}

/** What the person may do where it stands; nothing until the gateway has answered. */
function useActions(): ReadonlySet<string> {
  const requests = use(ReadyMadeContext);
  const [mine, setMine] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    let asked = 0;
    const ask = async () => {
      const turn = ++asked;
      const found = await (requests && actions(requests));
      if (turn === asked) setMine(found ?? new Set());
    };
    void ask();
    const unwatch = requests?.place.watch(() => void ask());
    return () => {
      asked += 1;
      unwatch?.();
    };
  }, [requests]);
  return mine;
}

function useOpen(): (query: ReadyMade) => Promise<void> {
  const requests = use(ReadyMadeContext);
  const { addTab, setOperationFacts, setVisiblePlugin } = useGraphiQLActions();
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);
  return async (query) => {
    const variables = await filledIn(query, requests);
    // A tab that is empty or shows this query already is used again.
    const shown = queryEditor?.getValue() ?? '';
    if (shown.trim() && shown !== query.document) addTab();
    queryEditor?.setValue(query.document);
    setOperationFacts(factsOf(query.document));
    variableEditor?.setValue(Object.keys(variables).length ? JSON.stringify(variables, null, 2) : '');
    if (window.matchMedia('(max-width: 60rem)').matches) setVisiblePlugin(null);
    queryEditor?.focus();
  };
}

/**
 * What GraphiQL finds out about a document a moment after it was typed. It runs by this knowledge, so
 * without it a quick run would ask for the operation of the tab before.
 */
function factsOf(text: string) {
  const documentAST = parse(text);
  const operations = documentAST.definitions.filter((part) => part.kind === Kind.OPERATION_DEFINITION);
  return { documentAST, operations, operationName: operations[0]?.name?.value };
}

/** Every fill's variable has a value afterwards: the first id found, or null to be typed over. */
async function filledIn(query: ReadyMade, requests: Requests | null): Promise<Record<string, unknown>> {
  const found = await Promise.all(
    query.fills.map(async ({ variable, query: look }) => {
      const answer = await requests?.ask<unknown>(look);
      return [variable, firstText(answer?.data) ?? null] as const;
    }),
  );
  const key = query.fresh && { [query.fresh]: crypto.randomUUID() };
  return { ...key, ...query.variables, ...Object.fromEntries(found) };
}

function firstText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const part of Object.values(value)) {
    const text = firstText(part);
    if (text !== undefined) return text;
  }
  return undefined;
}

function ReadyMadeIcon() {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.6" aria-hidden="true">
      <path d="M5 4h14v16l-7-4-7 4z" strokeLinejoin="round" />
      <path d="M9 8.5h6M9 12h4" strokeLinecap="round" />
    </svg>
  );
}
