// What a capture with comments says of each packet: the step that it is, and how its flow went.

import { formatFrame } from "../model/evidence.ts";
import type { Packet } from "../model/packet.ts";
import type { FlowReport, Report } from "../model/report.ts";
import { type Text, text } from "../model/text.ts";
import type { Vantage } from "../model/vantage.ts";
import { titleOf } from "./document/outcome.ts";
import { type Voice, type VoiceOptions, voiceOf } from "./document/voice.ts";
import { CERTAINTY } from "./words.ts";

/** Which frame of which place. */
export interface NumberedFrame {
  readonly vantage: Vantage;
  readonly number: number;
}

interface Step {
  readonly n: number;
  readonly sentence: string;
  readonly frame: string;
  readonly verdict: string;
}

/** The comments of one report. */
export class PacketComments {
  readonly #voice: Voice;
  readonly #report: Report;
  readonly #steps = new Map<string, Step[]>();
  /** Steps of packets that are like one met before. */
  readonly #alike = new Map<string, readonly Step[]>();

  /** `frames` is the report as it names its frames, where `report` tells it with other addresses. */
  constructor(report: Report, options: VoiceOptions, frames: Report = report) {
    this.#voice = voiceOf(options);
    this.#report = report;
    for (const [at, flow] of report.flows.entries()) {
      const verdict = this.#verdictOf(flow);
      for (const [place, step] of flow.steps.entries()) {
        for (const frame of frames.flows[at]?.steps[place]?.frames ?? []) {
          const told = { n: step.n, sentence: this.#voice.say(step.text), frame: formatFrame(frame), verdict };
          const key = keyOf(frame);
          this.#steps.set(key, [...(this.#steps.get(key) ?? []), told]);
        }
      }
    }
  }

  /** About the whole: the answer, then how each flow went. */
  section(): readonly string[] {
    const { answer, flows } = this.#report;
    const lines = [
      ...(answer === null ? [] : [`${this.#voice.say(answer.headline)} (${answer.code}, ${this.#sure(answer)})`]),
      ...flows.slice(0, MOST_FLOWS).map((flow) => titleOf(this.#voice, flow, true).sentence),
    ];
    return lines.length === 0 ? [] : [this.#own(text(lines.join("\n"), lines.join("\n")))];
  }

  /** On one packet, its place before all others that are like it; null where the report says nothing of it. */
  of(frame: NumberedFrame, packet: Packet | null): string | null {
    const steps = this.#steps.get(keyOf(frame));
    const kind = packet === null ? null : kindOf(packet);
    if (steps !== undefined) {
      if (kind !== null && !this.#alike.has(kind)) this.#alike.set(kind, steps);
      return this.#written(steps, null);
    }
    const like = kind === null ? undefined : this.#alike.get(kind);
    return like === undefined ? null : this.#written(like, like[0]?.frame ?? null);
  }

  #written(steps: readonly Step[], like: string | null): string {
    const told = steps.map(({ n, sentence }) => text(`step ${n}: ${sentence}`, `第 ${n} 步：${sentence}`));
    const lines = told.map((one) =>
      like === null ? one : text(`like ${like}, ${one.en}`, `与 ${like} 相同，${one.zh}`),
    );
    const verdicts = [...new Set(steps.map(({ verdict }) => verdict))];
    return this.#own(
      text(
        [...lines.map(({ en }) => en), ...verdicts].join("\n"),
        [...lines.map(({ zh }) => zh), ...verdicts].join("\n"),
      ),
    );
  }

  // The mark by which pktwhy knows its own comments again.
  #own({ en, zh }: Text): string {
    const marked = text(`pktwhy: ${en}`, `pktwhy：${zh}`);
    return marked[this.#voice.language];
  }

  #verdictOf(flow: FlowReport): string {
    const { sentence } = titleOf(this.#voice, flow, true);
    const [first] = flow.findings;
    if (first === undefined) return sentence;
    return `${sentence}\n${this.#voice.say(first.headline)} (${first.code}, ${this.#sure(first)})`;
  }

  #sure({ certainty }: { readonly certainty: keyof typeof CERTAINTY }): string {
    return this.#voice.say(CERTAINTY[certainty]);
  }
}

const MOST_FLOWS = 32;

function keyOf({ vantage, number }: NumberedFrame): string {
  return JSON.stringify([placeOf(vantage), number]);
}

function placeOf({ source, netns, interface: name }: Vantage): readonly (string | null)[] {
  return [source, netns, name];
}

// Questions of one kind, or answers, at one place between the same two: of connections only the steps' own packets are told.
function kindOf({ frame, network }: Packet): string | null {
  const place = [...placeOf(frame.vantage), frame.direction];
  if (network.kind === "arp") {
    const { operation, senderIp, targetIp } = network;
    return JSON.stringify([place, "arp", operation, senderIp, targetIp]);
  }
  if (network.kind !== "icmp" || network.icmp === null) return null;
  const { ip, icmp } = network;
  const { body } = icmp;
  const about = body.kind === "echo" ? body.id : body.kind === "error" ? (body.quoted?.ip.destination ?? null) : null;
  return JSON.stringify([place, "icmp", icmp.type, icmp.code, ip.source, ip.destination, about]);
}
