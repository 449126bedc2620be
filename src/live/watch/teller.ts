// Turns settled exchanges into lines and marks: explains each by itself, and notices what is different from before.

import type { MomentLine } from "../../case/moments/moments.ts";
import { explain } from "../../explain/explain.ts";
import { signatureOf } from "../../flow/signature.ts";
import type { Ipv4 } from "../../model/address.ts";
import { formatIpv4 } from "../../model/address.ts";
import type { Cause } from "../../model/cause.ts";
import type { ArpExchange, Exchange } from "../../model/exchange.ts";
import type { Flow } from "../../model/flow.ts";
import { startOf } from "../../model/journey.ts";
import { journeysOf } from "../../model/observed.ts";
import type { Packet } from "../../model/packet.ts";
import type { SystemState } from "../../model/system-state.ts";
import { printable, type Text, text } from "../../model/text.ts";
import type { Nanoseconds } from "../../model/time.ts";
import { formatVantage, type InputSummary } from "../../model/vantage.ts";
import type { WatchEvent, WatchedExchange, WatchMark } from "../../render/watch-line.ts";
import { changesBetween } from "./changes.ts";
import { WatchCrowds } from "./crowd.ts";
import { flowOfOne, lastTime, pathOf, roundTripMs, senderOf, whatOf } from "./words.ts";

export interface TellerOptions {
  readonly causes: readonly Cause[];
  /** The states so far, each with its moment. */
  readonly line: MomentLine;
  /** Where is looked, and how, at this moment. */
  readonly inputs: () => readonly InputSummary[];
  /** Namespaces whose changes are marked. */
  readonly netns: readonly string[];
  readonly tell: (event: WatchEvent) => void;
  /** Something went wrong that the state, as it was read last, may be too old for. */
  readonly doubt: () => void;
}

interface FlowMemory {
  failing: boolean;
  everAnswered: boolean;
  lost: number;
  lostSince: Nanoseconds | null;
  /** ARP rounds for this flow, the latest one last. */
  arp: ArpExchange[];
  /** The last failure that was told, as long as a newer state may correct it. */
  doubtful: {
    readonly flow: Flow;
    readonly exchange: Exchange;
    readonly code: string | null;
    readonly at: Nanoseconds | null;
  } | null;
}

type ExchangeAnswer = WatchedExchange["answer"];

interface Settled {
  readonly flow: Flow;
  readonly exchange: Exchange;
  readonly at: Nanoseconds;
}

/** How often a cause was told. */
export interface ToldCause {
  readonly code: string;
  readonly headline: Text;
  count: number;
}

const MOST_ANSWERS = 2048;
const MOST_FLOWS = 4096;
const MOST_ADDRESSES = 8192;
const MOST_CAUSES = 64;
// A state that was read within this time after a failure tells what was so when it happened, not what came later.
const CORRECTED_WITHIN = 2_000_000_000n;

/** Tells what settles. Reads no clock: time is what packets and the caller say. */
export class WatchTeller {
  readonly #options: TellerOptions;
  #stateNumber = 0;
  readonly #answers = new Map<string, ExchangeAnswer>();
  readonly #flows = new Map<string, FlowMemory>();
  readonly #macs = new Map<string, string>();
  #movedTold = new Map<string, string>();
  readonly #causes = new Map<string, ToldCause>();
  #batch: Settled[] = [];
  readonly #crowds = new WatchCrowds();
  readonly #told = new WeakMap<Exchange, { readonly failed: boolean; readonly answers: number }>();

  constructor(options: TellerOptions) {
    this.#options = options;
  }

