// What came of looking for a next hop's MAC address.

import type { Ipv4, Mac } from "../../model/address.ts";
import type { StateLine } from "../../model/evidence.ts";
import type { CauseHit } from "../../model/finding.ts";
import type { Neighbour } from "../../model/system-state.ts";
import type { Halt } from "../hits.ts";

/** An address to put into the frame. */
export interface Resolved {
  readonly kind: "mac";
  readonly mac: Mac | null;
  /** Whether ARP had to be asked. */
  readonly asked: boolean;
  /** NOARP because of the sending interface's own flag. */
  readonly noArp: boolean;
  readonly entry: Neighbour | null;
  readonly lines: readonly StateLine[];
}
/** Nobody tells it. */
export interface Unresolved {
  readonly kind: "failed";
  /** The most telling reason first; what is only its purpose or mechanism behind it. */
  readonly hits: readonly [CauseHit, ...CauseHit[]];
  /** No probe is ever made, so no error is reported either. */
  readonly silent: boolean;
  readonly sender: Ipv4;
  readonly asked: boolean;
}
/** What comes of it. */
export type Resolution = Resolved | Unresolved | { readonly kind: "halt"; readonly halt: Halt };
