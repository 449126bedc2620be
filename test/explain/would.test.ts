// What would come next: told so, and not told where the repair goes round it.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { forecast } from "../../src/case/predict-report.ts";
import { causes } from "../../src/causes/registry.ts";
import { assumedBy } from "../../src/edits/assumed.ts";
import { parseIpv4 } from "../../src/model/address.ts";
import type { Finding } from "../../src/model/finding.ts";
import { predict } from "../../src/predict/predict.ts";
import { parseState } from "../../src/system/parse.ts";
import { typed as ping } from "../attempts.ts";
import { fixtures, recorded, withState } from "../recorded.ts";

const NEXT = { en: /^Not reached yet: /, zh: /^目前还没有走到这一步：/ };

async function findingsOf(name: string): Promise<readonly Finding[]> {
  return (await withState(name)).flows[0]?.findings ?? [];
}

describe("a fault behind the one that stopped it", () => {
  it.each([
    ["broadcast-needs-b", "broadcast-needs-b"],
    ["docker-dead-target", "iptables-drop"],
    ["bridge-vlan-no-pvid", "bridge-vlan-mismatch"],
  ])("of %s is told as what would come", async (name, code) => {
    const [answer, ...others] = await findingsOf(name);
    const next = others.find((one) => one.code === code);
    expect(next?.summary.en).toMatch(NEXT.en);
    expect(next?.summary.zh).toMatch(NEXT.zh);
    expect(answer?.summary.en).not.toMatch(NEXT.en);
  });

  it.each([
    ["proxy-arp-no-forwarding", "ip-forward-off"],
    ["missing-return-route-rp-filter", "missing-return-route"],
    ["rp-filter-loose-no-route", "missing-return-route"],
    ["arp-announce-foreign-source", "rp-filter-strict"],
  ])("of %s is not told where the repair leaves nothing of %s", async (name, code) => {
    const findings = await findingsOf(name);
    expect(findings[0]?.fixes[0]?.proof).toBe("answered");
    expect(findings.map((one) => one.code)).not.toContain(code);
  });

  it("is told where no repair was looked for, and by a forecast as well", () => {
    const file = readFileSync(join(fixtures, "rp-filter-loose-no-route", "state.json.gz"));
    const { state } = parseState(JSON.parse(gunzipSync(file).toString("utf8")), "state");
    const trace = predict(state, ping("net0", "192.168.2.1", { source: parseIpv4("10.5.5.1") }), assumedBy(causes));
    const codes = (one: typeof state | null): string[] =>
      forecast(trace, [], one).flows[0]?.findings.map(({ code }) => code) ?? [];
    expect(codes(null)).toEqual(["rp-filter-loose-no-route", "missing-return-route"]);
    expect(codes(state)).toEqual(["rp-filter-loose-no-route"]);
  });
});

it.each(recorded)("no line beside the answer of %s repeats it", (name) => {
  const lines = readFileSync(join(fixtures, name, "report.en.txt"), "utf8").split("\n");
  const beside = lines.flatMap((line) => /^(?:Also|Next) +(.+?)(?: \(|$)/.exec(line)?.[1] ?? []);
  for (const sentence of beside) expect(lines[1]?.startsWith(sentence), sentence).toBe(false);
});