  /** Looks at a packet as it passes: which MAC address speaks for which address. */
  saw(packet: Packet): void {
    const sender = senderOf(packet);
    if (sender === null) return;
    const key = `${packet.frame.vantage.id} ${sender.address}`;
    const before = this.#macs.get(key);
    if (before === sender.mac) return;
    if (before === undefined && this.#macs.size >= MOST_ADDRESSES) this.#macs.clear();
    this.#macs.set(key, sender.mac);
    if (before !== undefined) this.#moved(sender.address, before, sender.mac, packet);
  }

  /** An exchange can be told, or something was added to one that was; `flush` tells it. */
  settled(flow: Flow, exchange: Exchange): void {
    this.#batch.push({ flow, exchange, at: lastTime(exchange) ?? 0n });
  }

  /** Tells what has settled, in order of its last frames: what failed a ping stands before the ping. */
  flush(): void {
    if (this.#batch.length === 0) return;
    const batch = this.#batch;
    this.#batch = [];
    batch.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
    for (const { flow, exchange } of batch) {
      if (exchange.kind === "arp") remember(this.#memoryOf(flow), exchange);
    }
    const ownErrors = new Map<Flow, Settled>();
    for (const one of batch) if (isOwnError(one) && !ownErrors.has(one.flow)) ownErrors.set(one.flow, one);
    for (const one of batch) this.#settle(one, ownErrors);
    this.#tellHeldBack(batch.at(-1)?.at ?? 0n);
  }

  /** Tells what was held back and not told yet. */
  end(): void {
    this.#tellHeldBack(0n, true);
  }

  #tellHeldBack(at: Nanoseconds, isEnd = false): void {
    const held = this.#crowds.take(at, isEnd);
    if (held === null) return;
    this.#mark({ change: "crowd", tone: "neutral", time: isEnd ? null : held.at, text: held.text });
  }

  #settle({ flow, exchange, at }: Settled, ownErrors: ReadonlyMap<Flow, Settled>): void {
    const outcome = outcomeOf(flow, exchange);
    if (!this.#told.has(exchange) && this.#crowds.holdsBack(flow, outcome === "failed", at)) return;
    const memory = this.#memoryOf(flow);
    const answers = exchange.kind === "lone" ? 0 : exchange.replies.length;
    const before = this.#told.get(exchange);
    this.#told.set(exchange, { failed: outcome === "failed", answers });
    let correction: WatchedExchange["correction"] = null;
    if (before !== undefined) {
      if (answers <= before.answers) return;
      correction = before.failed ? "late" : "duplicate";
    }
    // The error that the asker's own kernel makes of a failed round belongs to what the state foresees of it.
    const beside = exchange.kind === "arp" && outcome === "failed" ? ownErrors.get(flow) : undefined;
    const answer = this.#answerTo(flow, beside?.exchange ?? exchange, memory);
    const line = this.#line(flow, exchange, outcome, answer, correction);
    this.#tell(line);
    if (exchange.kind !== "lone" || outcome === "failed")
      this.#follow(flow, exchange, memory, line, before === undefined);
  }

  /** More is known of the same state. */
  learnt(): void {
    this.#stateNumber++;
    this.#answers.clear();
  }

  /** The state is another one than `before`: marks what changed, and corrects a failure that was told by the old one. */
  restate(before: SystemState, at: Nanoseconds): void {
    this.learnt();
    const { line, netns } = this.#options;
    for (const change of changesBetween(before, line.state, netns)) this.#mark({ ...change, time: at });
    for (const memory of this.#flows.values()) {
      const { doubtful } = memory;
      memory.doubtful = null;
      if (doubtful === null || (doubtful.at !== null && at - doubtful.at > CORRECTED_WITHIN)) continue;
      const answer = this.#answerTo(doubtful.flow, doubtful.exchange, memory);
      // Something may have been mended meanwhile: only a state that explains the failure corrects what was told of it.
      if (answer === null || answer.certainty !== "certain" || answer.code === doubtful.code) continue;
      this.#options.tell(this.#line(doubtful.flow, doubtful.exchange, "failed", answer, "state"));
    }
  }

  /** The causes of what failed, as they were told. */
  get causes(): readonly ToldCause[] {
    return [...this.#causes.values()];
  }

  #tell(line: WatchedExchange): void {
    this.#options.tell(line);
    const { answer, outcome } = line;
    if (outcome !== "failed" || answer === null || line.type === "arp") return;
    const key = `${answer.code} ${answer.headline.en}`;
    const known = this.#causes.get(key);
    if (known !== undefined) known.count++;
    else if (this.#causes.size < MOST_CAUSES) {
      this.#causes.set(key, { code: answer.code, headline: answer.headline, count: 1 });
    }
  }

  #line(
    flow: Flow,
    exchange: Exchange,
    outcome: WatchedExchange["outcome"],
    answer: ExchangeAnswer,
    correction: WatchedExchange["correction"],
  ): WatchedExchange {
    return {
      kind: "exchange",
      time: lastTime(exchange),
      type: exchange.kind === "lone" ? "other" : exchange.kind,
      flow: flow.id,
      netns: flow.netns,
      src: flow.src,
      dst: flow.dst,
      icmpId: flow.icmpId,
      sequence: exchange.kind === "echo" ? exchange.sequence : null,
      what: whatOf(flow, exchange),
      path: pathOf(exchange),
      outcome,
      rttMs: roundTripMs(exchange),
      correction,
      answer,
    };
  }

  // First loss and recovery, by the exchanges of a flow in the order in which they are told.
  #follow(flow: Flow, exchange: Exchange, memory: FlowMemory, line: WatchedExchange, first: boolean): void {
    // The ARP round behind a ping is not a second loss.
    if (exchange.kind === "arp" && flow.kind === "ping") return;
    if (line.outcome === "failed") {
      memory.lost++;
      memory.doubtful = { flow, exchange, code: line.answer?.code ?? null, at: line.time };
      if (memory.failing) return;
      memory.failing = true;
      memory.lostSince = line.time;
      this.#options.doubt();
      if (!memory.everAnswered) return;
      const why = line.answer?.headline ?? text("no answer", "没有应答");
      const name = subjectOf(flow);
      const words = text(`first loss: ${name.en}: ${why.en}`, `首次丢失：${name.zh}：${why.zh}`);
      this.#mark({ change: "loss", tone: "bad", time: line.time, text: words });
    } else if (line.outcome === "answered" && first) {
      memory.everAnswered = true;
      memory.doubtful = null;
      if (memory.failing) this.#recovered(flow, memory, line.time);
      memory.failing = false;
      memory.lost = 0;
    }
  }

