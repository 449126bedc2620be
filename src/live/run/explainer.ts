// What `pktwhy run` does with the packets: sees which questions are still open, and tells the report at the end.

import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type BundleParts, PARTS, partBlock, partFiles } from "../../case/bundle.ts";
import { statusOf, UNUSABLE } from "../../case/exit-status.ts";
import { packageVersion } from "../../case/package-root.ts";
import type { PacketSource } from "../../case/packets-file.ts";
import { reportOfCaptures } from "../../case/report-of-captures.ts";
import { type Format, formatOf, type ReportOptions, writerOf } from "../../case/report-writer.ts";
import { type RunFile, UNFINISHED } from "../../case/run-file.ts";
import { now } from "../../clock.ts";
import { formatKernelEvents } from "../../kernel/events-file.ts";
import type { Problem } from "../../model/problem.ts";
import { redacted } from "../../model/redact.ts";
import type { Report } from "../../model/report.ts";
import type { Language } from "../../model/text.ts";
import { MILLISECOND } from "../../model/time.ts";
import type { LinkType, Vantage } from "../../model/vantage.ts";
import type { PacketRecord } from "../../savefile/record.ts";
import { parseState } from "../../system/parse.ts";
import type { StateFile } from "../../system/state-file.ts";
import { classify, TRAFFIC } from "../../wire/classify.ts";
import { decode } from "../../wire/decode.ts";
import type { KeepWhere, LiveFiles } from "../files.ts";
import type { CapturePlan, Finish } from "../messages.ts";
import { type PacketReader, type Reading, readLive, written } from "../reading.ts";
import { rowSource } from "../row-source.ts";
import type { Terminal } from "../terminal.ts";
import type { RunWork } from "./messages.ts";
import { OpenQuestions } from "./open-questions.ts";
import { withSince } from "./since.ts";

/** Reads until the report is told. */
export async function explainLive(terminal: Terminal): Promise<void> {
  await readLive<RunWork>(terminal, async (reading) => {
    // Loaded now: it may be out of reach once the rights are given up.
    const tell = await tellerOf(formatOf(reading.begin.report), terminal);
    const { output } = reading.begin.report;
    const isTables = formatOf(reading.begin.report) === "parquet";
    const report = output === undefined || output === "-" ? null : { path: output, isTables };
    const files = (await reading.openFiles({ report, spooled: true })) as LiveFiles;
    const { state, command } = reading.begin;
    const run = { ...command, exitCode: null, output: null, ...reading.captured([]), ...UNFINISHED };
    terminal.tell(await files.begin({ state, run }), reading.begin.language);
    return new Explainer(reading, files, tell);
  });
}

// Lets packets that are still in pipes arrive before anything is called quiet.
const PIPES_MS = 50;
const LOOK_MS = 20;

/** What there is to tell, and how. */
interface Told {
  readonly report: Report;
  readonly language: Language;
  readonly options: ReportOptions;
  readonly source: Pick<PacketSource, "captures" | "options"> & { readonly parts: BundleParts };
}

type Teller = (told: Told) => string | AsyncIterable<Uint8Array>;

// Null where the report is tables, which have files of their own.
async function tellerOf(format: Format, terminal: Terminal): Promise<Teller | null> {
  if (format === "parquet") return null;
  if (format !== "pcapng") {
    const write = await writerOf(format, terminal.looksOf);
    return ({ report, language, options }) => write(report, language, options);
  }
  const application = `pktwhy ${packageVersion()}`;
  const { packetsFile } = await import("../../case/packets-file.ts");
  return ({ report, language, options, source }) => {
    const parts = async () => partFiles(source.parts).flatMap(([name, words]) => partBlock(name, words) ?? []);
    return packetsFile(report, { ...source, parts }, { language, application, redact: options.redact === true });
  };
}

class Explainer implements PacketReader<RunWork> {
  readonly #reading: Reading<RunWork>;
  readonly #files: LiveFiles;
  readonly #tell: Teller | null;
  readonly #questions: OpenQuestions;
  readonly #looks = new Map<CapturePlan, Vantage>();

  constructor(reading: Reading<RunWork>, files: LiveFiles, tell: Teller | null) {
    this.#reading = reading;
    this.#files = files;
    this.#tell = tell;
    this.#questions = new OpenQuestions(BigInt(reading.begin.retransTime) * MILLISECOND);
    reading.record(
      (netns) => files.recordingOf(netns),
      (record, linkType, plan) => this.#look(record, linkType, this.#vantageOf(plan)),
    );
  }

  /** Says what is waited for, until no question is open any more. */
  async take(): Promise<void> {
    await sleep(PIPES_MS);
    let told: "arp" | "echo" | null = null;
    for (let open = this.#questions.openAt(now()); open !== null; open = this.#questions.openAt(now())) {
      if (open !== told) this.#reading.say({ kind: "open", what: open });
      told = open;
      await sleep(LOOK_MS);
      if (!process.connected) return;
    }
    this.#reading.say({ kind: "settled" });
  }

