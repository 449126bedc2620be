// Which requests of a ping were lost, and when: told from the recording of a host that limits its answers.

import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { reportOf } from "../../src/case/read-report.ts";
import { lostPart, momentOf, neverLeft } from "../../src/explain/lost-part.ts";

const limited = join(import.meta.dirname, "../../fixtures/icmp-rate-limit");

async function flowOf(path: string) {
  const { report } = await reportOf([path]);
  const flow = report?.flows.find((one) => one.flow.id === report.answer?.flow)?.flow;
  if (flow === undefined) throw new Error(`${path} has no answer`);
  return flow;
}

describe("the lost part of a ping", () => {
  it("is told with its requests, its time and how far they were seen", async () => {
    const flow = await flowOf(limited);
    const part = lostPart(flow);
    expect(part).toMatchObject({ count: 6, first: 7, last: 12, isOneStretch: true, before: true, behind: false });
    if (part === null) return;
    const said = momentOf(part, flow).text;
    expect(said.en).toMatch(
      /^requests 7 to 12, 0\.\d s to 0\.\d s after the start, stayed unanswered, all before were answered, last seen at net1:veth1#\d+$/,
    );
    expect(said.zh).toMatch(/^第 7 到第 12 个请求（开始后 0\.\d 到 0\.\d 秒）没有应答，此前的都有应答，/);
  });

  it("is nothing where all was answered, or nothing was", async () => {
    const flow = await flowOf(limited);
    const answered = flow.echoOutcomes.filter(({ first }) => first.kind === "echo" && first.replies.length > 0);
    expect(lostPart({ ...flow, echoOutcomes: answered })).toBeNull();
    expect(lostPart(await flowOf(join(limited, "../icmp-echo-ignore-all")))).toBeNull();
  });

  it("may never have left", async () => {
    const flow = await flowOf(limited);
    const observed = { verdict: "worked-with-trouble", sent: 15, answered: 6, by: "ping", anything: true } as const;
    expect(neverLeft(flow, observed)?.text.en).toContain("the other 3 never did");
    expect(neverLeft(flow, { ...observed, sent: 12 })).toBeNull();
  });
});
