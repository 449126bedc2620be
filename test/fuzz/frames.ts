// One hostile frame through decoding alone: any link type, packets inside packets, damaged anywhere, cut anywhere.

import { journeyHash } from "../../src/flow/identity.ts";
import { insideOf, outersOf } from "../../src/model/outer.ts";
import type { LinkType } from "../../src/model/vantage.ts";
import { classify, commonEthernet, TRAFFIC } from "../../src/wire/classify.ts";
import { decode } from "../../src/wire/decode.ts";
import { expectedTraffic } from "../wire/expected-traffic.ts";
import { frameOf } from "../wire/frames.ts";
import { RARE_LINK_TYPES } from "../wire/rare-link-types.ts";
import { type Family, promise } from "./family.ts";
import { concat, damaged } from "./mutate-bytes.ts";
import { putInside } from "./put-inside.ts";
import { type Random, randomOf } from "./random.ts";
import type { SeedFrame } from "./seeds.ts";

const DEEPEST = 12;
const MOST_OUTERS = 8;
const ETHERNET = 14;

/** What is in front of an IP packet on a link of each type. */
const FRONTS: Partial<Record<string, readonly (readonly number[])[]>> = {
  SLIP: [[1, 0x45, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
  PPP: [[0xff, 3, 0, 0x21], [0x21]],
  PPP_HDLC: [
    [0xff, 3, 0, 0x21],
    [0x0f, 0, 8, 0],
  ],
  PPP_ETHER: [[0x11, 0, 0, 1, 0, 86, 0, 0x21]],
  PPP_PPPD: [[1, 3, 0, 0x21]],
  PPP_WITH_DIR: [[1, 0xff, 3, 0, 0x21]],
  C_HDLC: [[0x0f, 0, 8, 0]],
  C_HDLC_WITH_DIR: [[0, 0x0f, 0, 8, 0]],
  ATM_RFC1483: [[0xaa, 0xaa, 3, 0, 0, 0, 8, 0]],
  ENC: [[2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
  PFLOG: [[4, 2, 0, 0]],
  NFLOG: [[2, 0, 0, 5, 4, 1, 9, 0]],
  MPLS: [[0, 1, 1, 64]],
};
const WLAN = [8, 1, 0, 0, 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 3, 0, 0, 0xaa, 0xaa, 3, 0, 0, 0, 8, 0];
const QOS_WLAN = [0x88, ...WLAN.slice(1, 24), 0, 0, ...WLAN.slice(24)];
const WLAN_FRONTS: Partial<Record<string, readonly number[]>> = {
  IEEE802_11: [],
  IEEE802_11_RADIOTAP: [0, 0, 9, 0, 2, 0, 0, 0, 0x10],
  IEEE802_11_AVS: [0x80, 0x21, 0x10, 1, 0, 0, 0, 12, 0, 0, 0, 0],
  PRISM_HEADER: [0x44, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0],
  PPI: [0, 0, 8, 0, 105, 0, 0, 0],
  PKTAP: [12, 0, 0, 0, 1, 0, 0, 0, 105, 0, 0, 0],
};

/** Cases are made of these frames. */
export function frameFamily(frames: readonly SeedFrame[]): Family {
  return {
    name: "frame",
    run: async (seed, number) => {
      const random = randomOf(seed, number);
      look(hostileFrame(frames, random), random);
      return false;
    },
    inputsOf: (seed, number) => [hostileFrame(frames, randomOf(seed, number)).bytes],
  };
}

/** A frame and how its link begins. */
export interface HostileFrame {
  readonly linkType: LinkType;
  readonly bytes: Uint8Array;
  /** Length on the wire. */
  readonly length: number;
}

/** Such a frame, made of these. */
export function hostileFrame(frames: readonly SeedFrame[], random: Random): HostileFrame {
  const seed = random.pick(frames);
  let { bytes, linkType } = seed;
  if (linkType === "EN10MB" && random.chance(0.6)) bytes = putInside(bytes, 1 + random.below(DEEPEST), random);
  if (linkType === "EN10MB" && bytes.length > ETHERNET && random.chance(0.4)) {
    linkType = random.pick(RARE_LINK_TYPES);
    bytes = concat(frontOf(linkType, random), bytes.subarray(ETHERNET));
  }
  if (random.chance(0.6)) bytes = damaged(bytes, random);
  const length = random.chance(0.2) ? random.pick([0, 1, 0xffffffff, bytes.length + 100]) : bytes.length;
  return { linkType, bytes, length: Math.max(length, bytes.length) };
}

function frontOf(linkType: string, random: Random): Uint8Array {
  const wlan = WLAN_FRONTS[linkType];
  if (wlan !== undefined) return Uint8Array.of(...wlan, ...random.pick([WLAN, QOS_WLAN]));
  return Uint8Array.from(random.pick(FRONTS[linkType] ?? [[]]));
}

/** Decodes a frame and throws where what comes out breaks a promise. */
export function look({ linkType, bytes, length }: HostileFrame, random: Random): void {
  const frame = frameOf(bytes, linkType, length);
  const packet = decode(frame);
  for (const { had, needed, what } of packet.faults)
    promise(had >= 0 && (what !== "truncated" || needed > had), `a fault with ${had} of ${needed} bytes`);
  const traffic = classify(linkType, bytes, 0, bytes.length, length);
  promise(expectedTraffic(packet, traffic).includes(traffic), `traffic ${traffic}`);
  const common = linkType === "EN10MB" ? commonEthernet(bytes, 0, bytes.length) : TRAFFIC.other;
  promise(common === TRAFFIC.other || common === traffic, `traffic ${common} at a glance, ${traffic} at a look`);
  const outers = outersOf(packet);
  promise(outers.length <= MOST_OUTERS, `${outers.length} around it`);
  promise(
    outers.every(({ headers }) => headers > 0 && headers <= bytes.length),
    "headers beyond the frame",
  );
  insideOf(packet);
  if (packet.network.kind === "arp" || packet.network.kind === "icmp") journeyHash(packet.network);
  if (!random.chance(0.1)) return;
  const before = random.below(40);
  const around = new Uint8Array(before + bytes.length + 40).fill(random.below(256));
  around.set(bytes, before);
  const within = decode({ ...frame, bytes: around, start: before, end: before + bytes.length });
  around.fill(0xaa);
  promise(JSON.stringify(within, plain) === JSON.stringify(packet, plain), "bytes outside of the frame were read");
}

function plain(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}
