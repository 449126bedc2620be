// What the two halves of `pktwhy watch` tell each other: one may be root and reads no packet, the other reads them.

import type { Problem } from "../model/problem.ts";
import type { Language } from "../model/text.ts";
import type { NamespaceFile, StateFile } from "../system/state-file.ts";
import type { CapturePlan, Keep, LinkName, LiveTrace, PlanEnd } from "./live-messages.ts";
import type { Identity } from "./live-privileges.ts";

/** How the lines are to look. */
export interface WatchLooks {
  readonly language: Language;
  readonly format: "text" | "jsonl";
  readonly color: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
}

export interface BeginWatch {
  readonly kind: "begin";
  readonly identity: Identity | null;
  readonly captures: readonly CapturePlan[];
  /** Places as they are named to the person. */
  readonly watching: readonly string[];
  /** Null keeps nothing. */
  readonly keep: Keep | null;
  readonly backend: string;
  readonly timeSource: "kernel" | "userspace";
  readonly limits: readonly Problem[];
  readonly looks: WatchLooks;
  readonly state: StateFile;
  /** End after so many exchanges. */
  readonly count: number | null;
}

export type ToWatcher =
  | BeginWatch
  | { readonly kind: "pids"; readonly pids: readonly number[] }
  | { readonly kind: "names"; readonly netns: string; readonly links: readonly LinkName[] }
  /** Namespaces that were read again; `quiet` where they only became known. */
  | { readonly kind: "state"; readonly namespaces: Readonly<Record<string, NamespaceFile>>; readonly quiet: boolean }
  /** A capture ended before its time. */
  | { readonly kind: "lost"; readonly problem: Problem }
  | { readonly kind: "trace"; readonly offset: string; readonly text: string }
  | {
      readonly kind: "finish";
      readonly stateAfter: StateFile;
      readonly ends: readonly PlanEnd[];
      /** Null where nothing is kept: then nothing was traced either. */
      readonly trace: LiveTrace | null;
    };

export type FromWatcher =
  | { readonly kind: "opened" }
  | { readonly kind: "who"; readonly netns: string }
  /** Something failed that the state may be too old to explain. */
  | { readonly kind: "doubt" }
  /** As many exchanges as were asked for have been told. */
  | { readonly kind: "enough" }
  | { readonly kind: "done"; readonly status: number }
  | { readonly kind: "failed"; readonly problem: Problem };

/** Name of the internal command. */
export const WATCHER = "live-watcher";
