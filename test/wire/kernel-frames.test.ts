// Frames that a Linux 6.18 router sent, byte for byte: offsets here rest on the kernel, not on our own emitters.

import { expect, test } from "vitest";
import type { Packet } from "../../src/model/packet.ts";
import { decode } from "../../src/wire/decode.ts";
import { address, frameOf } from "./frames.ts";

// ping -M do -s 1400 towards a link with an MTU of 1400; 590 bytes on the wire, captured with a snap length of 128.
const fragmentationNeeded = fromHex(
  [
    "9a4c15b8b7e4dafb3383ae13080045c00240174a000040014a9f0a0901010a09010203040e510000057845000594000040004001",
    "1e540a0901020a0902020800646e3364000131a1016b00000000ba03080000000000101112131415161718191a1b1c1d1e1f2021",
    "22232425262728292a2b2c2d2e2f30313233343536373839",
  ].join(""),
);

// ping -t 1, captured whole.
const timeExceeded = fromHex(
  [
    "9a4c15b8b7e4dafb3383ae13080045c00070174b000040014c6e0a0901010a0901020b00f4ff0000000045000054b58240000101",
    "ad110a0901020a09020208001ea43367000131a1016b00000000ac14080000000000101112131415161718191a1b1c1d1e1f2021",
    "22232425262728292a2b2c2d2e2f3031323334353637",
  ].join(""),
);

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (octet) => Number.parseInt(octet, 16));
}
function icmpOf({ network }: Packet) {
  if (network.kind !== "icmp") throw new Error(`expected icmp, not ${network.kind}`);
  return network;
}

test("fragmentation needed names the next hop's MTU and quotes the ping", () => {
  const packet = decode(frameOf(fragmentationNeeded, "EN10MB", 590));
  expect(icmpOf(packet)).toMatchObject({
    ip: { source: address("10.9.1.1"), destination: address("10.9.1.2"), totalLength: 576, dscp: 48, checksumOk: true },
    icmp: {
      type: 3,
      code: 4,
      checksumOk: null,
      body: {
        kind: "error",
        what: "unreachable",
        mtu: 1400,
        quoted: {
          ip: { destination: address("10.9.2.2"), totalLength: 1428, dontFragment: true, ttl: 64, checksumOk: true },
          icmp: { type: 8, code: 0, id: 0x3364, sequence: 1 },
        },
      },
    },
  });
  expect(packet.faults).toEqual([]);
});

test("time exceeded quotes the ping with the TTL it arrived with", () => {
  const packet = decode(frameOf(timeExceeded));
  expect(icmpOf(packet).icmp).toMatchObject({
    type: 11,
    code: 0,
    checksumOk: true,
    body: { what: "time-exceeded", mtu: null, quoted: { ip: { ttl: 1 }, icmp: { id: 0x3367, sequence: 1 } } },
  });
  expect(packet.faults).toEqual([]);
});

test("a parameter problem points with the first byte of its second word (RFC 792)", () => {
  const bytes = timeExceeded.slice();
  bytes[34] = 12;
  bytes[38] = 20;
  expect(icmpOf(decode(frameOf(bytes))).icmp?.body).toMatchObject({ what: "parameter-problem", pointer: 20 });
});
