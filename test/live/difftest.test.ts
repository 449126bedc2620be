// A bounded part of the differential test: predictions of random networks against the running kernel.
// A sample; `npm run test:long` has all.

import { describe, it } from "vitest";
import { type Judged, judgeScenario } from "../difftest/judge.ts";
import { judgeAny } from "../difftest/judge-any.ts";
import { judgeProbe } from "../difftest/probe/judge-probe.ts";
import { REGRESSIONS } from "../difftest/regressions.ts";
import { howMany, sampled } from "../how-long.ts";
import { canBuild } from "./predict-world.ts";

const FIRST = 1;
const COUNT = howMany(6, 80);
const PROBES = howMany(4, 60);

const able = canBuild();
if (!able) {
  if (process.env.PKTWHY_REQUIRE_ALL === "1")
    throw new Error("the differential test cannot run here: root, ip, tcpdump and ping are needed");
  console.warn("SKIPPED: the differential test needs root, ip, tcpdump and ping");
}

function words({ code, against, told }: Judged): string {
  return against.length === 0 ? "agrees" : `${code}: ${against.join("; ")}\n${told}`;
}

describe.skipIf(!able)("random networks against the running kernel", () => {
  it.concurrent.for(Array.from({ length: COUNT }, (_, i) => FIRST + i))("seed %i", async (seed, { expect }) => {
    const judged = await judgeAny(seed);
    expect(words(judged), judged.family).toBe("agrees");
  });

  it.concurrent.for(Array.from({ length: PROBES }, (_, i) => FIRST + i))("probe %i", async (seed, { expect }) => {
    const { family, code, against, told } = await judgeProbe(seed, null);
    expect(against.length === 0 ? "agrees" : `${code}: ${against.join("; ")}\n${told}`, family).toBe("agrees");
  });

  it.concurrent.for(sampled(REGRESSIONS, "regressions", 8, ({ name }) => name))(
    "$name, which once disagreed",
    async (scenario, { expect }) => {
      expect(words(await judgeScenario(scenario))).toBe("agrees");
    },
  );
});
