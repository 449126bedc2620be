// One watched run from its beginning to its report: state, captures, the command, state again, explanation.

import { statSync } from "node:fs";
import { uptime } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { DEFAULT_FILTER } from "../capture/backend.ts";
import { type MacPlace, placesByMac } from "../capture/by-mac.ts";
import type { WatchPlace } from "../capture/where.ts";
import { parsePingCommand } from "../explain/ping-command.ts";
import { type Language, printable, type Text, text } from "../model/text.ts";
import { formatVantage } from "../model/vantage.ts";
import { collectState, findNamespaces } from "../system/collect.ts";
import { parseState } from "../system/parse.ts";
import { backendNamed } from "./live-backends.ts";
import { type CommandEnd, startCommand } from "./live-command.ts";
import { isBeingAsked } from "./live-links.ts";
import type { Keep } from "./live-messages.ts";
import { openEitherWay, withMacPlaces } from "./live-one-by-one.ts";
import { arpPatience, foresee, namespaceKey, placesByName, placesByState } from "./live-places.ts";
import { identityToBecome } from "./live-privileges.ts";
import { CommandSignals } from "./live-signals.ts";
import { LiveCapture } from "./live-supervisor.ts";
import { recordTrace, type TraceRecording } from "./live-trace.ts";
import { formatOf, type ReportOptions } from "./report-options.ts";

export interface RunOptions extends ReportOptions {
  readonly interface?: readonly string[];
  readonly write?: string;
  readonly filter?: string;
  readonly backend: string;
  readonly kernelEvents: boolean;
}

// What a run waits for beyond the end of an open ARP round: the error the kernel makes of it, a late reply.
const MORE_MS = 1000;
const LONGEST_ROUND_MS = 30_000;
const LOOK_MS = 50;
// Reading 100 namespaces takes two seconds (measured): of more than this, only those that were watched are read again.
const MOST_READ_TWICE = 32;

/** Runs the command and explains it; the exit status is set by what the report says. */
export async function runLive(argv: readonly string[], options: RunOptions, language: Language): Promise<void> {
  const ping = parsePingCommand(argv);
  const started = uptime();
  const [stateFile, targets, backend] = await Promise.all([
    collectState(),
    findNamespaces(),
    backendNamed(options.backend),
  ]);
  const { state } = parseState(stateFile, "this machine");
  const netns = ping?.netns == null ? "" : await namespaceKey(ping.netns, targets);
  const filter = options.filter === undefined ? DEFAULT_FILTER : options.filter.trim() || null;
  const trace = foresee(state, netns, ping);
  const where =
    options.interface === undefined
      ? placesByState(state, targets, netns, ping, trace, filter)
      : await placesByName(options.interface, state, targets, filter);
  // Other ways to capture than tcpdump's on whole namespaces hold the addresses anyway.
  const byMac = backend.name === "tcpdump" ? placesByMac(state, trace, where.watching) : [];
  const { retrans, round } = arpPatience(state, where.watching);
  let { watching } = where;
  const live = await openEitherWay(withMacPlaces(where, byMac), state, (chosen, limits) => {
    watching = chosen.watching;
    return LiveCapture.open(backend, chosen, targets, {
      identity: identityToBecome(),
      captures: chosen.plans,
      keep: keepOf(options.write),
      backend: backend.name,
      timeSource: backend.timeSource,
      limits: [...backend.limits, ...limits],
      report: reportOptionsOf(options),
      language,
      state: stateFile,
      retransTime: retrans,
    });
  });
  const signals = new CommandSignals();
  let tracing: TraceRecording | null = null;
  try {
    const recording = recordTrace(
      watching.map((place) => place.interface),
      (offset, words) => live.trace(offset, words),
      options.kernelEvents,
    );
    tracing = recording;
    if (options.quiet !== true) note(watchingText(watching, byMac), language);
    if (options.verbose === true) for (const because of reasonsOf(byMac)) note(because, language);
    const { pid, ...ended } = await runCommand(
      argv,
      { read: ping !== null, quietStdout: formatOf(options) !== "text" && options.output === undefined },
      signals,
    );
    const asker = targets.find((target) => target.key === netns) ?? null;
    const nextHop = trace?.nextHop ?? null;
    const stillAsking = async () => asker !== null && nextHop !== null && (await isBeingAsked(asker, nextHop));
    await waitForOpenQuestions(live, stillAsking, Math.min(round, LONGEST_ROUND_MS) + MORE_MS, language);
    const ends = await live.stop();
    const told = recording.stop(pid);
    const stateAfter = await collectState({
      kernelLogSince: started,
      ...(targets.length > MOST_READ_TWICE && { namespaces: around(netns, watching) }),
    });
    process.exitCode = await live.finish({ stateAfter, command: { argv, netns, ...ended }, ends, trace: told });
  } catch (error) {
    tracing?.stop(null);
    live.abort();
    throw error;
  }
}

