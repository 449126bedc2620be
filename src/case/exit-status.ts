// Exit status: 0 all worked, 1 a problem or no answer, 2 nothing could be done, 3 not the expected cause.

import { arpOnly, isSettled } from "../model/arp-only.ts";
import { stoodBefore } from "../model/connection.ts";
import type { Report } from "../model/report.ts";

export const UNUSABLE = 2;

/** The status a report ends with; `expected` is the code that --expect names. */
export function statusOf(report: Report, expected?: string): 0 | 1 | 3 {
  if (expected !== undefined) return report.answer?.code === expected ? 0 : 3;
  if (report.answer === null && isSettled(arpOnly(report.flows.map(({ flow }) => flow)))) return 0;
  // A connection that stood does not make a command that failed a success; and one that stood before is none of the command's.
  const own = report.command === null ? report.flows : report.flows.filter(({ flow }) => !stoodBefore(flow));
  return report.answer?.verdict === "worked" && own.every((flow) => flow.verdict === "worked") ? 0 : 1;
}
