// A drop of a copy that ends elsewhere is told where its frame is, though the ping is answered.

import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { reportOf } from "../../src/case/read-report.ts";

const recorded = join(import.meta.dirname, "../marks/recorded");

describe("what else the kernel dropped of an answered broadcast is told", () => {
  it.each([
    ["duplicate-reply", "a", /copy of what it sends to a group.*INVALID_PROTO .* at icmp_rcv \(2 times\)/],
    ["duplicate-reply-at-the-bridge", "switch", /dropped it: IP_INADDRERRORS .* at ip_error \(2 times\)/],
  ])("%s", async (name, netns, words) => {
    const { report } = await reportOf([join(recorded, name)]);
    const steps = report?.flows[0]?.steps ?? [];
    const at = steps.findIndex(({ basis }) => basis === "kernel");
    expect(steps[at]?.text.en).toMatch(words);
    expect(steps[at]?.netns).toBe(netns);
    expect(steps[at - 1]?.netns).toBe(netns);
    expect(steps.filter(({ basis }) => basis === "kernel")).toHaveLength(1);
    expect(steps.map(({ n }) => n)).toEqual(steps.map((_, index) => index + 1));
    expect(report?.answer?.code).toBe("duplicate-reply");
  });
});
