// Predictions against the running kernel: each story is built in namespaces, predicted from its state, and then really pinged.
// A sample; `npm run test:long` has all.

import { describe, type ExpectStatic, it } from "vitest";
import { causes } from "../../src/causes/registry.ts";
import { assumedBy } from "../../src/edits/assumed.ts";
import { stepsOf } from "../../src/model/trace.ts";
import { predict } from "../../src/predict/predict.ts";
import { sampled } from "../how-long.ts";
import { STORIES, type Story } from "./predict-stories.ts";
import { canBuild, printed, World, wordsOf } from "./predict-world.ts";

const able = canBuild();
if (!able) {
  if (process.env.PKTWHY_REQUIRE_ALL === "1")
    throw new Error("predictions cannot be tested here: root, ip and ping are needed");
  console.warn("SKIPPED: predictions against the kernel need root, ip and ping");
}

describe.skipIf(!able)("predict against the running kernel", () => {
  it.concurrent.for(sampled(STORIES, "stories", 10, ({ name }) => name))("$name", async (story, { expect }) => {
    const world = await World.of(story.spaces);
    try {
      await holds(world, story, expect);
    } finally {
      await world.remove();
    }
  });
});

// Each story has an `expect` of its own: what fails softly must fail that one, of several at once.
async function holds(world: World, story: Story, expect: ExpectStatic): Promise<void> {
  await world.run(story.build);
  if (!story.patient) await world.quicken();
  const trace = predict(await world.state(), world.attempt(story.ping), assumedBy(causes));
  const real = await world.pingUntil(story.ping, printed(trace.heard), story.patient ? 4 : 1);
  const told = stepsOf(trace)
    .map((s) => `${world.short(s.netns)}:${s.interface ?? "-"} ${s.leg} ${s.kind}: ${s.text.en}`)
    .join("\n");
  const code = trace.disposition.kind === "stopped" ? trace.disposition.hit.code : trace.disposition.kind;
  expect.soft(wordsOf(printed(trace.heard)), `${told}\n${real.output}`).toBe(wordsOf(real.heard));
  expect.soft(code, `${told}\n${real.output}`).toBe(story.code);
  expect(trace.remarks.map((r) => r.code)).toEqual(expect.arrayContaining([...(story.remarks ?? [])]));
  expect(trace.assumed).toEqual([]);
}
