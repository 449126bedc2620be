// Limits that a search came up against: said in every report, whatever was found before.

import { type Text, text } from "../model/text.ts";
import type { Trace } from "../model/trace.ts";

/** That a search for a fix ended before all was tried. */
export function searchEnded(walks: number): Text {
  return text(
    `The search for a fix was ended after ${walks} ${walks === 1 ? "walk" : "walks"} through the state: there may be one that was not tried.`,
    `搜索修复办法时推演了 ${walks} 次后停止：可能还有没试到的办法。`,
  );
}

/** That more ways are open than were followed. */
export function waysLeft({ waysFollowed }: Trace): Text[] {
  if (waysFollowed === undefined) return [];
  return [
    text(
      `The state leaves more ways open than were followed: the first ${waysFollowed} were. One of the others may have been taken.`,
      `状态留下的路太多，只推演了前 ${waysFollowed} 条：实际走的可能是其余的某一条。`,
    ),
  ];
}
