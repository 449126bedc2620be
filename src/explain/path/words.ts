// The sentences of a path, a hop each.

import { formatIpv4 } from "../../model/address.ts";
import type { PathHop } from "../../model/report.ts";
import { type Text, text } from "../../model/text.ts";

/** A router whose error came back. */
export function hopAnswers({ ttl, from, answers }: PathHop): Text {
  const who = from === null ? "?" : formatIpv4(from);
  const [en, zh] = answers > 1 ? [` (${answers} times)`, `（${answers} 次）`] : ["", ""];
  return text(
    `hop ${ttl}: ${who} says “Time to live exceeded”${en}`,
    `第 ${ttl} 跳：${who} 回“Time to live exceeded”${zh}`,
  );
}

/** A router that says nothing, or whose error does not come back; `last` is where the walk of it ends. */
export function hopSilent({ ttl, from }: PathHop, last: Text | null): Text {
  if (from !== null)
    return text(
      `hop ${ttl}: ${formatIpv4(from)} should say “Time to live exceeded”, and nothing of it was seen`,
      `第 ${ttl} 跳：${formatIpv4(from)} 本应回“Time to live exceeded”，但没有看到`,
    );
  const [en, zh] = last === null ? ["", ""] : [`: ${last.en}`, `：${last.zh}`];
  return text(`hop ${ttl} stays silent${en}`, `第 ${ttl} 跳没有回应${zh}`);
}

/** The end of the path. */
export function targetAnswers(target: string, count: number): Text {
  const [en, zh] = count > 1 ? [` (${count} times)`, `（${count} 次）`] : ["", ""];
  return text(`the target ${target} answers${en}: the path is complete`, `目标 ${target} 有应答${zh}：路径完整`);
}

/** Nothing came back from the target itself. */
export function targetSilent(target: string): Text {
  return text(`nothing came back from ${target} itself`, `没有收到 ${target} 自己的任何回应`);
}
