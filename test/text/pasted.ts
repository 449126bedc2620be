// What a paste comes to, for tests that compare ways of pasting the same.

import { reportOfPastes } from "../../src/case/paste-report.ts";
import { readPaste } from "../../src/paste/read.ts";

/** The answer of a paste, with the first cause's evidence as text and the lines that were not understood. */
export async function explainPasted(content: string) {
  const pastes = [{ source: "paste.txt", content, interface: null, netns: null }];
  const { report, problems } = await reportOfPastes({ pastes, captures: [], state: null, problems: [] });
  const flow = report?.flows[0];
  return {
    flows: report?.flows.length ?? 0,
    code: report?.answer?.code ?? null,
    certainty: report?.answer?.certainty ?? null,
    verdict: flow?.verdict ?? null,
    sent: flow?.flow.echoOutcomes.reduce((sum, { count }) => sum + count, 0) ?? 0,
    src: flow?.flow.src ?? null,
    evidence: flow?.findings[0]?.evidence.map(({ text }) => text.en).join("\n") ?? "",
    problems: problems.map(({ text }) => text.en),
    unknown: readPaste(content, "paste.txt").unknown.map(({ text }) => text),
  };
}
