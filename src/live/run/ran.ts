// What the command ran, told where its own words do not: the programs that asked, each with its namespace.

import type { RanCommand } from "../../explain/case.ts";
import { askedCommands } from "../../explain/command/asked-command.ts";
import { isWrapper } from "../../explain/command/wrappers.ts";
import type { Plan } from "./planned.ts";
import type { SeenProgram } from "./processes.ts";

const MOST = 64;

/** Null where the command's own words say it all. */
export function ranBy(
  plan: Plan,
  programs: readonly SeenProgram[],
  keyOf: (inode: number) => string | null,
): readonly RanCommand[] | null {
  const seen = programs.flatMap((program) => {
    const netns = keyOf(program.netns);
    return netns === null || isWrapper(program.argv) ? [] : [{ argv: program.argv, netns }];
  });
  const asking = seen.filter(({ argv }) => askedCommands(argv).length > 0);
  const [only] = plan.commands;
  // A process that was too short to be seen ran as its words say.
  const planned = plan.commands.filter(({ asks }) => asks.length > 0).map(({ argv, netns }) => ({ argv, netns }));
  const unseen = planned.filter(({ argv }) => !asking.some((one) => sameWords(one.argv, argv)));
  const all = once(asking.length + unseen.length > 0 ? [...unseen, ...asking] : seen).slice(0, MOST);
  const asItSays = all.every(
    ({ argv, netns }) => only !== undefined && sameWords(argv, only.argv) && netns === only.netns,
  );
  return all.length === 0 || (plan.plain && asItSays) ? null : all;
}

function once(all: readonly RanCommand[]): RanCommand[] {
  return [...new Map(all.map((one) => [JSON.stringify([one.argv, one.netns]), one])).values()];
}

function sameWords(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((word, at) => word === b[at]);
}
