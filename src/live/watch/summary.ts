// The first line of a watch, and what it tells at its end.

import { packageVersion } from "../../case/package-root.ts";
import type { LooksOf } from "../../case/report-writer.ts";
import type { FlowReport, Report } from "../../model/report.ts";
import { type Language, printable, text } from "../../model/text.ts";
import { jsonLine, jsonReport } from "../../render/json.ts";
import { pageOf } from "../../render/page.ts";
import { renderText } from "../../render/text.ts";
import type { Begin } from "../messages.ts";
import type { WatchWork } from "./messages.ts";
import type { ToldCause } from "./teller.ts";

const MOST_NAMED = 8;
const MOST_FLOWS = 8;

/** Says that everything is listening, and where. */
export function startLine({ looks, language, watching, unwatched }: Begin<WatchWork>): string {
  if (looks.format === "jsonl") return jsonLine({ type: "start", watching });
  const names = watching.slice(0, MOST_NAMED).map(printable);
  const more = watching.length - names.length;
  const rest = more > 0 ? text(` and ${more} more`, `等 ${watching.length} 个接口`) : text("", "");
  const words = text(
    `watching ${names.join(", ")}${rest.en} (Ctrl-C for the summary)`,
    `正在观察 ${names.join("、")}${rest.zh}（按 Ctrl-C 查看小结）`,
  );
  return `${words[language]}\n${unwatchedLine(unwatched, language)}`;
}

// By itself it watches the namespace that it runs in.
function unwatchedLine([first, ...others]: readonly string[], language: Language): string {
  if (first === undefined) return "";
  const name = printable(first);
  const words = text(
    `not watched: namespace ${name}${others.length === 0 ? "" : ` and ${others.length} more`} (-i any@${name} watches it)`,
    `未观察：命名空间 ${name}${others.length === 0 ? "" : ` 等 ${others.length + 1} 个`}（用 -i any@${name} 观察）`,
  );
  return `${words[language]}\n`;
}

/** The answer of each flow, and how much was seen, explained and lost. */
export async function summaryLines(
  report: Report,
  told: readonly ToldCause[],
  { looks, language }: Begin<WatchWork>,
  looksOf: LooksOf,
): Promise<string> {
  if (looks.format === "jsonl") {
    const whole = jsonReport(report, { language, version: packageVersion() });
    const causes = told.map(({ code, headline, count }) => ({ code, headline: headline[language], count }));
    return jsonLine({ type: "summary", told: causes, ...whole });
  }
  const options = looksOf(language, { color: looks.color, verbose: looks.verbose });
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
  return `\n${page.style("label", page.say(text("Summary", "小结")))}\n\n${blocks.join("")}\n${notes.join("")}${page.say(counts(report))}\n`;
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
