// The first line of a watch, and what it tells at its end.

import type { FlowReport, Report } from "../model/report.ts";
import { printable, text } from "../model/text.ts";
import { renderJson } from "../render/json.ts";
import { pageOf } from "../render/page.ts";
import { renderText } from "../render/text.ts";
import { packageVersion } from "./package-root.ts";
import { textOptions } from "./terminal.ts";
import type { BeginWatch, WatchLooks } from "./watch-messages.ts";
import type { ToldCause } from "./watch-teller.ts";

const MOST_NAMED = 8;
const MOST_FLOWS = 8;

/** Says that everything is listening, and where. */
export function startLine({ looks, watching }: BeginWatch): string {
  if (looks.format === "jsonl") return `${JSON.stringify({ type: "start", watching })}\n`;
  const names = watching.slice(0, MOST_NAMED).map(printable);
  const more = watching.length - names.length;
  const rest = more > 0 ? text(` and ${more} more`, `等 ${watching.length} 个接口`) : text("", "");
  const words = text(
    `watching ${names.join(", ")}${rest.en} (Ctrl-C for the summary)`,
    `正在观察 ${names.join("、")}${rest.zh}（按 Ctrl-C 查看小结）`,
  );
  return `${words[looks.language]}\n`;
}

/** The answer of each flow, and how much was seen, explained and lost. */
export async function summaryLines(report: Report, told: readonly ToldCause[], looks: WatchLooks): Promise<string> {
  const { language } = looks;
  if (looks.format === "jsonl") {
    const whole = JSON.parse(renderJson(report, { language, version: packageVersion() })) as Record<string, unknown>;
    const causes = told.map(({ code, headline, count }) => ({ code, headline: headline[language], count }));
    return `${JSON.stringify({ type: "summary", told: causes, ...whole })}\n`;
  }
  const options = textOptions(process.stdout, language, { color: looks.color, verbose: looks.verbose });
  const page = pageOf(options);
  if (looks.verbose) return `\n${renderText(report, options)}\n${counts(report)[language]}\n`;
  const shown = [...report.flows].sort((a, b) => rank(a, report) - rank(b, report)).slice(0, MOST_FLOWS);
  const blocks = shown.map((flow) => renderText(onlyOf(report, flow), { ...options, quiet: true }));
  if (shown.length === 0) blocks.push(renderText(report, { ...options, quiet: true }));
  const rest = report.flows.length - shown.length;
  if (rest > 0) blocks.push(`${text(`… and ${rest} more`, `……另有 ${rest} 个`)[language]}\n`);
  const problems = new Set(report.problems.map((problem) => page.say(problem.text)));
  const lost = told.map(({ code, headline, count }) => `${count} × ${page.say(headline)} (${code})\n`);
  if (lost.length > 0)
    blocks.push(`${page.say(text("Unanswered, as told above", "以上没有应答的"))}\n${lost.join("")}`);
  const notes = [...report.notes.map((note) => page.say(note)), ...problems].map((line) => `${line}\n`);
  return `\n${page.style("label", page.say(text("Summary", "小结")))}\n\n${blocks.join("\n")}\n${notes.join("")}${page.say(counts(report))}\n`;
}

// The answer's flow first, then those that failed.
function rank(flow: FlowReport, report: Report): number {
  if (flow.flow.id === report.answer?.flow) return -1;
  return ["failed", "cannot-tell", "worked-with-trouble", "worked"].indexOf(flow.verdict);
}

function onlyOf(report: Report, flow: FlowReport): Report {
  const [first] = flow.findings;
  const answer =
    first === undefined
      ? null
      : {
          verdict: flow.verdict,
          code: first.code,
          certainty: first.certainty,
          flow: flow.flow.id,
          headline: first.headline,
        };
  return { ...report, flows: [flow], answer };
}

function counts({ inputs }: Report) {
  const sum = (of: (input: Report["inputs"][number]) => number) => inputs.reduce((all, one) => all + of(one), 0);
  const seen = sum((input) => input.packets);
  const explained = sum((input) => input.explained);
  // Where one capture takes a whole namespace, each of its interfaces tells the same loss.
  const byNetns = new Map<string | null, number | null>();
  for (const { vantage, droppedByKernel } of inputs) byNetns.set(vantage.netns, droppedByKernel);
  const known = [...byNetns.values()];
  const lost = known.some((n) => n === null) ? null : known.reduce<number>((all, n) => all + (n ?? 0), 0);
  return text(
    `${seen} packets seen, ${explained} explained, ${lost ?? "an unknown number"} dropped by the kernel`,
    `看到 ${seen} 个报文，解释了 ${explained} 个，内核丢弃${lost === null ? "数量未知" : ` ${lost} 个`}`,
  );
}
