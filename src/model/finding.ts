// What was found out: a cause, where it acts, how sure we are, and everything that supports it.

import type { Certainty, Evidence } from "./evidence.ts";
import type { Text } from "./text.ts";

/** Concrete names and numbers a cause's words are filled with, already formatted. Absent means not known. */
export interface Facts {
  /** Address asked for or pinged. */
  readonly target?: string;
  /** Address the asker used. */
  readonly source?: string;
  readonly gateway?: string;
  readonly outInterface?: string;
  readonly inInterface?: string;
  readonly peerInterface?: string;
  readonly ownerInterface?: string;
  readonly asker?: string;
  readonly owner?: string;
  readonly router?: string;
  readonly sysctl?: string;
  readonly value?: string;
  readonly route?: string;
  readonly rule?: string;
  readonly mac?: string;
  readonly expectedMac?: string;
  readonly mtu?: string;
  readonly size?: string;
  readonly ttl?: string;
  readonly count?: string;
  readonly seconds?: string;
  readonly table?: string;
  readonly chain?: string;
  /** Handle of an nft rule, by which it can be deleted. */
  readonly handle?: string;
  readonly bridge?: string;
  /** A bridge's port, where the commands name it. */
  readonly port?: string;
  /** An interface's own address with its prefix length, as `ip addr` takes it. */
  readonly ownAddress?: string;
  readonly vlan?: string;
  readonly state?: string;
  readonly error?: string;
  readonly prefix?: string;
  /** Address that NAT puts in the place of another one. */
  readonly translated?: string;
  readonly id?: string;
  /** Requests that stayed unanswered where others were answered. */
  readonly lost?: string;
  /** Set where packets alone speak: words then claim nothing that only state can show. */
  readonly basis?: "packets";
}

/** A cause that holds: predict (from state) and checks (from packets) both yield these; words come from the cause's file. */
export interface CauseHit {
  readonly code: string;
  /** Namespace and interface where the kernel decides it; null where not known. */
  readonly netns: string | null;
  readonly interface: string | null;
  readonly facts: Facts;
  /** Never empty: a finding with no evidence cannot be built. */
  readonly evidence: readonly [Evidence, ...Evidence[]];
  /** Look-alikes that the same facts exclude. */
  readonly ruledOut: readonly RuledOut[];
  /** From a check on packets: how sure it is; predict's hits start as certain and are weakened by explain. */
  readonly certainty: Certainty;
}
export interface RuledOut {
  readonly code: string;
  readonly because: Text;
}

export type Severity = "note" | "warning" | "problem";

/** A hit with the words of its cause: what the report prints. */
export interface Finding extends CauseHit {
  readonly severity: Severity;
  readonly title: Text;
  /** The title with the address or interface. */
  readonly headline: Text;
  readonly summary: Text;
  readonly why: Text;
  readonly settle: readonly Settle[];
  readonly fixes: readonly Fix[];
  readonly lookalikes: readonly string[];
  /** Words people search for, both languages. */
  readonly search: readonly string[];
}
export interface Fix {
  readonly command: string;
  readonly effect: Text;
}
export interface Settle {
  readonly command: string;
  readonly because: Text;
}
