// Width and colours of what is printed into a pipe: as told by the environment and the options, the latter first.

import { describe, expect, it } from "vitest";
import { displayWidth } from "../../src/render/width.ts";
import { pktwhy } from "./run-cli.ts";

const REPORT = ["explain", "fixtures/veth-one-address"];
const COLOURED = "\u001b[1;31m";

describe("a pipe", () => {
  it.each([60, 80, 120])("is %s columns wide where COLUMNS says so", (columns) => {
    const { stdout } = pktwhy(REPORT, { env: { COLUMNS: String(columns) } });
    const widest = Math.max(...stdout.split("\n").map(displayWidth));
    expect(widest).toBeLessThanOrEqual(columns);
    expect(widest).toBeGreaterThan(columns - 20);
  });

  it.each<[string, Record<string, string>, string[], boolean]>([
    ["nothing", {}, [], false],
    ["--color=always", {}, ["--color=always"], true],
    ["--color=never against FORCE_COLOR", { FORCE_COLOR: "1" }, ["--color=never"], false],
    ["FORCE_COLOR", { FORCE_COLOR: "1" }, [], true],
    ["FORCE_COLOR=0", { FORCE_COLOR: "0" }, [], false],
    ["NO_COLOR", { NO_COLOR: "1" }, [], false],
    ["--color=always against NO_COLOR", { NO_COLOR: "1" }, ["--color=always"], true],
  ])("has colours or none with %s", (_, env, options, isColoured) => {
    const { stdout } = pktwhy([...options, ...REPORT], { env: { FORCE_COLOR: "", ...env } });
    expect(stdout.includes(COLOURED)).toBe(isColoured);
  });
});
