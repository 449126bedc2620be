// The needles of a haystack: pings that cross the interfaces, some of them unanswered, and the ARP that goes with them.

import { BROADCAST_MAC, type Ipv4, type Mac } from "../src/model/address.ts";
import type { Ipv4Header } from "../src/model/packet.ts";
import { emitArp } from "../src/wire/arp.ts";
import { emitEthernet } from "../src/wire/ethernet.ts";
import { emitIcmp } from "../src/wire/icmp.ts";
import { emitIpv4 } from "../src/wire/ipv4.ts";

const PINGS = 8;
const ASKER_MAC = 0x02000000000a as Mac;
const TARGET_MAC = 0x02000000000b as Mac;
const ASKER = 0x0a010001 as Ipv4;
const FIRST_TARGET = 0x0a020001;
// The last of the pings never gets an answer.
const SILENT = PINGS - 1;
// One round of ARP after so many pings.
const ARP_EVERY = 64;

interface Crossing {
  readonly frame: Uint8Array;
  /** A question goes up the interfaces, its answer comes down. */
  readonly up: boolean;
}

/** An endless stream of frames, each seen at every interface in turn. */
export class PingTraffic {
  /** Where the frame handed out last was seen. */
  interfaceId = 0;
  readonly #interfaces: number;
  readonly #random: () => number;
  #waiting: Crossing[] = [];
  #crossed = 0;
  #exchanges = 0;

  constructor(interfaces: number, random: () => number) {
    this.#interfaces = interfaces;
    this.#random = random;
  }

  /** Whether the question handed out last is still on its way, or its answer is. */
  get midway(): boolean {
    return this.#waiting.length > 0;
  }

  /** The next frame. */
  next(): Uint8Array {
    if (this.#waiting.length === 0) this.#waiting = this.#nextExchange();
    const { frame, up } = this.#waiting[0] as Crossing;
    this.interfaceId = up ? this.#crossed : this.#interfaces - 1 - this.#crossed;
    if (++this.#crossed === this.#interfaces) {
      this.#crossed = 0;
      this.#waiting.shift();
    }
    return frame;
  }

  #nextExchange(): Crossing[] {
    const n = this.#exchanges++;
    const ping = n % PINGS;
    const target = (FIRST_TARGET + ping) as Ipv4;
    if (n % (ARP_EVERY * PINGS) === ping) {
      const asked = { frame: arp(1, ASKER_MAC, ASKER, null, target), up: true };
      return [asked, { frame: arp(2, TARGET_MAC, target, ASKER_MAC, ASKER), up: false }];
    }
    const sequence = Math.floor(n / PINGS) % 65_536;
    const request = { frame: echo(ASKER, target, false, 1000 + ping, sequence, n, this.#random), up: true };
    if (ping === SILENT) return [request];
    return [request, { frame: echo(target, ASKER, true, 1000 + ping, sequence, n + 7, this.#random), up: false }];
  }
}

function arp(operation: number, senderMac: Mac, senderIp: Ipv4, targetMac: Mac | null, targetIp: Ipv4): Uint8Array {
  const body = { kind: "arp", operation, hardwareType: 1, protocolType: 0x0800 } as const;
  return emitEthernet(
    { kind: "ethernet", destination: targetMac ?? BROADCAST_MAC, source: senderMac, etherType: 0x0806 },
    emitArp({ ...body, senderMac, senderIp, targetMac, targetIp }),
  );
}

function echo(
  source: Ipv4,
  destination: Ipv4,
  reply: boolean,
  id: number,
  sequence: number,
  identification: number,
  random: () => number,
): Uint8Array {
  // ping fills 16 bytes with the time of sending and the rest with a counting pattern.
  const payload = Uint8Array.from({ length: 56 }, (_, i) => (i < 16 ? random() * 256 : i));
  const body = { kind: "echo", reply, id, sequence, payloadLength: 56, payloadHash: 0 } as const;
  const icmp = emitIcmp({ type: reply ? 0 : 8, code: 0, checksum: null, checksumOk: null, body }, payload);
  return emitEthernet(
    {
      kind: "ethernet",
      destination: reply ? ASKER_MAC : TARGET_MAC,
      source: reply ? TARGET_MAC : ASKER_MAC,
      etherType: 0x0800,
    },
    emitIpv4(header(source, destination, 1, 64, identification & 0xffff), icmp),
  );
}

/** An IPv4 header without options; lengths and checksum are computed when it is written. */
export function header(
  source: Ipv4,
  destination: Ipv4,
  protocol: number,
  ttl: number,
  identification: number,
): Ipv4Header {
  return {
    source,
    destination,
    protocol,
    headerLength: null,
    totalLength: null,
    identification,
    dontFragment: true,
    moreFragments: false,
    fragmentOffset: 0,
    ttl,
    dscp: 0,
    ecn: 0,
    checksum: null,
    checksumOk: null,
    options: null,
  };
}