// Ours is among them: the kernel's log is kept there.
function around(netns: string, watching: readonly WatchPlace[]): string[] {
  return [...new Set(["", netns, ...watching.map((place) => place.netns)])];
}

function keepOf(path: string | undefined): Keep {
  if (path === undefined) return { kind: "none" };
  const isDirectory = path.endsWith("/") || statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  return { kind: isDirectory ? "directory" : "file", path };
}

// Nothing else of what commander has collected is the explainer's business.
function reportOptionsOf({ json, format, output, expect, verbose, quiet, redact, color }: RunOptions): ReportOptions {
  return JSON.parse(JSON.stringify({ json, format, output, expect, verbose, quiet, redact, color })) as ReportOptions;
}

const MOST_NAMED = 8;

function watchingText(watching: readonly WatchPlace[], byMac: readonly MacPlace[]): Text {
  const all = listed(watching);
  const macs = listed(byMac);
  return byMac.length === 0
    ? text(`watching ${all.en}`, `正在抓包：${all.zh}`)
    : text(
        `watching ${all.en}; with MAC addresses, which decide there: ${macs.en}`,
        `正在抓包：${all.zh}；其中由 MAC 地址决定、因此连同 MAC 一起抓的：${macs.zh}`,
      );
}

function listed(places: readonly WatchPlace[]): Text {
  const names = places.map((place) => printable(formatVantage({ ...place, source: "" })));
  const more = names.length - MOST_NAMED;
  const shown = names.slice(0, MOST_NAMED);
  return more > 0
    ? text(`${shown.join(", ")} and ${more} more`, `${shown.join("、")} 等 ${names.length} 个接口`)
    : text(shown.join(", "), shown.join("、"));
}

function reasonsOf(byMac: readonly MacPlace[]): Text[] {
  const reasons = new Map(byMac.map(({ because }) => [because.en, because]));
  return [...reasons.values()].map(({ en, zh }) =>
    text(`MAC addresses decide because ${en}`, `由 MAC 地址决定，因为 ${zh}`),
  );
}

function note(words: { en: string; zh: string }, language: Language): void {
  process.stderr.write(`pktwhy: ${words[language]}\n`);
}

async function runCommand(
  argv: readonly string[],
  how: { read: boolean; quietStdout: boolean },
  signals: CommandSignals,
): Promise<CommandEnd & { readonly pid: number | null }> {
  const command = startCommand(argv, how);
  signals.passTo(command);
  try {
    return { ...(await command.ended), pid: command.pid };
  } finally {
    signals.end();
    // The report comes after everything the command has printed.
    for (const stream of [process.stdout, process.stderr]) await new Promise((done) => stream.write("", done));
  }
}

// A round of ARP that is under way: seen on a wire by the explainer, or known to the asker's kernel alone.
async function waitForOpenQuestions(
  live: LiveCapture,
  stillAsking: () => Promise<boolean>,
  longest: number,
  language: Language,
): Promise<void> {
  const stop = new AbortController();
  const { signal } = stop;
  const enough = new Promise<void>((resolve) => {
    process.once("SIGINT", resolve);
    sleep(longest, undefined, { signal }).then(resolve, () => {});
  });
  let told = false;
  const tell = () => {
    if (told || !process.stderr.isTTY) return;
    told = true;
    const seconds = Math.ceil(longest / 1000);
    note(
      text(
        `an ARP question is still open: waiting for its end, ${seconds} s at most (Ctrl-C stops waiting)`,
        `还有 ARP 询问没有结束：最多再等 ${seconds} 秒（Ctrl-C 不再等待）`,
      ),
      language,
    );
  };
  const settled = async () => {
    while (!signal.aborted && (await stillAsking())) {
      tell();
      await sleep(LOOK_MS);
    }
    // What comes of the round's end is on its way now.
    await live.settle((what) => what === "arp" && tell());
  };
  await Promise.race([settled(), enough]);
  stop.abort();
}
