// What a run says on standard error while it watches: where it looks, and why with MAC addresses.

import { type Language, printable, type Text, text } from "../../model/text.ts";
import { formatVantage } from "../../model/vantage.ts";
import type { MacPlace } from "../by-mac.ts";
import type { WatchPlace } from "../where.ts";

const MOST_NAMED = 8;

/** Says where is looked. */
export function watchingText(watching: readonly WatchPlace[], byMac: readonly MacPlace[]): Text {
  const all = listed(watching);
  const macs = listed(byMac);
  return byMac.length === 0
    ? text(`watching ${all.en}`, `正在抓包：${all.zh}`)
    : text(
        `watching ${all.en}; with MAC addresses, which decide there: ${macs.en}`,
        `正在抓包：${all.zh}；其中由 MAC 地址决定、因此连同 MAC 一起抓的：${macs.zh}`,
      );
}

function listed(places: readonly WatchPlace[]): Text {
  const names = places.map((place) => printable(formatVantage({ ...place, source: "" })));
  const more = names.length - MOST_NAMED;
  const shown = names.slice(0, MOST_NAMED);
  return more > 0
    ? text(`${shown.join(", ")} and ${more} more`, `${shown.join("、")} 等 ${names.length} 个接口`)
    : text(shown.join(", "), shown.join("、"));
}

/** Why the destination MAC address decides somewhere, each reason once. */
export function reasonsOf(byMac: readonly MacPlace[]): Text[] {
  const reasons = new Map(byMac.map(({ because }) => [because.en, because]));
  return [...reasons.values()].map(({ en, zh }) =>
    text(`MAC addresses decide because ${en}`, `由 MAC 地址决定，因为 ${zh}`),
  );
}

/** Says it, before the report. */
export function note(words: Text, language: Language): void {
  process.stderr.write(`pktwhy: ${words[language]}\n`);
}
