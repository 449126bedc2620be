// The whole result, as a document of data: renderers turn it into text, JSON, Markdown and so on, and know nothing else.

import type { Basis, Certainty, StateLine } from "./evidence.ts";
import type { Finding } from "./finding.ts";
import type { Flow } from "./flow.ts";
import type { FrameRef } from "./packet.ts";
import type { Problem } from "./problem.ts";
import type { Text } from "./text.ts";
import type { Nanoseconds } from "./time.ts";
import type { Leg, StepKind } from "./trace.ts";
import type { InputSummary } from "./vantage.ts";

export type Verdict = "worked" | "worked-with-trouble" | "failed" | "cannot-tell";

export interface ReportStep {
  readonly n: number;
  /** What happens, and to which packet, where the step comes from a walk; absent for what packets alone show. */
  readonly walk?: { readonly kind: StepKind; readonly leg: Leg };
  readonly netns: string | null;
  /** "stack" things have null. */
  readonly interface: string | null;
  /** Which way a frame passes the interface; null for things that happen inside the stack. */
  readonly direction: "in" | "out" | null;
  readonly time: Nanoseconds | null;
  readonly basis: Basis;
  readonly text: Text;
  readonly frames: readonly FrameRef[];
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
  }[];
}

export interface FlowReport {
  readonly flow: Flow;
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  readonly steps: readonly ReportStep[];
  readonly drawing: Drawing | null;
}

export interface Answer {
  readonly verdict: Verdict;
  readonly code: string;
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

export interface Report {
  readonly answer: Answer | null;
  readonly command: RunCommand | null;
  readonly inputs: readonly InputSummary[];
  readonly flows: readonly FlowReport[];
  /** Notes about the whole: clocks, drops, captures taken one after another. */
  readonly notes: readonly Text[];
  readonly problems: readonly Problem[];
}
