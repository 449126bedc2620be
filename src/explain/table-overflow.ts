// The kernel's neighbour table is full: a packet to a neighbour that is not known yet cannot even wait.

import { formatIpv4 } from "../model/address.ts";
import type { CauseHit } from "../model/finding.ts";
import { echoExamples, type Flow } from "../model/flow.ts";
import { isWire, unansweredArp } from "../model/observed.ts";
import type { Printed } from "../model/printed.ts";
import type { SystemState } from "../model/system-state.ts";
import { text, verbatim } from "../model/text.ts";
import { sysctlLine } from "../system/rendered-lines.ts";

const OVERFLOW = /neighbou?r: arp_cache: neighbou?r table overflow/;
const LIMIT = "net.ipv4.neigh.default.gc_thresh3";
const NO_BUFFER = /No buffer space available/;

/** Where the kernel logged it, ping was refused, and nothing left the host: the limits are the whole machine's. */
export function overflowFinding(flow: Flow, output: Printed | null, after: SystemState | null): CauseHit[] {
  const complaint = output?.refusals.find(({ line }) => NO_BUFFER.test(line))?.line;
  if (flow.kind !== "ping" || !complaint || !after || output?.received || leftTheHost(flow)) return [];
  for (const [netns, { kernelLog, sysctl }] of after.namespaces) {
    const line = kernelLog?.find((one) => OVERFLOW.test(one));
    if (line === undefined) continue;
    const limit = sysctl?.get(LIMIT);
    const quoted = sysctlLine(LIMIT, limit ?? "");
    return [
      {
        code: "neigh-table-overflow",
        netns: flow.netns,
        interface: null,
        facts: {
          target: formatIpv4(flow.dst),
          sysctl: LIMIT,
          error: complaint,
          ...(limit === undefined ? {} : { value: limit }),
        },
        evidence: [
          { basis: "kernel", text: text(`the kernel logged: ${line}`, `内核日志：${line}`) },
          { basis: "seen", text: text(`ping printed: ${complaint}`, `ping 的输出：${complaint}`) },
          ...(limit === undefined
            ? []
            : [
                {
                  basis: "state" as const,
                  text: verbatim(quoted),
                  state: { netns, key: "sysctl", line: quoted },
                },
              ]),
        ],
        ruledOut: [],
        // The log is the machine's: another namespace's packets may have filled the table, and met its limit.
        certainty: "likely",
      },
    ];
  }
  return [];
}

function leftTheHost(flow: Flow): boolean {
  const sent = echoExamples(flow).some((e) => e.request?.sightings.some((s) => isWire(s.frame.vantage)) ?? false);
  return sent || unansweredArp(flow).length > 0;
}
