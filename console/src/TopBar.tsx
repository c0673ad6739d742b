import { useEffect, useState } from 'react';

import mark from './mark.svg';
import type { PlaceToStand } from './place';
import { type Named, tenants, workspaces } from './places';
import type { Requests } from './requests';
import { accountTypeInWords, initials, type Session, signOut } from './session';

interface TopBarProps {
  session: Session;
  place: PlaceToStand;
  requests: Requests;
}

/** Where one is, for whom one asks, and who one is. */
export function TopBar({ session, place, requests }: TopBarProps) {
  const [chosen, setChosen] = useState(place.place);
  const [myTenants, setMyTenants] = useState<Named[]>([]);
  const [myWorkspaces, setMyWorkspaces] = useState<Named[]>([]);

  useEffect(() => {
    void tenants(requests).then(setMyTenants);
  }, [requests]);
  useEffect(() => {
    void workspaces(requests).then(setMyWorkspaces);
  }, [requests, chosen.tenant]);

  const move = (tenant: string, workspace: string) => {
    place.move({ tenant, workspace });
    setChosen(place.place);
  };
  const tenant = myTenants.find(({ id }) => id === chosen.tenant) ?? myTenants[0];

  return (
    <header className="bar">
      <a className="brand" href="/console">
        <img src={mark} alt="" width="28" height="28" />
        <span>Support Gateway</span>
      </a>
      <div className="places">
        <Picker
          label="Tenant"
          options={myTenants}
          value={tenant?.id ?? ''}
          onPick={(id) => move(id, '')}
        />
        <Picker
          label="Workspace"
          options={[{ id: '', name: 'The default one' }, ...myWorkspaces]}
          value={chosen.workspace}
          onPick={(id) => move(chosen.tenant, id)}
        />
      </div>
      <Person session={session} tenant={tenant?.name} />
    </header>
  );
}

interface PickerProps {
  label: string;
  options: Named[];
  value: string;
  onPick: (id: string) => void;
}

function Picker({ label, options, value, onPick }: PickerProps) {
  return (
    <label className="picker">
      <span>{label}</span>
      <select
        value={value}
        disabled={options.length < 2}
        onChange={(event) => onPick(event.currentTarget.value)}
      >
        {options.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The sign-in area: a button with the person's name that opens a small card. */
function Person({ session, tenant }: { session: Session; tenant: string | undefined }) {
  const accountType = accountTypeInWords(session.accountType);
  return (
    <>
      <button type="button" className="person" popoverTarget="person" aria-label={`Signed in as ${session.name}`}>
        <span className="who">
          <strong>{session.name}</strong>
          <small>{accountType}</small>
        </span>
        <span className="face" aria-hidden="true">
          {initials(session.name)}
        </span>
      </button>
      <div id="person" popover="auto" className="card">
        <strong>{session.name}</strong>
        <dl>
          <dt>Account</dt>
          <dd>{accountType}</dd>
          {tenant && (
            <>
              <dt>Tenant</dt>
              <dd>{tenant}</dd>
            </>
          )}
        </dl>
        <button type="button" className="plain" onClick={() => void signOut()}>
          Sign out
        </button>
      </div>
    </>
  );
}
