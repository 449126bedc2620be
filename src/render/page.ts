// What every part of a text report needs: the language, the room there is, and how to dress a line.

import type { Severity } from "../model/finding.ts";
import { printable } from "../model/text.ts";
import { type Voice, type VoiceOptions, voiceOf } from "./document/voice.ts";
import { type Look, type Style, styleOf } from "./style.ts";
import { displayWidth, padEnd, padStart, wrap } from "./width.ts";

export interface TextOptions extends VoiceOptions {
  /** Columns of the terminal. */
  readonly width: number;
  readonly color: boolean;
  readonly verbose: boolean;
  /** Only the lines of the answer. */
  readonly quiet?: boolean;
}

/** A page being written. */
export interface Page extends Voice {
  readonly width: number;
  readonly verbose: boolean;
  readonly style: Style;
}

/** Opens a page. */
export function pageOf(options: TextOptions): Page {
  return { ...voiceOf(options), width: options.width, verbose: options.verbose, style: styleOf(options.color) };
}

// Left text and right-aligned text on one line, or on several where they do not fit on one.
function leftAndRight(page: Page, left: string, right: string): { left: string[]; right: string; together: boolean } {
  const together = displayWidth(left) + 2 + displayWidth(right) <= page.width;
  if (together) return { left: [left], right: padStart(right, page.width - displayWidth(left)), together };
  return { left: wrap(left, page.width), right: padStart(right, page.width), together };
}

/** Columns that labels such as `Try` take, with the gap after them. */
export function labelWidth(page: Page): number {
  return page.language === "zh" ? 10 : 8;
}

/** A labelled block: the label before the first line, the others indented below it. */
export function labelled(page: Page, name: string, lines: readonly string[]): string[] {
  const indent = labelWidth(page);
  const head = page.style("label", name) + " ".repeat(Math.max(1, indent - displayWidth(name)));
  return lines.map((line, index) => (index === 0 ? head + line : " ".repeat(indent) + line).trimEnd());
}

/** A labelled paragraph. */
export function labelledText(page: Page, label: string, paragraph: string): string[] {
  return labelled(page, label, wrap(paragraph, page.width - labelWidth(page)));
}

/** A command as one would type it: broken only at spaces, each broken line ending in a backslash. */
export function commandLines(command: string, width: number): string[] {
  const safe = printable(command);
  if (displayWidth(safe) <= width) return [safe];
  const lines: string[] = [];
  let line = "";
  for (const word of safe.split(" ")) {
    const joined = line === "" ? word : `${line} ${word}`;
    if (line !== "" && displayWidth(joined) > width - 2) {
      lines.push(`${line} \\`);
      line = `  ${word}`;
    } else line = joined;
  }
  lines.push(line);
  return lines;
}

/** Two columns: terms, and what is said of each, wrapped beside it. */
export function termLines(page: Page, rows: readonly (readonly [string, string])[], indent: number): string[] {
  const term = Math.min(28, Math.max(0, ...rows.map(([name]) => displayWidth(name)))) + 2;
  return rows.flatMap(([name, said]) => {
    const room = page.width - indent - term;
    const lines = wrap(said, room);
    if (displayWidth(name) > term - 2)
      return [`${" ".repeat(indent)}${name}`, ...lines.map((line) => " ".repeat(indent + term) + line)];
    return (lines.length === 0 ? [""] : lines).map((line, index) =>
      (" ".repeat(indent) + padEnd(index === 0 ? name : "", term) + line).trimEnd(),
    );
  });
}

/** The look of a severity. */
export function lookOf(severity: Severity): "bad" | "unsure" | "strong" {
  return severity === "problem" ? "bad" : severity === "warning" ? "unsure" : "strong";
}

/** A heading with its code at the right margin. */
export function headRule(page: Page, left: string, right: string, look: Look): string[] {
  const parts = leftAndRight(page, left, right);
  const gap = " ".repeat(displayWidth(parts.right) - displayWidth(right));
  const dressed = parts.left.map((line) => page.style(look, line));
  if (parts.together) return [`${dressed[0]}${gap}${page.style("faint", right)}`];
  return [...dressed, `${gap}${page.style("faint", right)}`];
}
