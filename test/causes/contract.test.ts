// What every cause file must hold: both languages, evidence, look-alikes, its scenario and its negative twin.

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { knownCodes } from "../../src/causes/codes.ts";
import { causeByCode, causes } from "../../src/causes/registry.ts";
import type { Facts } from "../../src/model/finding.ts";
import type { Text } from "../../src/model/text.ts";

const root = join(import.meta.dirname, "../..");
const han = /\p{Script=Han}/u;

const facts: Facts = {
  target: "192.168.2.1",
  source: "192.168.2.11",
  gateway: "192.168.2.254",
  outInterface: "veth0",
  inInterface: "veth1",
  peerInterface: "veth1",
  ownerInterface: "veth1",
  asker: "net0",
  owner: "net1",
  router: "r",
  sysctl: "net.ipv4.conf.all.rp_filter",
  value: "1",
  route: "192.168.2.0/24 dev veth0",
  rule: "0: from all lookup local",
  mac: "02:00:00:00:00:01",
  expectedMac: "02:00:00:00:00:02",
  mtu: "1500",
  size: "1528",
  ttl: "1",
  count: "3",
  seconds: "3",
  table: "main",
  chain: "input",
  bridge: "br0",
  vlan: "10",
  state: "blocking",
  error: "Destination Host Unreachable",
  prefix: "192.168.2.0/24",
  id: "1",
};

/** Nothing known, everything known, everything but one, and what packets alone tell. */
const factSets: readonly Facts[] = [
  {},
  facts,
  { ...facts, basis: "packets" },
  { basis: "packets" },
  { ...facts, basis: "ping" },
  { basis: "ping" },
  ...Object.keys(facts).map(
    (absent) => Object.fromEntries(Object.entries(facts).filter(([name]) => name !== absent)) as Facts,
  ),
];

function expectWords(words: Text, what: string): void {
  expect(words.en.trim(), `${what}, English`).not.toBe("");
  expect(words.en, `${what}, English`).not.toMatch(han);
  expect(words.zh, `${what}, Chinese`).toMatch(han);
  for (const sentence of [words.en, words.zh]) {
    expect(sentence, what).not.toMatch(/undefined|null|NaN|FILL-IN|\[object/);
    expect(sentence, `${what}: blanks`).not.toMatch(/ {2}|^ | $| [,.;:)]|\( |\n/);
  }
  expect(words.zh, `${what}: a blank between Chinese words`).not.toMatch(/\p{Script=Han} +\p{Script=Han}/u);
  expect(words.zh, `${what}: half-width punctuation beside Han`).not.toMatch(
    /\p{Script=Han}[,;:?!()]|[,;?!()]\p{Script=Han}/u,
  );
}

describe("registry", () => {
  it("holds each file of src/causes once", () => {
    const files = readdirSync(join(root, "src/causes"))
      .filter((name) => !["registry.ts", "codes.ts"].includes(name))
      .map((name) => name.replace(/\.ts$/, ""))
      .sort();
    expect(causes.map((cause) => cause.code)).toEqual(files);
    for (const code of files) expect(causeByCode(code)?.code).toBe(code);
    expect(causeByCode("no-such-cause")).toBeUndefined();
  });

  it("knows each code once", () => {
    expect(new Set(knownCodes).size).toBe(knownCodes.length);
    expect([...knownCodes].sort()).toEqual(knownCodes);
  });

  it("gives each cause a title of its own", () => {
    for (const language of ["en", "zh"] as const) {
      const titles = causes.map((cause) => cause.title[language]);
      expect(new Set(titles).size).toBe(titles.length);
    }
  });

  it("keeps the user's own words for the flagships", () => {
    expect(causeByCode("arp-no-local-owner")?.title.en).toBe("ARP dropped: no local owner");
    expect(causeByCode("reply-via-lo")?.title.en).toBe("reply looped via lo");
  });
});

describe.each(causes.map((cause) => [cause.code, cause] as const))("%s", (code, cause) => {
  it("has a known code", () => {
    expect(knownCodes).toContain(code);
  });

  it("has a title in both languages, and headlines that start with it", () => {
    expectWords(cause.title, "title");
    for (const set of factSets) {
      const headline = cause.headline(set);
      expectWords(headline, "headline");
      expect(headline.en.startsWith(cause.title.en), headline.en).toBe(true);
      expect(headline.zh.startsWith(cause.title.zh), headline.zh).toBe(true);
    }
  });

  it("reads well in both languages, whatever is known", () => {
    for (const set of factSets) {
      for (const [what, words] of [
        ["summary", cause.summary(set)],
        ["why", cause.why(set)],
      ] as const) {
        expectWords(words, what);
        expect(words.en, what).toMatch(/\.$/);
        expect(words.zh, what).toMatch(/。$/);
      }
    }
  });

  it("says what to do, with whole commands", () => {
    for (const set of factSets) {
      for (const netns of [null, "", "net0", "pid-42"]) {
        const fixes = cause.fixes(set, netns);
        for (const { command, effect } of fixes) {
          expectWords(effect, "effect of a fix");
          expect(command).toMatch(/^\S+( \S+)+$/);
          expect(command).not.toMatch(/undefined|null/);
        }
        for (const { command, because } of cause.settle?.(set, netns) ?? []) {
          expectWords(because, "reason to settle");
          expect(command).toMatch(/^\S+( \S+)+$/);
          expect(command).not.toMatch(/undefined|null/);
        }
        if (cause.severity !== "note")
          expect(fixes.length + (cause.settle?.(set, netns).length ?? 0)).toBeGreaterThan(0);
      }
    }
  });

  it("names look-alikes that exist, and never itself", () => {
    expect(new Set(cause.lookalikes).size).toBe(cause.lookalikes.length);
    for (const other of cause.lookalikes) expect(knownCodes).toContain(other);
    expect(cause.lookalikes).not.toContain(code);
  });

  it("can be searched for in both languages", () => {
    expect(cause.search.some((word) => han.test(word))).toBe(true);
    expect(cause.search.some((word) => !han.test(word))).toBe(true);
    expect(new Set(cause.search).size).toBe(cause.search.length);
  });

  it("has a manual page in both languages", () => {
    const page = cause.page();
    expectWords(page.meaning, "meaning");
    expectWords(page.evidence, "evidence");
    expectWords(page.tellApart, "look-alikes");
    expect(page.kernel.trim()).not.toBe("");
  });

  it("has its scenario and its negative twin among the fixtures", () => {
    expect(cause.scenario === null).toBe(cause.negativeTwin === null);
    if (cause.scenario === null) return;
    expect(cause.negativeTwin).not.toBe(cause.scenario);
    for (const name of [cause.scenario, cause.negativeTwin as string]) {
      expect(existsSync(join(root, "fixtures", name)), `fixtures/${name}`).toBe(true);
    }
  });
});
