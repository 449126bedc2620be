// Firewall commands as people type them, carried out by the kernel and replayed from their text: both must leave the same rules.

import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseIpv4 } from "../../src/model/address.ts";
import type { NftRuleset } from "../../src/model/nft-ruleset.ts";
import type { Namespace } from "../../src/model/system-state.ts";
import { printedPart } from "../../src/model/typed-line.ts";

import { readPaste } from "../../src/paste/read.ts";
import { nftFromText } from "../../src/paste/state/nft-text.ts";
import { stateFromText } from "../../src/paste/state/replay.ts";

import { type BaseChain, type FilterPacket, runChain } from "../../src/predict/filter/firewall-chain.ts";

import { iptablesChains } from "../../src/predict/filter/firewall-iptables.ts";
import { nftChains } from "../../src/predict/filter/firewall-nft.ts";
import { parseNft } from "../../src/system/parse/nft.ts";
import { NFT_CASES } from "../text/nft-rulesets.ts";

const has = (tool: string): boolean => spawnSync(tool, ["-V"]).status === 0;
const able = process.getuid?.() === 0 && has("nft") && has("iptables-nft") && has("ip");
if (!able) {
  if (process.env.PKTWHY_REQUIRE_ALL === "1")
    throw new Error("commands cannot be tried here: root, ip, nft and iptables-nft are needed");
  console.warn("SKIPPED: trying commands needs root, ip, nft and iptables-nft");
}

const NETNS = `pwnt${process.pid.toString(36)}`;

function shell(command: string, input?: string): string {
  const argv = ["netns", "exec", NETNS, "sh", "-c", command];
  const { stdout, stderr, status } = spawnSync("ip", argv, { encoding: "utf8", input });
  if (status !== 0) throw new Error(`${command}: ${stderr}`);
  return stdout;
}

function replayed(commands: readonly string[]): Namespace {
  const { state, unknown } = stateFromText(readPaste(commands.map((one) => `# ${one}`).join("\n"), "paste").state);
  expect(unknown).toEqual([]);
  return state?.namespaces.get("") as Namespace;
}

// Without what a listing adds (handles, counts) and what a command adds (itself).
function plain({ chains, sets }: NftRuleset): unknown {
  const line = (text: string): string => printedPart(text).replace(/counter packets \d+ bytes \d+/g, "counter");
  const place = (one: { family: string; table: string; name: string }): string =>
    `${one.family} ${one.table} ${one.name}`;
  return {
    chains: chains
      .map((chain) => [
        place(chain),
        chain.hook && { ...chain.hook, devices: null },
        line(chain.line),
        chain.rules.map((rule) => [
          line(rule.line),
          rule.statements.map((one) => (one.kind === "counter" ? "counter" : one)),
        ]),
      ])
      .sort(),
    sets: sets.map((set) => [place(set), set.entries.map((entry) => JSON.stringify(entry)).sort()]).sort(),
  };
}

const NFT_COMMANDS = [
  "nft add table inet fw",
  "nft add table fw4",
  "nft add chain inet fw input '{ type filter hook input priority 0; policy drop; }'",
  "nft add chain inet fw forward { type filter hook forward priority filter + 5 \\; }",
  'nft add chain ip fw4 out "{ type filter hook output priority -10 ; policy accept ; }"',
  "nft 'add chain inet fw lan'",
  "nft add chain inet fw gone",
  "nft add rule inet fw input ct state established,related accept",
  'nft add rule inet fw input iifname "lo" accept',
  "nft add rule inet fw input ip saddr 10.0.0.0/8 counter drop",
  "nft insert rule inet fw input icmp type echo-request counter drop",
  'nft add rule inet fw input index 1 jump lan comment \\"to the others\\"',
  "nft add rule inet fw lan tcp dport { 22, 80 } accept",
  "nft add rule inet fw lan return",
  "nft add rule inet fw gone drop",
  "nft flush chain inet fw gone",
  "nft delete chain inet fw gone",
  "nft add set inet fw allowed '{ type ipv4_addr; flags interval; elements = { 10.1.0.0/16 }; }'",
  "nft add element inet fw allowed { 192.0.2.1, 192.0.2.7 }",
  "nft delete element inet fw allowed { 192.0.2.1 }",
  "nft add rule inet fw forward ip saddr @allowed accept",
  "nft add rule inet fw forward ip daddr != 10.0.0.0/8 meta l4proto icmp reject with icmp port-unreachable",
  "nft add rule ip fw4 out ip daddr 192.0.2.1 drop; nft add rule ip fw4 out oifname lo accept".replace(
    " lo ",
    ' \\"lo\\" ',
  ),
  "nft add chain ip fw4 out '{ policy drop; }'",
  "nft add table ip dead && nft delete table ip dead",
  "sudo nft -a list table inet fw > /dev/null".replace("sudo ", ""),
];

const IPTABLES_COMMANDS = [
  "iptables-nft -P INPUT DROP",
  "iptables-nft -N seen",
  "iptables-nft -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
  "iptables-nft -A INPUT -s 10.0.0.0/8 -i veth0 -j DROP",
  "iptables-nft -I INPUT -p icmp -m icmp --icmp-type 8 -j seen",
  "iptables-nft -I INPUT 2 -i lo -j ACCEPT",
  "iptables-nft -w -A seen -p icmp -j DROP",
  "iptables-nft -A FORWARD -o veth0 -j ACCEPT",
  "iptables-nft -D FORWARD -o veth0 -j ACCEPT",
  "iptables-nft -A OUTPUT -d 192.0.2.1/32 -p icmp -j REJECT --reject-with icmp-host-prohibited",
  "iptables-nft -t nat -A POSTROUTING -o veth0 -j MASQUERADE",
  "iptables-nft -t mangle -A PREROUTING -p icmp -j DROP",
  "iptables-nft -t mangle -F",
];

