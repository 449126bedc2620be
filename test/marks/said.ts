// What the kernel said of the packets of a recording, held against the marks of the causes and against what the report tells.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { reportOf } from "../../src/case/read-report.ts";
import { readState } from "../../src/case/state-file.ts";
import { causes } from "../../src/causes/registry.ts";
import { FrameFinder } from "../../src/kernel/attach.ts";
import { bearingOf, isGivenUpNeighbour, isNoise } from "../../src/kernel/drop-marks.ts";
import type { KernelDrop } from "../../src/kernel/event.ts";
import { parseKernelEvents } from "../../src/kernel/events-file.ts";
import type { Finding } from "../../src/model/finding.ts";
import { endOf, type MarkedProtocol, marksOf } from "../../src/model/marks.ts";
import { sightingsOf } from "../../src/model/observed.ts";
import type { Packet } from "../../src/model/packet.ts";
import type { FlowReport, Report } from "../../src/model/report.ts";
import type { SystemState } from "../../src/model/system-state.ts";

/**
 * Counters that move with every packet, with every ICMP message that comes, and with what is sent in pieces or held back
 * by a limit: they say of themselves what no cause has to.
 */
const ORDINARY =
  /^(?:Ip(?:In(?:Receives|Delivers)|Out(?:Requests|Transmits)|ForwDatagrams|Frag(?:OKs|Creates)|Reasm(?:Reqds|OKs))|IpExt(?:In|Out)\w*(?:Octets|Pkts)|Icmp(?:In|Out)(?:Msgs|Echos|EchoReps)|IcmpIn(?:DestUnreachs|TimeExcds|Redirects)|IcmpOutRateLimit\w+|IcmpMsg\w+|Icmp6\w+|Ip6\w+|Udp\w*|Tcp(?!Ext(?:ArpFilter|IPReversePathFilter)$)\w*|MPTcp\w+)$/;

/** Where the kernel, the marks and the report disagree on a recording, one sentence each. */
export async function disagreements(directory: string, made = reportOf([directory])): Promise<string[]> {
  const { report } = await made;
  if (report === null) return ["there is no report"];
  const before = await stateOf(directory, "state.json");
  const after = await stateOf(directory, "state.after.json");
  const told = report.flows.flatMap(({ findings }) => findings);
  return [...ofDrops(report, directory), ...(before && after ? ofCounters(told, before, after) : [])];
}

async function stateOf(directory: string, name: string): Promise<SystemState | null> {
  const path = [name, `${name}.gz`].map((one) => join(directory, one)).find(existsSync);
  return path === undefined ? null : (await readState(path)).state;
}

function ofDrops(report: Report, directory: string): string[] {
  const path = join(directory, "kernel-events.jsonl");
  if (!existsSync(path)) return [];
  const { events } = parseKernelEvents(readFileSync(path, "utf8"), path);
  if (events?.kind !== "traced") return [`${path}: nothing was traced`];
  return [...happened(report, events.drops), ...foreseen(report, events.drops)];
}

// A drop of a captured frame: marked by a cause of its flow, and told of.
function happened(report: Report, drops: readonly KernelDrop[]): string[] {
  const flows = new Map(
    report.flows.flatMap((flow) => sightingsOf(flow.flow).map((packet) => [packet, flow] as const)),
  );
  const finder = new FrameFinder([...flows.keys()], () => null);
  return drops.flatMap((drop) => {
    const last = drop.passed.at(-1);
    const packet = last === undefined ? null : finder.frameOf(last);
    const flow = packet === null ? undefined : flows.get(packet);
    if (flow === undefined || isNoise(drop)) return [];
    const what = `${drop.reason} at ${drop.location} of ${flow.findings.map(({ code }) => code).join(", ")}`;
    return [
      ...(isMarked(flow, drop) ? [] : [`${what}: no mark says so`]),
      ...(tells(flow, drop) ? [] : [`${what}: not told`]),
    ];
  });
}

function isMarked({ findings }: FlowReport, drop: KernelDrop): boolean {
  // Where no cause is found, none can mark it.
  if (findings.every(({ code }) => endless.has(code))) return true;
  return findings.some(({ code }) => bearingOf(marksOf(causes, code), drop).startsWith("supports"));
}

