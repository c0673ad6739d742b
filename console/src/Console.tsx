import { explorerPlugin } from '@graphiql/plugin-explorer';
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql';
import { useEffect, useState } from 'react';

import type { Memory } from './memory';
import type { PlaceToStand } from './place';
import { FIRST_QUERY } from './ready-made';
import { READY_MADE_PLUGIN, ReadyMadeContext } from './ReadyMade';
import type { Requests } from './requests';
import { goToSignIn, type Session } from './session';
import { TopBar } from './TopBar';

interface ConsoleProps {
  session: Session;
  memory: Memory;
  place: PlaceToStand;
  requests: Requests;
}

// Made once: GraphiQL compares plugins by identity.
const PLUGINS = [READY_MADE_PLUGIN, explorerPlugin({ showAttribution: false }), HISTORY_PLUGIN];
const HAS_ROOM = window.matchMedia('(min-width: 60rem)').matches;

/** The whole page: our bar on top, GraphiQL below, and a notice when the session is over. */
export function Console({ session, memory, place, requests }: ConsoleProps) {
  const [ended, setEnded] = useState(false);
  useEffect(() => {
    requests.onSessionEnd = () => setEnded(true);
  }, [requests]);

  return (
    <>
      <TopBar session={session} place={place} requests={requests} />
      {ended && <SessionEnded />}
      <main className="editor">
        <ReadyMadeContext value={requests}>
          <GraphiQL
            fetcher={requests.fetcher}
            storage={memory}
            plugins={PLUGINS}
            visiblePlugin={HAS_ROOM ? READY_MADE_PLUGIN : undefined}
            defaultQuery={FIRST_QUERY}
            defaultEditorToolsVisibility="variables"
            shouldPersistHeaders={false}
            inputValueDeprecation
            schemaDescription
          >
            <GraphiQL.Logo>{null}</GraphiQL.Logo>
          </GraphiQL>
        </ReadyMadeContext>
      </main>
    </>
  );
}

function SessionEnded() {
  return (
    <div className="notice" role="alert">
      <span>Your session has ended. Your open tabs are kept.</span>
      <button type="button" className="plain" onClick={goToSignIn}>
        Sign in again
      </button>
    </div>
  );
}
