// Pasted terminal text to a report: tcpdump's lines become packets, listings and commands become state, ping's words stay ping's.

import { type DriveOptions, drive } from "../capture/drive.ts";
import { causes } from "../causes/registry.ts";
import { type Asked, explain } from "../explain/explain.ts";
import { FlowTracker } from "../flow/tracker.ts";
import type { Flow } from "../model/flow.ts";
import type { Packet } from "../model/packet.ts";
import type { Problem } from "../model/problem.ts";
import type { Report } from "../model/report.ts";
import type { SystemState } from "../model/system-state.ts";
import { text } from "../model/text.ts";
import type { InputSummary, Vantage } from "../model/vantage.ts";
import type { CaptureInput } from "../savefile/open.ts";
import type { PastedLine } from "../savefile/text/clean.ts";
import { packetsOf } from "../savefile/text/paste-packets.ts";
import { type Paste, readPaste } from "../savefile/text/read-paste.ts";
import { stateFromText } from "../system/text/replay.ts";
import { namingOf } from "./state-file.ts";

/** One paste with what the command line says of its interface. */
export interface PastedText {
  readonly source: string;
  readonly content: string;
  readonly interface: string | null;
  readonly netns: string | null;
}

interface PasteSet {
  readonly pastes: readonly PastedText[];
  /** Captures given beside them. */
  readonly captures: readonly CaptureInput[];
  /** State named by hand; it wins over what the paste tells. */
  readonly state: SystemState | null;
  readonly problems: readonly Problem[];
}

/** The report and every line nobody understood; null where the text holds nothing usable. */
export async function reportOfPastes(
  set: PasteSet,
  options: DriveOptions = {},
): Promise<{ report: Report | null; problems: Problem[]; unknown: readonly PastedLine[] }> {
  const problems = [...set.problems];
  const read = set.pastes.map((one) => ({ one, paste: readPaste(one.content, one.source) }));
  const replayed = stateFromText(read.flatMap(({ paste }) => paste.state));
  const state = set.state ?? replayed.state;
  const unknown = [...read.flatMap(({ paste }) => paste.unknown), ...replayed.unknown];
  const packets: Packet[] = [];
  const inputs: InputSummary[] = [];
  for (const { one, paste } of read) addPackets(one, paste, packets, inputs, unknown);
  const asked = read.flatMap(({ paste }) =>
    paste.pings.map(
      (ping): Asked => ({ argv: ping.argv, exitCode: null, output: ping.output, netns: ping.netns ?? "" }),
    ),
  );
  const driven = await captured(set.captures, state, options);
  problems.push(...driven.problems);
  // A ping that was typed and printed nothing says something only where the system is known.
  const telling = asked.filter((one) => state !== null || (one.output ?? "").trim() !== "");
  if (packets.length === 0 && telling.length === 0 && driven.flows.length === 0) {
    problems.push(nothingUsable(set.pastes, state !== null));
    return { report: null, problems, unknown };
  }
  if (unknown.length > 0) problems.push(notUnderstood(set.pastes[0]?.source ?? "", unknown));
  for (const one of set.pastes) {
    const nameless = inputs.some((input) => input.vantage.source === one.source && input.vantage.interface === null);
    if (nameless) problems.push(interfaceNotTold(one.source));
  }
  const flows = renumbered([...followed(packets), ...driven.flows]);
  const [only] = asked;
  const report = explain({
    flows,
    inputs: [...inputs, ...driven.summaries],
    state,
    stateAfter: null,
    rulesListedAfter: set.state === null && read.length === 1 && read.every(({ paste }) => listsRulesLast(paste)),
    command: asked.length === 1 && only ? only : null,
    further: asked.length === 1 ? [] : asked,
    problems,
    evicted: 0,
    causes,
  });
  return { report, problems, unknown };
}

