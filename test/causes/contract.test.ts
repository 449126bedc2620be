// What every cause file must hold: both languages, evidence, look-alikes, its scenario and its negative twin.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { causeByCode, causes } from "../../src/causes/registry.ts";
import { fixesOf } from "../../src/edits/fixes.ts";
import type { Text } from "../../src/model/text.ts";
import { factSets } from "./facts.ts";

const root = join(import.meta.dirname, "../..");
const han = /\p{Script=Han}/u;

// A list of faults and one expectation a test: an expectation for each of some hundred thousand sentences takes ten seconds.
function faultsOf(what: string, words: Text): string[] {
  const faults: [boolean, string][] = [
    [words.en.trim() === "", "no English"],
    [han.test(words.en), "Chinese in the English words"],
    [!han.test(words.zh), "no Chinese"],
    [unfilled.test(words.en) || unfilled.test(words.zh), "a gap that nobody filled"],
    [blanks.test(words.en) || blanks.test(words.zh), "blanks"],
    [blankInHan.test(words.zh), "a blank between Chinese words"],
    [halfWidth.test(words.zh), "half-width punctuation beside Han"],
  ];
  return faults.flatMap(([holds, fault]) => (holds ? `${what}: ${fault}: ${words.en} / ${words.zh}` : []));
}

const unfilled = /undefined|null|NaN|FILL-IN|\[object/;
const blanks = / {2}|^ | $| [,.;:)]|\( |\n/;
const blankInHan = /\p{Script=Han} +\p{Script=Han}/u;
const halfWidth = /\p{Script=Han}[,;:?!()]|[,;?!()]\p{Script=Han}/u;

function faultsOfCommand(what: string, command: string): string[] {
  return /^\S+( \S+)+$/.test(command) && !/undefined|null/.test(command) ? [] : [`${what}: ${command}`];
}

describe("registry", () => {
  it("holds each file of src/causes once", () => {
    const files = readdirSync(join(root, "src/causes"))
      .filter((name) => name !== "registry.ts")
      .map((name) => name.replace(/\.ts$/, ""))
      .sort();
    expect(causes.map((cause) => cause.code)).toEqual(files);
    for (const code of files) expect(causeByCode(code)?.code).toBe(code);
    expect(causeByCode("no-such-cause")).toBeUndefined();
  });

  it("leaves nothing to be filled in", () => {
    const left = ["src/causes", "src/lab/scenarios"].flatMap((folder) =>
      readdirSync(join(root, folder)).filter((name) => /FILL.IN/.test(readFileSync(join(root, folder, name), "utf8"))),
    );
    expect(left).toEqual([]);
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
  it("has a title in both languages, and headlines that start with it", () => {
    const faults = factSets.flatMap((set) => {
      const headline = cause.headline(set);
      const begins = headline.en.startsWith(cause.title.en) && headline.zh.startsWith(cause.title.zh);
      return [...faultsOf("headline", headline), ...(begins ? [] : [`begins otherwise: ${headline.en}`])];
    });
    expect([...faultsOf("title", cause.title), ...faults]).toEqual([]);
  });

  it("reads well in both languages, whatever is known", () => {
    const faults = factSets.flatMap((set) =>
      Object.entries({ summary: cause.summary(set), why: cause.why(set) }).flatMap(([what, words]) => [
        ...faultsOf(what, words),
        ...(words.en.endsWith(".") && words.zh.endsWith("。") ? [] : [`${what} is no sentence: ${words.en}`]),
      ]),
    );
    expect(faults).toEqual([]);
  });

  it("says what to do, with whole commands", () => {
    const faults = factSets.flatMap((set) =>
      [null, "", "net0", "pid-42"].flatMap((netns) => {
        const fixes = fixesOf(cause, set, netns);
        const steps = cause.settle?.(set, netns) ?? [];
        return [
          ...fixes.flatMap(({ command, effect }) => [
            ...faultsOf("effect of a fix", effect),
            ...faultsOfCommand("fix", command),
          ]),
          ...steps.flatMap(({ command, because }) => [
            ...faultsOf("reason to settle", because),
            ...faultsOfCommand("to settle", command),
          ]),
          ...(cause.severity === "note" || fixes.length + steps.length > 0 ? [] : ["nothing to do"]),
        ];
      }),
    );
    expect(faults).toEqual([]);
  });

  it("names look-alikes that exist, and never itself", () => {
    expect(new Set(cause.lookalikes).size).toBe(cause.lookalikes.length);
    for (const other of cause.lookalikes) expect(causeByCode(other)).toBeDefined();
    expect(cause.lookalikes).not.toContain(code);
  });

  it("can be searched for in both languages", () => {
    expect(cause.search.some((word) => han.test(word))).toBe(true);
    expect(cause.search.some((word) => !han.test(word))).toBe(true);
    expect(new Set(cause.search).size).toBe(cause.search.length);
  });

  it("has a manual page in both languages", () => {
    const page = cause.page();
    const words = { meaning: page.meaning, evidence: page.evidence, tellApart: page.tellApart };
    expect(Object.entries(words).flatMap(([what, said]) => faultsOf(what, said))).toEqual([]);
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
