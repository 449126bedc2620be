// What an edit does to a state, against the kernel: the command is typed in throw-away namespaces and the state taken again.

import { spawnSync } from "node:child_process";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply, command } from "../../../src/edits/edits.ts";
import { settle } from "../../../src/edits/settle.ts";
import { isMulticast } from "../../../src/model/address.ts";
import type { Edit, NftChainName } from "../../../src/model/edit.ts";
import type { Link, Namespace, SystemState } from "../../../src/model/system-state.ts";
import { collectState } from "../../../src/system/collect.ts";
import { parseState } from "../../../src/system/parse.ts";
import { differences } from "../../edits/canonical.ts";

const has = (tool: string): boolean => spawnSync(tool, ["-V"]).status === 0;
const able = process.getuid?.() === 0 && has("ip") && has("nft") && has("iptables-nft") && has("bridge");
if (!able) {
  if (process.env.PKTWHY_REQUIRE_ALL === "1")
    throw new Error("edits cannot be tried here: root, ip, bridge, nft and iptables-nft are needed");
  console.warn("SKIPPED: trying edits needs root, ip, bridge, nft and iptables-nft");
}

const [A, B] = [`pwea${process.pid.toString(36)}`, `pweb${process.pid.toString(36)}`];
const INPUT: NftChainName = { family: "inet", table: "filter", name: "input" };

function run(line: string): { status: number | null; stderr: string } {
  return spawnSync("sh", ["-c", line], { encoding: "utf8" });
}

const BUILD = [
  `ip netns add ${A}`,
  `ip netns add ${B}`,
  `ip -n ${A} link set lo up`,
  `ip -n ${A} link add a0 type veth peer name b0 netns ${B}`,
  `ip -n ${A} link add p0 type veth peer name q0 netns ${B}`,
  `ip -n ${A} link add p1 type veth peer name q1 netns ${B}`,
  `ip -n ${A} link add br0 address 02:00:00:00:be:00 type bridge`,
  `ip -n ${A} link set p0 master br0`,
  ...["a0", "p0", "p1", "br0"].map((device) => `ip -n ${A} link set ${device} up`),
  ...["b0", "q0", "q1"].map((device) => `ip -n ${B} link set ${device} up`),
  `ip -n ${A} addr add 10.0.1.1/24 dev a0`,
  `ip -n ${A} addr add 10.0.1.9/24 dev a0`,
  `ip -n ${B} addr add 10.0.1.2/24 dev b0`,
  `ip -n ${A} route add 10.5.0.0/16 via 10.0.1.2`,
  `ip netns exec ${A} nft 'add table inet filter; add chain inet filter input { type filter hook input priority 0; }; add rule inet filter input ip saddr 10.0.0.0/8 drop'`,
];

async function taken(): Promise<SystemState> {
  return parseState(JSON.parse(JSON.stringify(await collectState({ namespaces: [A, B], current: false }))), "here")
    .state;
}

// Without what counts, ages or is of IPv6's and multicast's making. What the kernel calls a link without carrier (DOWN,
// LOWERLAYERDOWN) depends on its version.
function watched(state: SystemState): SystemState {
  const part = (ns: Namespace): Namespace =>
    ({
      links: ns.links?.map(({ name, flags, mtu, mac, master }: Link) => ({
        name,
        flags,
        mtu,
        mac,
        master,
      })),
      addresses: ns.addresses,
      routes: ns.routes,
      rules: ns.rules,
      neighbours: ns.neighbours?.filter(({ address }) => !isMulticast(address)),
      neighbourProxies: ns.neighbourProxies,
      bridge: ns.bridge && {
        ports: ns.bridge.ports,
        fdb: ns.bridge.fdb?.filter((entry) => entry.master !== null),
        vlans: ns.bridge.vlans,
      },
      sysctl: new Map(
        [...(ns.sysctl ?? [])].filter(([key]) => key.startsWith("net.ipv4.conf.") || key === "net.ipv4.ip_forward"),
      ),
      // The nft variant of iptables is both; its own words are compared.
      nft: ns.nft && { chains: ns.nft.chains.filter(({ family }) => family !== "ip"), sets: ns.nft.sets },
      iptables: ns.iptables?.nft === undefined ? undefined : { nft: ns.iptables.nft },
    }) as unknown as Namespace;
  return { ...state, namespaces: new Map([...state.namespaces].map(([key, ns]) => [key, part(ns)])) };
}

