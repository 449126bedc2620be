// Which questions on the wire are still open: after a ping has ended, its last ARP round may have seconds to go.

import type { Packet } from "../../model/packet.ts";
import { type Nanoseconds, SECOND } from "../../model/time.ts";

/** What a question is waiting for. */
export type QuestionKind = "arp" | "echo";

interface AwaitedAnswer {
  readonly kind: QuestionKind;
  /** Until when an answer may come. */
  until: Nanoseconds;
  /** When the answer was seen; copies of the question from before that are no new question. */
  answered: Nanoseconds | null;
}

// A flood must not fill the memory: the oldest questions are given up.
const MOST = 4096;

/** ARP requests and echo requests that nobody has answered yet. */
export class OpenQuestions {
  readonly #asked = new Map<string, AwaitedAnswer>();
  readonly #arpPatience: Nanoseconds;

  /** `retransTime`: what the kernel waits after an ARP request before it asks again or gives up (retrans_time_ms). */
  constructor(retransTime: Nanoseconds) {
    // Its timer runs on jiffies of up to 10 ms, and the error it makes at the end comes a moment later.
    this.#arpPatience = retransTime + SECOND / 10n;
  }

  /** Takes a packet from any vantage; the same packet may come several times, and after its answer. */
  push(packet: Packet): void {
    const { network, frame } = packet;
    if (frame.time === null) return;
    if (network.kind === "arp") {
      const { operation, senderIp, targetIp } = network;
      if (operation === 1 && senderIp !== targetIp) {
        this.#ask(`arp ${senderIp} ${targetIp}`, "arp", frame.time, this.#arpPatience);
      } else if (operation === 2) this.#answer(`arp ${targetIp} ${senderIp}`, frame.time);
      return;
    }
    if (network.kind !== "icmp" || !network.icmp) return;
    const { ip, icmp } = network;
    if (icmp.body.kind === "echo") {
      const { reply, id, sequence } = icmp.body;
      if (reply) this.#answer(`echo ${ip.destination} ${id} ${sequence}`, frame.time);
      else this.#ask(`echo ${ip.source} ${id} ${sequence}`, "echo", frame.time, SECOND);
    } else if (icmp.body.kind === "error" && icmp.body.quoted?.icmp) {
      const { ip: asked, icmp: question } = icmp.body.quoted;
      this.#answer(`echo ${asked.source} ${question.id} ${question.sequence}`, frame.time);
    }
  }

  /** What may still be answered at this time; null where nothing is open. */
  openAt(now: Nanoseconds): QuestionKind | null {
    let found: QuestionKind | null = null;
    for (const { kind, until, answered } of this.#asked.values()) {
      if (answered !== null || until <= now) continue;
      if (kind === "arp") return "arp";
      found = "echo";
    }
    return found;
  }

  #ask(key: string, kind: QuestionKind, time: Nanoseconds, patience: Nanoseconds): void {
    const known = this.#asked.get(key);
    if (known !== undefined && known.answered !== null && time <= known.answered) return;
    const until = time + patience;
    if (known !== undefined && known.answered === null && known.until >= until) return;
    // Inserted anew, so that the map stays nearly in order of time.
    this.#asked.delete(key);
    this.#asked.set(key, { kind, until, answered: null });
    if (this.#asked.size <= MOST) return;
    const oldest = this.#asked.keys().next();
    if (!oldest.done) this.#asked.delete(oldest.value);
  }

  #answer(key: string, time: Nanoseconds): void {
    const known = this.#asked.get(key);
    if (known !== undefined) known.answered = time;
  }
}
