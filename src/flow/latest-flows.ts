// Flows by a key, the latest first; what was let go of is passed over, and cleared away when it is the half.

import type { FlowRecord } from "./flow-record.ts";

interface Listed {
  flows: FlowRecord[];
  gone: number;
}

/** Lists of flows in order of opening. */
export class LatestFlows<Key> {
  readonly #byKey = new Map<Key, Listed>();

  add(key: Key, flow: FlowRecord): void {
    const listed = this.#byKey.get(key);
    if (listed === undefined) this.#byKey.set(key, { flows: [flow], gone: 0 });
    else listed.flows.push(flow);
  }

  /** Says that a flow of this key was let go of. */
  removed(key: Key): void {
    const listed = this.#byKey.get(key);
    if (listed === undefined || ++listed.gone * 2 < listed.flows.length) return;
    if (listed.flows.length === 1) {
      this.#byKey.delete(key);
      return;
    }
    const flows = listed.flows.filter((flow) => !flow.letGo);
    if (flows.length === 0) this.#byKey.delete(key);
    else this.#byKey.set(key, { flows, gone: 0 });
  }

  /** Visits so many of the latest at most. */
  latest(key: Key, most: number, visit: (flow: FlowRecord) => void): void {
    const flows = this.#byKey.get(key)?.flows ?? [];
    for (let i = flows.length - 1, left = most; i >= 0 && left > 0; i--, left--) {
      const flow = flows[i] as FlowRecord;
      if (!flow.letGo) visit(flow);
    }
  }
}
