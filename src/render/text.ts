// The report as text for a terminal: the answer first, then the steps, then what to type and what was ruled out.

import type { Finding } from "../model/finding.ts";
import type { Problem } from "../model/problem.ts";
import type { FlowReport, Report } from "../model/report.ts";
import { printable, text } from "../model/text.ts";
import {
  evidenceLines,
  fixLines,
  kernelLines,
  lookalikeLines,
  ruledOutLines,
  searchLines,
  settleLines,
  whyLines,
} from "./advice.ts";
import { headlineLines, leavesOpen, mainFlow, noAnswerLines, outcomeLines } from "./answer.ts";
import { drawingLines } from "./drawing.ts";
import { countLines, inputTable } from "./inputs.ts";
import { withoutOnlyNamespace } from "./one-namespace.ts";
import { labelledText, type Page, pageOf, type TextOptions } from "./page.ts";
import { stepLines } from "./steps.ts";
import { displayWidth, wrap } from "./width.ts";
import { CERTAINTY, WORDS } from "./words.ts";

// Flows beside the answer's, two lines each: more than these only with -v.
const MOST_OTHERS = 8;

/** The whole report, ending in a newline. */
export function renderText(whole: Report, options: TextOptions): string {
  const page = pageOf(options);
  const { report, only } = withoutOnlyNamespace(whole);
  const main = mainFlow(report, page);
  const others = report.flows.filter((f) => f !== main);
  const manyPlaces = only !== null || new Set(report.flows.map((f) => f.flow.netns)).size > 1;
  const blocks: string[][] = [];
  if (main === null || (!page.predicted && leavesOpen(report))) blocks.push(noAnswerLines(page, report));
  if (main !== null && options.quiet) blocks.push(answerLines(page, main, manyPlaces));
  else if (main !== null) blocks.push(...flowBlocks(page, main, manyPlaces));
  if (!options.quiet) {
    blocks.push(...otherBlocks(page, others, manyPlaces), remarks(page, report));
    if (page.verbose) blocks.push(commandBlock(page, report), inputTable(page, report.inputs));
    else blocks.push(countLines(page, report.inputs));
  }
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join("\n"))
    .join("\n\n")}\n`;
}

function answerLines(page: Page, report: FlowReport, withNamespace: boolean): string[] {
  const first = report.findings[0];
  return [
    ...outcomeLines(page, report, withNamespace),
    ...(first ? headlineLines(page, first.headline, first.code, first.certainty) : []),
  ];
}

// Everything about one flow, in the order in which a person reads it.
function flowBlocks(page: Page, report: FlowReport, withNamespace: boolean): string[][] {
  const [first, ...further] = report.findings;
  const head = answerLines(page, report, withNamespace);
  if (first === undefined) return [head, stepLines(page, report)];
  // One line each belongs near the answer; told in full they would part it from its remedy.
  const also = further.map((finding) => furtherLines(page, finding));
  return [
    head,
    wrap(page.say(first.summary), page.width),
    report.drawing === null ? [] : drawingLines(page, report.drawing),
    stepLines(page, report),
    [
      // The summary has said it; beside all the evidence there is room to say it in general.
      ...(page.verbose || report.steps.length === 0 ? whyLines(page, first.why) : []),
      ...(page.verbose || report.steps.length === 0
        ? evidenceLines(page, first.evidence)
        : kernelLines(page, first.evidence, report.steps)),
    ],
    ...(page.verbose ? [] : also),
    lookalikeLines(page, first.lookalikes),
    settleLines(page, first.settle),
    [...fixLines(page, first.fixes), ...ruledOutLines(page, first.ruledOut)],
    ...(page.verbose ? also : []),
    searchLines(page, first.search),
  ];
}

// A second cause of the same flow: its headline, and with -v all that is known of it.
function furtherLines(page: Page, finding: Finding): string[] {
  const certainty = CERTAINTY[finding.certainty];
  const tag = text(` (${finding.code}, ${certainty.en})`, `（${finding.code}，${certainty.zh}）`);
  const lines = labelledText(page, WORDS.also, `${page.say(finding.headline)}${page.say(tag)}`);
  if (!page.verbose) return lines;
  return [
    ...lines,
    ...wrap(page.say(finding.summary), page.width - 2).map((line) => `  ${line}`),
    ...whyLines(page, finding.why),
    ...evidenceLines(page, finding.evidence),
    ...fixLines(page, finding.fixes),
    ...ruledOutLines(page, finding.ruledOut),
  ];
}

function otherBlocks(page: Page, others: readonly FlowReport[], withNamespace: boolean): string[][] {
  if (others.length === 0) return [];
  if (page.verbose)
    return others.flatMap((other) => [
      [page.style("faint", "─".repeat(page.width))],
      ...flowBlocks(page, other, withNamespace),
    ]);
  const shown = others.slice(0, MOST_OTHERS);
  const rest = others.length - shown.length;
  const inner: Page = { ...page, width: page.width - 2 };
  return [
    [
      page.style("label", `${page.say(WORDS.others)}${page.say(WORDS.colon).trimEnd()}`),
      ...shown.flatMap((other) => answerLines(inner, other, withNamespace).map((line) => `  ${line}`)),
      ...(rest > 0
        ? [`  ${page.say(text(`… and ${rest} more (-v shows them all)`, `……另有 ${rest} 个（加 -v 可全部显示）`))}`]
        : []),
    ],
  ];
}

function remarks(page: Page, report: Report): string[] {
  const inputs = report.inputs.flatMap((input) => input.problems);
  const problems = [...report.problems, ...inputs.filter((p) => !report.problems.includes(p))];
  const told = new Set<string>();
  const once = problems.filter((p) => !told.has(p.text.en) && told.add(p.text.en));
  return [
    ...report.notes.flatMap((note) => labelledText(page, WORDS.note, page.say(note))),
    ...once.flatMap((problem) => problemLines(page, problem)),
  ];
}

function problemLines(page: Page, problem: Problem): string[] {
  return labelledText(page, problem.severity === "error" ? WORDS.error : WORDS.warning, page.say(problem.text));
}

function commandBlock(page: Page, { command }: Report): string[] {
  if (command === null) return [];
  const line = printable(command.argv.join(" "));
  const status =
    command.exitCode === null ? "" : page.say(text(`exit status ${command.exitCode}`, `退出状态 ${command.exitCode}`));
  const whole = status === "" ? line : `${line} (${status})`;
  return displayWidth(whole) === 0 ? [] : labelledText(page, WORDS.command, whole);
}
