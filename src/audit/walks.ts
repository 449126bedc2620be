// Walks of many pairs over a few states: each pair once for each state, of which no more is kept than how it ended.

import { applyAll } from "../edits/edits.ts";
import { settle } from "../edits/settle.ts";
import type { Ipv4 } from "../model/address.ts";
import type { Edit } from "../model/edit.ts";
import type { CauseHit } from "../model/finding.ts";
import type { SystemState } from "../model/system-state.ts";
import type { Text } from "../model/text.ts";
import { stepsOf } from "../model/trace.ts";
import type { Transport } from "../model/transport.ts";
import { predict } from "../predict/predict.ts";
import { questionFrom } from "./question.ts";

/** How a walk ended. */
export interface End {
  readonly kind: "answered" | "stopped" | "open" | "exits";
  /** Where it is stopped. */
  readonly hit: CauseHit | null;
  /** The same stop under other names, and what was worth telling on the way. */
  readonly besides: readonly CauseHit[];
  /** The asker hears nothing. */
  readonly isSilent: boolean;
  readonly source: Ipv4 | null;
  /** Of an open end what the state does not tell, of one that leaves where. */
  readonly unknown: Text | null;
  readonly missing: readonly string[];
  readonly assumed: readonly string[];
  /** Namespaces that the packets of the walk came to. */
  readonly met: ReadonlySet<string>;
}

/** A state with some edits made, some minutes later. */
export interface Edited {
  readonly edits: readonly Edit[];
  readonly state: SystemState;
}

/** Walks pairs, remembering. */
export class Walks {
  /** Walks that were taken. */
  count = 0;
  private readonly transport: Transport | null;
  private readonly states = new WeakMap<SystemState, Map<string, Edited | null>>();
  private readonly kept = new WeakMap<SystemState, Map<string, End>>();

  constructor(transport: Transport | null) {
    this.transport = transport;
  }

  /** The state with these edits, each once; null where one of them cannot be made. */
  edited(state: SystemState, edits: readonly Edit[]): Edited | null {
    const known = this.states.get(state) ?? new Map<string, Edited | null>();
    this.states.set(state, known);
    const key = JSON.stringify(edits);
    const before = known.get(key);
    if (before !== undefined) return before;
    const changed = applyAll(state, edits);
    const made = changed === null ? null : { edits, state: settle(changed) };
    known.set(key, made);
    return made;
  }

  /** How a pair ends. */
  end(state: SystemState, asker: string, destination: Ipv4): End {
    const known = this.kept.get(state) ?? new Map<string, End>();
    this.kept.set(state, known);
    const key = `${destination} ${asker}`;
    const end = known.get(key) ?? this.walk(state, asker, destination);
    known.set(key, end);
    return end;
  }

  /**
   * The same after edits. A walk that comes to no host that is edited ends as before; so only those edits are made that it
   * comes to, and walks over few edits serve for all longer lists of them.
   */
  endAfter(before: SystemState, after: Edited, asker: string, destination: Ipv4): End {
    let met: readonly Edit[] = [];
    let end = this.end(before, asker, destination);
    for (;;) {
      const reached = after.edits.filter((edit) => met.includes(edit) || reaches(edit, end));
      if (reached.length === met.length) return end;
      met = reached;
      const some = met.length === after.edits.length ? after : this.edited(before, met);
      if (some === null) return this.end(after.state, asker, destination);
      end = this.end(some.state, asker, destination);
    }
  }

  private walk(state: SystemState, asker: string, destination: Ipv4): End {
    this.count++;
    const trace = predict(state, questionFrom(asker, destination, this.transport));
    const { disposition, remarks, heard, source, assumed = [] } = trace;
    const isStop = disposition.kind === "stopped";
    return {
      kind: disposition.kind,
      hit: isStop ? disposition.hit : null,
      besides: [...(isStop ? (disposition.alsoAs ?? []) : []), ...remarks],
      isSilent: heard?.kind === "nothing",
      source,
      unknown: disposition.kind === "open" ? disposition.question : null,
      missing:
        disposition.kind === "open"
          ? disposition.missing
          : disposition.kind === "exits"
            ? [disposition.netns === "" ? disposition.interface : `${disposition.netns}:${disposition.interface}`]
            : [],
      assumed,
      met: new Set([asker, ...stepsOf(trace).map(({ netns }) => netns)]),
    };
  }
}

// Who owns an address, and what a cable leads to, is asked of the whole state.
function reaches(edit: Edit, { met }: End): boolean {
  if (edit.kind === "address" || edit.kind === "link" || edit.kind === "bridge") return true;
  return !("netns" in edit) || edit.netns === null || met.has(edit.netns);
}
