// Captures taken one after another are told together only where neither shows, and neither could show, the other's run.

import { join } from "node:path";
import { expect, it } from "vitest";
import { reportOf } from "../../src/case/read-report.ts";
import { joinRuns } from "../../src/explain/join-runs.ts";
import type { Flow } from "../../src/model/flow.ts";
import type { InputSummary } from "../../src/model/vantage.ts";

const root = join(import.meta.dirname, "../../fixtures");

async function seenAt(file: string): Promise<{ flow: Flow; input: InputSummary }> {
  const { report } = await reportOf([join(root, file)]);
  const flow = report?.flows[0]?.flow;
  const input = report?.inputs[0];
  if (!flow || !input) throw new Error(`nothing in ${file}`);
  return { flow, input };
}

// Both ping 192.168.2.1 from 192.168.2.11, at different times and with different ids.
const asker = await seenAt("two-namespaces/net0.veth0.pcap");
const target = await seenAt("icmp-echo-ignore-all/net1.veth1.pcap");

it("joins two runs of one ping that were each seen from another place", () => {
  expect(asker.flow.icmpId).not.toBe(target.flow.icmpId);
  const joined = joinRuns([asker.flow, target.flow], [asker.input, target.input]);
  expect(joined).toHaveLength(1);
  expect(joined[0]?.joinedRuns).toEqual([asker.flow.icmpId, target.flow.icmpId]);
});

it("keeps apart two pings of which one capture saw only the one while the other ran", () => {
  const ranOn = (input: InputSummary): InputSummary => ({
    ...input,
    from: [asker.input.from, target.input.from].reduce((a, b) => (a !== null && b !== null && a < b ? a : b)) ?? null,
    to: [asker.input.to, target.input.to].reduce((a, b) => (a !== null && b !== null && a > b ? a : b)) ?? null,
  });
  expect(joinRuns([asker.flow, target.flow], [ranOn(asker.input), target.input])).toHaveLength(2);
  expect(joinRuns([asker.flow, target.flow], [asker.input, ranOn(target.input)])).toHaveLength(2);
});

it("keeps apart two pings seen from the same place, at the same time, or to different addresses", async () => {
  const inputs = [asker.input, target.input];
  const sameTime: Flow = { ...target.flow, from: asker.flow.from, to: asker.flow.to };
  expect(joinRuns([asker.flow, sameTime], inputs)).toHaveLength(2);
  const samePlace: Flow = { ...asker.flow, icmpId: 1, from: target.flow.from, to: target.flow.to };
  expect(joinRuns([asker.flow, samePlace], inputs)).toHaveLength(2);
  const elsewhere: Flow = { ...target.flow, dst: 1 as Flow["dst"] };
  expect(joinRuns([asker.flow, elsewhere], inputs)).toHaveLength(2);
});
