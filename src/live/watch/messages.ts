// What the two halves of `pktwhy watch` tell each other beyond what all live work says.

import type { Problem } from "../../model/problem.ts";
import type { NamespaceFile, TimedChange } from "../../system/state-file.ts";
import type { MetricsAddress } from "./metrics-server.ts";

/** How the lines are to look. */
interface WatchLooks {
  readonly format: "text" | "jsonl";
  readonly color: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
}

/** Each exchange is told as it is settled, and a summary at the end. */
export interface WatchWork {
  readonly begin: {
    /** Places as they are named to the person. */
    readonly watching: readonly string[];
    /** Namespaces that nobody asked for by -i, and that are not watched. */
    readonly unwatched: readonly string[];
    readonly looks: WatchLooks;
    /** End after so many exchanges. */
    readonly count: number | null;
    /** Where its numbers are served; null where they are not. */
    readonly metrics: MetricsAddress | null;
  };
  readonly finish: object;
  readonly order: Change;
  readonly word: Wish;
}

/** What has changed where is looked. */
type Change =
  /** What a monitor told, or was found by reading again. */
  | { readonly kind: "change"; readonly netns: string; readonly change: TimedChange }
  /** Namespaces that became known. */
  | { readonly kind: "beside"; readonly namespaces: Readonly<Record<string, NamespaceFile>> }
  /** A capture ended before its time. */
  | { readonly kind: "lost"; readonly problem: Problem };

/** What the supervisor is to do. */
type Wish =
  /** Read the state: something failed that it may be too old to explain. */
  | { readonly kind: "doubt" }
  /** End: as many exchanges as were asked for have been told. */
  | { readonly kind: "enough" };

/** Name of the internal command that reads the packets. */
export const WATCHER = "live-watcher";
