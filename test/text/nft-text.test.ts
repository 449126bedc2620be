// nft rulesets in text that no nft here prints: other versions, numbers, typing, cut-off pastes; and what may be claimed of them.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { NftStatement } from "../../src/model/nft-ruleset.ts";
import type { Namespace, SystemState } from "../../src/model/system-state.ts";
import { commandBehind, printedPart } from "../../src/model/typed-line.ts";
import { readPaste } from "../../src/paste/read.ts";
import { nftFromText } from "../../src/paste/state/nft-text.ts";
import { stateFromText } from "../../src/paste/state/replay.ts";

const statements = (rule: string): readonly NftStatement[] => {
  const text = `table inet t {\n\tchain c {\n\t\ttype filter hook input priority 0; policy accept;\n\t\t${rule}\n\t}\n}\n`;
  return nftFromText(text).chains[0]?.rules[0]?.statements ?? [];
};
const namespace = (pasted: string): Namespace =>
  (stateFromText(readPaste(pasted, "paste").state).state as SystemState).namespaces.get("") as Namespace;
const TABLE =
  "table inet t {\n\tchain c {\n\t\ttype filter hook input priority 0; policy drop;\n\t\ticmp type 8 drop\n\t}\n}\n";

describe("rules", () => {
  test.each([
    ["as typed: no blanks in sets", "tcp dport {22,80} accept", "tcp dport { 22, 80 } accept"],
    [
      "as typed: no blanks in maps",
      "ct state vmap {established:accept,invalid:drop}",
      "ct state vmap { established : accept, invalid : drop }",
    ],
    ["numbers in hexadecimal", "meta mark 0x00000010 drop", "meta mark 16 drop"],
    ["the bare word for a mark", "mark 0x10 drop", "meta mark 0x10 drop"],
    ["interfaces with meta", 'meta iifname "eth0" drop', 'iifname "eth0" drop'],
    ["operators in words", "ip ttl lt 5 drop", "ip ttl < 5 drop"],
    ["an operator that is implied", "ip saddr == 10.0.0.1 drop", "ip saddr 10.0.0.1 drop"],
    ["masks in words", "meta mark and 0xff eq 0x1 drop", "meta mark & 0xff == 0x1 drop"],
    ["reject by type", "reject with icmp type host-prohibited", "reject with icmp host-prohibited"],
    ["counters apart", "counter packets 5 bytes 420 drop", "counter packets 5 bytes 1 drop"],
    ["comments apart", 'ip saddr 10.0.0.1 drop comment "a { b"', "ip saddr 10.0.0.1 drop"],
    ["remarks apart", "ip saddr 10.0.0.1 drop # handle 7", "ip saddr 10.0.0.1 drop"],
    ["an extension that only remarks", 'xt match "comment" counter accept', "counter accept"],
    ["a mark by bits", "meta mark set mark or 0x4000", "meta mark set meta mark | 16384"],
    ["a mark by bits of itself", "meta mark set mark and 0xff xor 0x3", "meta mark set meta mark & 255 ^ 3"],
  ])("%s", (_, one, other) => {
    expect(statements(one)).toEqual(statements(other));
    expect(statements(one).length).toBeGreaterThan(0);
  });

  test("a number that is made up leaves open which entry it will be", () => {
    const goto = (chain: string) => ({ kind: "goto", chain });
    const map = (first: string, second: string) => `${first} vmap { 0 : goto a, 1 : goto b }${second}`;
    for (const rule of [
      map("numgen random mod 2", ""),
      map("jhash ip saddr . tcp dport mod 2 seed 0x3", ""),
      map("symhash mod 2", ""),
    ])
      expect(statements(rule)).toMatchObject([
        {
          kind: "one-of",
          nat: null,
          map: { kind: "entries", entries: [{ verdict: goto("a") }, { verdict: goto("b") }] },
        },
      ]);
  });

  test.each([
    ["a statement of a later version", "frobnicate 5 drop"],
    ["an extension without words", "meta l4proto tcp # xt_conntrack counter packets 0 bytes 0 accept"],
    ["a target without words", 'xt target "TTL"'],
    ["a queue", "queue num 3 bypass"],
    ["a mark that is set", "meta mark set ct mark"],
  ])("%s may do anything", (_, rule) => {
    expect(statements(rule).at(-1)).toEqual({ kind: "change" });
  });

  test.each([
    ["a limit", "limit rate over 10 mbytes/second burst 5 mbytes drop"],
    ["a quota", "quota over 25 mbytes used 3 bytes drop"],
    ["a count of connections", "ct count over 20 drop"],
    ["a meter", "meter m size 65535 { ip saddr limit rate 10/second } drop"],
    ["an extension", "xt match recent drop"],
    ["a set with a limit", "update @seen { ip saddr limit rate 10/second } drop"],
  ])("%s holds for some packets", (_, rule) => {
    expect(statements(rule)).toEqual([{ kind: "perhaps" }, { kind: "verdict", verdict: { kind: "drop" } }]);
  });

  test("a chain that is cut off ends in a rule that may do anything", () => {
    const [chain] = nftFromText(TABLE.slice(0, -6)).chains;
    expect(chain?.rules.map((rule) => rule.statements.at(-1)?.kind)).toEqual(["verdict", "change"]);
    expect(chain?.hook?.policy).toBe("drop");
    // A brace that nobody closed takes the chain's.
    const [open] = nftFromText(TABLE.replace("icmp type 8", "ip saddr {")).chains;
    expect(open?.rules.at(-1)?.statements).toEqual([{ kind: "change" }]);
  });

  test("a dormant table hangs on no hook; priorities have names and offsets, which differ in a bridge", () => {
    const head = (table: string, priority: string, flags = ""): unknown =>
      nftFromText(
        `table ${table} t {\n${flags}\nchain c {\ntype filter hook prerouting priority ${priority}; policy drop;\n}\n}`,
      ).chains[0]?.hook?.priority;
    expect(head("ip", "dstnat + 10")).toBe(-90);
    expect(head("bridge", "dstnat - 1")).toBe(-301);
    expect(head("ip", "-1000")).toBe(-1000);
    expect(head("ip", "filter", "flags dormant")).toBeUndefined();
    expect(head("ip", "filter", "flags owner")).toBe(0);
  });

  test("never throws, whatever it is given", () => {
    const piece = fc.constantFrom(
      ...'table inet ip t { } chain c type filter hook input priority policy drop ; \n , : . / & | == != set map elements = @x vmap " # fib daddr ct state meta mark ( ) comment counter limit rate reject with jump 10.0.0.0/8 1-2 é'.split(
        " ",
      ),
      "\n",
      " ",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const text = pieces.join(" ");
        expect(nftFromText(text)).toEqual(nftFromText(text));
        expect(nftFromText(`table ip t {\nchain c {\n${text}`).chains.length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });
});

describe("what a paste shows", () => {
  const chains = (ns: Namespace): string[] | undefined =>
    ns.nft?.chains.map(({ table, name, rules }) => `${table} ${name} ${rules.length}`);

  test("the whole ruleset, or a part that leaves the rest unknown", () => {
    expect(namespace(`# nft list ruleset\n${TABLE}`).replayed).toBe(false);
    expect(namespace(`# nft -a list ruleset\n${TABLE}`).replayed).toBe(false);
    for (const partly of [
      "# nft list table inet t",
      "# nft list ruleset | head",
      "# nft list ruleset inet",
      "# cat /etc/nftables.conf",
    ]) {
      const ns = namespace(`${partly}\n${TABLE}`);
      expect([chains(ns), ns.replayed]).toEqual([["t c 1"], true]);
    }
    expect(namespace("# nft list ruleset\n# ip rule\n0:\tfrom all lookup local\n").nft).toEqual({
      chains: [],
      sets: [],
    });
  });

  test("a later listing of one chain changes that chain alone", () => {
    const one = "table inet t {\n\tchain c {\n\t\ttype filter hook input priority 0; policy accept;\n\t}\n}\n";
    const other = "table inet t {\n\tchain d {\n\t\treturn\n\t}\n}\ntable ip u {\n\tchain e {\n\t}\n}\n";
    const pasted = `# nft list ruleset\n${TABLE}${other}# nft list chain inet t c\n${one}`;
    expect(chains(namespace(pasted))?.sort()).toEqual(["t c 0", "t d 1", "u e 0"]);
  });

  test("nft's JSON on one line", () => {
    const json =
      '{"nftables": [{"metainfo": {"version": "1.0.6"}}, {"chain": {"family": "ip", "table": "t", "name": "c", "handle": 1, "type": "filter", "hook": "input", "prio": 0, "policy": "drop"}}]}';
    const ns = namespace(`# ip rule\n0:\tfrom all lookup local\n# nft -j list ruleset\n${json}\n`);
    expect([ns.nft?.chains[0]?.hook?.policy, ns.replayed]).toEqual(["drop", false]);
  });

  test("a file that nobody pasted leaves the ruleset unknown until it is listed", () => {
    const before = `# nft list ruleset\n${TABLE}`;
    expect(
      namespace(`${before}# ip rule\n0:\tfrom all lookup local\n# nft -f /etc/nftables.conf\n`).nft,
    ).toBeUndefined();
    expect(
      namespace(`${before}# ip rule\n0:\tfrom all lookup local\n# nft -f x.nft\n# nft add table ip z\n`).nft,
    ).toBeUndefined();
    expect(chains(namespace(`# nft -f x.nft\n${before}`))).toEqual(["t c 1"]);
    expect(chains(namespace(`# nft -f - <<EOF\n${TABLE}EOF\n`))).toEqual(["t c 1"]);
  });

  test("a rule for a chain that nobody showed: where it hangs is only customary", () => {
    const ns = namespace(
      "# nft add rule inet filter input icmp type echo-request drop\n# nft add rule inet filter lan drop\n",
    );
    expect(ns.nft?.chains.map(({ name, hook }) => [name, hook?.hook, hook?.perhapsIdle])).toEqual([
      ["input", "input", true],
      ["lan", undefined, undefined],
    ]);
  });

  test("a comment that looks like a typed command is none", () => {
    const line = namespace(`# nft list ruleset\n${TABLE.replace("8 drop", '8 drop comment "see # 5"')}`).nft?.chains[0]
      ?.rules[0]?.line as string;
    expect([commandBehind(line), printedPart(line)]).toEqual([null, line]);
    expect(commandBehind(`${line} # nft add rule`)).toBe("nft add rule");
  });

  test("an unknown handle leaves it unknown, too", () => {
    const pasted = `# ip rule\n0:\tfrom all lookup local\n# nft list ruleset\n${TABLE}# nft delete rule inet t c handle 4\n`;
    expect(namespace(pasted).nft).toBeUndefined();
    const shown = `# nft -a list ruleset\n${TABLE.replace("8 drop", "8 drop # handle 4")}# nft delete rule inet t c handle 4\n`;
    expect(chains(namespace(shown))).toEqual(["t c 0"]);
  });

  test("one iptables, whether iptables or nft lists it", () => {
    const nft =
      "# Warning: table ip filter is managed by iptables-nft, do not touch!\ntable ip filter {\n\tchain INPUT {\n\t\ttype filter hook input priority filter; policy accept;\n\t\tip protocol icmp counter packets 0 bytes 0 drop\n\t}\n}\n";
    const saved = "# iptables -S\n-P INPUT ACCEPT\n-A INPUT -p icmp -j DROP\n";
    expect(Object.keys(namespace(`# nft list ruleset\n${nft}${saved}`).iptables ?? {})).toEqual(["nft"]);
    expect(namespace(`${saved}# nft list ruleset\n${nft}`).iptables).toBeUndefined();
    expect(
      Object.keys(
        namespace(`${saved.replace("iptables", "iptables-legacy")}# nft list ruleset\n${nft}`).iptables ?? {},
      ),
    ).toEqual(["legacy"]);
  });
});
