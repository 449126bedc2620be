// The last line of a screen: how much was read, and where the rest is.

import { text } from "../../model/text.ts";
import type { Part } from "../document/document.ts";
import type { Page } from "../page.ts";
import { displayWidth } from "../width.ts";
import { firstClauses } from "./clauses.ts";

/** One line. */
export function lastLine(page: Page, parts: readonly Part[]): string[] {
  const counts = parts.flatMap((part) => (part.kind === "counts" ? [part.sentence] : []))[0] ?? "";
  const told = parts.some(({ kind }) => kind === "title");
  const rest = told ? page.say(text("-v tells the rest", "加 -v 显示全部细节")) : "";
  if (rest === "") return counts === "" ? [] : firstClauses(counts, page.width);
  const separator = page.say(text(" · ", " · "));
  const room = page.width - displayWidth(`${separator}${rest}`);
  const [first = "", ...others] = counts === "" ? [] : firstClauses(counts, room);
  const line = first === "" || others.length > 0 ? rest : `${first}${separator}${rest}`;
  return [page.style("faint", line)];
}
