// Why a sentence may be said: each basis names what it rests on.

import type { FrameRef } from "./packet.ts";
import type { Text } from "./text.ts";
import { formatVantage } from "./vantage.ts";

/** How we know. `replayed` is state that was typed as a command and replayed. */
export type Basis = "seen" | "kernel" | "state" | "inferred" | "missing" | "out-of-view";

export interface Evidence {
  readonly basis: Basis;
  readonly text: Text;
  /** Frames, first one first. */
  readonly frames?: readonly FrameRef[];
  readonly state?: StateLine;
  readonly counter?: { readonly netns: string; readonly name: string; readonly before: number; readonly after: number };
}

/** A quoted line of state: where it stands in the state file and how a person would type or read it. */
export interface StateLine {
  readonly netns: string;
  /** Key in the state file: route, addr, sysctl, link, rule, neigh, nft… */
  readonly key: string;
  readonly line: string;
  /** Nobody said it: the kernel's default, taken where a paste leaves a setting out. */
  readonly assumed?: true;
}

export type Certainty = "certain" | "likely" | "possible";

/** The less certain of two. */
export function weaker(a: Certainty, b: Certainty): Certainty {
  const order: Certainty[] = ["certain", "likely", "possible"];
  return order[Math.max(order.indexOf(a), order.indexOf(b))] as Certainty;
}

/** `net0:veth0#20`. */
export function formatFrame(frame: FrameRef): string {
  return `${formatVantage(frame.vantage)}#${frame.number}`;
}
