// A bounded part of the differential test: predictions of random networks against the running kernel.

import { describe, expect, it } from "vitest";
import { judge, judgeScenario } from "../difftest/judge.ts";
import { REGRESSIONS } from "../difftest/regressions.ts";
import { canBuild } from "./predict-world.ts";

const FIRST = 1;
const COUNT = 24;
const AT_ONCE = 6;

const able = canBuild();
if (!able) {
  if (process.env.PKTWHY_REQUIRE_ALL === "1")
    throw new Error("the differential test cannot run here: root, ip, tcpdump and ping are needed");
  console.warn("SKIPPED: the differential test needs root, ip, tcpdump and ping");
}

/** Works through a list, several at once; what disagrees comes back in words. */
async function disagreements<T>(items: readonly T[], work: (item: T) => Promise<string | null>): Promise<string[]> {
  const against: string[] = [];
  const queue = [...items];
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      const said = await work(item);
      if (said !== null) against.push(said);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return against;
}

describe.skipIf(!able)("random networks against the running kernel", () => {
  it(`seeds ${FIRST} to ${FIRST + COUNT - 1} agree`, async () => {
    const seeds = Array.from({ length: COUNT }, (_, i) => FIRST + i);
    const found = await disagreements(seeds, async (seed) => {
      const judged = await judge(seed);
      if (judged.against.length === 0) return null;
      return `seed ${seed} (${judged.family}) ${judged.code}: ${judged.against.join("; ")}\n${judged.told}`;
    });
    expect(found).toEqual([]);
  });

  it("networks that once disagreed agree", async () => {
    const found = await disagreements(REGRESSIONS, async (scenario) => {
      const judged = await judgeScenario(scenario);
      return judged.against.length === 0 ? null : `${scenario.name}: ${judged.against.join("; ")}\n${judged.told}`;
    });
    expect(found).toEqual([]);
  });
});
