// What one line of tcpdump leaves out and the lines above it tell: who an ARP reply answers, which echo an error is about.

import type { Ipv4, Mac } from "../../model/address.ts";
import type { Arp, IcmpBody, Ipv4Header, Packet } from "../../model/packet.ts";

interface Asker {
  readonly ip: Ipv4;
  readonly mac: Mac | null;
}
interface Echo {
  readonly ip: Ipv4Header;
  readonly id: number;
  readonly sequence: number;
}

// More open questions than this at one place are a scan, which nobody pastes whole.
const MOST_OPEN = 4096;

/** The packets of one place, in the order of the text. */
export class Context {
  readonly #askers = new Map<Ipv4, Asker[]>();
  readonly #echoes = new Map<string, Echo>();

  /** The packet with what the lines before it tell; whatever they do not settle stays unknown. */
  complete(packet: Packet): Packet {
    const { network } = packet;
    if (network.kind === "arp") {
      if (network.operation === 1) this.#ask(network);
      else if (network.operation === 2 && network.targetIp === null) return this.#answer(packet, network);
      return packet;
    }
    if (network.kind !== "icmp" || network.icmp === null) return packet;
    const { body } = network.icmp;
    if (body.kind === "echo" && !body.reply) {
      if (this.#echoes.size >= MOST_OPEN) this.#echoes.clear();
      const { source, destination } = network.ip;
      this.#echoes.set(`${source} ${destination} ${body.id}`, { ip: network.ip, id: body.id, sequence: body.sequence });
    }
    if (body.kind !== "error" || (body.quoted !== null && body.quoted.icmp !== null)) return packet;
    const quoted = this.#quoted(network.ip, body);
    if (quoted === null) return packet;
    return { ...packet, network: { ...network, icmp: { ...network.icmp, body: { ...body, quoted } } } };
  }

  #ask({ targetIp, senderIp, senderMac }: Arp): void {
    if (targetIp === null || senderIp === null) return;
    if (this.#askers.size >= MOST_OPEN) this.#askers.clear();
    const open = this.#askers.get(targetIp) ?? [];
    if (open.some((asker) => asker.ip === senderIp) || open.length >= 64) return;
    this.#askers.set(targetIp, [...open, { ip: senderIp, mac: senderMac }]);
  }

  // A reply goes to somebody who asked: with -e its destination tells whom, else the first who still waits.
  #answer(packet: Packet, arp: Arp): Packet {
    const open = arp.senderIp === null ? undefined : this.#askers.get(arp.senderIp);
    const to = packet.link.kind === "ethernet" ? packet.link.destination : null;
    const asker = to === null ? open?.[0] : (open?.find(({ mac }) => mac === to) ?? null);
    if (!asker || arp.senderIp === null) return packet;
    this.#askers.set(arp.senderIp, open?.filter((other) => other !== asker) ?? []);
    return { ...packet, network: { ...arp, targetIp: asker.ip, targetMac: to } };
  }

  // Without -v an error names at most the destination of what it is about; one running ping leaves no doubt.
  #quoted(ip: Ipv4Header, { quoted }: Extract<IcmpBody, { kind: "error" }>) {
    if (quoted !== null && quoted.ip.protocol > 1) return null;
    const fitting = [...this.#echoes.values()].filter(
      (echo) => echo.ip.source === ip.destination && (quoted === null || echo.ip.destination === quoted.ip.destination),
    );
    const [echo] = fitting;
    if (!echo || fitting.length > 1) return null;
    const { source, destination } = echo.ip;
    const unknown = { identification: null, totalLength: null, ttl: null, dontFragment: null, moreFragments: null };
    return {
      ip: { ...(quoted?.ip ?? { ...echo.ip, ...unknown }), source, destination, protocol: 1 },
      icmp: { type: 8, code: 0, id: echo.id, sequence: echo.sequence },
    };
  }
}
