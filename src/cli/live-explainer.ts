// The half of a live capture that reads packets: a process of its own that has given up every special right before.

import { Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { OpenQuestions } from "../capture/open-questions.ts";
import { recordStream } from "../capture/record-pcapng.ts";
import { formatKernelEvents } from "../kernel/events-file.ts";
import { type Problem, ProblemError } from "../model/problem.ts";
import { redacted } from "../model/redact.ts";
import { MILLISECOND, type Nanoseconds } from "../model/time.ts";
import type { LinkType, Vantage } from "../model/vantage.ts";
import type { PacketRecord } from "../savefile/record.ts";
import { parseState } from "../system/parse.ts";
import type { StateFile } from "../system/state-file.ts";
import { classify, TRAFFIC } from "../wire/classify.ts";
import { decode } from "../wire/decode.ts";
import { statusOf } from "./exit-status.ts";
import { LiveFiles } from "./live-files.ts";
import { LinkNames } from "./live-link-names.ts";
import { linksOf } from "./live-links.ts";
import {
  type BeginMessage,
  type CapturePlan,
  FIRST_STREAM,
  type FromExplainer,
  type ToExplainer,
} from "./live-messages.ts";
import { become } from "./live-privileges.ts";
import { TraceSorter } from "./live-trace.ts";
import { packageVersion } from "./package-root.ts";
import { reportOfCaptures } from "./report-of-captures.ts";
import { formatOf, type Writer, writerOf } from "./report-options.ts";
import type { RunFile } from "./run-file.ts";
import { tell } from "./terminal.ts";

/** Waits for orders on the channel to the supervisor, and ends with the report told. */
export async function explainLive(): Promise<void> {
  // Ctrl-C is for the command; what it did is told afterwards.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
  const explainer = new Explainer();
  await new Promise<void>((resolve) => {
    process.on("disconnect", () => explainer.abandoned());
    process.on("message", (message: ToExplainer) => {
      explainer.take(message).then(
        (over) => over && resolve(),
        (error: unknown) => {
          if (!(error instanceof ProblemError)) throw error;
          send({ kind: "failed", problem: error.problem });
          resolve();
        },
      );
    });
  });
  if (process.connected) process.disconnect?.();
}

function send(message: FromExplainer): void {
  if (process.connected) process.send?.(message);
}

// Lets packets that are still in pipes arrive before anything is called quiet.
const PIPES_MS = 50;
const LOOK_MS = 20;

class Explainer {
  #begin: BeginMessage | null = null;
  #write: Writer | null = null;
  #files: LiveFiles | null = null;
  #names = new LinkNames(() => {});
  #questions = new OpenQuestions(0n);
  #streams: Promise<void>[] = [];
  #pids: readonly number[] = [];
  #over = false;
  readonly #trace = new TraceSorter();
  readonly #problems: Problem[] = [];

  /** Obeys; true once everything is done. */
  async take(message: ToExplainer): Promise<boolean> {
    switch (message.kind) {
      case "pids":
        this.#pids = message.pids;
        return false;
      case "begin":
        await this.#start(message);
        send({ kind: "opened" });
        return false;
      case "names":
        this.#names.learn(message.netns, message.links);
        return false;
      case "trace":
        this.#trace.hear(message.offset, message.text);
        return false;
      case "settle":
        await this.#settle();
        return false;
      case "finish":
        await this.#finish(message);
        return true;
    }
  }

  /** The supervisor is gone: nobody will ask for a report, and captures that did not die with it are to end. */
  abandoned(): void {
    if (this.#over) return;
    for (const pid of this.#pids) {
      try {
        process.kill(pid, "SIGTERM");
      } catch {
        // Already gone, or root's: those die with their parent.
      }
    }
    process.exit(1);
  }

  async #start(begin: BeginMessage): Promise<void> {
    this.#begin = begin;
    this.#names = new LinkNames((netns) => send({ kind: "who", netns }));
    for (const [netns, file] of Object.entries(begin.state.namespaces)) this.#names.learn(netns, linksOf(file.link));
    this.#questions = new OpenQuestions(BigInt(begin.retransTime) * MILLISECOND);
    const { identity } = begin;
    // Loaded now: it may be out of reach once the rights are given up.
    this.#write = await writerOf(formatOf(begin.report));
    if (identity?.kind === "caller") this.#become(identity);
    const report = begin.report.output;
    this.#files = await LiveFiles.open(
      begin.keep,
      [...new Set(begin.captures.map((plan) => plan.netns))],
      report === undefined || report === "-" ? null : report,
      `pktwhy ${packageVersion()}`,
    );
    if (identity?.kind === "nobody") this.#become(identity);
    this.#streams = begin.captures.map((plan, at) => this.#record(plan, FIRST_STREAM + at));
  }

  #become(identity: NonNullable<BeginMessage["identity"]>): void {
    const problem = become(identity);
    if (problem !== null && this.#begin) tell([problem], this.#begin.language);
  }

  async #record(plan: CapturePlan, descriptor: number): Promise<void> {
    const recording = (this.#files as LiveFiles).recordingOf(plan.netns);
    const vantage: Vantage = { id: 0, netns: plan.netns, interface: plan.interface, source: "live" };
    const stream = { ...plan, nameOf: (index: number) => this.#names.nameOf(plan.netns, index) };
    const chunks = new Socket({ fd: descriptor, readable: true, writable: false });
    await recordStream(chunks, stream, recording, (record, linkType) => this.#look(record, linkType, vantage));
  }

  #look(record: PacketRecord, linkType: LinkType, vantage: Vantage): void {
    const traffic = classify(linkType, record.bytes, record.start, record.end);
    if (traffic !== TRAFFIC.arp && traffic !== TRAFFIC.icmp) return;
    const { direction, length, bytes, start, end } = record;
    const time = record.time();
    const packet = decode({ vantage, number: 1, time, linkType, direction, length, bytes, start, end });
    this.#trace.note(packet);
    this.#questions.push(packet);
  }

  async #settle(): Promise<void> {
    await sleep(PIPES_MS);
    let told: "arp" | "echo" | null = null;
    for (let open = this.#questions.openAt(now()); open !== null; open = this.#questions.openAt(now())) {
      if (open !== told) send({ kind: "open", what: open });
      told = open;
      await sleep(LOOK_MS);
      if (!process.connected) return;
    }
    send({ kind: "settled" });
  }

  async #finish({ stateAfter, command, ends, trace }: Extract<ToExplainer, { kind: "finish" }>): Promise<void> {
    const begin = this.#begin as BeginMessage;
    const files = this.#files as LiveFiles;
    await Promise.all(this.#streams);
    const time = now();
    for (const netns of new Set(begin.captures.map((plan) => plan.netns))) {
      const own = ends.filter((_, at) => begin.captures[at]?.netns === netns).map((end) => end.dropped);
      // Unknown for one is unknown for all of the namespace.
      if (own.some((dropped) => dropped === null)) continue;
      files.recordingOf(netns).dropped(
        netns,
        own.reduce<number>((sum, dropped) => sum + (dropped ?? 0), 0),
        time,
      );
    }
    const run: RunFile = {
      ...command,
      backend: begin.backend,
      interfaces: this.#names.history(begin.captures.map((plan) => plan.netns)),
      captures: begin.captures.map((plan, at) => ({
        netns: plan.netns,
        interface: plan.interface,
        timeSource: begin.timeSource,
        problems: [...begin.limits, ...(ends[at]?.problem ? [ends[at].problem] : [])],
      })),
    };
    const kernel = formatKernelEvents(this.#trace.finish(trace));
    const parts = { state: begin.state, stateAfter, run, kernel };
    this.#problems.push(...(await files.finish(parts)));
    await this.#report(begin, files, parts);
    await files.close();
  }

  async #report(
    begin: BeginMessage,
    files: LiveFiles,
    { stateAfter, run, kernel }: { stateAfter: StateFile | null; run: RunFile; kernel: string },
  ): Promise<void> {
    const { keep, report: options, language } = begin;
    // In one file everything is inside the captures; elsewhere it is what has just been written beside them.
    const apart = keep.kind !== "file";
    const problems: Problem[] = [];
    const state = apart ? this.#parsed(begin.state, keep, "state.json", problems) : null;
    const after = apart && stateAfter ? this.#parsed(stateAfter, keep, "state.after.json", problems) : null;
    const read = await reportOfCaptures(
      {
        captures: files.inputs,
        state,
        stateAfter: after,
        run: apart ? JSON.parse(JSON.stringify(run)) : null,
        kernel: apart ? kernel : null,
        problems,
      },
      { bytes: (input) => files.bytesOf(input), live: keep.kind === "none" },
    );
    const format = formatOf(options);
    const onePlace = process.stdout.isTTY && process.stderr.isTTY && options.output === undefined;
    const every = [...this.#problems, ...read.problems];
    const { report, problems: told } =
      options.redact === true ? redacted(read.report, every) : { report: read.report, problems: every };
    if (report === null || format !== "text" || options.quiet === true || !onePlace) tell(told, language);
    this.#over = true;
    if (report === null) throw new Error("a run has a state and a command, and therefore a report");
    const words = (this.#write as Writer)(report, language, options);
    if (!(await files.writeReport(words))) await written(words);
    send({ kind: "done", status: statusOf(report, options.expect) });
  }

  #parsed(state: StateFile, keep: BeginMessage["keep"], name: string, problems: Problem[]) {
    const place = keep.kind === "directory" ? join(keep.path, name) : name;
    const parsed = parseState(state, place);
    problems.push(...parsed.problems);
    return parsed.state;
  }
}

function written(words: string): Promise<void> {
  return new Promise((resolve) => process.stdout.write(words, () => resolve()));
}

function now(): Nanoseconds {
  return BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)) * 1000n;
}
