// `pktwhy lab` where nothing is built: the list, and what it says of wrong words and of missing rights.

import { describe, expect, it } from "vitest";
import { listScenarios } from "../../src/lab/lab.ts";
import { pktwhy } from "./run-cli.ts";

describe("pktwhy lab", () => {
  it("lists every scenario with what is set up, what is broken, and the code", () => {
    const run = pktwhy(["lab", "list", "--json"]);
    expect(run.status).toBe(0);
    const rows = JSON.parse(run.stdout) as { name: string; setup: string; fault: string; expected: string[] }[];
    expect(rows.map((row) => row.name)).toEqual(listScenarios().map((scenario) => scenario.name));
    expect(rows.every((row) => row.setup && row.fault && row.expected.length > 0)).toBe(true);
    expect(pktwhy(["lab", "list", "--lang", "zh"]).stdout).toContain("没有故障");
  });

  it.each([
    [["lab", "rnu"], "There is no pktwhy lab rnu. Did you mean run?"],
    [["lab", "run"], "The argument <scenarios> is missing."],
    [["lab", "run", "no-such-story"], "There is no scenario no-such-story."],
    [["lab", "up", "no-such-story"], "There is no scenario no-such-story."],
    [["lab", "down", "no-such-story"], "There is no scenario no-such-story."],
    [["lab", "run", "two-namespaces", "veth-one-address", "--json"], "Only one scenario can be told in that format"],
    [["lab", "run", "two-namespaces", "--expect", "nonsense"], "No cause has the code nonsense."],
  ] as const)("%j: status 2 and one sentence", (args, words) => {
    const run = pktwhy([...args]);
    expect(run.status).toBe(2);
    expect(run.stderr).toContain(words);
    expect(run.stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(run.stdout).toBe("");
  });

  it("shows its verbs where none is given", () => {
    const run = pktwhy(["lab"]);
    expect(run.status).toBe(2);
    for (const verb of ["list", "run", "up", "down", "record"]) expect(run.stderr).toContain(`  ${verb}`);
  });
});
