// Marks against the kernel, both ways, over what was recorded; and against what the causes' own pages say.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { causes } from "../../src/causes/registry.ts";
import { type DropSign, endOf, type Marks, marksOf, type PacketEnd } from "../../src/model/marks.ts";
import { explained, fixtures, recorded, withState } from "../recorded.ts";
import { disagreements } from "./said.ts";

const here = join(import.meta.dirname, "recorded");

describe("the kernel, the marks and the report agree on", () => {
  it.each(readdirSync(here))("%s", async (name) => {
    expect(await disagreements(join(here, name))).toEqual([]);
  });
  it.each(recorded)("fixtures/%s", async (name) => {
    expect(await disagreements(join(fixtures, name), explained(name))).toEqual([]);
  });
});

// Drops that say nothing of a cause, and those of packets that wait for one that failed.
const NOISE = ["NO_SOCKET"];
const WAITING = ["NEIGH_FAILED", "QUEUE_PURGE"];
const REASONS = new Set([
  ...NOISE,
  ...WAITING,
  ...causes.flatMap(({ marks }) => reportsOf(marks).map(({ reason }) => reason)),
]);
const SAYS_NONE = /no drop event|no event|没有丢包事件|没有事件/i;

function reportsOf(marks: Marks | undefined): readonly DropSign[] {
  const ends = marks === undefined ? [] : [endOf(marks, "ipv4"), endOf(marks, "arp")];
  return ends.flatMap((end) => (typeof end === "object" ? end : []));
}

describe("a page and the marks of its cause say the same:", () => {
  it.each(causes.map((cause) => [cause.code, cause] as const))("%s", (_, { marks, page }) => {
    const { en, zh } = page().evidence;
    const reports = reportsOf(marks);
    const marked = reports.map(({ reason }) => reason);
    const allowed = [...marked, ...NOISE, ...(marks?.waits === undefined ? [] : WAITING)];
    const isDenied = marks !== undefined && marked.length > 0 && reports.every(({ sometimes }) => !sometimes);
    const isByProtocol = marks !== undefined && typeof marks.drop === "object" && "arp" in marks.drop;
    const faults = [en, zh].flatMap((text) => {
      const named: readonly string[] = text.match(/\b[A-Z][A-Z0-9_]{2,}\b/g) ?? [];
      const counters = marks?.counters ?? [];
      return [
        ...marked.filter((reason) => !named.includes(reason)).map((reason) => `does not name ${reason}`),
        ...named
          .filter((word) => REASONS.has(word) && word !== "NOT_SPECIFIED" && !allowed.includes(word))
          .map((word) => `names ${word}, which is not marked`),
        ...counters.filter(({ name }) => !text.includes(name)).map(({ name }) => `does not name ${name}`),
        ...(SAYS_NONE.test(text) && isDenied && !isByProtocol ? ["says that there is no drop event"] : []),
      ];
    });
    expect(faults).toEqual([]);
  });
});

function ending(how: PacketEnd): string[] {
  return causes.flatMap(({ code, marks }) =>
    marks && [endOf(marks, "ipv4"), endOf(marks, "arp")].includes(how) ? code : [],
  );
}

describe("marks", () => {
  it.each(recorded)("name the state that decides: %s", async (name) => {
    const { answer, flows } = await withState(name);
    const first = flows.find(({ flow }) => flow.id === answer?.flow)?.findings[0];
    const decides = marksOf(causes, first?.code ?? "")?.decides ?? [];
    const quoted = first?.evidence.flatMap(({ basis, state }) => (basis === "state" && state ? state : [])) ?? [];
    if (decides.length === 0 || quoted.length === 0) return;
    const isNamed = quoted.some(({ key, line }) =>
      decides.some((one) => (typeof one === "string" ? one === key.split(".")[0] : line.includes(`${one.sysctl} = `))),
    );
    expect(isNamed, `${first?.code}: ${quoted.map(({ key, line }) => `${key}: ${line}`).join("; ")}`).toBe(true);
  });

  it("leave next to nothing unmeasured", () => {
    expect(ending("unknown").length).toBeLessThanOrEqual(5);
  });

  it("allow any end only where the cause says no more than how it ended", () => {
    const plain: readonly string[] = causes.flatMap(({ code, lastResort }) => (lastResort === undefined ? [] : code));
    expect(ending("any").filter((code) => !plain.includes(code))).toEqual(["connection-unreachable", "kernel-drop"]);
  });
});
