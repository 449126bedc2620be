// The fixed words of a report, in both languages.

import type { Basis, Certainty, StateLine } from "../model/evidence.ts";
import type { Severity } from "../model/finding.ts";
import { frontEndOf } from "../model/front-end.ts";
import { type Text, text } from "../model/text.ts";
import { commandBehind } from "../model/typed-line.ts";

/** How sure a finding is. */
export const CERTAINTY: Record<Certainty, Text> = {
  certain: text("certain", "确定"),
  likely: text("likely", "很可能"),
  possible: text("possible", "有可能"),
};

/** How a step is known. */
export const BASIS: Record<Basis, Text> = {
  seen: text("seen", "看到"),
  kernel: text("kernel", "内核"),
  state: text("state", "状态"),
  inferred: text("inferred", "推断"),
  missing: text("missing", "未见"),
  "out-of-view": text("unwatched", "未观察"),
};

/** How a piece of evidence is known: a line of state may have been typed as a command, and printed by nobody. */
export function basisOf(basis: Basis, state: readonly StateLine[]): Text {
  const typed =
    basis === "state" &&
    state.length > 0 &&
    state.every(({ line }) => commandBehind(line) !== null && frontEndOf(line) === null);
  return typed ? TYPED : BASIS[basis];
}

const TYPED: Text = { en: "state (from your command)", zh: "状态（来自你输入的命令）" };

/** How much a cause matters. */
export const SEVERITY: Record<Severity, Text> = {
  problem: text("problem", "故障"),
  warning: text("warning", "警告"),
  note: text("note", "说明"),
};

/** Labels, headings and short phrases of the text report. */
export const WORDS = {
  kernel: text("Kernel", "内核"),
  try: text("Try", "可以试试"),
  ruledOut: text("Ruled out", "已排除"),
  also: text("Also", "另外"),
  next: text("Next", "接下来"),
  why: text("Why", "原因"),
  note: text("Note", "注意"),
  warning: text("Warning", "警告"),
  error: text("Error", "错误"),
  stack: text("stack", "协议栈"),
  evidence: text("Basis", "依据"),
  inputs: text("What was read", "读到的抓包"),
  command: text("Command", "命令"),
  couldBe: text("It could also be", "也可能是"),
  settle: text("To settle it", "要确定是哪一种"),
  byHand: text("By hand, not tried", "须自行判断（未经验证）"),
  steps: text("Step by step", "逐步过程"),
  place: text("where", "位置"),
  time: text("time", "时间"),
  happened: text("what happened", "发生了什么"),
  basis: text("how we know", "依据"),
  search: text("Search words", "搜索用词"),
  others: text("Also in these captures", "抓包里的其他流"),
  comma: text(", ", "，"),
  semicolon: text("; ", "；"),
  colon: text(": ", "："),
  sentenceGap: text(" ", ""),
} as const;
