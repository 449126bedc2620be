// The kernel as judge of what rules match: each rule counts one ping, and what was foreseen of it must be what it counted.

import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Ipv4, parseIpv4 } from "../../src/model/address.ts";
import type { Namespace } from "../../src/model/system-state.ts";
import { nftFromText } from "../../src/paste/state/nft-text.ts";
import { type BaseChain, type FilterPacket, runChain } from "../../src/predict/filter/firewall-chain.ts";
import { nftChains } from "../../src/predict/filter/firewall-nft.ts";
import { collectState } from "../../src/system/collect.ts";
import { addressType } from "../../src/system/lookup/owner.ts";
import { parseState } from "../../src/system/parse.ts";

const has = (tool: string): boolean => spawnSync(tool, ["-V"]).status === 0;
const able = process.getuid?.() === 0 && has("nft") && has("ip") && has("ping");
if (!able) {
  if (process.env.PKTWHY_REQUIRE_ALL === "1")
    throw new Error("the kernel cannot be asked: root, ip, nft and ping are needed");
  console.warn("SKIPPED: asking the kernel needs root, ip, nft and ping");
}

const A = `pwnv${process.pid.toString(36)}a`;
const B = `pwnv${process.pid.toString(36)}b`;
const R = `pwnv${process.pid.toString(36)}r`;
const ASKER = parseIpv4("192.168.2.11") as Ipv4;
const TARGET = parseIpv4("192.168.3.1") as Ipv4;

// Each asks one thing; the counter behind it tells whether it held.
const MATCHES = [
  "ip saddr 192.168.2.11",
  "ip saddr != 192.168.2.11",
  "ip saddr 192.168.2.0/24",
  "ip saddr 192.168.2.10-192.168.2.12",
  "ip saddr != 192.168.2.10-192.168.2.12",
  "ip saddr { 10.0.0.0/8, 192.168.2.11 }",
  "ip saddr != { 10.0.0.0/8, 192.168.2.11 }",
  "ip daddr @targets",
  "ip daddr != @targets",
  "ip saddr . ip daddr { 192.168.2.11 . 192.168.3.1 }",
  "ip saddr . ip daddr { 192.168.3.1 . 192.168.2.11 }",
  "ip saddr & 255.255.0.0 == 192.168.0.0",
  "ip protocol icmp",
  "ip protocol != icmp",
  "ip protocol { tcp, 1 }",
  "ip protocol { tcp, udp }",
  "meta l4proto icmp",
  "meta l4proto { tcp, icmp }",
  "meta l4proto != tcp",
  "meta l4proto ipv6-icmp",
  "meta nfproto ipv4",
  "meta nfproto ipv6",
  "meta protocol ip",
  "meta protocol arp",
  "icmp type echo-request",
  "icmp type echo-reply",
  "icmp type != echo-request",
  "icmp type { echo-reply, 8 }",
  "icmp type 8",
  "icmp code 0",
  "icmp code net-unreachable",
  "icmp code host-unreachable",
  "icmpv6 type echo-request",
  "tcp dport 22",
  "tcp dport != 22",
  "udp sport 53",
  "th dport 0",
  "ct state new",
  "ct state established",
  "ct state established,related",
  "ct state new,invalid",
  "ct state { new, established }",
  "ct state != new",
  "ct state != { established, related }",
  "ct state invalid",
  "ct status dnat",
  "ct status snat,dnat",
  "meta mark 0",
  "meta mark != 0",
  "meta mark 0x10",
  "meta mark & 0xff == 0",
  "meta mark < 0x10",
  "ip ttl 64",
  "ip ttl < 64",
  "ip ttl >= 64",
  "ip ttl != { 1, 2 }",
  "ip ttl 60-64",
  "ip length 84",
  "ip length > 84",
  "ip length { 28, 60-100 }",
  "meta length 84",
  "ip version 4",
  "ip dscp cs0",
  "ip dscp ef",
  "ip dscp != { ef, 0x0a }",
  "ip ecn not-ect",
  "ip frag-off & 0x1fff != 0",
  "ip frag-off & 0x4000 != 0",
  "ct state untracked",
  "iifname veth1",
  'iifname "veth*"',
  'iifname "eth*"',
  "iifname != veth1",
  "iifname { veth1, lo }",
  "iifname != { veth1, lo }",
  "oifname veth0",
  "oifname != veth0",
  "iif lo",
  "iif != lo",
  "oif lo",
  "oif != lo",
  "meta pkttype host",
  "meta pkttype != host",
  "meta pkttype { broadcast, multicast }",
  "fib daddr type local",
  "fib daddr type != local",
  "fib daddr type { broadcast, local }",
  "fib daddr type unicast",
  "fib saddr type local",
  "fib saddr type unicast",
  "fib daddr . iif type local",
  "fib saddr . iif type local",
  "ether type ip",
  "ip6 saddr ::1",
];

