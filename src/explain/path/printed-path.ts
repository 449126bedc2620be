// A path that somebody pasted, told hop by hop by its own lines; what stops it is explained as a ping that prints as much.

import { formatIpv4 } from "../../model/address.ts";
import { weaker } from "../../model/evidence.ts";
import type { Finding } from "../../model/finding.ts";
import type { Flow } from "../../model/flow.ts";
import type { PrintedHop, PrintedPath } from "../../model/printed-path.ts";
import type { Path, PathHop, ReportStep, Verdict } from "../../model/report.ts";
import type { Text } from "../../model/text.ts";
import { ownersOf } from "../../system/lookup/owner.ts";
import type { AskedPing, Case } from "../case.ts";
import type { DropFinder } from "../drop-finder.ts";
import { type ExplainedFlow, withoutWalk } from "../explain-flow.ts";
import { explainInTime } from "../moments/explain-in-time.ts";
import { byOtherPackets, guessedTarget, hopSaid, hopsSilent, refusedSaid, targetSaid } from "./printed-words.ts";

/** Explains it; what was captured beside it is not looked at. */
export function explainPrintedPath(
  subject: Case,
  drops: DropFinder,
  flow: Flow,
  { by, path }: { readonly by: AskedPing; readonly path: PrintedPath },
): ExplainedFlow {
  const { reached } = path;
  const ordinary = reached === null ? withoutWalk(subject, flow) : explainInTime(subject, drops, flow);
  const hops = hopsOf(subject, path);
  const told: Path = { hops, reached };
  const ofWalk = reached !== true && ordinary.choice.walk?.fits === true && ordinary.choice.world === null;
  const steps = numbered([...stepsOf(path, by, hops), ...(ofWalk ? ordinary.report.steps : [])]);
  const findings = ordinary.report.findings.map((one) => limited(one, reached === true));
  const report = { ...ordinary.report, verdict: verdictOf(path, ordinary), findings, steps, drawing: null, path: told };
  const notes = [
    ...(path.isTargetGuessed && path.target !== null ? [guessedTarget(by.program, formatIpv4(path.target))] : []),
    ...(reached === false && flow.printed?.errors.length === 0 ? [byOtherPackets(by.program, by.protocol)] : []),
  ];
  return { ...ordinary, report, notes: [...ordinary.notes, ...notes] };
}

// Silence may be all that a filter lets be heard of it: the target may be there, and answer a ping.
function verdictOf({ reached, hops }: PrintedPath, { report }: ExplainedFlow): Verdict {
  if (reached === true) return "worked";
  if (reached === null) return "cannot-tell";
  const isTold = hops.length === 0 || (report.flow.printed?.errors.length ?? 0) > 0;
  const [first] = report.findings;
  return isTold || (first !== undefined && first.certainty !== "possible") ? "failed" : "cannot-tell";
}

const MOST_ALIKE = 7;

function limited(finding: Finding, reached: boolean): Finding {
  if (reached) return finding;
  const { certainty, lookalikes } = finding;
  return { ...finding, certainty: weaker(certainty, "likely"), lookalikes: lookalikes.slice(0, MOST_ALIKE) };
}

/** What is meant to be met on the way; who says that there is no way on is no hop of it. */
function hopsOf({ state }: Case, { hops, target, reached }: PrintedPath): PathHop[] {
  const onTheWay = hops.filter(
    ({ backs, silences }) => backs.some(isExpired(target)) || (backs.length === 0 && silences > 0),
  );
  const last = reached === true ? hops.findIndex(({ backs }) => backs.some(({ from }) => from === target)) : -1;
  const before = last < 0 ? onTheWay : onTheWay.filter((hop) => hops.indexOf(hop) < last);
  return before.map(({ ttl, backs }): PathHop => {
    const back = backs.find(isExpired(target));
    const from = back?.from ?? null;
    const owners = state === null || from === null ? [] : ownersOf(state, from);
    const answers = backs.filter(isExpired(target)).reduce((sum, { count }) => sum + count, 0);
    return { ttl, from, netns: owners[0]?.netns ?? null, answers };
  });
}

function isExpired(target: PrintedPath["target"]): (back: PrintedHop["backs"][number]) => boolean {
  return ({ error, from }) => error === null && (from === null || from !== target);
}

function stepsOf({ hops, target, reached }: PrintedPath, { program }: AskedPing, told: readonly PathHop[]): Draft[] {
  const steps: Draft[] = [];
  for (let at = 0; at < hops.length; at++) {
    const hop = hops[at] as PrintedHop;
    const netns = told.find(({ ttl }) => ttl === hop.ttl)?.netns ?? null;
    if (hop.backs.length === 0) {
      let until = at;
      while (hops[until + 1]?.backs.length === 0) until++;
      steps.push(draft(hopsSilent(hop, hops[until]?.ttl ?? hop.ttl, program), null));
      at = until;
      continue;
    }
    const isThere = reached === true && hop.backs.some(({ from }) => from === null || from === target);
    if (isThere && at === hops.length - 1) steps.push(draft(targetSaid(hop, target, program), null));
    else if (hop.backs.some(({ error }) => error !== null)) steps.push(draft(refusedSaid(hop, program), netns));
    else steps.push(draft(hopSaid(hop, program), netns));
  }
  return steps;
}

type Draft = Omit<ReportStep, "n">;

function draft(text: Text, netns: string | null): Draft {
  return { branch: 0, netns, interface: null, direction: null, time: null, basis: "seen", text, frames: [], state: [] };
}

function numbered(drafts: readonly Draft[]): ReportStep[] {
  return drafts.map((one, at) => ({ ...one, n: at + 1 }));
}
