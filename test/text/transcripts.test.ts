// Terminal transcripts as people paste them: which captures, pings and state they hold.

import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { formatIpv4 } from "../../src/model/address.ts";
import { commandBehind } from "../../src/model/typed-line.ts";
import type { Vantage } from "../../src/model/vantage.ts";
import { packetsOf } from "../../src/paste/capture/packets.ts";
import { type Paste, readPaste } from "../../src/paste/read.ts";
import { stateFromText } from "../../src/paste/state/replay.ts";
import { localOwner } from "../../src/system/lookup/owner.ts";
import { otherEnd } from "../../src/system/lookup/peer.ts";

const folder = new URL("../../../shared/transcripts/", import.meta.url);
const there = existsSync(folder);

test("the transcripts are here", () => {
  if (!there) console.warn("SKIPPED: the shared transcripts are not here");
  expect(there || process.env.PKTWHY_REQUIRE_ALL !== "1").toBe(true);
});

const read = (name: string): Paste => readPaste(readFileSync(new URL(`${name}.txt`, folder), "utf8"), name);
const vantageFor = (name: string | null, netns: string | null): Vantage => ({
  id: 0,
  netns,
  interface: name,
  source: "paste",
  undated: true,
});
const captures = (paste: Paste) =>
  paste.captures.map((capture) => {
    const { packets, clock, unknown } = packetsOf(capture, vantageFor, (name) => paste.names.get(name) ?? null);
    expect(unknown).toEqual([]);
    return `${capture.interface} ${packets.map((p) => p.network.kind).filter((k, i, all) => all.indexOf(k) === i)} ${packets.length} ${clock}`;
  });
const pings = (paste: Paste) => paste.pings.map((ping) => `${ping.netns ?? "-"}: ${ping.argv.join(" ")}`);

describe.skipIf(!there)("transcripts", () => {
  test.each([
    ["veth-one-address", ["veth0 arp 6 midnight", "veth1 arp 5 midnight"], ["-: ping -c 4 192.168.2.1"]],
    [
      "veth-both-addresses",
      ["veth0 icmp 4 midnight", "veth1 icmp 4 midnight", "lo icmp 4 midnight"],
      ["-: ping -c 4 192.168.2.1 -I veth0"],
    ],
    ["veth-both-addresses-captures-only", ["veth0 icmp 4 midnight", "veth1 icmp 4 midnight", "lo icmp 4 midnight"], []],
    [
      "veth-other-addresses",
      ["veth1 arp 6 midnight"],
      ["-: ping -c 1 -I veth0 192.168.2.2", "-: ping -c 1 -I veth0 baidu.com"],
    ],
    ["two-namespaces", [], ["net0: ping -c 3 192.168.10.2"]],
    ["two-namespaces-tap", [], ["ns1: ping 192.168.168.2", "ns2: ping 192.168.168.1"]],
  ])("%s", (name, expectedCaptures, expectedPings) => {
    const paste = read(name);
    expect(captures(paste)).toEqual(expectedCaptures);
    expect(pings(paste)).toEqual(expectedPings);
    expect(paste.unknown).toEqual([]);
    expect(stateFromText(paste.state).unknown).toEqual([]);
  });

  test("the pair of one address, from its commands", () => {
    const { state } = stateFromText(read("veth-one-address").state);
    const host = state?.namespaces.get("");
    expect(host?.replayed).toBe(true);
    expect(host?.addresses?.map((a) => `${a.interface} ${formatIpv4(a.local)}`)).toEqual([
      "veth0 192.168.2.11",
      "lo 127.0.0.1",
    ]);
    expect(host?.links?.filter((l) => l.flags.has("LOWER_UP")).map((l) => l.name)).toEqual(["veth0", "veth1", "lo"]);
    expect(host && localOwner(host, 0xc0a80201 as never)).toBeNull();
    expect(host?.sysctl).toBeUndefined();
    const owner = host && localOwner(host, 0xc0a8020b as never);
    expect(owner?.interface).toBe("veth0");
    expect(commandBehind(owner?.line.line ?? "")).toBe("ip addr add 192.168.2.11/24 dev veth0");
  });

  test("addresses that nobody resolved are not joined with the name that was", () => {
    const paste = read("veth-other-addresses");
    expect([...paste.names].map(([name, address]) => `${name} ${formatIpv4(address)}`)).toEqual([
      "baidu.com 111.13.101.208",
    ]);
  });

  test("the other end of net0's veth0 comes up in net1, after it was listed without carrier", () => {
    const { state } = stateFromText(read("two-namespaces").state);
    expect([...(state?.namespaces.keys() ?? [])].sort()).toEqual(["net0", "net1"]);
    const veth0 = state?.namespaces.get("net0")?.links?.find((l) => l.name === "veth0");
    expect(veth0?.index).toBe(55);
    expect(veth0?.operstate).toBe("UP");
    expect(commandBehind(veth0?.line ?? "")).toBe("ip netns exec net1 ip link set veth1 up");
    const end = state && otherEnd(state, "net0", "veth0");
    expect(end?.kind === "peer" && `${end.netns}:${end.link.name}`).toBe("net1:veth1");
    expect(
      state?.namespaces
        .get("net0")
        ?.links?.find((l) => l.name === "lo")
        ?.flags.has("UP"),
    ).toBe(false);
  });

  test("without a pair in the listing, until it gets its other end up", () => {
    const text = readFileSync(new URL("two-namespaces.txt", folder), "utf8");
    const until = text.slice(0, text.indexOf("# ip netns exec net1 ip link set veth1 up"));
    const { state } = stateFromText(readPaste(until, "paste").state);
    const veth0 = state?.namespaces.get("net0")?.links?.find((l) => l.name === "veth0");
    expect(veth0?.flags.has("NO-CARRIER")).toBe(true);
    expect(veth0?.operstate).toBe("LOWERLAYERDOWN");
    expect(state?.namespaces.get("net0")?.routes?.find((r) => r.table === "main")?.hops[0]?.linkdown).toBe(true);
  });
});
