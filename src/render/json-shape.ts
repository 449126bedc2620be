// The shapes of everything that is printed as JSON, schema `pktwhy/1`. schema/pktwhy-1.json is generated from this file; its
// comments become descriptions there. Nothing is taken away from a shape; keys may be added.

import type { AuditCounts, AuditNotice } from "../model/audit.ts";
import type { Code } from "../model/code.ts";
import type { Edit, Keep } from "../model/edit.ts";
import type { Basis, Certainty, StateLine } from "../model/evidence.ts";
import type { Proof, Severity } from "../model/finding.ts";
import type { OuterHeader } from "../model/packet.ts";
import type { Since, Verdict } from "../model/report.ts";
import type { BranchEnd, ExpectedSighting } from "../model/trace.ts";
import type { Misfit, WhyAttempt, WhyBound, WhyChosen, WhyRepair, WhyState, WhyWalk } from "../model/why.ts";

/** Where something is. */
interface PlaceJson {
  /** Null in a case of one machine, and where it is unknown. */
  readonly host: string | null;
  /** Null is unknown; "" only the namespace that its host's state was taken in. */
  readonly netns: string | null;
}

/** Everything that pktwhy prints as JSON: a report, a line of `-f jsonl`, a comparison, pages of the manual. */
export type PrintedJson =
  | ReportJson
  | ReportLineJson
  | WatchLineJson
  | DifferenceJson
  | AuditJson
  | CauseJson
  | readonly CauseJson[];

/** Opens every document. */
interface HeadJson {
  readonly schema: "pktwhy/1";
  /** `pktwhy 0.1.0` */
  readonly tool: string;
}

/** `explain`, `run`, `watch` and `predict` with `-f json`. */
export interface ReportJson extends HeadJson {
  /** About the flow that matters most; null where there was nothing to explain. */
  readonly answer: AnswerJson | null;
  /** The command that `run` wrapped. */
  readonly command: CommandJson | null;
  /** Names of the hosts, where there are several. */
  readonly hosts?: readonly string[];
  readonly inputs: readonly InputJson[];
  /** In order of first sight. */
  readonly flows: readonly FlowJson[];
  /** What limits the whole; absent where there is nothing. */
  readonly notes?: readonly NoteJson[];
  /** What changed since an earlier case, where that was asked for. */
  readonly since?: SinceJson;
}

/** A line of `-f jsonl`: first the report without its flows, then each flow. */
export type ReportLineJson =
  | ({ readonly type: "report" } & Omit<ReportJson, "flows">)
  | ({ readonly type: "flow" } & FlowJson);

export interface AnswerJson {
  readonly verdict: Verdict;
  readonly code: Code;
  readonly certainty: Certainty;
  /** Id of the flow it is about. */
  readonly flow: number;
  readonly headline: string;
}

export interface CommandJson {
  readonly argv: readonly string[];
  readonly exitCode: number | null;
}

export interface NoteJson {
  readonly severity: "note" | "warning" | "error";
  readonly text: string;
}

/** One interface of one capture. */
export interface InputJson extends PlaceJson {
  readonly source: string;
  readonly interface: string | null;
  readonly description?: string;
  readonly format: "pcap" | "pcapng" | "tcpdump-text" | "live";
  readonly linkType: string;
  readonly packets: number;
  /** ARP and ICMP packets, and those of connections. */
  readonly explained: number;
  /** Null is unknown. */
  readonly droppedByKernel: number | null;
  /** RFC 3339, UTC; null where the input has no dates. */
  readonly from: string | null;
  readonly to: string | null;
  readonly problems: readonly string[];
}

/** All that one asker asked one address under one ICMP id, or between two ports. */
export interface FlowJson extends PlaceJson {
  readonly id: number;
  readonly kind: "ping" | "arp" | "icmp-error" | "tcp" | "udp" | "other";
  readonly src: string | null;
  readonly dst: string;
  /** Who asked, where it is known and is no ping. */
  readonly program?: string;
  /** What was asked for instead over IPv6. */
  readonly ipv6?: string;
  readonly icmpId: number | null;
  readonly requests: number;
  readonly replies: number;
  readonly duplicates: number;
  readonly errors: number;
  readonly rttMs: { readonly min: number; readonly avg: number; readonly max: number } | null;
  readonly verdict: Verdict;
  readonly crowd?: CrowdJson;
  /** The first one decides the verdict. */
  readonly causes: readonly FindingJson[];
  readonly path?: PathJson;
  readonly steps: readonly StepJson[];
  /** What was tried, with `--why`. */
  readonly why?: readonly WhyJson[];
}

