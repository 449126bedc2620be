// Parts of a state that are there, but not all of them: said wherever the state is read.

import type { Problem } from "../model/problem.ts";
import { printable, text } from "../model/text.ts";

/** How the reason begins where a part of a namespace is there in part. */
export const PARTLY = "in part: ";

/** What a reader of this namespace is told of its parts that are not whole. */
export function partlyRead(missing: ReadonlyMap<string, string>, netns: string, place: string): Problem[] {
  return [...missing].flatMap(([part, reason]): Problem[] => {
    if (!reason.startsWith(PARTLY)) return [];
    const where = netns === "" ? part : `${netns}: ${part}`;
    const why = printable(reason.slice(PARTLY.length));
    return [
      {
        kind: "state-in-part",
        severity: "warning",
        place,
        text: text(
          `${printable(where)} could be read in part only (${why}): what is left out of it is not known.`,
          `${printable(where)} 只读到一部分（${why}）：缺少的部分情况不明。`,
        ),
      },
    ];
  });
}