  #recovered(flow: Flow, memory: FlowMemory, time: Nanoseconds | null): void {
    const since = memory.lostSince;
    const seconds = time === null || since === null ? null : (Number(time - since) / 1e9).toFixed(1);
    const name = subjectOf(flow);
    const n = memory.lost;
    const span = seconds === null ? text("", "") : text(` in ${seconds} s`, `，历时 ${seconds} 秒`);
    const words = text(
      `recovered: ${name.en}, after ${n} unanswered${span.en}`,
      `恢复：${name.zh}，此前 ${n} 个没有应答${span.zh}`,
    );
    this.#mark({ change: "recovery", tone: "good", time, text: words });
    this.#options.doubt();
  }

  #moved(address: Ipv4, before: string, now: string, packet: Packet): void {
    // The same frame passes several places: told once.
    const told = `${before} ${now}`;
    const key = String(address);
    if (this.#movedTold.get(key) === told) return;
    if (this.#movedTold.size >= MOST_ADDRESSES) this.#movedTold.clear();
    this.#movedTold.set(key, told);
    const ip = formatIpv4(address);
    const place = formatVantage(packet.frame.vantage);
    this.#mark({
      change: "mac",
      tone: "bad",
      time: packet.frame.time,
      text: text(
        `${ip} has a new MAC address: ${now}, before ${before} (${printable(place)})`,
        `${ip} 的 MAC 地址变了：现在是 ${now}，之前是 ${before}（${printable(place)}）`,
      ),
    });
  }

  #mark(mark: Omit<WatchMark, "kind">): void {
    this.#options.tell({ kind: "mark", ...mark });
  }

  // Exchanges of a flow that went alike have one answer as long as the state is the same.
  #answerTo(flow: Flow, exchange: Exchange, memory: FlowMemory): ExchangeAnswer {
    if (exchange.kind === "arp" && exchange.purpose === "gratuitous") return null;
    const arp = exchange.kind === "echo" ? memory.arp : [];
    const { line } = this.#options;
    const [asked] = journeysOf(exchange);
    const began = asked === undefined ? null : startOf(asked);
    const moment = began === null ? 0 : line.at(began);
    const key = `${flow.id} ${arp.map((one) => signatureOf(one)).join()} ${signatureOf(exchange)} ${moment} ${this.#stateNumber}`;
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    const report = explain({
      flows: [flowOfOne(flow, exchange, arp)],
      inputs: this.#options.inputs(),
      state: line.moments[0]?.state ?? null,
      stateAfter: null,
      moments: line.moments,
      command: null,
      problems: [],
      evicted: 0,
      causes: this.#options.causes,
    });
    const answer =
      report.answer === null
        ? null
        : { code: report.answer.code, certainty: report.answer.certainty, headline: report.answer.headline };
    if (this.#answers.size >= MOST_ANSWERS) this.#answers.clear();
    this.#answers.set(key, answer);
    return answer;
  }

  // What matters is who asks whom: the namespace of a flow may become known only later.
  #memoryOf(flow: Flow): FlowMemory {
    const key = `${flow.kind} ${flow.src} ${flow.dst} ${flow.icmpId}`;
    let memory = this.#flows.get(key);
    if (memory === undefined) {
      if (this.#flows.size >= MOST_FLOWS) this.#flows.delete(this.#flows.keys().next().value as string);
      memory = { failing: false, everAnswered: false, lost: 0, lostSince: null, arp: [], doubtful: null };
      this.#flows.set(key, memory);
    }
    return memory;
  }
}

function isOwnError({ exchange }: Settled): boolean {
  return exchange.kind === "echo" && exchange.errors.length > 0 && exchange.replies.length === 0;
}

// The last round that was answered and the last that was not: what an echo's walk may have met.
function remember(memory: FlowMemory, exchange: ArpExchange): void {
  const answered = exchange.replies.length > 0;
  memory.arp = [...memory.arp.filter((one) => one !== exchange && one.replies.length > 0 !== answered), exchange];
}

function outcomeOf(flow: Flow, exchange: Exchange): WatchedExchange["outcome"] {
  switch (exchange.kind) {
    case "echo":
      return exchange.replies.length > 0 ? "answered" : "failed";
    case "arp":
      if (exchange.replies.length > 0) return "answered";
      return exchange.purpose === "gratuitous" || exchange.purpose === "probe" ? "note" : "failed";
    case "lone":
      return flow.kind === "icmp-error" ? "failed" : "note";
  }
}

function subjectOf(flow: Flow): Text {
  const dst = formatIpv4(flow.dst);
  const src = flow.src === null ? "?" : formatIpv4(flow.src);
  if (flow.kind === "arp") return text(`${src} asks for ${dst}`, `${src} 询问 ${dst}`);
  return text(`ping ${src} > ${dst}`, `ping ${src} > ${dst}`);
}
