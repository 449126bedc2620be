// What the supervisor and the explainer of a live capture tell each other. The supervisor may be root and reads no
// packet; the explainer reads them and is nobody special.

import type { Untraced } from "../kernel/event.ts";
import type { Problem } from "../model/problem.ts";
import type { Language } from "../model/text.ts";
import type { StateFile } from "../system/state-file.ts";
import type { Identity } from "./live-privileges.ts";
import type { ReportOptions } from "./report-options.ts";

/** One capture, as the explainer needs to know it; its savefile comes by the descriptor FIRST_STREAM + its place. */
export interface CapturePlan {
  readonly netns: string;
  readonly interface: string | null;
  readonly filter: string | null;
  /** Interfaces to be told of though no packet comes. */
  readonly watched: readonly string[];
  /** Leave out what other interfaces show. */
  readonly onlyWatched: boolean;
  /** Indexes of interfaces that have a capture of their own. */
  readonly except: readonly number[];
}

/** Where captures are kept: nowhere, in a directory, in one file. */
export type Keep =
  | { readonly kind: "none" }
  | { readonly kind: "directory"; readonly path: string }
  | { readonly kind: "file"; readonly path: string };

/** Name of an interface by its index in its namespace. */
export interface LinkName {
  readonly index: number;
  readonly name: string;
}

/** The wrapped command and how it went. */
interface LiveCommand {
  readonly argv: readonly string[];
  readonly netns: string;
  readonly exitCode: number | null;
  readonly output: string | null;
}

/** How a capture ended, by its place among the plans. */
export interface PlanEnd {
  readonly dropped: number | null;
  readonly problem: Problem | null;
}

/** How the recording of kernel events ended, times in nanoseconds since the epoch; what it told came before. */
export type LiveTrace =
  | { readonly kind: "untraced"; readonly because: Untraced }
  | {
      readonly kind: "traced";
      readonly offset: string;
      readonly from: string;
      readonly to: string;
      readonly interfaces: readonly string[];
      readonly dropsOnlySince: string | null;
      readonly pids: readonly number[];
    };

export interface BeginMessage {
  readonly kind: "begin";
  readonly identity: Identity | null;
  readonly captures: readonly CapturePlan[];
  readonly keep: Keep;
  readonly backend: string;
  readonly timeSource: "kernel" | "userspace";
  /** Limits of the backend, told in the report. */
  readonly limits: readonly Problem[];
  readonly report: ReportOptions;
  readonly language: Language;
  readonly state: StateFile;
  /** What the kernel waits between ARP requests, in milliseconds. */
  readonly retransTime: number;
}

export type ToExplainer =
  | BeginMessage
  | { readonly kind: "pids"; readonly pids: readonly number[] }
  | { readonly kind: "names"; readonly netns: string; readonly links: readonly LinkName[] }
  /** Text of the trace; `offset` in nanoseconds makes its clock UTC. */
  | { readonly kind: "trace"; readonly offset: string; readonly text: string }
  | { readonly kind: "settle" }
  | {
      readonly kind: "finish";
      readonly stateAfter: StateFile | null;
      readonly command: LiveCommand;
      readonly ends: readonly PlanEnd[];
      readonly trace: LiveTrace;
    };

export type FromExplainer =
  /** Files are open, streams are read. */
  | { readonly kind: "opened" }
  /** An interface came up whose name is not known yet. */
  | { readonly kind: "who"; readonly netns: string }
  /** What is still to be waited for. */
  | { readonly kind: "open"; readonly what: "arp" | "echo" }
  | { readonly kind: "settled" }
  /** The report is out. */
  | { readonly kind: "done"; readonly status: number }
  /** Something a person can mend stands in the way. */
  | { readonly kind: "failed"; readonly problem: Problem };

/** Descriptor of the first capture's stream in the explainer: after the three standard ones and the channel. */
export const FIRST_STREAM = 4;

/** Name of the internal command. */
export const EXPLAINER = "live-explainer";
