// The state of one host only, beside all captures: what it decides is told, and never another certain cause. A sample of
// the hosts; `npm run test:long` asks every one.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { reportOf } from "../../src/case/read-report.ts";
import type { Code } from "../../src/model/code.ts";
import { sampled } from "../how-long.ts";

const root = join(import.meta.dirname, "../../fixtures");
const scratch = mkdtempSync(join(tmpdir(), "pktwhy-one-host-"));
const tally = { same: 0, "look-alike": 0, other: 0 };
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
  console.info(`one host's state at a time: ${JSON.stringify(tally)}`);
});

const hosts = readdirSync(root).flatMap((name) => {
  const state = JSON.parse(gunzipSync(readFileSync(join(root, name, "state.json.gz"))).toString("utf8"));
  const { code } = JSON.parse(readFileSync(join(root, name, "report.json"), "utf8")).answer;
  const keys = Object.keys(state.namespaces);
  return keys.length < 2 ? [] : keys.map((key) => ({ name, key, state, code: code as Code }));
});

describe("with the state of one host", () => {
  it.each(
    sampled(hosts, "one host", 18, ({ name, key }) => `${name} ${key}`).map(
      (one) => [`${one.name}, ${one.key}`, one] as const,
    ),
  )("%s", async (title, { name, key, state, code }) => {
    const path = join(scratch, `${title.replace(/\W+/g, "-")}.json`);
    writeFileSync(path, JSON.stringify({ ...state, namespaces: { [key]: state.namespaces[key] } }));
    const captures = readdirSync(join(root, name)).filter((file) => file.endsWith(".pcap"));
    const args = captures.map((file) => {
      const [netns, interfaceName] = file.replace(/\.pcap$/, "").split(/\.(.*)/s);
      return `${interfaceName}@${netns}=${join(root, name, file)}`;
    });
    const { report } = await reportOf(args, { state: path });
    const answer = report?.answer;
    const finding = report?.flows.find((flow) => flow.flow.id === answer?.flow)?.findings[0];
    const kind = answer?.code === code ? "same" : finding?.lookalikes.includes(code) ? "look-alike" : "other";
    tally[kind]++;
    if (answer?.certainty === "certain") expect(answer.code).toBe(code);
    expect(finding?.lookalikes.length ?? 0).toBeLessThanOrEqual(7);
  });
});

// Seven names hold the likeliest of all that fit, and not every cause that is ever met.
it("names the cause of a third of them at least", () => {
  const named = tally.same + tally["look-alike"];
  expect(named / (named + tally.other)).toBeGreaterThan(1 / 3);
});