/** What only says how a ping ended, or that the kernel dropped it: it may be any of the causes' ends. */
const endless = new Set(
  causes.flatMap(({ code, lastResort, beside }) => (lastResort || beside || code === "kernel-drop" ? code : [])),
);

function tells({ findings, steps }: FlowReport, { reason, location }: KernelDrop): boolean {
  const texts = [...findings.flatMap(({ evidence }) => evidence), ...steps].flatMap(({ basis, text }) =>
    basis === "kernel" ? text.en : [],
  );
  return texts.some((text) => text.includes(reason ?? "") && (location === null || text.includes(location)));
}

// What the answer's marks foresee: a drop like theirs, and of the packets that waited for the neighbour.
function foreseen(report: Report, drops: readonly KernelDrop[]): string[] {
  const flow = report.flows.find(({ flow: { id } }) => id === report.answer?.flow);
  const marks = marksOf(causes, report.answer?.code ?? "");
  if (flow === undefined) return [];
  const packets = sightingsOf(flow.flow);
  const isEcho = ({ network }: Packet) => network.kind === "icmp" && network.icmp?.body.kind === "echo";
  const protocol: MarkedProtocol = packets.some(isEcho) ? "ipv4" : "arp";
  const end = marks === undefined ? "no-end" : endOf(marks, protocol);
  const isReported = typeof end === "object" && end.some(({ sometimes }) => !sometimes);
  const givenUp = drops.some((drop) => isGivenUpNeighbour(drop) && !bearingOf(marks, drop).startsWith("supports"));
  const waits = report.flows.some(({ findings }) =>
    findings.some(({ code }) => marksOf(causes, code)?.waits !== undefined),
  );
  const operations = packets.flatMap(({ network }) => (network.kind === "arp" ? network.operation : []));
  const asksInVain = operations.includes(1) && !operations.includes(2);
  const here = marks?.waits !== undefined && protocol === "arp" && asksInVain;
  return [
    ...(isReported && !drops.some((drop) => bearingOf(marks, drop).startsWith("supports"))
      ? [`${report.answer?.code}: its marks foresee a drop, and there was none`]
      : []),
    ...(givenUp && !waits ? ["packets that waited for a neighbour were dropped, and no mark says that any waits"] : []),
    ...(here && !givenUp
      ? [`${report.answer?.code}: packets should have waited for a neighbour, and none was dropped`]
      : []),
  ];
}

function ofCounters(findings: readonly Finding[], before: SystemState, after: SystemState): string[] {
  const told = new Set(
    findings.flatMap(({ evidence }) =>
      evidence.flatMap(({ counter }) => (counter ? `${counter.netns} ${counter.name}` : [])),
    ),
  );
  const places = new Set(findings.flatMap(({ netns }) => netns ?? []));
  const selfMade = new Set(
    findings.flatMap(({ code, netns }) => (code === "host-unreachable-is-local" ? (netns ?? "") : [])),
  );
  const unsaid = [...places].flatMap((netns) =>
    movedIn(netns, before, after)
      .filter((name) => !told.has(`${netns} ${name}`) && !(name === "IcmpOutDestUnreachs" && selfMade.has(netns)))
      .map((name) => `${name} moved in ${netns || "the only namespace"}, and no cause there tells of it`),
  );
  return [...unsaid, ...stillCounters(findings)];
}

function movedIn(netns: string, before: SystemState, after: SystemState): string[] {
  const was = before.namespaces.get(netns)?.counters;
  const counters = [...(after.namespaces.get(netns)?.counters ?? [])];
  return counters.flatMap(([name, value]) => (!ORDINARY.test(name) && value > (was?.get(name) ?? 0) ? name : []));
}

// Of the counters that the first cause should move, one did.
function stillCounters([first]: readonly Finding[]): string[] {
  if (first === undefined || first.netns === null || first.certainty !== "certain") return [];
  const marks = (marksOf(causes, first.code)?.counters ?? []).filter(({ sometimes }) => !sometimes);
  if (marks.length === 0) return [];
  const moved = first.evidence.flatMap(({ counter }) =>
    counter && counter.after > counter.before ? counter.name : [],
  );
  return marks.some(({ name }) => moved.includes(name)) ? [] : [`${first.code}: none of its counters moved`];
}