/** The flows that this one stands for, itself among them. */
export interface CrowdJson {
  readonly shared: "asker" | "target" | "pair" | "nothing";
  readonly members: number;
  readonly answered: number;
  /** Those that went like this one. */
  readonly alike: number;
  readonly onlyCounted: number;
  readonly text: string;
}

/** A path that was asked for with rising TTLs. */
export interface PathJson {
  readonly reached: boolean | null;
  readonly hops: readonly (PlaceJson & {
    readonly ttl: number;
    readonly from: string | null;
    readonly answers: number;
  })[];
}

/** A cause that holds. */
export interface FindingJson extends PlaceJson {
  readonly code: Code;
  readonly severity: Severity;
  readonly certainty: Certainty;
  readonly interface: string | null;
  readonly summary: string;
  readonly why: string;
  readonly evidence: readonly EvidenceJson[];
  /** Commands that would decide. */
  readonly settle: readonly { readonly command: string; readonly because: string }[];
  readonly fixes: readonly FixJson[];
  readonly lookalikes: readonly Code[];
  readonly ruledOut: readonly { readonly code: Code; readonly because: string }[];
}

export interface EvidenceJson {
  readonly basis: Basis;
  readonly text: string;
  /** `net1:veth1#3`: the third frame of that capture. */
  readonly frame: string | null;
  readonly state: (PlaceJson & Omit<StateLine, "assumed" | "netns">) | null;
  readonly counter: { readonly name: string; readonly before: number; readonly after: number } | null;
}

export interface FixJson {
  /** As it is typed; empty where it is advice without a command. */
  readonly command: string;
  readonly effect: string;
  readonly edits: readonly Edit[];
  readonly proof: Proof;
  /** The proof in words. */
  readonly outcome?: string;
  /** Commands that bring back what was before. */
  readonly undo: readonly string[];
  /** What makes it survive a reboot. */
  readonly keep: readonly Keep[];
}

export interface StepJson extends PlaceJson {
  readonly n: number;
  /** Null inside the stack. */
  readonly interface: string | null;
  readonly time: string | null;
  readonly basis: Basis;
  readonly text: string;
  readonly frames: readonly string[];
  /** 0 is the way that counts, from 1 on copies that end beside it; null for what packets alone show. */
  readonly branch: number | null;
  /** Comments of a pcapng. */
  readonly comments?: readonly { readonly frame: string; readonly text: string }[];
  /** What carries the packet, the innermost first. */
  readonly inside?: readonly Pick<OuterHeader, "kind" | "from" | "to" | "number" | "labels">[];
}

/** What was tried to explain a flow, in order. */
export type WhyJson =
  | WhyAttempt
  | WhyWalkJson
  | (Omit<WhyRepair, "end"> & { readonly end: WhyEndJson | null })
  | WhyBound
  | (Omit<WhyChosen, "because"> & { readonly because: string })
  | {
      readonly kind: "checked";
      readonly breaches: readonly {
        readonly rule: "hop" | "place" | "sighting" | "time" | "quote";
        readonly text: string;
      }[];
    };

interface WhyWalkJson {
  readonly kind: "walk";
  readonly n: number;
  readonly attempt: number | null;
  readonly state: WhyState;
  readonly failedOnly: boolean;
  readonly ways: WhyWalk["ways"];
  readonly branches: readonly {
    readonly n: number;
    readonly of: number;
    readonly ways: WhyWalk["ways"];
    readonly end: BranchEnd;
  }[];
  readonly end: WhyEndJson;
  readonly seen: readonly WhySightJson[] | null;
  readonly missing: readonly WhySightJson[];
  readonly unforeseen: readonly string[];
  readonly against: Misfit | null;
}

type WhyEndJson =
  | { readonly kind: "answered" }
  | { readonly kind: "stopped"; readonly code: Code; readonly netns: string | null; readonly interface: string | null }
  | { readonly kind: "open"; readonly question: string; readonly candidates: readonly Code[] }
  | { readonly kind: "exits"; readonly netns: string; readonly interface: string };

interface WhySightJson {
  readonly netns: string;
  readonly interface: string;
  readonly direction: ExpectedSighting["direction"];
  readonly packet: ExpectedSighting["packet"]["kind"];
  readonly frames: readonly string[];
}

/** A comparison with an earlier case; its sentences are notes. */
export interface SinceJson {
  readonly case: string;
  readonly before: Since["before"];
  readonly now: Since["now"];
  readonly samePing: boolean;
  readonly outcome: Since["outcome"];
  readonly proven: boolean;
  readonly changes: readonly (PlaceJson & {
    readonly part: string;
    readonly text: string;
    readonly decides: boolean;
  })[];
}

