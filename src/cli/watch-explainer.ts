// The half of `pktwhy watch` that reads packets: a process of its own that has given up every special right before.

import { Socket } from "node:net";
import { type RecordedStream, recordStream } from "../capture/record-pcapng.ts";
import { causes } from "../causes/registry.ts";
import { explain } from "../explain/explain.ts";
import { FlowTracker } from "../flow/tracker.ts";
import type { KernelEvents } from "../kernel/event.ts";
import { formatKernelEvents } from "../kernel/events-file.ts";
import { type Problem, ProblemError } from "../model/problem.ts";
import type { Nanoseconds } from "../model/time.ts";
import type { InputSummary } from "../model/vantage.ts";
import { pageOf } from "../render/page.ts";
import { renderWatchLine, type WatchEvent, watchJson } from "../render/watch-line.ts";
import { parseState } from "../system/parse.ts";
import type { StateFile } from "../system/state-file.ts";
import { statusOf } from "./exit-status.ts";
import { LiveFiles } from "./live-files.ts";
import { LinkNames } from "./live-link-names.ts";
import { linksOf } from "./live-links.ts";
import { FIRST_STREAM, type PlanEnd } from "./live-messages.ts";
import { become } from "./live-privileges.ts";
import { TraceSorter } from "./live-trace.ts";
import { packageVersion } from "./package-root.ts";
import { type CaptureNote, withNotes } from "./run-file.ts";
import { tell, textOptions } from "./terminal.ts";
import { LiveReader } from "./watch-live.ts";
import type { BeginWatch, FromWatcher, ToWatcher } from "./watch-messages.ts";
import { WatchRecording } from "./watch-recording.ts";
import { startLine, summaryLines } from "./watch-summary.ts";
import { WatchTeller } from "./watch-teller.ts";

const HEARTBEAT_MS = 20;

/** Waits for orders on the channel to the supervisor, and ends with the summary told. */
export async function watchLive(): Promise<void> {
  // Ctrl-C is for the supervisor, which then asks for the summary.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
  const pids: number[] = [];
  let watcher: Watcher | null = null;
  let over = false;
  const take = async (message: ToWatcher): Promise<boolean> => {
    if (message.kind === "pids") pids.push(...message.pids);
    else if (message.kind === "begin") watcher = await Watcher.open(message);
    else if (message.kind === "finish") {
      await watcher?.finish(message);
      return true;
    } else watcher?.take(message);
    return false;
  };
  await new Promise<void>((resolve) => {
    process.on("disconnect", () => {
      if (!over) endCaptures(pids);
    });
    process.on("message", (message: ToWatcher) => {
      take(message).then(
        (done) => {
          over ||= done;
          if (done) resolve();
        },
        (error: unknown) => {
          if (!(error instanceof ProblemError)) throw error;
          over = true;
          send({ kind: "failed", problem: error.problem });
          resolve();
        },
      );
    });
  });
  process.disconnect?.();
}

// The supervisor is gone: nobody will ask for a summary, and captures that did not die with it are to end.
function endCaptures(pids: readonly number[]): never {
  for (const pid of pids) {
    try {
      process.kill(pid, "SIGTERM");
    } catch {
      // Already gone, or root's: those die with their parent.
    }
  }
  process.exit(1);
}

function send(message: FromWatcher): void {
  if (process.connected) process.send?.(message);
}

class Watcher {
  readonly #begin: BeginWatch;
  readonly #files: LiveFiles | null;
  readonly #names = new LinkNames((netns) => send({ kind: "who", netns }));
  readonly #recording: WatchRecording;
  readonly #reader: LiveReader;
  readonly #tracker: FlowTracker;
  readonly #teller: WatchTeller;
  readonly #streams: Promise<unknown>[];
  readonly #heart: NodeJS.Timeout;
  readonly #problems: Problem[] = [];
  readonly #print: (event: WatchEvent) => void;
  #state: StateFile;
  #told = 0;
  readonly #trace = new TraceSorter();

