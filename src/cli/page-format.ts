// The formats of what is no report of packets: an audit, a comparison of two states.

import { usageError } from "../case/usage-error.ts";
import { nearest } from "../model/nearest.ts";
import { printable, text } from "../model/text.ts";

const FORMATS = ["text", "json", "md", "html"] as const;
/** One of them. */
export type PageFormat = (typeof FORMATS)[number];

/** What -f is for. */
export const PAGE_FORMAT = text(`form of the report: ${FORMATS.join(", ")}`, `报告格式：${FORMATS.join("、")}`);

/** What --redact is for. */
export const PAGE_REDACT = text(
  "replace MAC and IP addresses in the report, each always alike",
  "替换报告中的 MAC 和 IP 地址，前后一致",
);

/** The format asked for; throws a usage error for one that does not exist. */
export function pageFormatOf(options: { readonly format?: string; readonly json?: boolean }): PageFormat {
  const { json, format: asked = json === true ? "json" : "text" } = options;
  if (json === true && asked !== "json")
    throw usageError(asked, text(`--json and -f ${asked} exclude each other.`, `--json 与 -f ${asked} 不能同时使用。`));
  const known = FORMATS.find((one) => one === asked);
  if (known !== undefined) return known;
  const name = printable(asked);
  const meant = nearest(asked, FORMATS);
  throw usageError(
    asked,
    text(
      `There is no format ${name} here.${meant === null ? "" : ` Did you mean ${meant}?`} There are: ${FORMATS.join(", ")}.`,
      `这里没有 ${name} 这种格式。${meant === null ? "" : `是不是 ${meant}？`}可用的有：${FORMATS.join("、")}。`,
    ),
  );
}
