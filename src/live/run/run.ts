// One watched run from its beginning to its report: state, captures, the command, state again, explanation.

import { backendNamed } from "../../capture/backends.ts";
import { formatOf, type ReportOptions } from "../../case/report-writer.ts";
import { uptimeSeconds } from "../../clock.ts";
import { type PingCommand, parsePingCommand } from "../../explain/command/ping-command.ts";
import type { SystemState } from "../../model/system-state.ts";
import { type Language, text } from "../../model/text.ts";
import type { Trace } from "../../model/trace.ts";
import { collectState, findNamespaces, type NamespaceTarget } from "../../system/collect.ts";
import { parseState } from "../../system/parse.ts";
import { type MacPlace, placesByMac } from "../by-mac.ts";
import { keepOf } from "../files.ts";
import { isBeingAsked } from "../links.ts";
import { Monitors } from "../monitors.ts";
import { withMacPlaces } from "../one-by-one.ts";
import { type Asking, arpPatience, foresee, placesByName, placesByState } from "../places.ts";
import { LiveCapture, type LiveSetting, type ReaderKind } from "../supervisor.ts";
import { recordTrace, type TraceRecording } from "../trace.ts";
import type { WatchPlace } from "../where.ts";
import { type CommandEnd, startCommand } from "./command.ts";
import { filterOfPlan } from "./connection-filter.ts";
import { LateNamespaces } from "./late.ts";
import { EXPLAINER, type RunWork } from "./messages.ts";
import { isRead, mainOf, type Plan, type PlannedCommand, planOf } from "./planned.ts";
import { ProcessWatch, type SeenProgram } from "./processes.ts";
import { ranBy } from "./ran.ts";
import { CommandSignals } from "./signals.ts";
import { earlierCase } from "./since.ts";
import { QuestionsHeard, waitForOpenQuestions } from "./wait.ts";
import { note, reasonsOf, watchingText } from "./words.ts";

export interface RunOptions extends ReportOptions {
  readonly interface?: readonly string[];
  readonly write?: string;
  readonly filter?: string;
  readonly backend: string;
  readonly kernelEvents: boolean;
  /** An earlier case of the same ping. */
  readonly since?: string;
}

// What a run waits for beyond the end of an open ARP round: the error the kernel makes of it, a late reply.
const MORE_MS = 1000;
const LONGEST_ROUND_MS = 30_000;
// Reading 100 namespaces takes two seconds (measured): of more than this, only those that were watched are read again.
const MOST_READ_TWICE = 32;
// Each is a walk through the state.
const MOST_ASKINGS = 32;

/** Runs the command and explains it; the exit status is set by what the report says. */
export async function runLive(argv: readonly string[], options: RunOptions, language: Language): Promise<void> {
  const started = uptimeSeconds();
  const prepared = await prepare(argv, options);
  const { setting, netns } = prepared;
  const questions = new QuestionsHeard();
  const live = await LiveCapture.open(await explainerOf(prepared, argv, options, questions), { ...setting, language });
  const { watching } = live.where;
  const signals = new CommandSignals();
  let tracing: TraceRecording | null = null;
  let monitors: Monitors | null = null;
  try {
    monitors = await Monitors.start(monitored(setting, netns), setting.file);
    tracing = recordTrace(
      watching.map((place) => place.interface),
      (offset, words) => live.trace(offset, words),
      options.kernelEvents,
    );
    sayWhereIsWatched(watching, prepared.byMac, options, language);
    const quiet = options.quiet === true || options.interface !== undefined;
    const late = new LateNamespaces({
      live,
      ...setting,
      filter: prepared.filter,
      tell: (where) => !quiet && where.watching.length > 0 && note(watchingText(where.watching, []), language),
    });
    const { pid, programs, ...ended } = await runCommand(
      argv,
      outputOf(prepared, options),
      signals,
      (inode, program) => {
        if (options.interface === undefined) late.entered(inode, program);
      },
    );
    await waitForOpenQuestions(live, questions, () => isAsking(prepared), prepared.patience, language);
    const found = await late.end();
    const ends = await live.stop();
    const trace = tracing.stop(pid);
    const taken = await collectState({
      kernelLogSince: started,
      ...(setting.targets.length > MOST_READ_TWICE && { namespaces: around(netns, watching) }),
    });
    await monitors.stop();
    const stateAfter = monitors.into(taken);
    const ran = ranBy(prepared.plan, programs, found.keyOf);
    const command = { argv, netns, ...ended, ...(ran === null ? {} : { ran }) };
    process.exitCode = await live.finish({ stateAfter, command, late: found.files, ends, trace });
  } catch (error) {
    tracing?.stop(null);
    live.abandon();
    await monitors?.stop();
    throw error;
  }
}

// The half that reads the packets, and what it has to know of the command.
async function explainerOf(
  { netns, ping, retrans }: Prepared,
  argv: readonly string[],
  options: RunOptions,
  questions: QuestionsHeard,
): Promise<ReaderKind<RunWork>> {
  // Read first: -w may name the same place.
  const earlier = options.since === undefined ? null : await earlierCase(options.since, ping, netns);
  return {
    command: EXPLAINER,
    lost: { kind: "explainer-lost", without: text(", so that there is no report", "，因此没有报告") },
    begin: () => ({
      command: { argv, netns },
      report: reportOptionsOf(options),
      retransTime: retrans,
      ...(earlier === null ? {} : { earlier }),
    }),
    word: (word) => questions.hear(word),
  };
}

