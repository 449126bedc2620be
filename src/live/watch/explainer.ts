// What `pktwhy watch` does with the packets: tells each exchange as it is settled, and a summary at the end.

import { statusOf, UNUSABLE } from "../../case/exit-status.ts";
import { MomentLine } from "../../case/moments/moments.ts";
import { packageVersion } from "../../case/package-root.ts";
import type { LooksOf } from "../../case/report-writer.ts";
import { UNFINISHED, withNotes } from "../../case/run-file.ts";
import { causes } from "../../causes/registry.ts";
import { now } from "../../clock.ts";
import { explain } from "../../explain/explain.ts";
import { FlowTracker } from "../../flow/tracker.ts";
import { formatKernelEvents } from "../../kernel/events-file.ts";
import type { Packet } from "../../model/packet.ts";
import type { Problem } from "../../model/problem.ts";
import { text } from "../../model/text.ts";
import type { Nanoseconds } from "../../model/time.ts";
import type { InputSummary } from "../../model/vantage.ts";
import { jsonLine } from "../../render/json.ts";
import { pageOf } from "../../render/page.ts";
import { renderWatchLine, type WatchEvent, watchJson } from "../../render/watch-line.ts";
import { parseState } from "../../system/parse.ts";
import type { NamespaceFile, StateFile } from "../../system/state-file.ts";
import type { LiveFiles } from "../files.ts";
import { linksOf } from "../links.ts";
import type { Begin, Finish } from "../messages.ts";
import { type PacketReader, type Reading, readLive, written } from "../reading.ts";
import type { Terminal } from "../terminal.ts";
import { LivePackets } from "./live-packets.ts";
import type { WatchWork } from "./messages.ts";
import { WatchMetrics } from "./metrics.ts";
import { type MetricsServer, serveMetrics } from "./metrics-server.ts";
import { WatchRecording } from "./recording.ts";
import { startLine, summaryLines } from "./summary.ts";
import { WatchTeller } from "./teller.ts";

const HEARTBEAT_MS = 20;

/** Reads until the summary is told. */
export async function watchLive(terminal: Terminal): Promise<void> {
  await readLive<WatchWork>(terminal, async (reading) => {
    const files = await reading.openFiles({ report: null, spooled: false });
    if (files !== null) {
      const run = { ...reading.captured([]), ...UNFINISHED };
      terminal.tell(await files.begin({ state: reading.begin.state, run }), reading.begin.language);
    }
    return new Watcher(reading, files, await served(reading.begin));
  });
}

interface Served {
  readonly metrics: WatchMetrics;
  readonly server: MetricsServer;
}

// Without any rights, as packets are read.
async function served({ metrics: at, language }: Begin<WatchWork>): Promise<Served | null> {
  if (at === null) return null;
  const metrics = new WatchMetrics();
  const server = await serveMetrics(at, () => metrics.text());
  const said = text(`metrics at ${server.url}`, `指标地址：${server.url}`);
  process.stderr.write(`pktwhy: ${said[language]}\n`);
  return { metrics, server };
}

class Watcher implements PacketReader<WatchWork> {
  readonly #reading: Reading<WatchWork>;
  readonly #files: LiveFiles | null;
  readonly #recording: WatchRecording;
  readonly #packets: LivePackets;
  readonly #read: Promise<void>;
  readonly #tracker: FlowTracker;
  readonly #teller: WatchTeller;
  readonly #heart: NodeJS.Timeout;
  readonly #problems: readonly Problem[];
  readonly #print: (event: WatchEvent) => void;
  readonly #line: MomentLine;
  readonly #changed: Extract<WatchWork["order"], { kind: "change" }>[] = [];
  #known: StateFile;
  #told = 0;
  #unheard = false;
  readonly #served: Served | null;

