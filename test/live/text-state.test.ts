// Text against the running kernel: what tools print and what commands do must give the state that the kernel tells.

import { execFileSync, spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { formatIpv4, formatMac, formatPrefix } from "../../src/model/address.ts";
import type { Namespace, SystemState } from "../../src/model/system-state.ts";
import { readPaste } from "../../src/paste/read.ts";
import { stateFromText } from "../../src/paste/state/replay.ts";
import { collectState } from "../../src/system/collect.ts";
import { otherEnd } from "../../src/system/lookup/peer.ts";
import { parseState } from "../../src/system/parse.ts";

const able =
  process.getuid?.() === 0 && spawnSync("ip", ["-V"]).status === 0 && spawnSync("bridge", ["-V"]).status === 0;
if (!able) {
  if (process.env.PKTWHY_REQUIRE_ALL === "1")
    throw new Error("text cannot be compared with the kernel here: root, ip and bridge are needed");
  console.warn("SKIPPED: comparing text with the kernel needs root, ip and bridge");
}

const A = `pwtext${process.pid.toString(36)}a`;
const B = `pwtext${process.pid.toString(36)}b`;
const inA = `ip netns exec ${A}`;
const inB = `ip netns exec ${B}`;

const COMMANDS = [
  `ip netns add ${A}`,
  `ip netns add ${B}`,
  `ip -n ${A} link add veth0 type veth peer name veth1`,
  `${inA} ip addr add 192.168.2.11/24 dev veth0`,
  `${inA} ip link set veth1 up`,
  `${inA} ip link set veth0 up`,
  `${inA} ip addr add 192.168.2.12/24 brd + dev veth0`,
  `${inA} ip addr add local 192.168.2.1/24 dev veth1`,
  `${inA} ip link add out type veth peer name in netns ${B}`,
  `${inA} ip a add 10.5.0.1/30 brd 10.5.0.3 dev out`,
  `${inA} ip link set dev out mtu 1400 up`,
  `${inB} ip link add br0 type bridge`,
  `${inB} ip link set in address 02:00:00:00:00:05 master br0`,
  `${inB} ip link set in up`,
  `${inB} ip link set br0 up`,
  `${inB} ip addr add 10.5.0.2/30 dev br0`,
  `${inB} ip link add type veth`,
  `${inB} ip addr add 10.9.9.1 peer 10.9.9.2 dev veth0`,
  `${inB} ip link set veth0 up`,
  `${inB} ip addr add 10.8.8.1/24 dev veth0`,
  `${inB} ip link set lo up`,
  `${inA} ip route add 172.16.0.0/12 via 10.5.0.2`,
  `${inA} ip route add default via 10.5.0.2 dev out metric 7`,
  `${inA} ip route add unreachable 10.66.0.0/16`,
  `${inA} ip route add 10.77.0.0/16 dev veth0 table 100`,
  `${inA} ip rule add from 192.168.2.11 lookup 100`,
  `${inA} ip rule add to 10.88.0.0/16 lookup main prio 55`,
  `${inA} ip neigh add 10.5.0.2 lladdr 02:00:00:00:00:05 dev out`,
  `${inA} sysctl -w net.ipv4.conf.veth1.accept_local=1`,
  `${inA} sh -c 'echo 2 > /proc/sys/net/ipv4/conf/veth1/rp_filter'`,
  `${inA} sysctl -q -w net.ipv4.ip_forward=1`,
];

describe.skipIf(!able)("text and the kernel", () => {
  let real: SystemState;
  const both = (state: SystemState, key: string): [Namespace, Namespace] => [
    state.namespaces.get(key) as Namespace,
    real.namespaces.get(key) as Namespace,
  ];

  beforeAll(async () => {
    for (const command of COMMANDS) execFileSync("sh", ["-c", command], { stdio: "pipe" });
    // The bridge learns whose frames come in now, not between two listings, at whatever IPv6 has to say.
    execFileSync("ip", ["netns", "exec", A, "ping", "-c", "1", "-W", "30", "10.5.0.2"], { stdio: "pipe" });
    real = parseState(await collectState({ namespaces: [A, B] }), "here").state;
  });
  afterAll(() => {
    for (const name of [A, B]) spawnSync("ip", ["netns", "del", name]);
  });

  test("the commands, replayed", () => {
    const typed = COMMANDS.map((command) => command.replace(/sh -c '(.*)'$/, "bash\n# $1\n# exit"));
    const { state, unknown } = replay(typed.map((command) => `# ${command}`).join("\n"));
    expect(unknown).toEqual([]);
    for (const key of [A, B]) {
      const [text, kernel] = both(state, key);
      expect(text.replayed).toBe(true);
      expect(links(text, state)).toEqual(links(kernel, real));
      expect(addresses(text)).toEqual(addresses(kernel));
      expect(routes(text)).toEqual(routes(kernel));
      expect(text.rules?.map((rule) => rule.line.split(" # ")[0])).toEqual(kernel.rules?.map((rule) => rule.line));
    }
    const [text, kernel] = both(state, A);
    expect(text.neighbours?.map((n) => [n.interface, n.mac])).toEqual(
      kernel.neighbours?.filter((n) => n.states.has("PERMANENT")).map((n) => [n.interface, n.mac]),
    );
    expect(text.sysctl?.size).toBeGreaterThan(5);
    for (const [name, value] of text.sysctl ?? [])
      expect(`${name} ${value}`).toBe(`${name} ${kernel.sysctl?.get(name)}`);
    expect(state.namespaces.get(B)?.bridge?.ports?.map((port) => port.line)).toEqual(
      real.namespaces.get(B)?.bridge?.ports?.map((port) => port.line),
    );
  });

  test.each([
    ["ip addr", "ip route show table all", "ip rule", "ip neigh", "bridge link"],
    [
      "ip -d -s addr",
      "ip -d route show table all",
      "ip -d rule",
      "ip -s neigh",
      "bridge -d link",
      "bridge fdb",
      "bridge vlan",
    ],
    ["ip -4 a", "ip -d link", "ip r s table all", "ip ru", "ip n"],
    ["ip -o addr", "ip -o link", "ip route list table all"],
    ["ip link", "ip -br addr", "ip route", "ip route show table local", "ip route show table 100"],
  ])("listings: %s, %s, %s…", (...shown) => {
    const pasted = [A, B].flatMap((name) =>
      shown.map((command) => `root@box:~# ip netns exec ${name} ${command}\n${run(name, command)}`),
    );
    const { state, unknown } = replay(pasted.join("\n"));
    expect(unknown).toEqual([]);
    for (const key of [A, B]) {
      const [text, kernel] = both(state, key);
      expect(text.replayed).toBe(false);
      expect(
        links(
          text,
          state,
          shown.some((s) => s.includes("-d ")),
        ),
      ).toEqual(
        links(
          kernel,
          real,
          shown.some((s) => s.includes("-d ")),
        ),
      );
      const brief = shown.includes("ip -br addr");
      expect(addresses(text, brief)).toEqual(addresses(kernel, brief));
      expect(routes(text)).toEqual(routes(kernel));
      if (text.rules) expect(text.rules.map((rule) => rule.line)).toEqual(kernel.rules?.map((rule) => rule.line));
      if (shown.includes("bridge -d link")) {
        expect(text.bridge?.ports).toEqual(kernel.bridge?.ports);
        expect(text.bridge?.fdb?.map((e) => e.line).sort()).toEqual(kernel.bridge?.fdb?.map((e) => e.line).sort());
      }
    }
  });

  test("sysctl, grep, cat and sysctl -n tell the same", () => {
    const keys = ["net.ipv4.ip_forward", "net.ipv4.conf.veth1.accept_local", "net.ipv4.conf.all.rp_filter"];
    const files = keys.map((key) => `/proc/sys/${key.replaceAll(".", "/")}`).join(" ");
    for (const command of [
      `sysctl ${keys.join(" ")}`,
      `sysctl -n ${keys.join(" ")}`,
      `cat ${files}`,
      `grep . ${files}`,
      "sysctl -a",
    ]) {
      const { state } = replay(`# ip netns exec ${A} ${command}\n${run(A, command)}`);
      const [text, kernel] = both(state, A);
      for (const key of keys)
        expect(`${command}: ${text.sysctl?.get(key)}`).toBe(`${command}: ${kernel.sysctl?.get(key)}`);
    }
  });

  test.skipIf(spawnSync("ifconfig", ["-V"]).error !== undefined)("ifconfig, route and arp of net-tools", () => {
    const pasted = ["ifconfig -a", "route -n", "arp -n"].map(
      (command) => `# ip netns exec ${A} ${command}\n${run(A, command)}`,
    );
    const { state, unknown } = replay(pasted.join("\n"));
    expect(unknown).toEqual([]);
    const [text, kernel] = both(state, A);
    // ifconfig shows one address of an interface, route only table main.
    const kept = addresses(kernel, true).filter((line) => !line.includes("192.168.2.12"));
    expect(addresses(text, true)).toEqual(kept);
    const main = (ns: Namespace) =>
      (ns.routes ?? [])
        .filter((r) => r.table === "main")
        .map((r) => `${r.type} ${formatPrefix(r.destination)} ${r.hops[0]?.interface} ${r.hops[0]?.gateway}`);
    expect(main(text).sort()).toEqual(main(kernel).sort());
    expect(text.neighbours?.map((n) => `${formatIpv4(n.address)} ${n.mac && formatMac(n.mac)}`)).toContain(
      "10.5.0.2 02:00:00:00:00:05",
    );
  });
});

function run(name: string, command: string): string {
  return spawnSync("ip", ["netns", "exec", name, ...command.split(" ")], { encoding: "utf8" }).stdout;
}

function replay(pasted: string): { state: SystemState; unknown: readonly unknown[] } {
  const { state, unknown } = stateFromText(readPaste(pasted, "paste").state);
  if (state === null) throw new Error("no state in the paste");
  return { state, unknown };
}

function links(ns: Namespace, state: SystemState, withKinds = false): string[] {
  return (ns.links ?? [])
    .map((link) => {
      const end = otherEnd(state, ns.key, link.name);
      const there = end.kind === "peer" ? `${end.netns}:${end.link.name}` : end.kind;
      const kind = withKinds ? (link.kind ?? "") : "";
      return `${link.name} ${[...link.flags].filter((f) => ["UP", "LOWER_UP", "NO-CARRIER", "LOOPBACK", "NOARP"].includes(f)).sort()} ${link.operstate} mtu ${link.mtu} master ${link.master} ${there} ${kind}`;
    })
    .sort();
}

function addresses(ns: Namespace, brief = false): string[] {
  return (ns.addresses ?? [])
    .map((a) =>
      brief
        ? `${a.interface} ${formatIpv4(a.local)}/${a.prefixLength} ${a.peer}`
        : `${a.interface} ${a.line.split(" # ")[0]}`,
    )
    .sort();
}

function routes(ns: Namespace): string[] {
  return (ns.routes ?? [])
    .map((r) => `${r.line.split(" # ")[0]} scope ${r.scope} ${r.protocol} src ${r.preferredSource}`)
    .sort();
}