function sayWhereIsWatched(
  watching: readonly WatchPlace[],
  byMac: readonly MacPlace[],
  { quiet, verbose }: RunOptions,
  language: Language,
): void {
  if (quiet !== true) note(watchingText(watching, byMac), language);
  if (verbose === true) for (const because of reasonsOf(byMac)) note(because, language);
}

// Where the command runs, and where is captured.
function monitored({ targets, where }: Prepared["setting"], netns: string): NamespaceTarget[] {
  const keys = new Set([netns, ...where.watching.map((place) => place.netns)]);
  return [...keys].flatMap((key) => targets.find((target) => target.key === key) ?? []);
}

/** What is known before the captures start. */
interface Prepared {
  readonly plan: Plan;
  readonly ping: PingCommand | null;
  /** What is captured; null is everything. */
  readonly filter: string | null;
  /** Namespace that the command runs in. */
  readonly netns: string;
  /** Its way by the state before. */
  readonly trace: Trace | null;
  readonly setting: Omit<LiveSetting, "language">;
  readonly byMac: readonly MacPlace[];
  /** What the kernel waits between ARP requests, and how long an open round is waited for, in milliseconds. */
  readonly retrans: number;
  readonly patience: number;
}

async function prepare(argv: readonly string[], options: RunOptions): Promise<Prepared> {
  const named = parsePingCommand(argv)?.netns;
  const [file, targets, backend] = await Promise.all([
    collectState({ first: ["", ...(named ? [named] : [])] }),
    findNamespaces(),
    backendNamed(options.backend),
  ]);
  const { state } = parseState(file, "this machine");
  const plan = await planOf(argv, targets);
  const main = mainOf(plan);
  const { netns } = main;
  const ping = main.asks.find(({ ipv6 }) => !ipv6)?.ping ?? null;
  const filter = filterOf(options, plan, state);
  const askings = askingsOf(plan, main, state);
  const trace = askings[0]?.trace ?? null;
  const looked =
    options.interface === undefined
      ? placesByState(state, targets, askings, filter)
      : await placesByName(options.interface, state, targets, filter);
  // Other ways to capture than tcpdump's on whole namespaces hold the addresses anyway.
  const byMac = backend.name === "tcpdump" ? placesByMac(state, trace, looked.watching) : [];
  const { retrans, round } = arpPatience(state, looked.watching);
  const where = withMacPlaces(looked, byMac);
  return {
    plan,
    ping,
    netns,
    filter,
    trace,
    setting: { backend, where, file, state, targets, keep: keepOf(options.write) },
    byMac,
    retrans,
    patience: Math.min(round, LONGEST_ROUND_MS) + MORE_MS,
  };
}

function filterOf({ filter }: RunOptions, plan: Plan, state: SystemState): string | null {
  return filter === undefined ? filterOfPlan(plan, state) : filter.trim() || null;
}

type Wanted = Omit<Asking, "trace"> & { readonly argv: readonly string[] };

// What the command runs first of all asks, and then each further place and target that it names, each once.
function askingsOf(plan: Plan, main: PlannedCommand, state: SystemState): readonly Asking[] {
  const wanted: readonly Wanted[] = [main, ...plan.commands.filter((one) => one !== main), ...plan.maybe].flatMap(
    ({ netns, wants, argv }): Wanted[] =>
      wants.length === 0 ? [{ netns, ping: null, argv }] : wants.map((ping) => ({ netns, ping, argv })),
  );
  const once = new Map(wanted.map((one) => [`${one.netns} ${one.ping?.destination} ${one.ping?.bindInterface}`, one]));
  return [...once.values()]
    .slice(0, MOST_ASKINGS)
    .map(({ netns, ping, argv }) => ({ netns, ping, trace: foresee(state, netns, ping, argv) }));
}

// Only what a ping prints is read; a report that a program reads stands alone on standard output.
function outputOf({ plan }: Prepared, options: RunOptions): { read: boolean; quietStdout: boolean } {
  return {
    read: plan.commands.some(isRead),
    quietStdout: formatOf(options) !== "text" && options.output === undefined,
  };
}

// Where the carrier is gone, only the asker's kernel knows that it still asks.
async function isAsking({ setting, netns, trace }: Prepared): Promise<boolean> {
  const asker = setting.targets.find((target) => target.key === netns);
  const nextHop = trace?.nextHop ?? null;
  return asker !== undefined && nextHop !== null && (await isBeingAsked(asker, nextHop));
}

// Ours is among them: the kernel's log is kept there.
function around(netns: string, watching: readonly WatchPlace[]): string[] {
  return [...new Set(["", netns, ...watching.map((place) => place.netns)])];
}

// Nothing else of what commander has collected is the explainer's business.
function reportOptionsOf(options: RunOptions): ReportOptions {
  const { json, format, output, expect, verbose, quiet, redact, why, color } = options;
  const asked = { json, format, output, expect, verbose, quiet, redact, why, color };
  return JSON.parse(JSON.stringify(asked)) as ReportOptions;
}

async function runCommand(
  argv: readonly string[],
  how: { read: boolean; quietStdout: boolean },
  signals: CommandSignals,
  entered: ConstructorParameters<typeof ProcessWatch>[1],
): Promise<CommandEnd & { readonly pid: number | null; readonly programs: readonly SeenProgram[] }> {
  const command = startCommand(argv, how);
  const processes = command.pid === null ? null : new ProcessWatch(command.pid, entered);
  signals.passTo(command);
  try {
    const ended = await command.ended;
    return { ...ended, pid: command.pid, programs: processes?.stop() ?? [] };
  } finally {
    processes?.stop();
    signals.end();
    // The report comes after everything the command has printed.
    for (const stream of [process.stdout, process.stderr]) await new Promise((done) => stream.write("", done));
  }
}
