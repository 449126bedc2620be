// Each part of a report in the room that a screen has for it.

import { type Text, text } from "../../model/text.ts";
import type { CauseItem, CommandItem, FlowItem, Part, Span } from "../document/document.ts";
import { commandLines, labelled, labelWidth, type Page, termLines } from "../page.ts";
import { plain } from "../plain.ts";
import { answerLines, noAnswerLines, titleLines } from "../text-head.ts";
import { displayWidth, fill, wrap } from "../width.ts";
import { WORDS } from "../words.ts";
import { firstClauses, firstSentences } from "./clauses.ts";
import type { Room } from "./room.ts";
import { screenSteps } from "./steps.ts";

/** The lines of a part, the nth of its kind. */
export function screenLines(page: Page, part: Part, room: Room, nth = 0): string[] {
  switch (part.kind) {
    case "title":
      return titleLines(page, part);
    case "no-answer":
      return noAnswerLines(page, part.sentence);
    case "answer":
      return answerLines(page, part);
    case "paragraph":
      return paragraphLines(page, part, room, nth);
    case "steps":
      return screenSteps(page, part.folded, room);
    case "list":
      return listLines(page, part, room);
    case "fixes":
      return fixLines(page, part.label, part.items, room);
    case "settle":
      return settleLines(page, SETTLE, part.items, room);
    case "by-hand":
      // Nobody should type what changes something without knowing what for.
      return settleLines(page, BY_HAND, part.items, { ...room, because: true });
    case "lookalikes":
      return lookalikeLines(page, part.items, room);
    case "flows":
      return flowLines(page, part.label, part.items, room);
    default:
      return [];
  }
}

function paragraphLines(page: Page, part: Part & { kind: "paragraph" }, room: Room, nth: number): string[] {
  const sentence = plain(part.spans);
  const width = page.width - (part.label === null ? 0 : labelWidth(page));
  switch (part.role) {
    case "summary":
      return room.summary === 0 ? [] : firstSentences(sentence, width, room.summary);
    case "also":
      return nth >= room.also ? [] : labelled(page, part.label ?? "", alsoLines(part.spans, width));
    case "doubt":
      return nth >= MOST_DOUBTS ? [] : labelled(page, part.label ?? "", firstSentences(sentence, width, DOUBT_LINES));
    case "remark":
      return nth >= room.remarks ? [] : labelled(page, part.label ?? "", remarkLines(sentence, width, room.remark));
    default:
      return [];
  }
}

const MOST_DOUBTS = 3;
const DOUBT_LINES = 4;

// A cause keeps its code, whatever of its sentence does not fit.
function alsoLines([sentence, ...code]: readonly Span[], width: number): string[] {
  const behind = plain(code);
  const [first = "", ...more] = firstClauses(
    plain(sentence === undefined ? [] : [sentence]),
    width - displayWidth(behind),
  );
  return more.length === 0
    ? [`${first}${behind}`]
    : wrap(`${plain(sentence === undefined ? [] : [sentence])}${behind}`, width);
}

// Whole sentences, or as much of the first as there is room for.
function remarkLines(sentence: string, width: number, most: number): string[] {
  const whole = firstSentences(sentence, width, most);
  if (whole.length <= most) return whole;
  const clauses = firstClauses(sentence, width, most);
  // What stands behind a colon is the point of the sentence.
  const isWhole = !/^[:：]/.test(sentence.slice(clauses.join(" ").length));
  if (clauses.length <= most && isWhole) return clauses;
  const [last = "", ...before] = whole.slice(0, most).reverse();
  const [cut = ""] = wrap(last, width - 2);
  return [...before.reverse(), `${cut.replace(/[\s,;:，；：]+$/, "")} …`];
}

function listLines(page: Page, part: Part & { kind: "list" }, room: Room): string[] {
  const width = page.width - labelWidth(page);
  const lines = part.items.flatMap(({ spans, details = [] }) => {
    const below = details.flatMap((one) => wrap(plain(one), width - 2));
    const said = part.asked === true ? wrap(plain(spans), width) : firstClauses(plain(spans), width);
    return [...said, ...(part.asked === true ? below.map((line) => `  ${page.style("faint", line)}`) : [])];
  });
  return labelled(page, part.label, part.asked === true ? lines : lines.slice(0, room.list));
}

