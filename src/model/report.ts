// The whole result, as a document of data: renderers turn it into text, JSON, Markdown and so on, and know nothing else.

import type { Ipv4 } from "./address.ts";
import type { Code } from "./code.ts";
import type { Crowd } from "./crowd.ts";
import type { Basis, Certainty, StateLine } from "./evidence.ts";
import type { Finding } from "./finding.ts";
import type { Flow } from "./flow.ts";
import type { NetworkMap } from "./network-map.ts";
import type { FrameRef, OuterHeader } from "./packet.ts";
import type { Problem } from "./problem.ts";
import type { Text } from "./text.ts";
import type { Nanoseconds } from "./time.ts";
import type { Leg, StepKind } from "./trace.ts";
import type { InputSummary } from "./vantage.ts";
import type { WhyEntry } from "./why.ts";

export type Verdict = "worked" | "worked-with-trouble" | "failed" | "cannot-tell";

export interface ReportStep {
  readonly n: number;
  /** What happens, and to which packet, where the step comes from a walk; absent for what packets alone show. */
  readonly walk?: { readonly kind: StepKind; readonly leg: Leg };
  /** What the packet that passes is called, and whether it was seen elsewhere before; absent where none passes. */
  readonly packet?: { readonly name: Text; readonly again: boolean };
  /** Number of the copy it happens to: 0 is the way that counts; absent for what packets alone show. */
  readonly branch?: number;
  readonly netns: string | null;
  /** "stack" things have null. */
  readonly interface: string | null;
  /** Which way a frame passes the interface; null for things that happen inside the stack. */
  readonly direction: "in" | "out" | null;
  readonly time: Nanoseconds | null;
  readonly basis: Basis;
  readonly text: Text;
  readonly frames: readonly FrameRef[];
  /** What the frames carry the packet in, the innermost first; absent where they carry it themselves. */
  readonly inside?: readonly OuterHeader[];
  /** How many frames there were, where only some were kept. */
  readonly total?: number;
  readonly state: readonly StateLine[];
}

/** A small drawing: places in a row, and what went between them. */
export interface Drawing {
  readonly places: readonly { readonly name: string; readonly detail: string }[];
  readonly lines: readonly {
    readonly from: number;
    readonly to: number;
    readonly label: Text;
    readonly end: "arrives" | "dies";
    /** ARP that was answered, so that what waited for it went on: the first to go where a picture is too wide. */
    readonly isAside?: true;
  }[];
}

/** A hop of a path that a program asked for with rising TTLs. */
export interface PathHop {
  readonly ttl: number;
  /** Who answered, or should have; null is not known. */
  readonly from: Ipv4 | null;
  readonly netns: string | null;
  /** Answers of its that came back. */
  readonly answers: number;
}

/** A path as far as it was followed. */
export interface Path {
  readonly hops: readonly PathHop[];
  /** Whether the target answered; null where that cannot be seen. */
  readonly reached: boolean | null;
}

export interface FlowReport {
  readonly flow: Flow;
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  readonly steps: readonly ReportStep[];
  readonly drawing: Drawing | null;
  /** The crowd that this flow stands for; absent where it stands for itself. */
  readonly crowd?: { readonly crowd: Crowd; readonly alike: number; readonly sentence: Text };
  /** Of a program that follows a path. */
  readonly path?: Path;
  /** What was tried to explain it, only where that was asked for. */
  readonly why?: readonly WhyEntry[];
}

export interface Answer {
  readonly verdict: Verdict;
  readonly code: Code;
  readonly certainty: Certainty;
  /** Id of the flow it is about. */
  readonly flow: number;
  readonly headline: Text;
}

export interface RunCommand {
  readonly argv: readonly string[];
  readonly exitCode: number | null;
  readonly output: string | null;
}

/** How a ping had ended, and by which cause. */
interface SinceEnd {
  readonly verdict: Verdict | null;
  readonly code: Code | null;
}

/** One difference between the two states. */
interface SinceChange {
  readonly netns: string;
  /** "link", "address", "route", "rule", "neighbour", "bridge", "setting", "firewall" or "namespace". */
  readonly part: string;
  readonly text: Text;
  /** Made in the earlier state, with the others that decide, it turns the end of the walk. */
  readonly decides: boolean;
}

/** A comparison with an earlier case, only where that was asked for. */
export interface Since {
  /** As it was named. */
  readonly case: string;
  readonly before: SinceEnd;
  readonly now: SinceEnd;
  readonly samePing: boolean;
  readonly outcome: "fixed" | "broken" | "still-fails" | "still-answered" | "unknown";
  /** Whether a walk shows which changes made the difference. */
  readonly proven: boolean;
  readonly changes: readonly SinceChange[];
  /** The same in sentences. */
  readonly notes: readonly Text[];
}

export interface Report {
  readonly answer: Answer | null;
  readonly command: RunCommand | null;
  /** Names of the hosts, where there are several: keys of namespaces begin with them. */
  readonly hosts?: readonly string[];
  readonly inputs: readonly InputSummary[];
  readonly flows: readonly FlowReport[];
  /** Notes about the whole: clocks, drops, captures taken one after another. */
  readonly notes: readonly Text[];
  /** Those of the notes without which the answer misleads, or that were asked for: a short report keeps them whole. */
  readonly doubts?: readonly Text[];
  readonly problems: readonly Problem[];
  /** The interfaces about which it is, and how they are connected; absent without a state. */
  readonly network?: NetworkMap;
  /** What changed since an earlier case, only where that was asked for; its sentences are among the notes. */
  readonly since?: Since;
  /** Whether what was asked went over IPv6, and nothing of it over IPv4 could be told. */
  readonly overIpv6?: true;
}
