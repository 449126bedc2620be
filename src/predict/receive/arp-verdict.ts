// What a listener makes of an ARP question: an answer, silence with its cause, or nothing that state tells.

import type { Mac } from "../../model/address.ts";
import type { Code } from "../../model/code.ts";
import type { CauseHit, Facts } from "../../model/finding.ts";
import type { Link } from "../../model/system-state.ts";
import type { Step } from "../../model/trace.ts";
import { type LocalOwner, localOwner } from "../../system/lookup/owner.ts";
import type { At, StopDraft } from "../at.ts";
import type { Halt } from "../hits.ts";
import { deviceOf } from "../lookup.ts";
import { type ArpQuestion, addressFacts } from "../message.ts";
import { arpRuledOut } from "./arp-ruled-out.ts";
import { doesItAnswer } from "./arp-words.ts";

/** What one listener decides. */
export type ArpVerdict =
  | {
      readonly kind: "answer";
      readonly mac: Mac | null;
      readonly step: Step;
      readonly proxy: CauseHit | null;
      readonly learns: boolean;
    }
  /** Consumed without a word; `mine` where the address is this host's all the same. */
  | {
      readonly kind: "silent";
      readonly hit: CauseHit;
      readonly step: Step;
      readonly mine: boolean;
      /** It ended before the neighbour table was looked at. */
      readonly unread?: true;
    }
  | {
      readonly kind: "open";
      readonly halt: Halt;
      readonly step: Step;
      /** A program of this host may answer, whatever the others do. */
      readonly program?: true;
    };

/** A question at one of its listeners. */
export interface Listener {
  readonly at: At<ArpQuestion>;
  readonly link: Link | null;
  /** The interface that has the address asked for: null where none has it, undefined where state does not tell. */
  readonly owner: LocalOwner | null | undefined;
}

/** The question at this place. */
export function listenerAt(at: At<ArpQuestion>): Listener {
  return { at, link: deviceOf(at.ns, at.interface) ?? null, owner: localOwner(at.ns, at.packet.target) };
}

/** Facts that every verdict of a listener shares. */
export function listenerFacts({ at, owner }: Listener): Facts {
  return {
    ...addressFacts(at.packet),
    inInterface: at.interface,
    owner: at.ns.key,
    ...(owner ? { ownerInterface: owner.interface } : {}),
  };
}

/** Silence, for this reason. */
export function silent(
  listener: Listener,
  { lines = [], ...draft }: StopDraft,
  mine = Boolean(listener.owner),
): Extract<ArpVerdict, { kind: "silent" }> {
  const { step, hit } = listener.at.stopping({
    ...draft,
    lines,
    facts: { ...listenerFacts(listener), ...draft.facts },
    ...(lines.length === 0 ? { because: draft.says } : {}),
    ruledOut: arpRuledOut(listener, draft.code),
  });
  return { kind: "silent", mine, hit, step };
}

/** State does not tell what this listener does. */
export function cannotTell(
  { at }: Listener,
  missing: readonly string[],
  candidates: readonly Code[],
): Extract<ArpVerdict, { kind: "open" }> {
  const question = doesItAnswer(at);
  return { kind: "open", halt: at.open(missing, question, candidates), step: at.step("open", question) };
}
