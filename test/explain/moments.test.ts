// What a host has learned during a ping did not hold when it began: no moment before gets it.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { MomentLine } from "../../src/case/moments/moments.ts";
import { parseIpv4 } from "../../src/model/address.ts";
import type { StateChange, SystemState } from "../../src/model/system-state.ts";
import { parseState } from "../../src/system/parse.ts";

const file = join(import.meta.dirname, "../../fixtures/two-namespaces/state.json.gz");
const before = parseState(JSON.parse(gunzipSync(readFileSync(file)).toString("utf8")), "state.json").state;

function told(line: string, second: number): StateChange {
  const at = BigInt(second) * 1_000_000_000n;
  return { netns: "net0", at, since: at, by: "ip monitor", line, read: null };
}

function entries({ namespaces }: SystemState): string[] {
  const asked = parseIpv4("192.168.2.1");
  return (namespaces.get("net0")?.neighbours ?? []).filter(({ address }) => address === asked).map(({ line }) => line);
}

it("an entry that was learned is known from then on, and makes no moment of its own", () => {
  const line = new MomentLine(before);
  expect(entries(before)).toEqual([]);
  expect(line.add(told("[NEIGH]192.168.2.1 dev veth0 lladdr 02:00:00:00:00:02 REACHABLE ", 1))).toBe(false);
  expect(line.moments).toHaveLength(1);
  expect(entries(line.moments[0]?.state as SystemState)).toEqual([]);
  expect(entries(line.state)).toHaveLength(1);
  // The next moment holds it.
  expect(line.add(told("[NEIGH]192.168.2.1 dev veth0 lladdr 02:00:00:00:00:77 REACHABLE ", 2))).toBe(true);
  expect(entries(line.moments[0]?.state as SystemState)).toEqual([]);
  expect(entries(line.moments[1]?.state as SystemState)[0]).toContain("02:00:00:00:00:77");
});