const HOOKS: Readonly<Record<string, readonly string[]>> = {
  [A]: ["output", "postrouting", "prerouting", "input"],
  [B]: ["prerouting", "input", "output", "postrouting"],
  [R]: ["prerouting", "forward", "postrouting"],
};

const inside = (netns: string, argv: readonly string[], input?: string): string => {
  const { stdout, stderr, status } = spawnSync("ip", ["netns", "exec", netns, ...argv], { encoding: "utf8", input });
  if (status !== 0) throw new Error(`${argv.join(" ")}: ${stderr}`);
  return stdout;
};

function ruleset(family: string, hooks: readonly string[]): string {
  const chains = hooks.map((hook) => {
    // One kind of packet of the ping for each hook and direction; `counter` is behind every match.
    const rules = MATCHES.filter((match) => fitsFamily(match, family) && fitsHook(match, hook)).map(
      (match) => `${match} counter`,
    );
    return `chain ${hook} {\ntype filter hook ${hook} priority 0; policy accept;\n${rules.join("\n")}\n}`;
  });
  return `table ${family} t {\nset targets {\ntype ipv4_addr\nelements = { 192.168.3.1 }\n}\n${chains.join("\n")}\n}\n`;
}

const fitsFamily = (match: string, family: string): boolean =>
  family === "inet" || !/ip6|icmpv6|nfproto|ipv6-icmp/.test(match);
// The kernel takes `fib` only where it may look it up, and `. iif` where there is an input device.
const fitsHook = (match: string, hook: string): boolean =>
  !(match.startsWith("fib") && hook === "postrouting") && !(match.includes(". iif") && hook === "output");

