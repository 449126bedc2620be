// Tables without borders: columns two spaces apart, cells wrapped by the caller (cli-table3 knows no Han line breaks).

import type Table from "cli-table3";

const NOTHING = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "  ",
} as const;

/** Options of a table without borders or colours of its own. */
export const BORDERLESS = { chars: NOTHING, style: { "padding-left": 0, "padding-right": 0, head: [], border: [] } };

/** The table's lines without blanks at their ends. */
export function tableLines(table: Table.Table): string[] {
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd());
}
