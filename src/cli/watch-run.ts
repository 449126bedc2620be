// One watch from its beginning to its summary: state, captures, lines, state again.

import { statSync } from "node:fs";
import { DEFAULT_FILTER } from "../capture/backend.ts";
import type { Language } from "../model/text.ts";
import { formatVantage } from "../model/vantage.ts";
import { findNamespaces } from "../system/collect.ts";
import { parseState } from "../system/parse.ts";
import { backendNamed } from "./live-backends.ts";
import type { Keep } from "./live-messages.ts";
import { openEitherWay } from "./live-one-by-one.ts";
import { namespaceKey, placesByName } from "./live-places.ts";
import { identityToBecome } from "./live-privileges.ts";
import { recordTrace, type TraceRecording } from "./live-trace.ts";
import type { ToWatcher } from "./watch-messages.ts";
import { readNamespaces, StateFollower } from "./watch-state.ts";
import { WatchCapture } from "./watch-supervisor.ts";

export interface WatchOptions {
  readonly interface?: readonly string[];
  readonly write?: string;
  readonly count?: number;
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
  const names = options.interface ?? ["any"];
  const [targets, backend] = await Promise.all([findNamespaces(), backendNamed(options.backend)]);
  const keys = new Set<string>();
  for (const name of names) {
    const at = name.lastIndexOf("@");
    keys.add(at < 0 ? "" : await namespaceKey(name.slice(at + 1), targets));
  }
  const watched = targets.filter((target) => keys.has(target.key));
  const state = await readNamespaces(watched);
  const filter = filterWords.join(" ").trim() || DEFAULT_FILTER;
  const parsed = parseState(state, "this machine").state;
  const where = await placesByName(names, parsed, targets, filter);

  let end = (): void => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const stopping = endOnSignals(end);
  let capture: WatchCapture | null = null;
  let tracing: TraceRecording | null = null;
  const early: ToWatcher[] = [];
  const follower = new StateFollower(watched, (namespaces, quiet) => {
    capture?.send({ kind: "state", namespaces, quiet });
  });
  try {
    // Following packets costs those who send them: only for what is kept and explained again.
    if (options.write !== undefined) {
      tracing = recordTrace(
        where.watching.map((place) => place.interface),
        (offset, words) => {
          const message = { kind: "trace", offset, text: words } as const;
          if (capture === null) early.push(message);
          else capture.send(message);
        },
        options.kernelEvents,
      );
    }
    const ears = { doubt: () => follower.refresh(), enough: end };
    const watching = await openEitherWay(where, parsed, (chosen, limits) =>
      WatchCapture.open(
        backend,
        chosen,
        targets,
        {
          kind: "begin",
          identity: identityToBecome(),
          captures: chosen.plans,
          watching: chosen.watching.map((place) => formatVantage({ ...place, source: "" })),
          keep: keepOf(options.write),
          backend: backend.name,
          timeSource: backend.timeSource,
          limits: [...backend.limits, ...limits],
          looks: {
            language,
            format: options.format,
            color: options.color,
            quiet: options.quiet === true,
            verbose: options.verbose === true,
          },
          state,
          count: options.count ?? null,
        },
        ears,
      ),
    );
    capture = watching;
    for (const message of early) capture.send(message);
    follower.follow(targets.filter((target) => !watched.includes(target)));
    await Promise.race([ended, capture.failed]);
    const ends = await capture.stop();
    const trace = tracing?.stop(null) ?? null;
    await follower.stop();
    process.exitCode = await capture.finish({ kind: "finish", stateAfter: await readNamespaces(watched), ends, trace });
  } catch (error) {
    tracing?.stop(null);
    capture?.abandon();
    await follower.stop();
    throw error;
  } finally {
    stopping.undo();
  }
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

function keepOf(path: string | undefined): Keep | null {
  if (path === undefined) return null;
  const isDirectory = path.endsWith("/") || statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  return { kind: isDirectory ? "directory" : "file", path };
}
