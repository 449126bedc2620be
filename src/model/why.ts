// What was tried to explain a ping, in the order in which it was tried. Each search adds entries of its own kind to the list
// that it is handed; nothing decides by them. Addresses are text, so that a report can be shared without them.

import type { Breach } from "./breach.ts";
import type { Code } from "./code.ts";
import type { FrameRef } from "./packet.ts";
import type { Text } from "./text.ts";
import type { BranchEnd, ExpectedSighting, Leg } from "./trace.ts";

/** A list to add to; null where nobody asked. */
export type WhyLog = WhyEntry[];

export type WhyEntry = WhyAttempt | WhyWalk | WhyChosen | WhyRepair | WhyBound | WhyChecked;

/** A ping that was walked. */
export interface WhyAttempt {
  readonly kind: "attempt";
  readonly n: number;
  readonly netns: string;
  readonly destination: string;
  /** Bound address and interface; null where the kernel chooses. */
  readonly source: string | null;
  readonly outInterface: string | null;
  /** Known from a command line, read off the packets, or asked for as a forecast. */
  readonly origin: "command" | "packets" | "asked";
}

/** Which state a walk went through. */
export interface WhyState {
  readonly kind: "before" | "after" | "assumed";
  /** The usual value that was taken for a setting that nobody showed: `net.ipv4.conf.all.rp_filter = 1`. */
  readonly setting: string | null;
}

/** Why a walk is not what was seen; a walk that nothing speaks against fits. */
export type Misfit =
  /** Packets were seen that it does not foresee. */
  | "unforeseen"
  /** Frames went to another MAC address than the one its end rests on. */
  | "addressed-otherwise"
  /** It is answered and nothing was, or the other way round. */
  | "ends-otherwise"
  /** Somebody looked where it foresees a packet, and there was none. */
  | "missing"
  /** ping printed something else than it would have heard. */
  | "printed-otherwise"
  /** The state does not say how it ends. */
  | "open";

/** A packet that a walk foresees at an interface. */
export interface WhySight {
  readonly netns: string;
  readonly interface: string;
  readonly direction: ExpectedSighting["direction"];
  readonly packet: ExpectedSighting["packet"]["kind"];
  /** The frames that are it; empty where it is missing. */
  readonly frames: readonly FrameRef[];
}

/** The places that one packet of a walk passes, in their order. */
export interface WhyWay {
  readonly leg: Leg;
  readonly places: readonly string[];
}

/** A copy of a packet that ends beside the way that counts. */
export interface WhyBranch {
  readonly n: number;
  /** What it is a copy of: another branch, or 0 for the way that counts. */
  readonly of: number;
  readonly ways: readonly WhyWay[];
  readonly end: BranchEnd;
}

/** A walk through the state, and what spoke for and against it. */
export interface WhyWalk {
  readonly kind: "walk";
  readonly n: number;
  /** Number of the ping that it walks; null where it begins at the host that a packet came in at. */
  readonly attempt: number | null;
  readonly state: WhyState;
  /** Only the requests that failed were held against it. */
  readonly failedOnly: boolean;
  /** The tree: the way that counts, and the copies beside it. */
  readonly ways: readonly WhyWay[];
  readonly branches: readonly WhyBranch[];
  readonly end: WhyEnd;
  /** Null for a forecast: nothing was seen that it could be held against. */
  readonly seen: readonly WhySight[] | null;
  readonly missing: readonly WhySight[];
  readonly unforeseen: readonly FrameRef[];
  readonly against: Misfit | null;
}

export type WhyEnd =
  | { readonly kind: "answered" }
  | { readonly kind: "stopped"; readonly code: Code; readonly netns: string | null; readonly interface: string | null }
  | { readonly kind: "open"; readonly question: Text; readonly candidates: readonly Code[] }
  | { readonly kind: "exits"; readonly netns: string; readonly interface: string };

/** Which walk the answer is told by; null where none is. */
export interface WhyChosen {
  readonly kind: "chosen";
  readonly walk: number | null;
  readonly because: Text;
}

/** What became of a set of edits that was tried against what stops the ping. */
export type RepairVerdict =
  /** The cheapest set after which the ping is answered: the first fix that is printed. */
  | "chosen"
  /** It is answered too, by an edit that costs more. */
  | "answers"
  /** It gets further, and is stopped there. */
  | "further"
  /** The walk cannot tell what comes then. */
  | "unproven"
  /** It ends as before. */
  | "no-use"
  /** Answered, but by a host that does not own the target. */
  | "other-host"
  /** Answered, but a ping between others that was answered no longer is. */
  | "breaks"
  /** Never done, whatever it achieves: it was not walked. */
  | "harmful";

/** A repair that was tried: walked again with these commands done, or refused before. */
export interface WhyRepair {
  readonly kind: "repair";
  readonly command: string;
  /** Where the walk after it ends; null where none was taken. */
  readonly end: WhyEnd | null;
  readonly verdict: RepairVerdict;
}

/** A search that was ended before all was tried. */
export interface WhyBound {
  readonly kind: "bound";
  readonly search: "repair" | "ways";
  /** Walks that were taken. */
  readonly walks: number;
}

/** The invariants, held against the chosen walk, what was seen, and all that is told. */
export interface WhyChecked {
  readonly kind: "checked";
  readonly breaches: readonly Breach[];
}
