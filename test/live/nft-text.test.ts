// The real nft as judge: every form in which it lists a ruleset must be read into the same model. UPDATE_GOLDEN=1 records them.

import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { NftRuleset } from "../../src/model/nft-ruleset.ts";
import { nftFromText } from "../../src/paste/state/nft-text.ts";
import { parseNft } from "../../src/system/parse/nft.ts";
import { sampled } from "../how-long.ts";
import { expectSameRuleset } from "../text/nft-compare.ts";
import { NFT_CASES, type NftCase } from "../text/nft-rulesets.ts";

const has = (tool: string): boolean => spawnSync(tool, ["-V"]).status === 0;
const able = process.getuid?.() === 0 && has("nft") && has("iptables-nft-restore") && has("ip");
if (!able) {
  if (process.env.PKTWHY_REQUIRE_ALL === "1")
    throw new Error("nft cannot be asked here: root, ip, nft and iptables-nft are needed");
  console.warn("SKIPPED: asking nft needs root, ip, nft and iptables-nft");
}

const update = process.env.UPDATE_GOLDEN === "1";
const folder = join(import.meta.dirname, "../text/nft");
const NETNS = `pwnft${process.pid.toString(36)}`;

function inside(argv: readonly string[], input?: string): string {
  const { stdout, stderr, status } = spawnSync("ip", ["netns", "exec", NETNS, ...argv], { encoding: "utf8", input });
  if (status !== 0) throw new Error(`${argv.join(" ")}: ${stderr}`);
  return stdout;
}

function load({ tool, text }: NftCase): void {
  inside(["nft", "flush", "ruleset"]);
  if (tool === "iptables") inside(["iptables-nft-restore"], text);
  else if (text !== "") inside(["nft", "-f", "-"], text);
}

const listed = (...options: string[]): string => inside(["nft", ...options, "list", "ruleset"]);
const json = (...options: string[]): NftRuleset => {
  const parsed = parseNft(JSON.parse(listed("-j", ...options)));
  if (parsed === undefined) throw new Error("no ruleset in nft's JSON");
  return parsed;
};

describe.skipIf(!able)("nft's own listings", () => {
  beforeAll(() => {
    spawnSync("ip", ["netns", "add", NETNS]);
    inside(["ip", "link", "add", "veth0", "type", "veth", "peer", "name", "veth1"]);
    inside(["ip", "link", "add", "eth0", "type", "veth", "peer", "name", "docker0"]);
  });
  afterAll(() => {
    spawnSync("ip", ["netns", "del", NETNS]);
  });

  test.each(sampled(NFT_CASES, "listings", 4, ({ name }) => name).map((one) => [one.name, one] as const))(
    "%s",
    (name, one) => {
      load(one);
      const [text, object] = [listed(), listed("-j")];
      if (update) {
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, `${name}.txt`), text);
        writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(JSON.parse(object))}\n`);
      }
      expectSameRuleset(nftFromText(text), json());
      expectSameRuleset(nftFromText(listed("-a")), json());
      expect(nftFromText(listed("-a")).chains.flatMap(({ rules }) => rules.map(({ handle }) => handle))).not.toContain(
        null,
      );
      expectSameRuleset(withoutCounts(nftFromText(listed("-s"))), withoutCounts(json()));
      // Numbers in place of names mean the same to whoever evaluates them, but are other words.
      expect(nftFromText(listed("-nn")).chains.map((chain) => [chain.line, chain.rules.length])).toEqual(
        nftFromText(text).chains.map((chain) => [chain.line, chain.rules.length]),
      );
    },
  );
});

function withoutCounts({ chains, sets }: NftRuleset): NftRuleset {
  const plain = (line: string): string => line.replace(/counter packets \d+ bytes \d+/g, "counter");
  return {
    chains: chains.map((chain) => ({
      ...chain,
      rules: chain.rules.map((rule) => ({
        ...rule,
        line: plain(rule.line),
        statements: rule.statements.map((one) => (one.kind === "counter" ? { ...one, packets: null } : one)),
      })),
    })),
    sets,
  };
}