describe.skipIf(!able)("what a rule matches", () => {
  beforeAll(() => {
    const ip = (...argv: string[]): void => void spawnSync("ip", argv);
    for (const name of [A, R, B]) {
      ip("netns", "add", name);
      inside(name, ["sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1", "net.ipv6.conf.default.disable_ipv6=1"]);
      ip("-n", name, "link", "set", "lo", "up");
    }
    ip("-n", A, "link", "add", "veth0", "type", "veth", "peer", "name", "veth1", "netns", R);
    ip("-n", B, "link", "add", "veth3", "type", "veth", "peer", "name", "veth2", "netns", R);
    for (const [name, device, address] of [
      [A, "veth0", "192.168.2.11/24"],
      [R, "veth1", "192.168.2.254/24"],
      [R, "veth2", "192.168.3.254/24"],
      [B, "veth3", "192.168.3.1/24"],
    ] as const) {
      ip("-n", name, "addr", "add", address, "dev", device);
      ip("-n", name, "link", "set", device, "up");
    }
    inside(R, ["sysctl", "-qw", "net.ipv4.ip_forward=1"]);
    ip("-n", A, "route", "add", "default", "via", "192.168.2.254");
    ip("-n", B, "route", "add", "default", "via", "192.168.3.254");
    inside(A, ["ping", "-c", "1", "-W", "30", "192.168.3.1"]);
  });
  afterAll(() => {
    for (const name of [A, R, B]) spawnSync("ip", ["netns", "del", name]);
  });

  test.each(["ip", "inet"])("family %s", async (family) => {
    for (const name of [A, R, B])
      inside(name, ["nft", "-f", "-"], `flush ruleset\n${ruleset(family, HOOKS[name] ?? [])}`);
    inside(A, ["ping", "-c", "1", "-W", "30", "192.168.3.1"]);
    const { state } = parseState(JSON.parse(JSON.stringify(await collectState({ namespaces: [A, R, B] }))), "here");
    const wrong: string[] = [];
    let undecided = 0;
    let decided = 0;
    for (const name of [A, R, B]) {
      const listed = nftFromText(inside(name, ["nft", "list", "ruleset"]));
      const ns = { ...(state.namespaces.get(name) as Namespace), nft: listed, iptables: {} };
      for (const hook of HOOKS[name] ?? []) {
        const [chain] = nftChains(ns, [family], hook, null);
        expect(chain).toBeDefined();
        const rules = listed.chains.find((one) => one.name === hook)?.rules ?? [];
        for (const [index, rule] of rules.entries()) {
          const counter = rule.statements.find((statement) => statement.kind === "counter");
          const foreseen = packetsAt(ns, hook).map((packet) => holds(ns, family, hook, index, packet));
          if (foreseen.includes(null)) {
            undecided++;
            continue;
          }
          decided++;
          const count = foreseen.filter((one) => one).length;
          if (count !== counter?.packets) wrong.push(`${name} ${hook}: ${rule.line}, foreseen ${count}`);
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(decided).toBeGreaterThan(undecided * 10);
  });
});

// The rule alone, in a chain that drops what it matches.
function holds(ns: Namespace, family: string, hook: string, index: number, packet: FilterPacket): boolean | null {
  const nft = ns.nft as NonNullable<Namespace["nft"]>;
  const chains = nft.chains.map((chain) => {
    const rule = chain.rules[index];
    if (chain.name !== hook || rule === undefined) return chain;
    return {
      ...chain,
      rules: [{ ...rule, statements: [...rule.statements, { kind: "verdict", verdict: { kind: "drop" } } as const] }],
    };
  });
  const [chain] = nftChains({ ...ns, nft: { ...nft, chains } }, [family], hook, null);
  const [{ ruling }, ...others] = runChain(chain as BaseChain, packet);
  return others.length > 0 || ruling.kind === "unknown" ? null : ruling.kind === "drop";
}

// The asker's and the target's hooks see one packet of the two, the router's see both.
function packetsAt(ns: Namespace, hook: string): FilterPacket[] {
  const incoming = hook === "prerouting" || hook === "input";
  if (ns.key === A)
    return [packet(ns, hook, !incoming, incoming ? ["veth0", null] : [null, "veth0"], incoming ? 63 : 64)];
  if (ns.key === B)
    return [packet(ns, hook, incoming, incoming ? ["veth3", null] : [null, "veth3"], incoming ? 63 : 64)];
  return [true, false].map((request) => {
    const [from, to] = request ? ["veth1", "veth2"] : ["veth2", "veth1"];
    return packet(ns, hook, request, [from as string, incoming ? null : (to as string)], incoming ? 64 : 63);
  });
}

function packet(
  ns: Namespace,
  hook: string,
  request: boolean,
  [iif, oif]: readonly [string | null, string | null],
  ttl: number,
): FilterPacket {
  return {
    protocol: "icmp",
    outer: null,
    segment: null,
    source: request ? ASKER : TARGET,
    destination: request ? TARGET : ASKER,
    icmpType: request ? 8 : 0,
    icmpCode: 0,
    arpReply: false,
    iif,
    oif,
    ctState: request ? "new" : "established",
    ttl,
    tos: 0,
    // ping forbids fragments (IP_PMTUDISC_WANT), icmp_reply does not.
    dontFragment: request,
    piece: null,
    length: 84,
    mark: 0,
    translated: false,
    framed: hook !== "output" && iif !== null,
    sourceMac: null,
    destinationMac: null,
    addressType: (address, on) => addressType(ns, address, on),
  };
}