const at = { netns: A };
const EDITS: readonly Edit[] = [
  { ...at, kind: "sysctl", settings: [{ key: "net.ipv4.ip_forward", value: "1" }] },
  { ...at, kind: "sysctl", settings: [{ key: "net.ipv4.conf.a0.rp_filter", value: "2" }] },
  { ...at, kind: "address", verb: "add", address: "10.7.0.1/24", device: "a0" },
  { ...at, kind: "address", verb: "add", address: "10.7.0.2/24", device: "a0", broadcast: "+" },
  { ...at, kind: "address", verb: "add", address: "10.8.0.1/32", device: "lo" },
  { ...at, kind: "address", verb: "replace", address: "10.8.0.2/24", device: "a0", noprefixroute: true },
  { ...at, kind: "route", verb: "add", destination: "default", via: "10.0.1.2" },
  { ...at, kind: "route", verb: "add", destination: "10.6.0.0/16", device: "a0", source: "10.7.0.1", metric: 7 },
  { ...at, kind: "route", verb: "replace", destination: "10.6.0.0/16", via: "10.0.1.3", metric: 7, mtu: 1400 },
  { ...at, kind: "route", verb: "append", destination: "10.6.0.0/16", via: "10.0.1.4", metric: 7 },
  { ...at, kind: "route", verb: "change", destination: "default", via: "10.0.1.3" },
  { ...at, kind: "route", verb: "add", type: "blackhole", destination: "10.9.0.0/16" },
  {
    ...at,
    kind: "route",
    verb: "add",
    destination: "10.10.0.0/16",
    via: "172.16.0.1",
    device: "a0",
    onlink: true,
    table: "100",
  },
  {
    ...at,
    kind: "route",
    verb: "add",
    destination: "10.11.0.0/16",
    nexthops: [
      { via: "10.0.1.2", device: "a0", weight: 1 },
      { via: "10.0.1.3", device: "a0", weight: 1 },
    ],
  },
  { ...at, kind: "route", verb: "del", type: "blackhole", destination: "10.9.0.0/16" },
  { ...at, kind: "rule", verb: "add", from: "10.7.0.0/24", table: "100" },
  { ...at, kind: "rule", verb: "add", to: "10.9.0.0/16", action: "prohibit", priority: 50 },
  { ...at, kind: "rule", verb: "del", priority: 50 },
  { ...at, kind: "neighbour", verb: "add", address: "10.0.1.77", device: "a0", mac: "02:00:00:00:00:77" },
  {
    ...at,
    kind: "neighbour",
    verb: "replace",
    address: "10.0.1.77",
    device: "a0",
    mac: "02:00:00:00:00:78",
    state: "permanent",
  },
  { ...at, kind: "neighbour", verb: "add", address: "10.0.1.78", device: "a0", proxy: true },
  { ...at, kind: "neighbour", verb: "del", address: "10.0.1.78", device: "a0", proxy: true },
  { ...at, kind: "neighbour", verb: "flush", device: "a0" },
  { ...at, kind: "neighbour", verb: "del", address: "10.0.1.77", device: "a0" },
  { ...at, kind: "link", device: "p1", master: "br0" },
  { ...at, kind: "bridge-port", device: "p1", flags: { isolated: true, flood: false } },
  { ...at, kind: "bridge-port", device: "p1", flags: { isolated: false, flood: true, hairpin: true } },
  { ...at, kind: "bridge-port", device: "p1", state: 4 },
  { ...at, kind: "bridge-port", device: "p1", state: 3 },
  { ...at, kind: "fdb", verb: "add", mac: "02:00:00:00:00:aa", device: "p1", master: true, state: "static" },
  { ...at, kind: "fdb", verb: "del", mac: "02:00:00:00:00:aa", device: "p1", master: true },
  { ...at, kind: "bridge", device: "br0", options: { forward_delay: 200 } },
  { ...at, kind: "link", device: "p1", master: null },
  { ...at, kind: "link", device: "a0", mtu: 1400 },
  { ...at, kind: "link", device: "a0", mac: "02:00:00:00:0a:0a" },
  { ...at, kind: "link", device: "a0", arp: false },
  { ...at, kind: "link", device: "a0", arp: true },
  { ...at, kind: "nft-rule", verb: "insert", chain: INPUT, rule: "icmp type { echo-reply, echo-request } accept" },
  { ...at, kind: "nft-rule", verb: "add", chain: INPUT, rule: 'iifname "a0" ip saddr 10.0.1.2 accept' },
  { ...at, kind: "policy", chain: INPUT, policy: "drop" },
  {
    ...at,
    kind: "tables-rule",
    tool: "iptables-nft",
    verb: "insert",
    chain: "INPUT",
    rule: "-s 10.0.1.2/32 -p icmp -j ACCEPT",
  },
  {
    ...at,
    kind: "tables-rule",
    tool: "iptables-nft",
    verb: "delete",
    chain: "INPUT",
    rule: "-s 10.0.1.2/32 -p icmp -j ACCEPT",
  },
  { ...at, kind: "nat", tool: "iptables-nft", change: "masquerade", source: "10.7.0.0/24", outInterface: "a0" },
  { netns: B, kind: "link", device: "q0", up: false },
  { netns: B, kind: "link", device: "q0", up: true },
  { netns: B, kind: "link", device: "b0", up: false },
  { netns: B, kind: "link", device: "b0", up: true },
  { ...at, kind: "address", verb: "del", address: "10.0.1.1/24", device: "a0" },
  { ...at, kind: "link", device: "a0", up: false },
  { ...at, kind: "link", device: "a0", up: true },
  { ...at, kind: "link", device: "br0", up: false },
  { ...at, kind: "link", device: "br0", up: true },
];

