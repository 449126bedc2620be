// Runs a scenario of the lab and explains what was recorded, the way a bundle of it would be explained.

import { join } from "node:path";
import { reportOf } from "../case/read-report.ts";
import { inTemporaryDirectory } from "../case/temporary-directory.ts";
import { type Problem, ProblemError } from "../model/problem.ts";
import type { Report } from "../model/report.ts";
import { text } from "../model/text.ts";
import { runScenario, scenarioByName } from "./lab.ts";
import { writeBundle } from "./record.ts";

export { scenarioByName } from "./lab.ts";

/** What became of a scenario. */
export interface ScenarioTold {
  readonly report: Report;
  readonly problems: readonly Problem[];
  /** Codes that the scenario says are to be found, the answer first. */
  readonly expected: string;
  /** Codes that were found in the flow that the answer is about. */
  readonly codes: readonly string[];
  readonly met: boolean;
}

/** Builds, runs, explains and takes down. */
export async function explainScenario(name: string): Promise<ScenarioTold> {
  const recording = await runScenario(name);
  const { report, problems } = await inTemporaryDirectory(async (directory) => {
    // It has the name of its scenario, so that the report reads as that of a recording.
    await writeBundle(recording, join(directory, name));
    return reportOf([join(directory, name)]);
  });
  if (report === null) throw new ProblemError(problems.find((one) => one.severity === "error") ?? nothingSeen(name));
  const answered = report.flows.find((one) => one.flow.id === report.answer?.flow);
  const codes = answered?.findings.map((finding) => finding.code) ?? [];
  const { expected } = scenarioByName(name);
  const met = report.answer?.code === expected[0] && expected.every((code) => codes.includes(code));
  return { report, problems, expected: expected.join(", "), codes, met };
}

function nothingSeen(name: string): Problem {
  return {
    kind: "no-captures",
    severity: "error",
    place: name,
    text: text(`Nothing was captured while ${name} ran.`, `${name} 运行期间没有抓到任何报文。`),
  };
}