  /** Keeps what is to be kept, and tells the report. */
  async finish({ stateAfter, command, late, ends, trace }: Finish<RunWork>): Promise<number> {
    await this.#reading.ended(ends);
    const run: RunFile = { ...command, ...this.#reading.captured(ends) };
    const kernel = formatKernelEvents(this.#reading.trace.finish(trace));
    const before = this.#reading.begin.state;
    const state = { ...before, namespaces: { ...before.namespaces, ...late } };
    const parts = { state, stateAfter, run, kernel };
    const problems = await this.#files.finish(parts);
    const status = await this.#report(problems, parts);
    await this.#files.close();
    return status;
  }

  #vantageOf(plan: CapturePlan): Vantage {
    const known = this.#looks.get(plan);
    if (known !== undefined) return known;
    const { netns, interface: name } = plan;
    const vantage: Vantage = { id: 0, netns, interface: name, source: "live" };
    this.#looks.set(plan, vantage);
    return vantage;
  }

  #look(record: PacketRecord, linkType: LinkType, vantage: Vantage): void {
    const traffic = classify(linkType, record.bytes, record.start, record.end, record.length);
    if (traffic !== TRAFFIC.arp && traffic !== TRAFFIC.icmp) return;
    const { direction, length, bytes, start, end } = record;
    const time = record.time();
    const packet = decode({ vantage, number: 1, time, linkType, direction, length, bytes, start, end });
    this.#reading.trace.note(packet);
    this.#questions.push(packet);
  }

  async #report(
    kept: readonly Problem[],
    parts: { state: StateFile; stateAfter: StateFile; run: RunFile; kernel: string },
  ): Promise<number> {
    const { begin, terminal } = this.#reading;
    const { keep, report: options, language } = begin;
    const { state: before, stateAfter, run, kernel } = parts;
    // In one file everything is inside the captures; elsewhere it is what has just been written beside them.
    const apart = keep.kind !== "file";
    const problems: Problem[] = [];
    const state = apart ? this.#parsed(before, keep, PARTS.state, problems) : null;
    const after = apart ? this.#parsed(stateAfter, keep, PARTS.stateAfter, problems) : null;
    const read = await reportOfCaptures(
      {
        captures: this.#files.inputs,
        state,
        stateAfter: after,
        run: apart ? JSON.parse(JSON.stringify(run)) : null,
        kernel: apart ? kernel : null,
        problems,
      },
      { bytes: (input) => this.#files.bytesOf(input), live: keep.kind === "none", why: options.why === true },
    );
    const compared =
      begin.earlier === undefined || read.report === null
        ? read.report
        : withSince(read.report, begin.earlier, parseState(before, PARTS.state).state, run);
    const format = formatOf(options);
    const onePlace = process.stdout.isTTY && process.stderr.isTTY && options.output === undefined;
    // Of what could not be written, what is wrong when it is read again is no news.
    const lost = new Set(this.#files.lost.map(({ place }) => place));
    const every = [...kept, ...read.problems.filter(({ place }) => !lost.has(place))];
    const { report, problems: told } =
      options.redact === true ? redacted(compared, every) : { report: compared, problems: every };
    if (report === null || format !== "text" || options.quiet === true || !onePlace) terminal.tell(told, language);
    this.#reading.telling = true;
    if (report === null) throw new Error("a run has a state and a command, and therefore a report");
    const source = { captures: this.#files.inputs, options: read.packets?.options ?? {}, parts };
    // Its packets know their frames by the addresses they have, and so do tables.
    const asRead = compared ?? report;
    if (this.#tell === null) await this.#writeTables(asRead, options.redact === true);
    else await this.#write(this.#tell({ report: format === "pcapng" ? asRead : report, language, options, source }));
    const isAllWritten = this.#files.lost.length === 0 && !terminal.isOutputLost();
    return isAllWritten ? statusOf(report, options.expect) : UNUSABLE;
  }

  async #write(words: ReturnType<Teller>): Promise<void> {
    const { begin, terminal } = this.#reading;
    const known = this.#files.lost.length;
    if (await this.#files.writeReport(words)) return;
    terminal.tell(this.#files.lost.slice(known), begin.language);
    if (typeof words === "string") await written(words);
    else for await (const block of words) await written(block);
  }

  async #writeTables(report: Report, redact: boolean): Promise<void> {
    const { begin, terminal } = this.#reading;
    const argv = begin.command.argv.join(" ");
    await this.#files.writeTables(report, rowSource(argv), redact);
    terminal.tell(this.#files.lost, begin.language);
  }

  #parsed(state: StateFile, keep: KeepWhere, name: string, problems: Problem[]) {
    const place = keep.kind === "directory" ? join(keep.path, name) : name;
    const parsed = parseState(state, place);
    problems.push(...parsed.problems);
    return parsed.state;
  }
}
