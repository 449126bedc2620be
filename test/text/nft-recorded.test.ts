// Rulesets in both forms as nft 1.0.6 printed them: text and JSON are read into one model.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { nftFromText } from "../../src/paste/state/nft-text.ts";
import { parseNft } from "../../src/system/parse/nft.ts";
import { expectSameRuleset } from "./nft-compare.ts";
import { NFT_CASES } from "./nft-rulesets.ts";

const recorded = (name: string): string => readFileSync(new URL(`nft/${name}`, import.meta.url), "utf8");

describe.each(NFT_CASES.map(({ name }) => name))("%s", (name) => {
  const text = nftFromText(recorded(`${name}.txt`));
  const json = parseNft(JSON.parse(recorded(`${name}.json`)));

  test("means the same in both forms", () => {
    expect(json).toBeDefined();
    expectSameRuleset(text, json as NonNullable<typeof json>);
  });

  test("is read alike from lines that were indented, or ended, otherwise", () => {
    const other = recorded(`${name}.txt`).replaceAll("\t", "    ").replaceAll("\n", " \r\n");
    expect(nftFromText(other)).toEqual(text);
  });
});
