// What became of a frame on its link: every copy with its own steps, where it arrived, was lost, or left what is known.

import type { Mac } from "../../model/address.ts";
import type { StateLine } from "../../model/evidence.ts";
import type { CauseHit } from "../../model/finding.ts";
import type { Step } from "../../model/trace.ts";
import type { Halt } from "../hits.ts";
import type { Frame } from "../message.ts";

/** An answer that a bridge gives out of the port a question came in by. */
export interface BridgeAnswer {
  readonly netns: string;
  readonly port: string;
  readonly mac: Mac;
  readonly hit: CauseHit;
  readonly lines: readonly StateLine[];
}

/** A frame has come to an interface whose stack will look at it. */
export interface Arrival {
  readonly netns: string;
  readonly interface: string;
  readonly frame: Frame;
  readonly trail: readonly Step[];
  /** At a bridge: the MAC address of the port it came in by, which makes it the host's own as well (eth_type_trans). */
  readonly portMac?: Mac | null;
}
/** A copy of the frame ended on the way. */
export interface Loss {
  readonly hit: CauseHit;
  readonly trail: readonly Step[];
  /** Where it would have come out. */
  readonly towards: { readonly netns: string; readonly interface: string } | null;
}
/** A copy of the frame left the known world. */
export interface Exit {
  readonly netns: string;
  readonly interface: string;
  readonly trail: readonly Step[];
}
/** All copies of one frame. */
export interface Delivery {
  /** Steps that all copies share. */
  readonly common: readonly Step[];
  readonly arrivals: readonly Arrival[];
  readonly losses: readonly Loss[];
  readonly exits: readonly Exit[];
  readonly open: Halt | null;
  /** A bridge on the way answers the question itself. */
  readonly answer?: BridgeAnswer;
}

/** No copy at all, after these steps. */
export function nothing(common: readonly Step[] = []): Delivery {
  return { common, arrivals: [], losses: [], exits: [], open: null };
}
/** The only copy ended on the way. */
export function lost(hit: CauseHit, common: readonly Step[], towards: Loss["towards"] = null): Delivery {
  return { ...nothing(), losses: [{ hit, trail: common, towards }] };
}
/** State does not tell where it goes. */
export function undecided(halt: Halt, common: readonly Step[] = []): Delivery {
  return { ...nothing(common), open: halt };
}

/** A frame that a hook ends: its steps come behind those by which it got there. */
export interface Blocked {
  readonly halt: Halt;
  readonly trail: readonly Step[];
}

/** A hook has ended the frame, or state does not tell whether. */
export function endedBy({ halt, trail }: Blocked, towards: Loss["towards"] = null): Delivery {
  return halt.kind === "stopped" ? lost(halt.hit, trail, towards) : undecided(halt, trail);
}

/** Puts steps in front of everything a delivery does. */
export function after(common: readonly Step[], delivery: Delivery): Delivery {
  if (delivery.arrivals.length + delivery.exits.length === 0 && delivery.losses.length > 0) {
    return {
      ...delivery,
      common: [],
      losses: delivery.losses.map((l) => ({ ...l, trail: [...common, ...delivery.common, ...l.trail] })),
    };
  }
  return { ...delivery, common: [...common, ...delivery.common] };
}

// Where it stays open is told for the copy that leaves it open, though no part of the walk goes on from there; what goes
// on from there tells the way to it anyhow.
function openTrail({ common, arrivals, losses, exits }: Delivery): readonly Step[] {
  const isAlone = arrivals.length + losses.length + exits.length === 0;
  return isAlone ? common : common.filter((step) => step.kind === "open");
}

/** Several copies of one frame: each keeps its own steps. */
export function branch(common: readonly Step[], copies: readonly Delivery[]): Delivery {
  const under = <T extends { readonly trail: readonly Step[] }>(d: Delivery, items: readonly T[]): T[] =>
    items.map((i) => ({ ...i, trail: [...d.common, ...i.trail] }));
  const answer = copies.find((d) => d.answer !== undefined)?.answer;
  const undecidedCopy = copies.find((d) => d.open !== null);
  return {
    common: [...common, ...(undecidedCopy ? openTrail(undecidedCopy) : [])],
    ...(answer ? { answer } : {}),
    arrivals: copies.flatMap((d) => under(d, d.arrivals)),
    losses: copies.flatMap((d) => under(d, d.losses)),
    exits: copies.flatMap((d) => under(d, d.exits)),
    open: undecidedCopy?.open ?? null,
  };
}
