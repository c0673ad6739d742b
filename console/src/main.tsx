// The workers come first: Monaco asks for them while it is being imported.
import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import '@graphiql/plugin-explorer/style.css';
import './graphiql.css';

import { createRoot } from 'react-dom/client';

import { Console } from './Console';
import { rememberFor } from './memory';
import { PlaceToStand } from './place';
import { Requests } from './requests';
import { goToSignIn, readSession } from './session';

const root = document.getElementById('console');
if (root === null) throw new Error('index.html has no element with the id "console".');

try {
  const session = await readSession();
  if (session === null) {
    goToSignIn();
  } else {
    const memory = rememberFor(session.person ?? `${session.accountType}:${session.name}`);
    const place = new PlaceToStand(memory);
    const requests = new Requests(place);
    createRoot(root).render(
      <Console session={session} memory={memory} place={place} requests={requests} />,
    );
  }
} catch (problem) {
  root.replaceChildren(apology(problem));
}

function apology(problem: unknown): HTMLElement {
  const text = document.createElement('p');
  text.className = 'waiting';
  text.role = 'alert';
  text.textContent = `The gateway did not answer (${String(problem)}). Please reload the page in a moment.`;
  return text;
}