describe.skipIf(!able)("typed firewall commands", () => {
  beforeAll(() => {
    spawnSync("ip", ["netns", "add", NETNS]);
  });
  afterAll(() => {
    spawnSync("ip", ["netns", "del", NETNS]);
  });

  test("nft", () => {
    for (const command of NFT_COMMANDS) shell(command);
    const kernel = parseNft(JSON.parse(shell("nft -j list ruleset"))) as NftRuleset;
    const ns = replayed(NFT_COMMANDS);
    expect(plain(ns.nft as NftRuleset)).toEqual(plain(kernel));
    expect(ns.replayed).toBe(true);
    const lines = ns.nft?.chains.flatMap(({ rules }) => rules.map((rule) => rule.line)) ?? [];
    expect(lines).toContain(
      "inet fw input icmp type echo-request counter drop # nft insert rule inet fw input icmp type echo-request counter drop",
    );
  });

  test("nft rules by their handles, behind a listing that shows them", () => {
    const listing = shell("nft -a list ruleset");
    const handle = /10\.0\.0\.0\/8 counter packets 0 bytes 0 drop # handle (\d+)/.exec(listing)?.[1];
    const commands = [
      `nft replace rule inet fw input handle ${handle} ip saddr 10.0.0.0/9 drop`,
      `nft add rule inet fw input handle ${handle} ip saddr 10.128.0.0/9 accept`,
      `nft insert rule inet fw input position ${handle} udp dport 53 accept`,
    ];
    for (const command of commands) shell(command);
    const pasted = [`# nft -a list ruleset\n${listing}`, ...commands.map((one) => `# ${one}`)].join("\n");
    const { state } = stateFromText(readPaste(pasted, "paste").state);
    const known = state?.namespaces.get("")?.nft as NftRuleset;
    const kernel = parseNft(JSON.parse(shell("nft -j list ruleset"))) as NftRuleset;
    // The handle of a replaced rule stays, here as there.
    expect(plain(known)).toEqual(plain(kernel));
  });

  test("iptables", () => {
    shell("nft flush ruleset");
    for (const command of IPTABLES_COMMANDS) shell(command);
    const rules = (saved: string | undefined): string[] =>
      (saved ?? "")
        .split("\n")
        .map((line) => printedPart(line.trim()))
        .filter((line) => /^(?:-A|:\w+ (?:DROP|ACCEPT)) ?/.test(line) && !line.includes(" ACCEPT ["))
        .sort();
    const kernel = shell("iptables-nft-save");
    expect(rules(replayed(IPTABLES_COMMANDS).iptables?.nft)).toEqual(rules(kernel));
  });

  // What iptables made is listed by nft, too: whoever reads either must come to the same end.
  test.each(NFT_CASES.filter(({ tool }) => tool === "iptables").map((one) => [one.name, one.text] as const))(
    "%s, by iptables' words and by nft's",
    (_, text) => {
      shell("nft flush ruleset");
      shell("iptables-nft-restore", text);
      const nft = nftFromText(shell("nft list ruleset"));
      const iptables = { nft: shell("iptables-nft-save -c") };
      const bare = { key: "", links: [] } as unknown as Namespace;
      let compared = 0;
      for (const hook of ["prerouting", "input", "forward", "output", "postrouting"])
        for (const packet of packets(hook)) {
          const byNft = nftChains({ ...bare, nft }, ["ip"], hook, null);
          const byIptables = iptablesChains({ ...bare, iptables }, hook);
          for (const chain of byIptables) {
            const twin = byNft.find((one) => one.priority === chain.priority);
            const kindsOf = (one: BaseChain | undefined): string[] =>
              one === undefined ? ["accept"] : runChain(one, packet).map(({ ruling }) => ruling.kind);
            const [a, b] = [kindsOf(chain), kindsOf(twin)];
            if (a.includes("unknown") || b.includes("unknown")) continue;
            compared++;
            expect([hook, chain.name, packet, b]).toEqual([hook, chain.name, packet, a]);
          }
        }
      expect(compared).toBeGreaterThan(20);
    },
  );
});

function packets(hook: string): FilterPacket[] {
  const incoming = hook === "prerouting" || hook === "input" || hook === "forward";
  return ["lo", "veth0", "docker0", "eth0"].flatMap((device) =>
    [8, 0, 3].flatMap((icmpType) =>
      ["10.0.0.5", "192.0.2.1", "172.17.0.2"].map(
        (destination): FilterPacket => ({
          protocol: "icmp",
          outer: null,
          segment: null,
          source: parseIpv4("172.17.0.9") as never,
          destination: parseIpv4(destination) as never,
          icmpType,
          icmpCode: icmpType === 3 ? 4 : 0,
          arpReply: false,
          iif: incoming ? device : null,
          oif: hook === "prerouting" || hook === "input" ? null : incoming ? "eth0" : device,
          ctState: icmpType === 8 ? "new" : icmpType === 0 ? "established" : "related",
          ttl: 64,
          tos: 0,
          dontFragment: true,
          piece: null,
          length: 84,
          mark: 0,
          translated: false,
          framed: incoming,
          sourceMac: null,
          destinationMac: null,
          addressType: () => (destination.startsWith("192") ? "unicast" : "local"),
        }),
      ),
    ),
  );
}
