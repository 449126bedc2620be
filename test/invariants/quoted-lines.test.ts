// Every line that a report quotes as state is the rendering of an object of a state file beside the captures.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { StateLine } from "../../src/model/evidence.ts";
import { parseState } from "../../src/system/parse.ts";
import { type RenderedLines, renderedLines } from "../../src/system/rendered-lines.ts";
import { once, recorded, withState } from "../recorded.ts";

const root = join(import.meta.dirname, "../../fixtures");
interface Quote {
  readonly basis: string;
  readonly place: string;
  readonly state: StateLine;
}

const statesOf = once((name): RenderedLines[] =>
  ["state.json.gz", "state.after.json.gz"].flatMap((file) => {
    const path = join(root, name, file);
    if (!existsSync(path)) return [];
    return [renderedLines(parseState(JSON.parse(gunzipSync(readFileSync(path)).toString("utf8")), path).state)];
  }),
);

async function quotesOf(name: string): Promise<Quote[]> {
  return (await withState(name)).flows.flatMap(({ findings, steps, flow }): Quote[] => [
    ...findings.flatMap(({ code, evidence }) =>
      evidence.flatMap(({ basis, state }) =>
        state === undefined ? [] : [{ basis, place: `flow ${flow.id} ${code}`, state }],
      ),
    ),
    ...steps.flatMap(({ n, basis, state }) =>
      state.map((one) => ({ basis, place: `flow ${flow.id} step ${n}`, state: one })),
    ),
  ]);
}

/** Every evidence of basis state, wherever it stands. */
function evidenceIn(json: unknown): Quote[] {
  if (typeof json !== "object" || json === null) return [];
  const { basis, text, state } = json as { basis?: string; text?: string; state?: StateLine };
  const own = basis === "state" && state ? [{ basis, place: text ?? "", state }] : [];
  return [...own, ...Object.values(json).flatMap(evidenceIn)];
}

describe.each(recorded)("%s", (name) => {
  it("quotes its state files", async () => {
    const states = statesOf(name);
    const quotes = await quotesOf(name);
    const found = (line: StateLine): boolean => states.some((state) => state.has(line));
    const invented = quotes.filter(({ state }) => state.assumed !== true && !found(state));
    expect(invented).toEqual([]);
  });

  it("quotes them in report.json", () => {
    const states = statesOf(name);
    const quoted = evidenceIn(JSON.parse(readFileSync(join(root, name, "report.json"), "utf8")));
    expect(quoted.filter(({ state }) => !states.some((one) => one.has(state)))).toEqual([]);
  });
});

it("finds what it looks for", () => {
  const [report] = recorded.filter((name) => name === "veth-one-address");
  const quoted = evidenceIn(JSON.parse(readFileSync(join(root, report ?? "", "report.json"), "utf8")));
  expect(quoted.length).toBeGreaterThan(0);
  const [state] = statesOf(report ?? "");
  const line = { netns: "", key: "sysctl", line: "net.ipv4.conf.veth0.rp_filter = 7" };
  expect(state?.has(line)).toBe(false);
});
