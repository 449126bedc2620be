// Predictions against the running kernel: each story is built in namespaces, predicted from its state, and then really pinged.

import { afterEach, describe, expect, it } from "vitest";
import { predict } from "../../src/explain/predict.ts";
import { stepsOf } from "../../src/model/trace.ts";
import { STORIES } from "./predict-stories.ts";
import { canBuild, printed, World, wordsOf } from "./predict-world.ts";

const able = canBuild();
if (!able) {
  if (process.env.PKTWHY_REQUIRE_ALL === "1")
    throw new Error("predictions cannot be tested here: root, ip and ping are needed");
  console.warn("SKIPPED: predictions against the kernel need root, ip and ping");
}

describe.skipIf(!able)("predict against the running kernel", () => {
  let world: World | null = null;
  afterEach(() => {
    world?.remove();
    world = null;
  });

  it.each(STORIES.map((story) => [story.name, story] as const))("%s", async (_, story) => {
    world = new World(story.spaces);
    world.run(story.build);
    if (!story.patient) world.quicken();
    const trace = predict(await world.state(), world.attempt(story.ping));
    const real = world.ping(story.ping, story.patient ? 4 : 1);
    const told = stepsOf(trace)
      .map((s) => `${world?.short(s.netns)}:${s.interface ?? "-"} ${s.leg} ${s.kind}: ${s.text.en}`)
      .join("\n");
    const code = trace.disposition.kind === "stopped" ? trace.disposition.hit.code : trace.disposition.kind;
    expect.soft(wordsOf(printed(trace.heard)), `${told}\n${real.output}`).toBe(wordsOf(real.heard));
    expect.soft(code, `${told}\n${real.output}`).toBe(story.code);
    expect(trace.remarks.map((r) => r.code)).toEqual(expect.arrayContaining([...(story.remarks ?? [])]));
    expect(trace.assumed).toEqual([]);
  });
});