// What was tried comes first where both do not fit.
function fixLines(page: Page, label: string, items: readonly CommandItem[], room: Room): string[] {
  const width = page.width - labelWidth(page);
  const shown = items.slice(0, room.fixes);
  const lines = shown.flatMap((item): string[] => {
    if (item.command === "") return firstSentences(plain(item.said), width, 2);
    return [
      ...commandLines(item.command, width).map((line) => page.style("strong", line)),
      ...effectLines(page, item, width - 2, room.effect).map((line) => `  ${page.style("faint", line)}`),
    ];
  });
  const rest = items.length - shown.length;
  const more = page.say(text(`${rest} more ${rest === 1 ? "way" : "ways"} with -v`, `另有 ${rest} 种办法，加 -v 显示`));
  return labelled(page, label, [...lines, ...(rest === 0 ? [] : [page.style("faint", more)])]);
}

function effectLines(page: Page, { said, proof }: CommandItem, width: number, isWhole: boolean): string[] {
  const whole = wrap(plain(said), width);
  if (whole.length < 2) return whole;
  if (proof.length === 0) return firstClauses(plain(said), width);
  // On which of several hosts it is typed is said in any case.
  const host = ON_HOST.exec(plain(said))?.[0] ?? "";
  const proven = firstClauses(`${host}${plain(proof)}`, width, host === "" ? 1 : 2);
  const alone = firstClauses(plain(proof), width);
  if (!isWhole || alone.length > 1) return proven;
  const separator = page.say(WORDS.semicolon);
  const effect = firstClauses(plain(said), width - displayWidth(`${separator}${alone[0]}`));
  return effect.length === 1 ? [`${effect[0]}${separator}${alone[0]}`] : proven;
}

const ON_HOST = /^(?:on \S{1,64}: |在 \S{1,64} 上：)/;

const SETTLE = text("Settle", "要确定");
const BY_HAND = text("By hand", "自行判断");

function settleLines(page: Page, label: Text, items: readonly CommandItem[], room: Room): string[] {
  const width = page.width - labelWidth(page);
  const lines = items
    .slice(0, room.settle)
    .flatMap(({ command, said }) => [
      ...commandLines(command, width).map((line) => page.style("strong", line)),
      ...(room.because ? firstClauses(plain(said), width - 2).map((line) => `  ${page.style("faint", line)}`) : []),
    ]);
  return labelled(page, page.say(label), lines);
}

function lookalikeLines(page: Page, items: readonly CauseItem[], room: Room): string[] {
  const shown = items.slice(0, room.lookalikes);
  const rest = items.length - shown.length;
  const label = page.say(text("Perhaps", "也可能是"));
  const more = page.say(text(`and ${rest} more (-v)`, `另有 ${rest} 个（-v）`));
  if (room.titled && shown.some(({ said }) => said !== "")) {
    const inner = { ...page, width: page.width - labelWidth(page) };
    const lines = termLines(
      inner,
      shown.map(({ code, said }) => [code, said] as const),
      0,
    );
    return labelled(page, label, [...lines, ...(rest === 0 ? [] : [more])]);
  }
  const names = [...shown.map(({ code }) => code), ...(rest === 0 ? [] : [more])];
  return labelled(page, label, fill(names, page.say(WORDS.comma), page.width - labelWidth(page)));
}

// One line each.
function flowLines(page: Page, label: string, items: readonly FlowItem[], room: Room): string[] {
  const shown = items.slice(0, room.flows);
  const width = page.width - 2;
  const lines = shown.map(({ title, answer }) => {
    const code =
      answer === null ? "" : `${page.say(WORDS.semicolon)}${answer.code}${page.say(WORDS.comma)}${answer.certainty}`;
    const [first = ""] = firstClauses(title.sentence, Math.max(20, width - displayWidth(code)));
    const line = `${first}${code}`;
    return `  ${displayWidth(line) <= width ? line : (wrap(line, width)[0] ?? "")}`;
  });
  const rest = items.length - shown.length;
  const more = page.say(text(`… and ${rest} more (-v shows them all)`, `……另有 ${rest} 个（加 -v 可全部显示）`));
  return [
    page.style("label", `${label}${page.say(WORDS.colon).trimEnd()}`),
    ...lines,
    ...(rest === 0 ? [] : [`  ${more}`]),
  ];
}
