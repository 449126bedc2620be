// What `ip route get` printed is the way to one address, with or without the prompt above it, and no listing of a table.

import { expect, it } from "vitest";
import { reportOfPastes } from "../../src/case/paste-report.ts";
import { formatIpv4 } from "../../src/model/address.ts";
import { readPaste } from "../../src/paste/read.ts";
import { stateFromText } from "../../src/paste/state/replay.ts";

const WAY = "172.30.0.2 dev tun7 table 52 src 100.64.0.1 uid 1000\n    cache\n";
const CAPTURE = `18:43:31.284266 veth3 P   IP 172.30.0.2 > 192.0.2.8: ICMP echo request, id 20, seq 1, length 64
18:43:31.284266 docker0 In  IP 172.30.0.2 > 192.0.2.8: ICMP echo request, id 20, seq 1, length 64
18:43:31.284291 tun7 Out IP 100.64.0.1 > 192.0.2.8: ICMP echo request, id 20, seq 1, length 64
18:43:31.388878 tun7 In  IP 192.0.2.8 > 100.64.0.1: ICMP echo reply, id 20, seq 1, length 64
18:43:31.388937 tun7 Out IP 192.0.2.8 > 172.30.0.2: ICMP echo reply, id 20, seq 1, length 64
`;

function waysIn(content: string) {
  const paste = readPaste(content, "x");
  const { state, unknown } = stateFromText(paste.state);
  const ways = [...(state?.namespaces.values() ?? [])].flatMap(({ ways = [] }) => ways);
  return {
    ways: ways.map(({ destination, table, hops }) => [formatIpv4(destination.address), table, hops[0]?.interface]),
    unknown: [...paste.unknown, ...unknown].map(({ text }) => text),
  };
}

it.each([
  ["at a prompt", `$ ip route get 172.30.0.2\n${WAY}`],
  ["behind a capture, without a prompt", `${CAPTURE}\n\n${WAY}`],
  [
    "of a version that prints no uid",
    "$ ip r get 172.30.0.2\n172.30.0.2 dev tun7  table 52  src 100.64.0.1\n    cache\n",
  ],
])("%s", (_name, content) => {
  expect(waysIn(content)).toEqual({ ways: [["172.30.0.2", "52", "tun7"]], unknown: [] });
});

it("one that goes by a table of its own is suspected first, and says nothing of the other routes", async () => {
  const { report } = await reportOfPastes({ pastes: [{ source: "x", content: `${CAPTURE}\n${WAY}` }] });
  expect(report?.flows[0]?.findings[0]?.lookalikes[0]).toBe("policy-routing-wrong-table");
  const { state } = stateFromText(readPaste(WAY, "x").state);
  expect(state?.namespaces.get("")?.routes).toBeUndefined();
});
