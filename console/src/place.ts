import type { Memory } from './memory';

/** The tenant and workspace that requests speak for; empty means "let the gateway choose". */
export interface Place {
  tenant: string;
  workspace: string;
}

const KEY = 'place';
const ANYWHERE: Place = { tenant: '', workspace: '' };

/** Remembers the chosen place and turns it into headers. */
export class PlaceToStand {
  private current: Place;
  private readonly watchers = new Set<() => void>();

  constructor(private readonly memory: Memory) {
    this.current = recall(memory);
  }

  get place(): Place {
    return this.current;
  }

  move(place: Place): void {
    this.current = place;
    this.memory.setItem(KEY, JSON.stringify(place));
    for (const told of this.watchers) told();
  }

  /** Calls `told` after each move, until the answer is called. */
  watch(told: () => void): () => void {
    this.watchers.add(told);
    return () => this.watchers.delete(told);
  }

  headers(): Record<string, string> {
    const { tenant, workspace } = this.current;
    return {
      ...(tenant && { 'X-Tenant': tenant }),
      ...(workspace && { 'X-Workspace': workspace }),
    };
  }
}

function recall(memory: Memory): Place {
  try {
    return { ...ANYWHERE, ...(JSON.parse(memory.getItem(KEY) ?? '{}') as Partial<Place>) };
  } catch {
    return ANYWHERE;
  }
}
