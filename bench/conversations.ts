// The hay of a haystack: TCP and UDP conversations with segments of many sizes, numbered as real ones are.

import type { Ipv4, Mac } from "../src/model/address.ts";
import { emitEthernet } from "../src/wire/ethernet.ts";
import { emitIpv4 } from "../src/wire/ipv4.ts";
import { header } from "./pings.ts";

// Sizes of a web-like mix: acknowledgements, small requests, middling answers, full segments; about 430 bytes on average.
const SIZES: readonly (readonly [share: number, least: number, most: number])[] = [
  [0.575, 60, 74],
  [0.12, 90, 300],
  [0.1, 300, 900],
  [0.205, 1500, 1514],
];
const CONVERSATIONS = 128;
// Different frames of each conversation.
const FRAMES = 32;
const TCP_SHARE = 0.8;
const LINK_AND_IP = 34;
const TCP_HEADER = 20;
const SERVER_PORTS = [443, 80, 22, 8080, 5432] as const;

interface Sample {
  readonly frame: Uint8Array;
  readonly view: DataView;
  /** Null for UDP. */
  readonly numbers: { ours: number; theirs: number } | null;
  readonly fromServer: boolean;
  readonly payload: number;
}

/** An endless stream of frames of conversations between two subnets; a frame is overwritten when its turn comes again. */
export class Conversations {
  readonly #samples: Sample[] = [];
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
    for (let n = 0; n < CONVERSATIONS; n++) this.#add(n);
  }

  /** The next frame of one of the conversations. */
  next(): Uint8Array {
    const sample = this.#samples[(this.#random() * this.#samples.length) | 0] as Sample;
    const { numbers, view, fromServer, payload } = sample;
    if (numbers !== null) {
      view.setUint32(LINK_AND_IP + 4, fromServer ? numbers.theirs : numbers.ours);
      view.setUint32(LINK_AND_IP + 8, fromServer ? numbers.ours : numbers.theirs);
      if (fromServer) numbers.theirs = (numbers.theirs + payload) >>> 0;
      else numbers.ours = (numbers.ours + payload) >>> 0;
    }
    return sample.frame;
  }

  #add(n: number): void {
    const random = this.#random;
    const tcp = random() < TCP_SHARE;
    const client = (0x0a000102 + n) as Ipv4;
    const server = (0x0a000202 + (n % 16)) as Ipv4;
    const clientPort = 32_768 + ((random() * 28_000) | 0);
    const serverPort = tcp ? (SERVER_PORTS[n % SERVER_PORTS.length] as number) : 53;
    const numbers = tcp ? { ours: (random() * 2 ** 32) >>> 0, theirs: (random() * 2 ** 32) >>> 0 } : null;
    for (let i = 0; i < FRAMES; i++) {
      const size = sizeOf(random);
      // Long segments are downloads; acknowledgements go the other way.
      const fromServer = size > 900 ? random() < 0.9 : random() < 0.3;
      const body = new Uint8Array(size - LINK_AND_IP);
      const view = new DataView(body.buffer);
      view.setUint16(0, fromServer ? serverPort : clientPort);
      view.setUint16(2, fromServer ? clientPort : serverPort);
      const dataAt = tcp ? TCP_HEADER : 8;
      for (let at = dataAt; at < body.length; at++) body[at] = random() * 256;
      if (tcp) {
        // Data offset 5, flags PSH and ACK, a window; the checksum is left to the card, as a sender's own capture shows.
        body.set([0x50, 0x18, 0xfa, 0xf0], 12);
        // A TLS record of application data.
        if (body.length > dataAt + 5) {
          body.set([0x17, 0x03, 0x03], dataAt);
          view.setUint16(dataAt + 3, body.length - dataAt - 5);
        }
      } else view.setUint16(4, body.length);
      const [from, to] = fromServer ? [server, client] : [client, server];
      const frame = emitEthernet(
        { kind: "ethernet", destination: 0x020000000001 as Mac, source: 0x020000000002 as Mac, etherType: 0x0800 },
        emitIpv4(header(from, to, tcp ? 6 : 17, 64, (random() * 65_536) | 0), body),
      );
      const payload = body.length - dataAt;
      this.#samples.push({ frame, view: new DataView(frame.buffer), numbers, fromServer, payload });
    }
  }
}

function sizeOf(random: () => number): number {
  let pick = random();
  for (const [share, least, most] of SIZES) {
    pick -= share;
    if (pick < 0) return Math.floor(least + random() * (most - least + 1));
  }
  return 60;
}