  static async open(begin: BeginWatch): Promise<Watcher> {
    const { identity, keep, captures } = begin;
    const rights = () => {
      const problem = identity === null ? null : become(identity);
      if (problem !== null) tell([problem], begin.looks.language);
    };
    if (identity?.kind === "caller") rights();
    const namespaces = [...new Set(captures.map((plan) => plan.netns))];
    const files = keep === null ? null : await LiveFiles.open(keep, namespaces, null, `pktwhy ${packageVersion()}`);
    if (identity?.kind === "nobody") rights();
    const watcher = new Watcher(begin, files);
    process.stdout.write(startLine(begin));
    send({ kind: "opened" });
    return watcher;
  }

  private constructor(begin: BeginWatch, files: LiveFiles | null) {
    this.#begin = begin;
    this.#files = files;
    this.#state = begin.state;
    this.#print = printer(begin);
    for (const [netns, file] of Object.entries(begin.state.namespaces)) this.#names.learn(netns, linksOf(file.link));
    const { state, problems } = parseState(begin.state, "this machine");
    this.#problems.push(...problems);
    this.#teller = new WatchTeller({
      causes,
      state,
      inputs: () => this.#inputsSoFar(),
      netns: [...new Set(begin.captures.map((plan) => plan.netns))],
      tell: (event) => this.#tell(event),
      doubt: () => send({ kind: "doubt" }),
    });
    this.#tracker = new FlowTracker({ onSettled: (flow, exchange) => this.#teller.settled(flow, exchange) });
    const sink = {
      push: (packet: Parameters<FlowTracker["push"]>[0]) => {
        if (this.#files !== null) this.#trace.note(packet);
        this.#teller.saw(packet);
        this.#tracker.push(packet);
      },
      advance: (watermark: Nanoseconds) => this.#tracker.advance(watermark),
    };
    this.#reader = new LiveReader(sink, now());
    this.#recording = new WatchRecording(
      (bytes) => this.#reader.append(bytes),
      `pktwhy ${packageVersion()}`,
      (netns) => this.#files?.recordingOf(netns) ?? null,
    );
    this.#streams = [this.#reader.read(), ...begin.captures.map((plan, at) => this.#record(plan, at))];
    this.#heart = setInterval(() => {
      this.#reader.tick(now());
      this.#teller.flush();
    }, HEARTBEAT_MS);
  }

  /** Takes what the supervisor has to tell. */
  take(message: Extract<ToWatcher, { kind: "names" | "state" | "lost" | "trace" }>): void {
    if (message.kind === "trace") this.#trace.hear(message.offset, message.text);
    else if (message.kind === "names") this.#names.learn(message.netns, message.links);
    else if (message.kind === "lost") {
      this.#print({ kind: "mark", time: now(), change: "capture", tone: "bad", text: message.problem.text });
    } else {
      this.#state = { ...this.#state, namespaces: { ...this.#state.namespaces, ...message.namespaces } };
      for (const [netns, file] of Object.entries(message.namespaces)) this.#names.learn(netns, linksOf(file.link));
      this.#teller.restate(parseState(this.#state, "this machine").state, now());
    }
  }

  /** Tells the summary and ends. */
  async finish({ stateAfter, ends, trace }: Extract<ToWatcher, { kind: "finish" }>): Promise<void> {
    const [reading, ...streams] = this.#streams;
    await Promise.all(streams);
    clearInterval(this.#heart);
    this.#countDrops(ends);
    await this.#recording.flush();
    this.#reader.end();
    await reading;
    // Everything is there: what can be told is told before the summary.
    const flows = this.#tracker.finish();
    this.#teller.flush();
    const begin = this.#begin;
    const notes = this.#notes(ends);
    const noted = withNotes(this.#reader.summaries(), notes);
    const inputs = noted.summaries.map((one) => ({ ...one, format: "live" as const }));
    const kernel = trace === null ? null : this.#trace.finish(trace);
    const report = explain({
      flows,
      inputs,
      state: parseState(
        { ...begin.state, namespaces: { ...this.#state.namespaces, ...begin.state.namespaces } },
        "state",
      ).state,
      stateAfter: parseState(stateAfter, "state").state,
      kernel,
      command: null,
      problems: [...this.#problems, ...noted.problems],
      evicted: this.#tracker.evicted,
      causes,
    });
    await this.#keep(stateAfter, notes, kernel);
    await written(await summaryLines(report, this.#teller.causes, begin.looks));
    send({ kind: "done", status: statusOf(report) });
  }

  #tell(event: WatchEvent): void {
    if (event.kind === "exchange") {
      const { count } = this.#begin;
      if (count !== null && this.#told >= count) return;
      this.#told++;
      if (this.#told === count) send({ kind: "enough" });
    }
    this.#print(event);
  }

  async #record(plan: BeginWatch["captures"][number], at: number): Promise<void> {
    const stream: RecordedStream = { ...plan, nameOf: (index: number) => this.#names.nameOf(plan.netns, index) };
    const chunks = new Socket({ fd: FIRST_STREAM + at, readable: true, writable: false });
    await recordStream(chunks, stream, this.#recording, () => {});
  }

  // What is watched so far: enough to judge what should have been seen.
  #inputsSoFar(): InputSummary[] {
    const filter = this.#begin.captures[0]?.filter ?? null;
    return this.#reader.vantages.map((vantage) => ({
      vantage,
      format: "live",
      linkType: "EN10MB",
      packets: 1,
      explained: 1,
      otherProtocols: new Map(),
      droppedByKernel: null,
      snapLength: null,
      from: null,
      to: null,
      filter,
      timeSource: this.#begin.timeSource,
      problems: [],
    }));
  }

  // Unknown for one capture is unknown for all of its namespace.
  #countDrops(ends: readonly PlanEnd[]): void {
    const time = now();
    const { captures } = this.#begin;
    for (const netns of new Set(captures.map((plan) => plan.netns))) {
      const own = ends.filter((_, at) => captures[at]?.netns === netns).map((end) => end.dropped);
      if (own.some((dropped) => dropped === null)) continue;
      this.#recording.dropped(
        netns,
        own.reduce<number>((sum, dropped) => sum + (dropped ?? 0), 0),
        time,
      );
    }
  }

  #notes(ends: readonly PlanEnd[]): CaptureNote[] {
    const { captures, timeSource, limits } = this.#begin;
    return captures.map((plan, at) => ({
      netns: plan.netns,
      interface: plan.interface,
      timeSource,
      problems: [...limits, ...(ends[at]?.problem ? [ends[at].problem] : [])],
    }));
  }

  async #keep(stateAfter: StateFile, notes: readonly CaptureNote[], events: KernelEvents | null): Promise<void> {
    if (this.#files === null) return;
    const { backend, captures, state } = this.#begin;
    const interfaces = this.#names.history(captures.map((plan) => plan.netns));
    const run = { backend, interfaces, captures: notes };
    const kernel = events === null ? null : formatKernelEvents(events);
    tell(await this.#files.finish({ state, stateAfter, run, kernel }), this.#begin.looks.language);
    await this.#files.close();
  }
}

function printer({ looks }: BeginWatch): (event: WatchEvent) => void {
  if (looks.quiet) return () => {};
  if (looks.format === "jsonl") {
    return (event) => process.stdout.write(`${JSON.stringify(watchJson(event, looks.language))}\n`);
  }
  const page = pageOf(textOptions(process.stdout, looks.language, { color: looks.color }));
  return (event) => process.stdout.write(renderWatchLine(event, page));
}

function written(words: string): Promise<void> {
  return new Promise((resolve) => process.stdout.write(words, () => resolve()));
}

function now(): Nanoseconds {
  return BigInt(Date.now()) * 1_000_000n;
}