  constructor(reading: Reading<WatchWork>, files: LiveFiles | null, served: Served | null) {
    const { begin, terminal } = reading;
    this.#reading = reading;
    this.#files = files;
    this.#known = begin.state;
    this.#served = served;
    this.#print = printer(begin, terminal.looksOf);
    const { state, problems } = parseState(begin.state, "this machine");
    this.#problems = problems;
    this.#line = new MomentLine(state);
    this.#teller = new WatchTeller({
      causes,
      line: this.#line,
      inputs: () => this.#inputsSoFar(),
      netns: reading.namespaces,
      tell: (event) => this.#tell(event),
      doubt: () => reading.say({ kind: "doubt" }),
    });
    this.#tracker = new FlowTracker({
      onSettled: (flow, exchange) => this.#teller.settled(flow, exchange),
      momentAt: (time) => this.#line.at(time),
    });
    this.#packets = new LivePackets(
      { push: (packet) => this.#saw(packet), advance: (to) => this.#tracker.advance(to) },
      now(),
    );
    this.#recording = new WatchRecording(
      (bytes) => this.#packets.append(bytes),
      `pktwhy ${packageVersion()}`,
      (netns) => files?.recordingOf(netns) ?? null,
    );
    this.#read = this.#packets.read();
    reading.record(() => this.#recording);
    this.#heart = setInterval(() => {
      this.#takeChanges();
      this.#packets.tick(now());
      this.#teller.flush();
      this.#stopUnheard();
    }, HEARTBEAT_MS);
  }

  /** Says that everything is listening, and where. */
  listening(): void {
    process.stdout.write(startLine(this.#reading.begin));
  }

  /** Takes what has changed: the state, or a capture that is gone. */
  take(order: WatchWork["order"]): void {
    if (order.kind === "lost") {
      this.#tell({ kind: "mark", time: now(), change: "capture", tone: "bad", text: order.problem.text });
      return;
    }
    if (order.kind === "beside") {
      const namespaces = { ...this.#known.namespaces, ...order.namespaces };
      this.#known = { ...this.#known, namespaces };
      this.#line.learn(parseState(this.#known, "this machine").state);
      for (const [netns, file] of Object.entries(order.namespaces)) this.#learnNames(netns, file);
      this.#teller.learnt();
      return;
    }
    if (order.change.read !== undefined) this.#learnNames(order.netns, order.change.read);
    this.#changed.push(order);
  }

  // Changes are told before what follows from them; a script makes many at once.
  #takeChanges(): void {
    const changed = this.#changed.splice(0);
    if (changed.length === 0) return;
    const before = this.#line.state;
    let at: Nanoseconds | null = null;
    for (const { netns, change } of changed) {
      const small = { ...this.#known, namespaces: { [netns]: { changes: [change] } } };
      for (const one of parseState(small, "this machine").state.changes ?? []) if (this.#line.add(one)) at ??= one.at;
    }
    if (at !== null) this.#teller.restate(before, at);
  }

  #learnNames(netns: string, { link }: NamespaceFile): void {
    if (link !== undefined) this.#reading.names.learn(netns, linksOf(link));
  }

  /** Tells the summary, and keeps what is to be kept. */
  async finish({ stateAfter, ends, trace }: Finish<WatchWork>): Promise<number> {
    await this.#reading.ended(ends);
    clearInterval(this.#heart);
    this.#served?.server.close();
    this.#takeChanges();
    await this.#recording.flush();
    this.#packets.end();
    await this.#read;
    // Everything is there: what can be told is told before the summary.
    const flows = this.#tracker.finish();
    this.#teller.flush();
    this.#teller.end();
    const { begin } = this.#reading;
    const run = this.#reading.captured(ends);
    const noted = withNotes(this.#packets.summaries(), run.captures);
    // What is not kept is not traced either.
    const kernel = this.#files === null ? null : this.#reading.trace.finish(trace);
    const after = parseState(stateAfter, "state");
    const report = explain({
      flows,
      inputs: noted.summaries.map((one) => ({ ...one, format: "live" as const })),
      state: this.#line.moments[0]?.state ?? null,
      stateAfter: after.state,
      moments: this.#line.moments,
      kernel,
      command: null,
      problems: [...this.#problems, ...after.problems, ...noted.problems],
      evicted: this.#tracker.evicted,
      onlyCounted: this.#tracker.onlyCounted,
      causes,
    });
    if (this.#files !== null) {
      const events = kernel === null ? null : formatKernelEvents(kernel);
      const problems = await this.#files.finish({ state: begin.state, stateAfter, run, kernel: events });
      this.#reading.terminal.tell(problems, begin.language);
      await this.#files.close();
    }
    await written(await summaryLines(report, this.#teller.causes, begin, this.#reading.terminal.looksOf));
    const isAllWritten = (this.#files?.lost.length ?? 0) === 0 && !this.#reading.terminal.isOutputLost();
    return isAllWritten ? statusOf(report) : UNUSABLE;
  }

  // What nobody reads, counts or keeps is watched for nobody.
  #stopUnheard(): void {
    if (this.#files !== null || this.#served !== null || this.#unheard || !this.#reading.terminal.isOutputLost())
      return;
    this.#unheard = true;
    this.#reading.say({ kind: "enough" });
  }

  #saw(packet: Packet): void {
    if (this.#files !== null) this.#reading.trace.note(packet);
    this.#teller.saw(packet);
    this.#tracker.push(packet);
  }

  #tell(event: WatchEvent): void {
    if (event.kind === "exchange") {
      const { count } = this.#reading.begin;
      if (count !== null && this.#told >= count) return;
      this.#told++;
      if (this.#told === count) this.#reading.say({ kind: "enough" });
    }
    this.#served?.metrics.note(event);
    this.#print(event);
  }

  // What is watched so far: enough to judge what should have been seen.
  #inputsSoFar(): InputSummary[] {
    const { captures, timeSource } = this.#reading.begin;
    const filter = captures[0]?.filter ?? null;
    return this.#packets.vantages.map((vantage) => ({
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
      timeSource,
      problems: [],
    }));
  }
}

function printer({ looks, language }: Begin<WatchWork>, looksOf: LooksOf): (event: WatchEvent) => void {
  if (looks.quiet) return () => {};
  if (looks.format === "jsonl") {
    return (event) => process.stdout.write(jsonLine(watchJson(event, language)));
  }
  const page = pageOf(looksOf(language, { color: looks.color }));
  // On a terminal an exchange is one line; what is piped to a file is whole.
  const room = () => (process.stdout.isTTY ? (process.stdout.columns ?? 80) : null);
  return (event) => process.stdout.write(renderWatchLine(event, page, room()));
}
