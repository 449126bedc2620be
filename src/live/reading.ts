// The half of live work that reads packets: a process of its own that has given up every special right before. What
// `run` and `watch` have in common there.

import { Socket } from "node:net";
import { packageVersion } from "../case/package-root.ts";
import type { CapturedRun } from "../case/run-file.ts";
import { now } from "../clock.ts";
import { type Problem, ProblemError } from "../model/problem.ts";
import type { LinkType } from "../model/vantage.ts";
import type { PacketRecord } from "../savefile/record.ts";
import { type PcapngRecording, recordStream } from "../savefile/record-pcapng.ts";
import { discard, LiveFiles, type ReportPlace } from "./files.ts";
import { LinkNames } from "./link-names.ts";
import { linksOf } from "./links.ts";
import {
  type Begin,
  type CapturePlan,
  FIRST_STREAM,
  type Finish,
  type FromReader,
  type PlanEnd,
  type ToReader,
  type Work,
} from "./messages.ts";
import { become } from "./privileges.ts";
import type { Terminal } from "./terminal.ts";
import { TraceSorter } from "./trace.ts";

/** What `run` and `watch` each do with the packets. */
export interface PacketReader<W extends Work> {
  /** All captures listen. */
  listening?(): void;
  /** Does what the supervisor asks for on the way. */
  take(order: W["order"]): void | Promise<void>;
  /** Tells what is to be told at the end; the status it comes to. */
  finish(finish: Finish<W>): Promise<number>;
}

/** Waits for orders on the channel to the supervisor, and ends with everything told. `open` begins to read. */
export async function readLive<W extends Work>(
  terminal: Terminal,
  open: (reading: Reading<W>) => Promise<PacketReader<W>>,
): Promise<void> {
  // Ctrl-C is for the supervisor, or for the command it watches: what came of it is told afterwards.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
  // What is kept is worth more than what is shown.
  terminal.outliveOutput();
  const orders = new Orders(terminal, open);
  await new Promise<void>((resolve) => {
    process.on("disconnect", () => orders.orphaned());
    process.on("message", (message: ToReader<W>) => {
      orders.take(message).then(
        () => orders.isOver && resolve(),
        (error: unknown) => {
          if (!(error instanceof ProblemError)) throw error;
          orders.failed(message, error.problem);
          resolve();
        },
      );
    });
  });
  if (process.connected) process.disconnect?.();
}

/** What the supervisor asks for, and how far it has come. */
class Orders<W extends Work> {
  readonly #terminal: Terminal;
  readonly #open: (reading: Reading<W>) => Promise<PacketReader<W>>;
  #pids: readonly number[] = [];
  #keeping: LiveFiles | null = null;
  #reading: Reading<W> | null = null;
  #reader: PacketReader<W> | null = null;
  /** Everything is told, or cannot be. */
  isOver = false;

  constructor(terminal: Terminal, open: (reading: Reading<W>) => Promise<PacketReader<W>>) {
    this.#terminal = terminal;
    this.#open = open;
  }

