// More packets waited for an ARP answer than the queue holds: the oldest are gone without a word, the last are told of.

import { formatIpv4 } from "../model/address.ts";
import type { Evidence } from "../model/evidence.ts";
import type { CauseHit } from "../model/finding.ts";
import { echoExamples, type Flow } from "../model/flow.ts";
import { firstSighting } from "../model/journey.ts";
import { framesOf, isWire, unansweredArp } from "../model/observed.ts";
import type { SystemState } from "../model/system-state.ts";
import { text, verbatim } from "../model/text.ts";
import { effectiveSysctl, interfaceSysctlKey } from "../system/lookup/sysctl.ts";
import type { PingOutput } from "./ping-output.ts";
import type { View } from "./view.ts";

// SKB_TRUESIZE(0) on a 64-bit kernel: what waits counts at least this much against unres_qlen_bytes.
const SMALLEST = 552;

/** Where ping hears of its later requests only, while ARP was never answered and nothing left the host. */
export function queueFinding(flow: Flow, output: PingOutput | null, view: View): CauseHit[] {
  const round = unansweredArp(flow)[0]?.exchange;
  const request = round?.requests[0];
  const error = output?.errors.find((e) => e.from === flow.src && /^Destination Host Unreachable/.test(e.words));
  if (!output || !request || !error || flow.src === null || round.asker !== flow.src) return [];
  // What ping could not even hand over never waited.
  if (output.complaints.length > 0) return [];
  if (output.received !== 0 || error.first < 2 || output.errors.some((e) => e.first < error.first)) return [];
  if (leftTheHost(flow)) return [];
  const { vantage } = firstSighting(request).frame;
  const netns = view.netnsOf(vantage);
  const name = vantage.interface;
  const silent = error.first - 1;
  const waited = silent + error.count;
  const setting = name === null ? null : settingOf(view.state, netns, name);
  // Where even the smallest packets would not all have fitted, nothing else need have happened to them.
  const certain = setting !== null && waited * SMALLEST > setting.value;
  const evidence: [Evidence, ...Evidence[]] = [
    {
      basis: "seen",
      text: text(
        `ping printed nothing about requests 1 to ${silent}, then: ${error.line}`,
        `ping 没有提到第 1 到第 ${silent} 个请求，之后才有：${error.line}`,
      ),
    },
    { basis: "seen", text: text("ARP is not answered", "ARP 没有应答"), frames: framesOf(round.requests) },
    ...(setting?.lines ?? []).map((line): Evidence => ({ basis: "state", text: verbatim(line.line), state: line })),
  ];
  return [
    {
      code: "neigh-queue-full",
      netns,
      interface: name,
      facts: {
        target: formatIpv4(round.target),
        source: formatIpv4(flow.src),
        count: String(silent),
        ...(name === null ? {} : { outInterface: name, sysctl: interfaceSysctlKey("neigh", name, "unres_qlen_bytes") }),
        ...(setting === null ? {} : { value: String(setting.value) }),
      },
      evidence,
      ruledOut: [],
      certainty: certain ? "certain" : "likely",
    },
  ];
}

function leftTheHost(flow: Flow): boolean {
  return echoExamples(flow).some((e) => e.request?.sightings.some((s) => isWire(s.frame.vantage)) ?? false);
}

function settingOf(state: SystemState | null, netns: string | null, name: string) {
  const namespace = netns === null ? undefined : state?.namespaces.get(netns);
  return (namespace && effectiveSysctl(namespace, "unres_qlen_bytes", name)) ?? null;
}
