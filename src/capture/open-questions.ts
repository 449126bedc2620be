// Which questions on the wire are still open: after a ping has ended, its last ARP round may have seconds to go.

import { type Nanoseconds, SECOND } from "../model/time.ts";
import type { Packet } from "../model/packet.ts";

// A flood must not fill the memory: the oldest questions are given up.
const MOST = 4096;

/** ARP requests and echo requests that nobody has answered yet, with the time until which an answer may come. */
export class OpenQuestions {
  readonly #open = new Map<string, { readonly what: "arp" | "echo"; readonly until: Nanoseconds }>();
  readonly #arpPatience: Nanoseconds;

  /** `retransTime`: what the kernel waits between two ARP requests, and after the last one (retrans_time_ms). */
  constructor(retransTime: Nanoseconds) {
    // Its timer runs on jiffies, up to 10 ms each, and the error it makes at the end comes a moment later.
    this.#arpPatience = retransTime + SECOND / 10n;
  }

  /** Takes a packet from any vantage; the same packet may come several times. */
  push(packet: Packet): void {
    const { network, frame } = packet;
    if (frame.time === null) return;
    if (network.kind === "arp") {
      const { operation, senderIp, targetIp } = network;
      if (operation === 1 && senderIp !== targetIp) {
        this.#ask(`arp ${senderIp} ${targetIp}`, "arp", frame.time + this.#arpPatience);
      } else if (operation === 2) this.#open.delete(`arp ${targetIp} ${senderIp}`);
      return;
    }
    if (network.kind !== "icmp" || !network.icmp) return;
    const { ip, icmp } = network;
    if (icmp.body.kind === "echo") {
      const { reply, id, sequence } = icmp.body;
      if (reply) this.#open.delete(`echo ${ip.destination} ${id} ${sequence}`);
      // A router's copy of the question must not open it again once it is answered, but copies come first.
      else this.#ask(`echo ${ip.source} ${id} ${sequence}`, "echo", frame.time + SECOND);
    } else if (icmp.body.kind === "error") {
      const quoted = icmp.body.quoted;
      if (quoted?.icmp) this.#open.delete(`echo ${quoted.ip.source} ${quoted.icmp.id} ${quoted.icmp.sequence}`);
    }
  }

  /** What may still be answered at this time; null where nothing is open. */
  openAt(now: Nanoseconds): "arp" | "echo" | null {
    let found: "arp" | "echo" | null = null;
    for (const [key, { what, until }] of this.#open) {
      if (until <= now) this.#open.delete(key);
      else if (what === "arp") return "arp";
      else found = "echo";
    }
    return found;
  }

  #ask(key: string, what: "arp" | "echo", until: Nanoseconds): void {
    const known = this.#open.get(key);
    if (known !== undefined && known.until >= until) return;
    // Re-inserted, so that the map stays in order of time.
    this.#open.delete(key);
    this.#open.set(key, { what, until });
    if (this.#open.size > MOST) {
      const oldest = this.#open.keys().next();
      if (!oldest.done) this.#open.delete(oldest.value);
    }
  }
}
