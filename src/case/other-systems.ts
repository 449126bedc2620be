// Hosts of a paste that run no Linux: where they send a packet follows from their tables, but nothing is to be typed there
// that only Linux knows.

import type { Fix, Settle } from "../model/finding.ts";
import type { FlowReport, Report } from "../model/report.ts";
import { printable, type Text, text } from "../model/text.ts";

/** The report without commands for hosts of other systems, and with a word about them. */
export function withoutForeignCommands(report: Report, systems: ReadonlyMap<string, string>): Report {
  const foreign = [...systems].filter(([, system]) => system !== "OpenWrt");
  if (foreign.length === 0) return report;
  const there = new Set(foreign.map(([netns]) => netns));
  const flows = report.flows.map(
    (flow): FlowReport => ({
      ...flow,
      findings: flow.findings.map((finding) => {
        const isThere = finding.netns !== null && there.has(finding.netns);
        const isFor = (one: Fix): boolean =>
          one.edits?.some((edit) => there.has(edit.netns ?? finding.netns ?? "")) ?? isThere;
        const isElsewhere = ({ because }: Settle): boolean => /^on (?!the asking host)/.test(because.en);
        return {
          ...finding,
          fixes: finding.fixes.filter((one) => !isFor(one)),
          settle: finding.settle.filter((one) => !isThere || isElsewhere(one)),
        };
      }),
    }),
  );
  return { ...report, flows, notes: [...foreign.map(noteOf), ...report.notes] };
}

function noteOf([netns, system]: readonly [string, string]): Text {
  const host = printable(netns);
  return text(
    `${host === "" ? "The host of these listings" : host} runs ${system}: its addresses, routes and neighbours are used, its firewall and its kernel are not known, and commands for Linux are left out.`,
    `${host === "" ? "这些内容所在的主机" : host} 运行的是 ${system}：使用了它的地址、路由和邻居表，但不了解它的防火墙和内核，也不给出只适用于 Linux 的命令。`,
  );
}
