// What the two halves of live work tell each other: the supervisor may be root and reads no packet; the reader reads
// them and is nobody special. `run` and `watch` say the same but for what their `Work` adds.

import type { Untraced } from "../kernel/event.ts";
import type { Problem } from "../model/problem.ts";
import type { Language } from "../model/text.ts";
import type { RecordedStream } from "../savefile/record-pcapng.ts";
import type { StateFile } from "../system/state-file.ts";
import type { KeepWhere } from "./files.ts";
import type { Identity } from "./privileges.ts";

/** One capture, as the reader needs to know it; its savefile comes by the descriptor FIRST_STREAM + its place. */
export type CapturePlan = Omit<RecordedStream, "nameOf">;

/** Name of an interface by its index in its namespace. */
export interface LinkName {
  readonly index: number;
  readonly name: string;
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

/** What one kind of live work says beyond what all of them say. */
export interface Work {
  /** Told to the reader before it begins. */
  readonly begin: object;
  /** Told to it at the end. */
  readonly finish: object;
  /** What it is asked for on the way. */
  readonly order: object;
  /** What it says on the way. */
  readonly word: object;
}

/** What the reader must know before the first packet. */
export type Begin<W extends Work> = W["begin"] & {
  readonly kind: "begin";
  readonly identity: Identity | null;
  readonly captures: readonly CapturePlan[];
  readonly keep: KeepWhere;
  readonly backend: string;
  readonly timeSource: "kernel" | "userspace";
  /** Limits of the backend, told in the report. */
  readonly limits: readonly Problem[];
  readonly language: Language;
  readonly state: StateFile;
};

/** Everything has been captured; what is to be told at the end may be told. */
export type Finish<W extends Work> = W["finish"] & {
  readonly kind: "finish";
  readonly stateAfter: StateFile;
  readonly ends: readonly PlanEnd[];
  readonly trace: LiveTrace;
};

/** What the supervisor says. */
export type ToReader<W extends Work> =
  | Begin<W>
  | Finish<W>
  /** All captures listen; these are their processes, to be ended should the supervisor be gone. */
  | { readonly kind: "listening"; readonly pids: readonly number[] }
  /** No capture could be started: take away the files that were made for it, and end. */
  | { readonly kind: "discard" }
  /** Processes of the captures after another has begun. */
  | { readonly kind: "pids"; readonly pids: readonly number[] }
  /** A capture that begins while others run, by the next of the spare streams. */
  | { readonly kind: "capture"; readonly plan: CapturePlan }
  | { readonly kind: "names"; readonly netns: string; readonly links: readonly LinkName[] }
  /** Text of the trace; `offset` in nanoseconds makes its clock UTC. */
  | { readonly kind: "trace"; readonly offset: string; readonly text: string }
  | { readonly kind: "order"; readonly order: W["order"] };

/** What the reader says. */
export type FromReader<W extends Work> =
  /** Files are open, with what is known before the captures start; these were made for it. */
  | { readonly kind: "opened"; readonly made: readonly string[] }
  /** An interface came up whose name is not known yet. */
  | { readonly kind: "who"; readonly netns: string }
  | { readonly kind: "word"; readonly word: W["word"] }
  /** All is told; the status it comes to. */
  | { readonly kind: "done"; readonly status: number }
  /** Something a person can mend stands in the way. */
  | { readonly kind: "failed"; readonly problem: Problem; readonly made: readonly string[] };

/** Streams beside those of the captures that are there from the start, for what turns out to matter later. */
export const SPARE_STREAMS = 8;

/** Descriptor of the first capture's stream in the reader: after the three standard ones and the channel. */
export const FIRST_STREAM = 4;
