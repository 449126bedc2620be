// What nothing has met yet is told as what would come.

import type { Finding } from "../model/finding.ts";
import { type Text, text } from "../model/text.ts";

/** The findings beside the answer that nothing got as far as, told so; the rest as they are. */
export function toldAsNext([answer, ...others]: readonly Finding[]): Finding[] {
  if (answer === undefined) return [];
  return [answer, ...others.map((one) => (one.behind === true ? { ...one, summary: would(one.summary) } : one))];
}

function would({ en, zh }: Text): Text {
  return text(
    `Not reached yet: with the fault above fixed, this would come next. ${en}`,
    `目前还没有走到这一步：修好上面的故障之后，接下来会是这样。${zh}`,
  );
}
