// What one line of tcpdump leaves out and the lines above it tell: who an ARP reply answers, which packet an error is about.

import type { Ipv4, Mac } from "../../model/address.ts";
import type { Arp, IcmpBody, Ipv4Header, Packet, Quoted } from "../../model/packet.ts";

interface Asker {
  readonly ip: Ipv4;
  readonly mac: Mac | null;
}
interface Sent {
  readonly ip: Ipv4Header;
  /** Of it, what an error quotes of its own header. */
  readonly quoted: Pick<Quoted, "icmp" | "ports">;
}

// More open questions than this at one place are a scan, which nobody pastes whole.
const MOST_OPEN = 4096;

/** The packets of one place, in the order of the text. */
export class Context {
  readonly #askers = new Map<Ipv4, Asker[]>();
  readonly #sent = new Map<string, Sent>();

  /** The packet with what the lines before it tell; whatever they do not settle stays unknown. */
  complete(packet: Packet): Packet {
    const { network } = packet;
    if (network.kind === "arp") {
      if (network.operation === 1) this.#ask(network);
      else if (network.operation === 2 && network.targetIp === null) return this.#answer(packet, network);
      return packet;
    }
    if (network.kind === "tcp" || network.kind === "udp") {
      const header = network.kind === "tcp" ? network.tcp : network.udp;
      if (header !== null) {
        const ports = { source: header.sourcePort, destination: header.destinationPort };
        this.#send(network.ip, `${network.kind} ${ports.source} ${ports.destination}`, { icmp: null, ports });
      }
      return packet;
    }
    if (network.kind !== "icmp" || network.icmp === null) return packet;
    const { body } = network.icmp;
    if (body.kind === "echo" && !body.reply)
      this.#send(network.ip, `echo ${body.id}`, { icmp: { type: 8, code: 0, id: body.id, sequence: body.sequence } });
    if (body.kind !== "error" || (body.quoted !== null && body.quoted.icmp !== null)) return packet;
    const quoted = this.#quoted(network.ip, body);
    if (quoted === null) return packet;
    return { ...packet, network: { ...network, icmp: { ...network.icmp, body: { ...body, quoted } } } };
  }

  #send(ip: Ipv4Header, of: string, quoted: Sent["quoted"]): void {
    if (this.#sent.size >= MOST_OPEN) this.#sent.clear();
    this.#sent.set(`${ip.source} ${ip.destination} ${of}`, { ip, quoted });
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

  // Without -v an error names at most the destination and port of what it is about; one running ping or connection from
  // there leaves no doubt.
  #quoted(ip: Ipv4Header, { quoted }: Extract<IcmpBody, { kind: "error" }>): Quoted | null {
    if (quoted?.ports?.source != null) return null;
    const fitting = [...this.#sent.values()].filter(
      (sent) => sent.ip.source === ip.destination && (quoted === null || isAbout(quoted, sent)),
    );
    const [sent] = fitting;
    if (!sent || fitting.length > 1) return null;
    const { source, destination, protocol } = sent.ip;
    const unknown = { identification: null, totalLength: null, ttl: null, dontFragment: null, moreFragments: null };
    return {
      ip: { ...(quoted?.ip ?? { ...sent.ip, ...unknown }), source, destination, protocol },
      ...sent.quoted,
    };
  }
}

function isAbout({ ip, ports }: Quoted, sent: Sent): boolean {
  return (
    sent.ip.destination === ip.destination &&
    (ip.protocol < 0 || sent.ip.protocol === ip.protocol) &&
    (ports === undefined || sent.quoted.ports?.destination === ports.destination)
  );
}
