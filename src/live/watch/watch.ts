// One watch from its beginning to its summary: state, captures, lines, state again.

import { DEFAULT_FILTER } from "../../capture/backend.ts";
import { backendNamed } from "../../capture/backends.ts";
import { type Language, text } from "../../model/text.ts";
import { formatVantage } from "../../model/vantage.ts";
import { findNamespaces, type NamespaceTarget } from "../../system/collect.ts";
import { parseState } from "../../system/parse.ts";
import { keepOf } from "../files.ts";
import type { LiveTrace } from "../messages.ts";
import { type LivePlaces, namespacesNamed, placesByName } from "../places.ts";
import { LiveCapture, type LiveSetting, type ReaderKind } from "../supervisor.ts";
import { recordTrace } from "../trace.ts";
import { WATCHER, type WatchWork } from "./messages.ts";
import { type MetricsAddress, metricsAddress } from "./metrics-server.ts";
import { readNamespaces, StateFollower } from "./state.ts";

export interface WatchOptions {
  readonly interface?: readonly string[];
  readonly write?: string;
  readonly count?: number;
  readonly metrics?: string;
  readonly backend: string;
  readonly kernelEvents: boolean;
  readonly format: "text" | "jsonl";
  readonly verbose?: boolean;
  readonly quiet?: boolean;
  readonly color: boolean;
}

const INTERRUPTED = 130;

/** Watches until Ctrl-C, or until as much was told as was asked for. */
export async function watch(filterWords: readonly string[], options: WatchOptions, language: Language): Promise<void> {
  const metrics = options.metrics === undefined ? null : metricsAddress(options.metrics);
  const { watched, unwatched, setting } = await prepare(filterWords, options);
  let end = (): void => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const stopping = endOnSignals(end);
  const follower = new StateFollower(watched);
  const tracing = traceFor(setting.where, options);
  let live: LiveCapture<WatchWork> | null = null;
  try {
    const capture = await LiveCapture.open(watcher(options, { follower, end, metrics, unwatched }), {
      ...setting,
      language,
    });
    live = capture;
    tracing.tellTo(capture);
    const beside = setting.targets.filter((target) => !watched.includes(target));
    await follower.follow(beside, setting.file, {
      change: (netns, change) => capture.order({ kind: "change", netns, change }),
      beside: (namespaces) => capture.order({ kind: "beside", namespaces }),
    });
    await Promise.race([ended, capture.failed]);
    const ends = await capture.stop();
    const trace = tracing.stop();
    const taken = await readNamespaces(watched);
    await follower.stop();
    process.exitCode = await capture.finish({ stateAfter: follower.into(taken), ends, trace });
  } catch (error) {
    tracing.stop();
    live?.abandon();
    await follower.stop();
    throw error;
  } finally {
    stopping.undo();
  }
}

interface Prepared {
  /** The namespaces that are looked at. */
  readonly watched: readonly NamespaceTarget[];
  /** Where nobody said where to watch: the named ones that are not. */
  readonly unwatched: readonly string[];
  readonly setting: Omit<LiveSetting, "language">;
}

async function prepare(filterWords: readonly string[], options: WatchOptions): Promise<Prepared> {
  const names = options.interface ?? ["any"];
  const [targets, backend] = await Promise.all([findNamespaces(), backendNamed(options.backend)]);
  const watched = await namespacesNamed(names, targets);
  const file = await readNamespaces(watched);
  const { state } = parseState(file, "this machine");
  const where = await placesByName(names, state, targets, filterWords.join(" ").trim() || DEFAULT_FILTER);
  const others = options.interface === undefined ? targets.filter((target) => !watched.includes(target)) : [];
  const unwatched = others.map(({ key }) => key).filter((key) => !key.startsWith("pid-"));
  return { watched, unwatched, setting: { backend, where, file, state, targets, keep: keepOf(options.write) } };
}

interface WatcherWork {
  readonly follower: StateFollower;
  readonly end: () => void;
  readonly metrics: MetricsAddress | null;
  readonly unwatched: readonly string[];
}

/** The half that tells the lines. */
function watcher(
  { format, color, quiet = false, verbose = false, count }: WatchOptions,
  { follower, end, metrics, unwatched }: WatcherWork,
): ReaderKind<WatchWork> {
  return {
    command: WATCHER,
    lost: { kind: "watcher-lost", without: text("", "") },
    begin: ({ watching }) => ({
      watching: watching.map((place) => formatVantage({ ...place, source: "" })),
      unwatched,
      looks: { format, color, quiet, verbose },
      count: count ?? null,
      metrics,
    }),
    word: (word) => (word.kind === "doubt" ? follower.refresh() : end()),
    // One that ends by itself is told at once; when none is left there is nothing more to watch.
    captureEnded: (live, problem, left) => {
      if (problem !== null) live.order({ kind: "lost", problem });
      if (left === 0) end();
    },
  };
}

interface WatchTrace {
  /** Hands on what the kernel tells, and told so far. */
  tellTo(live: LiveCapture<WatchWork>): void;
  stop(): LiveTrace;
}

// Following packets costs those who send them: only for what is kept and explained again. It begins before the captures,
// so that what they see first is followed too.
function traceFor({ watching }: LivePlaces, { write, kernelEvents }: WatchOptions): WatchTrace {
  const early: [offset: string, words: string][] = [];
  let tell = (offset: string, words: string): void => void early.push([offset, words]);
  const recording = recordTrace(
    watching.map((place) => place.interface),
    (offset, words) => tell(offset, words),
    write !== undefined && kernelEvents,
  );
  return {
    tellTo: (live) => {
      tell = (offset, words) => live.trace(offset, words);
      for (const [offset, words] of early) tell(offset, words);
    },
    stop: () => recording.stop(null),
  };
}

// The first signal asks for the summary; a second one does not wait for it.
function endOnSignals(end: () => void): { undo(): void } {
  let asked = false;
  const listener = () => {
    if (asked) process.exit(INTERRUPTED);
    asked = true;
    end();
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, listener);
  return {
    undo: () => {
      for (const signal of signals) process.off(signal, listener);
    },
  };
}