/** `diff --json` */
export interface DifferenceJson extends HeadJson {
  readonly diff: {
    readonly ping: PlaceJson & {
      readonly source: string | null;
      readonly destination: string;
      readonly protocol: "icmp" | "tcp" | "udp";
      readonly port: number | null;
    };
    readonly first: SideJson;
    readonly second: SideJson;
    readonly result: "decided" | "alike" | "another-cause" | "cannot-tell" | "not-among-them" | "too-many";
    /** Without what decides, the second ends as the first; null where nothing decides. */
    readonly restored: boolean | null;
    /** Those of one `set` make it end otherwise together; those of null have no part in it. */
    readonly changes: readonly (PlaceJson & {
      readonly part: string;
      readonly text: string;
      readonly set: number | null;
    })[];
    readonly fix: FixJson | null;
    readonly notes: readonly string[];
  };
}

interface SideJson {
  readonly name: string;
  readonly verdict: Verdict;
  readonly code: Code | null;
  readonly headline: string;
}

/** `audit --json` */
export interface AuditJson extends HeadJson {
  readonly audit: {
    /** As it was named. */
    readonly state: string;
    readonly protocol: "icmp" | "tcp" | "udp";
    readonly port: number | null;
    readonly counts: AuditCounts;
    /** The fewest that explain what fails; those that explain most first. */
    readonly faults: readonly AuditFaultJson[];
    /** Failing pairs that are answered after all fixes together. */
    readonly mended: number;
    /** Failing pairs that no edit known here mends, by where they stop. */
    readonly unmended: readonly (AuditCauseJson & { readonly example: AuditPairJson; readonly pairs: number })[];
    readonly notices: readonly {
      readonly kind: AuditNotice["kind"];
      readonly text: string;
      /** Keys of namespaces it is about; of several hosts they begin with the host's name. */
      readonly netns: readonly string[];
      readonly places: readonly PlaceJson[];
      readonly pairs: number | null;
    }[];
    readonly open: readonly { readonly text: string; readonly missing: readonly string[]; readonly pairs: number }[];
    readonly notes: readonly string[];
  };
}

interface AuditPairJson extends PlaceJson {
  readonly destination: string;
}

interface AuditCauseJson extends PlaceJson {
  readonly code: Code;
  readonly severity: Severity;
  readonly certainty: Certainty;
  readonly interface: string | null;
  readonly headline: string;
  readonly summary: string;
}

interface AuditFaultJson extends AuditCauseJson {
  /** What else it is called where pairs meet it otherwise. */
  readonly alsoAs: readonly Code[];
  readonly example: AuditPairJson;
  /** Failing pairs that stay failing when all other faults are mended and this one is not. */
  readonly explains: number;
  /** Failing pairs that work after it alone. */
  readonly alone: number;
  readonly fix: FixJson;
}

/** A line of `watch -f jsonl`. */
export type WatchLineJson =
  | { readonly type: "start"; readonly watching: readonly string[] }
  | WatchExchangeJson
  | WatchMarkJson
  | ({
      readonly type: "summary";
      readonly told: readonly { readonly code: string; readonly headline: string; readonly count: number }[];
    } & ReportJson);

/** An exchange that closed, or what corrects an earlier line. */
export interface WatchExchangeJson extends PlaceJson {
  readonly type: "exchange";
  readonly time: string | null;
  readonly kind: "echo" | "arp" | "other";
  readonly flow: number;
  readonly src: string | null;
  readonly dst: string;
  readonly icmpId: number | null;
  readonly sequence: number | null;
  readonly path: readonly string[];
  readonly outcome: "answered" | "failed" | "note";
  /** Told before: this adds to it. */
  readonly correction: "late" | "duplicate" | "state" | null;
  readonly rttMs: number | null;
  readonly code: string | null;
  readonly certainty: Certainty | null;
  readonly headline: string | null;
}

/** Something changed, or was lost. */
export interface WatchMarkJson {
  readonly type: "mark";
  readonly time: string | null;
  readonly change: "loss" | "recovery" | "mac" | "link" | "state" | "capture" | "crowd";
  readonly text: string;
}

/** `causes CODE --json`: a page of the manual; `causes --json` prints all of them. */
export interface CauseJson {
  readonly code: string;
  readonly severity: Severity;
  readonly title: string;
  readonly meaning: string;
  readonly evidence: string;
  readonly tellApart: string;
  readonly lookalikes: readonly string[];
  /** As they are typed where nothing is known; null where there is no command. */
  readonly fixes: readonly { readonly command: string | null; readonly effect: string }[];
  readonly kernel: string;
  /** The scenario of the lab in which it can be seen. */
  readonly scenario: string | null;
  readonly search: readonly string[];
}
