// What a person can do next: commands that mend it, what else it could be and how to tell, and what it is not.

import { type Evidence, formatFrame } from "../model/evidence.ts";
import type { Finding, Fix, Settle } from "../model/finding.ts";
import type { ReportStep } from "../model/report.ts";
import { printable, type Text, text } from "../model/text.ts";
import { commandLines, labelled, labelledText, labelWidth, type Page, termLines } from "./page.ts";
import { framesOf } from "./steps.ts";
import { fill, wrap } from "./width.ts";
import { basisOf, WORDS } from "./words.ts";

// A report of about 30 lines: what goes beyond these counts is told with -v.
const MOST_FIXES = 2;
const MOST_LOOKALIKES = 4;
const MOST_NAMED = 8;
const MOST_EXCLUDED = 3;
const MOST_SEARCHED = 2;

/** `Try` with the commands that mend it and what each does. */
export function fixLines(page: Page, fixes: readonly Fix[]): string[] {
  const room = page.width - labelWidth(page);
  const lines = fixes.slice(0, page.verbose ? fixes.length : MOST_FIXES).flatMap((fix) => {
    const effect = wrap(page.say(fix.effect), fix.command === "" ? room : room - 2);
    if (fix.command === "") return effect;
    return [
      ...commandLines(fix.command, room).map((line) => page.style("strong", line)),
      ...effect.map((line) => `  ${page.style("faint", line)}`),
    ];
  });
  return labelled(page, WORDS.try, lines);
}

/** The causes that look the same and that nothing read so far excludes. */
export function lookalikeLines(page: Page, codes: readonly string[]): string[] {
  if (codes.length === 0) return [];
  const shown = page.verbose ? codes : codes.slice(0, MOST_LOOKALIKES);
  const rows = shown.map((code) => [code, titleOf(page, code)] as const);
  const rest = codes.slice(shown.length);
  return [
    page.style("label", `${page.say(WORDS.couldBe)}${page.say(WORDS.colon).trimEnd()}`),
    ...(rows.every(([, title]) => title === "")
      ? fill(shown, ", ", page.width - 2).map((line) => `  ${line}`)
      : termLines(page, rows, 2)),
    ...(rest.length > 0 ? wrap(page.say(andMore(rest)), page.width - 2).map((line) => `  ${line}`) : []),
  ];
}

// Names without titles, and then only their number.
function andMore(codes: readonly string[]): Text {
  const named = codes.slice(0, MOST_NAMED - MOST_LOOKALIKES);
  const more = codes.length - named.length;
  return text(
    `and ${named.join(", ")}${more > 0 ? ` and ${more} more (-v)` : ""}`,
    `以及 ${named.join("、")}${more > 0 ? `，另有 ${more} 个（-v）` : ""}`,
  );
}

function titleOf(page: Page, code: string): string {
  const title = page.titleOf(code);
  return title === undefined ? "" : page.say(title);
}

/** The commands whose output would decide. */
export function settleLines(page: Page, settle: readonly Settle[]): string[] {
  if (settle.length === 0) return [];
  return [
    page.style("label", `${page.say(WORDS.settle)}${page.say(WORDS.colon).trimEnd()}`),
    ...settle.flatMap((one) => [
      ...commandLines(one.command, page.width - 2).map((line) => `  ${page.style("strong", line)}`),
      ...wrap(page.say(one.because), page.width - 4).map((line) => `    ${page.style("faint", line)}`),
    ]),
  ];
}

/** `Not it`, with what excludes each look-alike; the codes too where there is room for detail. */
export function ruledOutLines(page: Page, ruledOut: Finding["ruledOut"]): string[] {
  if (ruledOut.length === 0) return [];
  if (page.verbose) {
    const rows = ruledOut.flatMap(({ code, because }) =>
      wrap(`${code}${page.say(WORDS.colon)}${page.say(because)}`, page.width - labelWidth(page)),
    );
    return labelled(page, WORDS.notIt, rows);
  }
  const reasons = [...new Set(ruledOut.map(({ because }) => page.say(because)))];
  const lines = fill(reasons, page.say(WORDS.semicolon), page.width - labelWidth(page));
  return labelled(page, WORDS.notIt, lines.length <= MOST_EXCLUDED ? lines : [...lines.slice(0, MOST_EXCLUDED), "…"]);
}

/** Everything a finding rests on, one line each. */
export function evidenceLines(page: Page, evidence: readonly Evidence[]): string[] {
  return labelled(
    page,
    WORDS.evidence,
    evidence.flatMap((one) => wrap(evidenceSentence(page, one), page.width - labelWidth(page))),
  );
}

/** What the kernel itself counted or reported, one line each, but for what the steps tell in the same words. */
export function kernelLines(page: Page, evidence: readonly Evidence[], steps: readonly ReportStep[]): string[] {
  const told = new Set(steps.flatMap(({ basis, text: said }) => (basis === "kernel" ? said.en : [])));
  const counted = evidence.filter((one) => one.basis === "kernel" && !told.has(one.text.en));
  const lines = counted.flatMap((one) => {
    const said = one.counter
      ? `${page.say(one.text)} ${one.counter.before} -> ${one.counter.after}`
      : page.say(one.text);
    const place = one.counter?.netns ? ` (${printable(one.counter.netns)})` : "";
    return wrap(`${printable(said)}${place}`, page.width - labelWidth(page));
  });
  return labelled(page, WORDS.kernel, lines);
}

function evidenceSentence(page: Page, one: Evidence): string {
  const said = page.say(one.text);
  const parts = [`${page.say(basisOf(one.basis, one.state ? [one.state] : []))}${page.say(WORDS.colon)}${said}`];
  const [frame] = one.frames ?? [];
  if (frame && !said.includes(formatFrame(frame))) parts.push(`(${framesOf(one.frames ?? [])})`);
  if (one.state && !said.includes(printable(one.state.line))) parts.push(`\`${printable(one.state.line)}\``);
  if (one.counter) parts.push(`${printable(one.counter.name)} ${one.counter.before} -> ${one.counter.after}`);
  return parts.join(" ");
}

/** The words people search for, in brackets. */
export function searchLines(page: Page, search: readonly string[]): string[] {
  if (search.length === 0) return [];
  const lines = searchWords(page, search.map(printable));
  return lines.map((line, index) => page.style("faint", index === lines.length - 1 ? `${line}]` : line));
}

// As many of the words of both languages as fit on two lines: the page's own first, then the others in turn.
function searchWords(page: Page, words: readonly string[]): string[] {
  const layOut = (some: readonly string[]): string[] => fill([`[${some[0]}`, ...some.slice(1)], " · ", page.width - 1);
  if (page.verbose) return layOut(words);
  const shown = [...words];
  for (let lines = layOut(shown); ; lines = layOut(shown)) {
    if (lines.length <= MOST_SEARCHED || shown.length <= 2) return lines;
    const [own, other] = halves(shown);
    const longer = own.length > other.length ? own.at(-1) : other.at(-1);
    shown.splice(shown.indexOf(longer as string), 1);
  }
}

function halves(words: readonly string[]): [string[], string[]] {
  const han = (word: string): boolean => /\p{Script=Han}/u.test(word);
  return [words.filter((word) => !han(word)), words.filter(han)];
}

/** Why the kernel does so. */
export function whyLines(page: Page, why: Text): string[] {
  return labelledText(page, WORDS.why, page.say(why));
}