/** What both the kernel and the edit refuse. */
const REFUSED: readonly Edit[] = [
  { ...at, kind: "address", verb: "add", address: "10.7.0.1/24", device: "a0" },
  { ...at, kind: "address", verb: "del", address: "10.99.0.1/24", device: "a0" },
  { ...at, kind: "route", verb: "add", destination: "10.50.0.0/16", via: "192.0.2.1" },
  { ...at, kind: "route", verb: "add", destination: "10.50.0.1/16", device: "a0" },
  { ...at, kind: "route", verb: "del", destination: "10.51.0.0/16" },
  { ...at, kind: "route", verb: "add", destination: "10.52.0.0/16", device: "a0", source: "10.99.0.9" },
  { ...at, kind: "rule", verb: "del", priority: 777 },
  { ...at, kind: "link", device: "none0", up: true },
  { ...at, kind: "nft-rule", verb: "delete", chain: INPUT, handle: 999 },
  { ...at, kind: "neighbour", verb: "del", address: "10.0.1.99", device: "a0" },
];

describe.skipIf(!able)("edits against the kernel", () => {
  let state: SystemState;
  beforeAll(async () => {
    for (const line of BUILD) expect(run(line), line).toMatchObject({ status: 0 });
    // The carriers are told a moment later (linkwatch).
    for (let more = 0; more < 300; more++) {
      state = await taken();
      const links = [...state.namespaces.values()].flatMap((ns) => ns.links ?? []);
      // br0 has no port with carrier before p0 forwards.
      if (links.every((link) => link.name === "lo" || link.isLoopback || link.operstate === "UP")) return;
      await setTimeout(100);
    }
  });
  afterAll(() => {
    for (const name of [A, B]) run(`ip netns del ${name}`);
  });

  test.each(EDITS.map((edit) => [command(edit), edit] as const))("%s", async (line, edit) => {
    const foreseen = apply(state, edit);
    expect(run(line.replace(/^sudo /, ""))).toMatchObject({ status: 0 });
    let found: string[] = ["not taken"];
    for (let more = 0; more < 100 && found.length > 0; more++) {
      if (more > 0) await setTimeout(100);
      state = await taken();
      found = foreseen ? differences(settle(watched(foreseen)), settle(watched(state))) : ["refused"];
    }
    expect(found).toEqual([]);
  });

  test.each(REFUSED.map((edit) => [command(edit), edit] as const))("refused: %s", async (line, edit) => {
    expect(apply(state, edit)).toBeNull();
    expect(run(line.replace(/^sudo /, "")).status).not.toBe(0);
  });
});
