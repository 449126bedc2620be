// Packet and raw sockets as /proc/net/packet and /proc/net/raw of kernel 6.18 list them, and who holds them.

import { expect, test } from "vitest";
import { parseState } from "../../src/system/parse.ts";

const LINKS = [
  { ifindex: 2, ifname: "eth0", flags: ["UP"] },
  { ifindex: 3, ifname: "eth1", flags: ["UP"] },
];
const PACKET = `sk               RefCnt Type Proto  Iface R Rmem   User   Inode
00000000f5a9d3b4 3      3    0003   2     1 0      0      23151
00000000f5a9d3b5 3      2    0806   0     1 0      0      23152
00000000f5a9d3b6 3      3    0000   2     1 0      0      23153
00000000f5a9d3b7 3      3    0003   9     1 0      0      23154
00000000f5a9d3b8 3      3    0003   3     0 0      0      23155`;
const RAW = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
   1: 00000000:0001 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 23160 2 0000000012345678 0
 112: 00000000:0070 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 23161 2 0000000012345679 0`;

function socketsOf(more: object, holders?: object) {
  const file = {
    pktwhy: "state/1",
    takenAt: "2026-11-28T12:00:00Z",
    ...(holders && { holders }),
    namespaces: { net1: { link: LINKS, ...more } },
  };
  return parseState(file, "state.json").state.namespaces.get("net1")?.openSockets;
}

test("a packet socket tells its interface, its protocol and who holds it", () => {
  expect(socketsOf({ packetSockets: PACKET }, { "23151": "answerd", "23152": "arpwatch" })).toEqual([
    {
      kind: "packet",
      interface: "eth0",
      protocol: 3,
      program: "answerd",
      line: 'p_raw *:eth0 users:(("answerd"))',
    },
    { kind: "packet", interface: null, protocol: 0x806, program: "arpwatch", line: 'p_dgr arp:* users:(("arpwatch"))' },
  ]);
});

test("one without a protocol, on an interface that is gone, or that does not run gets nothing", () => {
  expect(socketsOf({ packetSockets: PACKET })?.map(({ line }) => line)).toEqual(["p_raw *:eth0", "p_dgr arp:*"]);
});

test("a raw socket tells its protocol", () => {
  expect(socketsOf({ rawSockets: RAW }, { "23160": "smokeping" })).toEqual([
    { kind: "raw", interface: null, protocol: 1, program: "smokeping", line: 'raw *:icmp users:(("smokeping"))' },
    { kind: "raw", interface: null, protocol: 112, program: null, line: "raw *:vrrp" },
  ]);
});

test("no list is no socket: the kernel prints one wherever there is any", () => {
  expect(socketsOf({})).toEqual([]);
});