  async take(message: ToReader<W>): Promise<void> {
    switch (message.kind) {
      case "begin":
        return await this.#begin(message as Begin<W>);
      case "listening":
        this.#pids = message.pids;
        this.#reader?.listening?.();
        return;
      case "pids":
        this.#pids = message.pids;
        return;
      case "discard":
        await discard(this.#keeping?.made ?? []);
        process.exit(1);
        return;
      case "capture":
        this.#reading?.add(message.plan);
        return;
      case "names":
        this.#reading?.names.learn(message.netns, message.links);
        return;
      case "trace":
        this.#reading?.trace.hear(message.offset, message.text);
        return;
      case "order":
        await this.#reader?.take(message.order);
        return;
      case "finish": {
        const status = (await this.#reader?.finish(message as Finish<W>)) ?? 1;
        this.isOver = true;
        send({ kind: "done", status });
      }
    }
  }

  async #begin(begin: Begin<W>): Promise<void> {
    this.#reading = new Reading(begin, this.#terminal);
    this.#reader = await this.#open(this.#reading);
    this.#keeping = this.#reading.files;
    send({ kind: "opened", made: this.#keeping?.made ?? [] });
  }

  /** Tells of an order that could not be done; what was made for a capture that cannot be kept goes with it. */
  failed(message: ToReader<W>, problem: Problem): void {
    this.isOver = true;
    send({ kind: "failed", problem, made: message.kind === "begin" ? (this.#reading?.files?.made ?? []) : [] });
  }

  /** The supervisor is gone. */
  orphaned(): void {
    if (!this.isOver && this.#reading?.telling !== true) void endCaptures(this.#pids, this.#keeping);
  }
}

// The supervisor is gone: nobody will ask for anything, and captures that did not die with it are to end.
async function endCaptures(pids: readonly number[], files: LiveFiles | null): Promise<never> {
  for (const pid of pids) {
    try {
      process.kill(pid, "SIGTERM");
    } catch {
      // Already gone, or root's: those die with their parent.
    }
  }
  // What was read is kept, unless whoever keeps it hangs.
  const late = setTimeout(() => process.exit(1), FLUSH_MS);
  await files?.flush().catch(() => {});
  clearTimeout(late);
  process.exit(1);
}

const FLUSH_MS = 500;

function send<W extends Work>(message: FromReader<W>): void {
  if (process.connected) process.send?.(message);
}

/** The streams of the captures on their way into recordings, with what the supervisor knows of them. */
export class Reading<W extends Work> {
  readonly begin: Begin<W>;
  readonly terminal: Terminal;
  readonly names = new LinkNames((netns) => send({ kind: "who", netns }));
  readonly trace = new TraceSorter();
  /** Where it is kept; null where nothing is. */
  files: LiveFiles | null = null;
  /** All that is to be told is there: it is told even if the supervisor should be gone. */
  telling = false;
  #streams: readonly Promise<void>[] = [];
  /** All captures, those that were added last. */
  #captures: readonly CapturePlan[];
  #seen: (record: PacketRecord, linkType: LinkType, plan: CapturePlan) => void = () => {};
  #recordingOf: (netns: string) => PcapngRecording = () => {
    throw new RangeError("nothing is recorded yet");
  };

  constructor(begin: Begin<W>, terminal: Terminal) {
    this.begin = begin;
    this.#captures = begin.captures;
    this.terminal = terminal;
    for (const [netns, file] of Object.entries(begin.state.namespaces)) this.names.learn(netns, linksOf(file.link));
  }

  /** Namespaces with a capture. */
  get namespaces(): readonly string[] {
    return [...new Set(this.#captures.map((plan) => plan.netns))];
  }

  /** Says something to the supervisor. */
  say(word: W["word"]): void {
    send({ kind: "word", word });
  }

  /**
   * Gives up all special rights, and opens what `keep` asks for and the report's file: the caller's own files with the
   * caller's rights, else with those of root before they go. What is kept nowhere has files only where `spooled`.
   */
  async openFiles({ report, spooled }: { report: ReportPlace | null; spooled: boolean }): Promise<LiveFiles | null> {
    const { identity, keep, language } = this.begin;
    const becoming = (kind: "caller" | "nobody") => {
      const problem = identity?.kind === kind ? become(identity) : null;
      if (problem !== null) this.terminal.tell([problem], language);
    };
    becoming("caller");
    const application = `pktwhy ${packageVersion()}`;
    this.files =
      keep.kind === "none" && !spooled ? null : await LiveFiles.open(keep, this.namespaces, report, application);
    becoming("nobody");
    return this.files;
  }

  /** Begins to read; `seen` is shown each packet that is recorded. */
  record(
    recordingOf: (netns: string) => PcapngRecording,
    seen: (record: PacketRecord, linkType: LinkType, plan: CapturePlan) => void = () => {},
  ): void {
    this.#recordingOf = recordingOf;
    this.#seen = seen;
    this.#streams = this.begin.captures.map((plan, at) => this.#stream(plan, at));
  }

  /** Reads another capture, by the next of the spare streams. */
  add(plan: CapturePlan): void {
    const at = this.#captures.length;
    this.#captures = [...this.#captures, plan];
    this.#streams = [...this.#streams, this.#stream(plan, at)];
  }

  async #stream(plan: CapturePlan, at: number): Promise<void> {
    const stream = { ...plan, nameOf: (index: number) => this.names.nameOf(plan.netns, index) };
    const chunks = new Socket({ fd: FIRST_STREAM + at, readable: true, writable: false });
    await recordStream(chunks, stream, this.#recordingOf(plan.netns), (record, type) => this.#seen(record, type, plan));
  }

  /** Fulfilled once the streams have been read to their ends, with what the kernel dropped from them. */
  async ended(ends: readonly PlanEnd[]): Promise<void> {
    await Promise.all(this.#streams);
    const time = now();
    const captures = this.#captures;
    for (const netns of this.namespaces) {
      const own = ends.filter((_, at) => captures[at]?.netns === netns).map((end) => end.dropped);
      // Unknown for one capture is unknown for all of its namespace.
      if (own.some((dropped) => dropped === null)) continue;
      const sum = own.reduce<number>((all, dropped) => all + (dropped ?? 0), 0);
      this.#recordingOf(netns).dropped(netns, sum, time);
    }
  }

  /** What a run.json says of the captures. */
  captured(ends: readonly PlanEnd[]): CapturedRun {
    const { backend, timeSource, limits } = this.begin;
    const captures = this.#captures;
    return {
      backend,
      interfaces: this.names.history(this.namespaces),
      captures: captures.map((plan, at) => ({
        netns: plan.netns,
        interface: plan.interface,
        timeSource,
        problems: [...limits, ...(ends[at]?.problem ? [ends[at].problem] : [])],
      })),
    };
  }
}

/** Writes to standard output, and waits until it is out. */
export function written(words: string | Uint8Array): Promise<void> {
  return new Promise((resolve) => process.stdout.write(words, () => resolve()));
}