// Time order is the order in the paste.
function listsRulesLast({ pings, state }: Paste): boolean {
  const over = Math.max(0, ...pings.map(({ number }) => number));
  const listings = state.flatMap(({ lines }) =>
    lines.filter(({ text: line }) => /^table \S+ .*\{|^\*(?:filter|raw|mangle|nat)$|^Chain \S+ \(/.test(line)),
  );
  return pings.length > 0 && listings.length > 0 && listings.every(({ number }) => number > over);
}

function addPackets(
  one: PastedText,
  paste: Paste,
  packets: Packet[],
  inputs: InputSummary[],
  unknown: PastedLine[],
): void {
  for (const capture of paste.captures) {
    const vantageFor = (name: string | null, netns: string | null, clock: string): Vantage => ({
      id: inputs.length + packets.length,
      netns: one.netns ?? netns,
      interface: name ?? one.interface,
      source: one.source,
      ...(clock === "date" ? {} : { undated: true as const }),
    });
    const made = packetsOf(capture, vantageFor, (name) => paste.names.get(name) ?? null);
    for (const packet of made.packets) packets.push(packet);
    inputs.push(...made.summaries);
    for (const line of made.unknown) unknown.push(line);
  }
}

// Lines without any time keep the order of the paste; the others are put in order of time, as merged captures are.
function followed(packets: readonly Packet[]): Flow[] {
  const tracker = new FlowTracker({});
  const timed = packets.every((p) => p.frame.time !== null);
  const ordered = timed
    ? [...packets].sort((a, b) => Number((a.frame.time as bigint) - (b.frame.time as bigint)))
    : packets;
  for (const packet of ordered) tracker.push(packet);
  return tracker.finish();
}

async function captured(
  captures: readonly CaptureInput[],
  state: SystemState | null,
  options: DriveOptions,
): Promise<{ flows: Flow[]; summaries: readonly InputSummary[]; problems: readonly Problem[] }> {
  if (captures.length === 0) return { flows: [], summaries: [], problems: [] };
  const tracker = new FlowTracker({});
  const driven = await drive(captures, tracker, { ...options, ...(state === null ? {} : { naming: namingOf(state) }) });
  return { flows: tracker.finish(), summaries: driven.summaries, problems: driven.problems };
}

function renumbered(flows: readonly Flow[]): Flow[] {
  return flows.map((flow, index) => ({ ...flow, id: index + 1 }));
}

function nothingUsable(pastes: readonly PastedText[], hasState: boolean): Problem {
  const place = pastes.map((p) => p.source).join(", ");
  return {
    kind: "nothing-usable",
    severity: "error",
    place,
    text: hasState
      ? text(
          `${place} describes a system but shows no ping and no packet. Paste also the output of: ping -c 4 ADDRESS, and of: tcpdump -n -e -i any 'arp or icmp'`,
          `${place} 里只有系统状态，没有 ping 也没有报文。请再贴上 ping -c 4 地址 以及 tcpdump -n -e -i any 'arp or icmp' 的输出。`,
        )
      : text(
          `There is nothing in ${place} to explain. Paste the output of: tcpdump -n -e -i any 'arp or icmp'; ping -c 4 ADDRESS; ip addr; ip route show table all; ip rule; ip neigh; sysctl -a | grep -E 'rp_filter|accept_local|arp_|forward'`,
          `${place} 里没有可以解释的内容。请贴上这些命令的输出：tcpdump -n -e -i any 'arp or icmp'；ping -c 4 地址；ip addr；ip route show table all；ip rule；ip neigh；sysctl -a | grep -E 'rp_filter|accept_local|arp_|forward'`,
        ),
  };
}

function interfaceNotTold(place: string): Problem {
  return {
    kind: "not-told-where",
    severity: "warning",
    place,
    text: text(
      `${place} does not say on which interface its packets were captured. Name it if you know it: pktwhy explain veth0=${place}`,
      `${place} 没有说明这些报文是在哪个接口上抓的。如果知道，请指明：pktwhy explain veth0=${place}`,
    ),
  };
}

function notUnderstood(place: string, unknown: readonly PastedLine[]): Problem {
  const count = unknown.length;
  const first = unknown[0]?.number ?? 0;
  return {
    kind: "lines-not-understood",
    severity: "warning",
    place,
    text: text(
      `${count} ${count === 1 ? "line" : "lines"} of ${place} were not understood and not used, the first at line ${first} (-v shows them).`,
      `${place} 中有 ${count} 行看不懂、没有使用，第一处在第 ${first} 行（加 -v 显示）。`,
    ),
  };
}
