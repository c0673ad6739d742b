import type { Requests } from './requests';

export interface Named {
  id: string;
  name: string;
}

const TENANTS = 'query ConsoleTenants { viewer { tenants { id name } } }';
const WORKSPACES = 'query ConsoleWorkspaces { workspaces(first: 100) { nodes { id name } } }';
const ACTIONS = 'query ConsoleActions { viewer { actions } }';

/** The tenants that the signed-in person may speak for. */
export async function tenants(requests: Requests): Promise<Named[]> {
  const { data } = await requests.ask<{ viewer: { tenants: Named[] } | null }>(TENANTS);
  return data?.viewer?.tenants ?? [];
}

/** The workspaces of the current tenant that the person may enter. */
export async function workspaces(requests: Requests): Promise<Named[]> {
  const { data } = await requests.ask<{ workspaces: { nodes: Named[] } | null }>(WORKSPACES);
  return data?.workspaces?.nodes ?? [];
}

/** What the person's roles open in the current tenant. */
export async function actions(requests: Requests): Promise<ReadonlySet<string>> {
  const { data } = await requests.ask<{ viewer: { actions: string[] } | null }>(ACTIONS);
  return new Set(data?.viewer?.actions);
}
