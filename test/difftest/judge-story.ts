// One random story: build it, ping while it happens, and hold the report against what ping printed and what was done.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { reportOf } from "../../src/case/read-report.ts";
import { causes } from "../../src/causes/registry.ts";
import { writeParts } from "../../src/lab/record.ts";
import { runLab } from "../../src/lab/runner.ts";
import type { Scenario } from "../../src/lab/scenario.ts";
import type { FlowReport } from "../../src/model/report.ts";
import { randomOf } from "../fuzz/random.ts";
import { plainPing } from "./family.ts";
import type { Judged } from "./judge.ts";
import { scenarioFor } from "./judge.ts";
import { randomStory, type Story } from "./stories.ts";
import { tidy } from "./tidy.ts";

const PING = ["ping", "-n", "-c", "6", "-i", "0.2", "-W", "1"];

/** The story of a seed as a scenario of the lab. */
function scenarioOf(seed: number, { network, during }: Story): Scenario {
  tidy(network);
  const scenario = scenarioFor(`difftest-${seed}`, network, plainPing(network.destination));
  const [{ netns }] = scenario.commands;
  return { ...scenario, during, commands: [{ netns, argv: [...PING, network.destination] }] };
}

/** Builds, pings, explains, compares the story of a seed. */
export async function judgeStory(
  seed: number,
  only: string,
): Promise<Judged & { readonly seed: number; readonly shape: string; readonly family: string }> {
  const story = randomStory(randomOf(seed, 0), only);
  const scenario = scenarioOf(seed, story);
  const recording = await runLab(scenario);
  const directory = mkdtempSync(join(tmpdir(), "pktwhy-story-"));
  try {
    await writeParts(recording, directory);
    const { report } = await reportOf([directory]);
    const flow = report?.flows.find(({ flow: { id } }) => id === report.answer?.flow);
    const output = recording.commands[0]?.output ?? "";
    const happened = /(\d+) packets transmitted, (\d+) received/.exec(output);
    const [sent, answered] = [Number(happened?.[1]), Number(happened?.[2])];
    const code = report?.answer?.code ?? "none";
    const told = `${flow?.findings.map((one) => `${one.code} ${one.certainty} ${one.lookalikes.join(",")}`).join("\n")}\n${output}`;
    return {
      seed,
      scenario,
      shape: story.network.shape,
      family: story.name,
      code,
      predicted: story.truth.join(" or "),
      happened: answered === sent ? "reply" : `${answered} of ${sent}`,
      against: flow === undefined ? ["there is no answer"] : contradictions(flow, story, { sent, answered }),
      told,
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

// What names nothing but how the ping ended, or that something is unknown, is never wrong.
const honest = new Set<string>(
  causes.flatMap(({ code, severity, lastResort }) => (severity !== "problem" || lastResort ? code : [])),
);

function contradictions(
  { findings, verdict }: FlowReport,
  { truth }: Story,
  { sent, answered }: { readonly sent: number; readonly answered: number },
): string[] {
  const [first] = findings;
  const against: string[] = [];
  if (first === undefined) return ["nothing is told"];
  if (verdict === "worked" && answered < sent) against.push(`"worked", and ${sent - answered} of ${sent} were lost`);
  if (first.code === "answered" && answered === 0) against.push("answered, and nothing came back");
  if (verdict === "failed" && answered === sent) against.push('"failed", and all were answered');
  const isTrue = truth.includes(first.code);
  if (first.certainty === "certain" && answered < sent && !isTrue && !honest.has(first.code))
    against.push(`${first.code} for certain, and it is ${truth.join(" or ")}`);
  return against;
}
