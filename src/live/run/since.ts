// `run --since CASE`: reads the earlier case before the command starts, and compares with it at the end.

import { readCase, reportedOf } from "../../case/whole-case.ts";
import { attemptOfCommand } from "../../explain/attempt.ts";
import { type PingCommand, parsePingCommand } from "../../explain/command/ping-command.ts";
import { sinceOf } from "../../explain/since/since.ts";
import type { Report } from "../../model/report.ts";
import type { SystemState } from "../../model/system-state.ts";
import { parseState } from "../../system/parse.ts";
import type { EarlierCase } from "./messages.ts";

/** The earlier case, as far as it matters to this ping in the namespace `netns`. */
export async function earlierCase(path: string, ping: PingCommand | null, netns: string): Promise<EarlierCase> {
  const one = await readCase(path);
  const report = await reportedOf(one, null);
  const command = one.commands.at(-1);
  const then = command === undefined ? null : parsePingCommand(command.argv);
  return {
    name: path,
    state: one.file,
    verdict: report?.answer?.verdict ?? report?.flows[0]?.verdict ?? null,
    code: report?.answer?.code ?? null,
    samePing: ping !== null && then !== null && ping.target === then.target && command?.netns === netns,
    sameOptions: ping !== null && then !== null && askedAlike(ping, then),
  };
}

// How often a ping asks, and where it is typed, is another matter.
function askedAlike(ping: PingCommand, then: PingCommand): boolean {
  const asked = ({ count: _, netns: __, ...options }: PingCommand) => JSON.stringify(options);
  return asked(ping) === asked(then);
}

/** The report with what changed since then, and its sentences among the notes. */
export function withSince(
  report: Report,
  earlier: EarlierCase,
  state: SystemState,
  { argv, netns }: { readonly argv: readonly string[]; readonly netns: string },
): Report {
  const ping = parsePingCommand(argv);
  const attempt = ping === null || ping.destination === null ? null : attemptOfCommand(ping.destination, netns, ping);
  const then = parseState(earlier.state, earlier.name).state;
  const since = sinceOf({ ...earlier, state: then }, report, state, attempt);
  return {
    ...report,
    since,
    notes: [...since.notes, ...report.notes],
    doubts: [...since.notes, ...(report.doubts ?? [])],
  };
}
