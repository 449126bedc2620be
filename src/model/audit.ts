// A whole state audited: how all pairs of it end, the fewest faults that explain those that fail, and what stands out besides.

import type { Code } from "./code.ts";
import type { Finding, Fix } from "./finding.ts";
import type { Text } from "./text.ts";
import type { Transport } from "./transport.ts";

/** A pair as it is typed: who asks, and whom. */
export interface AuditPair {
  readonly netns: string;
  readonly destination: string;
}

/** How the pairs of a state end. */
export interface AuditCounts {
  readonly hosts: number;
  readonly addresses: number;
  /** Each host and each address of another one that cables join. */
  readonly pairs: number;
  readonly answered: number;
  readonly failed: number;
  /** A connection or question to a port where nothing listens: not counted among those that fail. */
  readonly closed: number;
  /** Of those that fail: answered some minutes later, when what was learned has expired. */
  readonly passing: number;
  /** Of those that are answered: only as long as what was learned lasts. */
  readonly hidden: number;
  /** Nobody can tell by this state. */
  readonly open: number;
  readonly exits: number;
  /** Pairs that no cable joins. */
  readonly apart: number;
  /** Classes of pairs that nothing tells apart, of which one each was walked. */
  readonly classes: number;
  readonly walks: number;
}

/** A fault that a set of failing pairs has in common. */
export interface AuditFault {
  readonly finding: Finding;
  /** What else it is called where pairs meet it otherwise: by who asks, and on which way. */
  readonly alsoAs: readonly Code[];
  readonly pair: AuditPair;
  /** Failing pairs that stay failing when all other faults are mended and this one is not. */
  readonly explains: number;
  /** Failing pairs that work after it alone. */
  readonly alone: number;
  /** Of so many that fail. */
  readonly of: number;
  readonly fix: Fix;
}

/** Failing pairs that no edit known here mends, by where they stop. */
export interface AuditUnmended {
  readonly finding: Finding;
  readonly pair: AuditPair;
  readonly pairs: number;
}

/** What stands out in the state, or in how pairs end, whether or not it is a fault. */
export interface AuditNotice {
  readonly kind:
    | "duplicate-address"
    | "duplicate-mac"
    | "one-way"
    | "mtu-step"
    | "loop"
    | "black-hole"
    | "unanswered-subnet";
  readonly text: Text;
  /** Namespaces it is about. */
  readonly netns: readonly string[];
  readonly pairs: number | null;
}

/** What the state leaves open. */
export interface AuditOpen {
  readonly text: Text;
  /** Parts of the state that are missing; of pairs that leave it, where. */
  readonly missing: readonly string[];
  readonly pairs: number;
}

/** The result. */
export interface Audit {
  readonly name: string;
  /** Names of the hosts, where there are several: keys of namespaces begin with them. */
  readonly hosts?: readonly string[];
  readonly transport: Transport | null;
  readonly counts: AuditCounts;
  /** Those that explain most first. */
  readonly faults: readonly AuditFault[];
  /** Failing pairs that are answered after all fixes together. */
  readonly mended: number;
  readonly unmended: readonly AuditUnmended[];
  readonly notices: readonly AuditNotice[];
  readonly open: readonly AuditOpen[];
  readonly notes: readonly Text[];
}
