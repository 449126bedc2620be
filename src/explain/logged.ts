// Packets that a firewall has logged, beside the flows that were asked about: what the prefix of such a line says became of
// just this packet decides, whatever the state leaves open.

import { formatIpv4, isLoopback } from "../model/address.ts";
import type { Code } from "../model/code.ts";
import type { Evidence } from "../model/evidence.ts";
import type { CauseHit } from "../model/finding.ts";
import { hookOf, type LoggedPacket } from "../model/firewall-log.ts";
import { type Flow, UNSEEN } from "../model/flow.ts";
import { isOfFirewalld } from "../model/logged-words.ts";
import { endOf, marksOf } from "../model/marks.ts";
import type { ReportStep } from "../model/report.ts";
import type { SystemState } from "../model/system-state.ts";
import { printable, text } from "../model/text.ts";
import { localOwner } from "../system/lookup/owner.ts";
import type { Case, ExplainInput } from "./case.ts";
import type { Observed } from "./outcome.ts";
import { type ComparedWalk, isStopped } from "./walk-of.ts";

const MOST = 4;

/** The flows with the lines that name their own packets; where nothing was asked, those packets are asked about. */
export function withLogged(
  flows: readonly Flow[],
  { logged, asked }: NonNullable<ExplainInput["log"]>,
  state: SystemState | null,
): Flow[] {
  if (logged.length === 0) return [...flows];
  const told = flows.map((flow) => {
    const own = logged.filter((one) => wayIn(flow, one) !== null && mayHaveSent(flow, one, state));
    return own.length === 0 ? flow : { ...flow, logged: perPlace(own) };
  });
  return [...told, ...asked.map((one, at) => flowOf(one, logged, flows.length + 1 + at))];
}

/** Which way a logged packet of the flow went; null where it is none of it. */
function wayIn(flow: Flow, one: LoggedPacket): "request" | "reply" | null {
  const isRequest = one.destination === flow.dst && (flow.src === null || one.source === flow.src);
  const isReply = one.source === flow.dst && (flow.src === null || one.destination === flow.src);
  if (flow.kind === "ping") {
    if (one.protocol !== "icmp" || (flow.icmpId !== null && one.icmpId !== flow.icmpId)) return null;
    return isRequest && one.icmpType === 8 ? "request" : isReply && one.icmpType === 0 ? "reply" : null;
  }
  if (flow.kind !== one.protocol || flow.dstPort === undefined) return null;
  const from = (port: number | null): boolean => flow.srcPort == null || flow.srcPort === port;
  if (isRequest && one.destinationPort === flow.dstPort && from(one.sourcePort) && opens(one)) return "request";
  return isReply && one.sourcePort === flow.dstPort && from(one.destinationPort) && answers(one) ? "reply" : null;
}

function opens({ protocol, flags }: LoggedPacket): boolean {
  return protocol === "udp" || (flags.has("SYN") && !flags.has("ACK"));
}

function answers({ protocol, flags }: LoggedPacket): boolean {
  return protocol === "udp" || (flags.has("ACK") && (flags.has("SYN") || flags.has("RST")));
}

// Whose addresses are known, and not that of the target, sends with one of them.
function mayHaveSent(flow: Flow, one: LoggedPacket, state: SystemState | null): boolean {
  const ns = flow.netns === null ? undefined : state?.namespaces.get(flow.netns);
  if (flow.src !== null || ns?.addresses === undefined || ns.replayed || localOwner(ns, flow.dst)) return true;
  const asker = one.destination === flow.dst ? one.source : one.destination;
  return ns.addresses.some(({ local }) => local === asker && !isLoopback(local));
}

function flowOf(one: LoggedPacket, logged: readonly LoggedPacket[], id: number): Flow {
  const { protocol, source, destination, destinationPort } = one;
  const isPing = protocol === "icmp";
  const flow: Flow = {
    ...UNSEEN,
    id,
    kind: isPing ? "ping" : protocol,
    netns: null,
    src: source,
    dst: destination,
    ...(isPing ? {} : { srcPort: null, dstPort: destinationPort ?? 0, transportOutcomes: [] }),
  };
  return { ...flow, logged: perPlace(logged.filter((other) => wayIn(flow, other) !== null)) };
}

// A packet that is sent again is logged again.
function perPlace(logged: readonly LoggedPacket[]): LoggedPacket[] {
  const places = new Map(logged.map((one) => [[one.place, one.prefix, one.iif, one.oif].join(" "), one] as const));
  return [...places.values()].slice(0, MOST);
}

/** What the log says became of the flow's packets; none where it says nothing, or where they were answered. */
export function loggedHits(flow: Flow, { answered }: Observed): CauseHit[] {
  const ended = (flow.logged ?? []).find((one) => one.verdict !== null && agrees(flow, one));
  const way = ended === undefined ? null : wayIn(flow, ended);
  if (ended === undefined || way === null || answered > 0) return [];
  const { place, prefix, iif, oif, source, destination, protocol, line } = ended;
  const hook = hookOf(ended);
  const isTables = !isOfFirewalld(prefix);
  const port = way === "request" ? ended.destinationPort : ended.sourcePort;
  return [
    {
      code: codeOf(flow, ended, way),
      netns: place,
      interface: iif ?? oif,
      facts: {
        basis: "log",
        logged: printable(prefix),
        target: formatIpv4(destination),
        source: formatIpv4(source),
        ...(isTables ? { chain: `filter ${hook.toUpperCase()}` } : {}),
        ...(iif === null ? {} : { inInterface: printable(iif) }),
        ...(oif === null ? {} : { outInterface: printable(oif) }),
        ...(protocol === "icmp" || port === null ? {} : { protocol, service: String(port) }),
      },
      evidence: [loggedEvidence(line)],
      ruledOut: [],
      certainty: "likely",
    },
  ];
}

function loggedEvidence(line: string): Evidence {
  const said = printable(line);
  return { basis: "seen", text: text(`the kernel's log: ${said}`, `内核日志：${said}`) };
}

const REFUSED: ReadonlySet<string | null | undefined> = new Set(["ECONNREFUSED", "EHOSTUNREACH"]);

// A program that was told of an error at once was not dropped silently.
function agrees({ told }: Flow, { verdict }: LoggedPacket): boolean {
  return verdict !== "drop" || !REFUSED.has(told?.failure);
}

// As a walk has it: see codeOf in predict/filter/ruling.ts.
function codeOf({ told }: Flow, one: LoggedPacket, way: "request" | "reply"): Code {
  const hook = hookOf(one);
  if (one.verdict === "reject" || (one.verdict === "deny" && REFUSED.has(told?.failure))) return "nft-reject";
  if (hook === "output") return way === "reply" ? "nft-reply-drop" : "nft-output-drop";
  return isOfFirewalld(one.prefix) ? `nft-${hook}-drop` : "iptables-drop";
}

/** Whether the walk ends at a firewall's rule, which says more than its log. */
export function endsAtFirewall({ causes }: Pick<Case, "causes">, walk: ComparedWalk | null): boolean {
  if (!isStopped(walk) || !walk.fits) return false;
  const { disposition } = walk.comparison.trace;
  const marks = disposition.kind === "stopped" ? marksOf(causes, disposition.hit.code) : undefined;
  const end = marks && endOf(marks, "ipv4");
  return Array.isArray(end) && end.some(({ reason }) => reason === "NETFILTER_DROP");
}

/** The hits with what the log says of the same packet. */
export function withLogLine(hits: readonly CauseHit[], flow: Flow): CauseHit[] {
  const line = flow.logged?.[0]?.line;
  return hits.map((hit, at) =>
    at > 0 || line === undefined || hit.facts.basis === "log"
      ? hit
      : { ...hit, evidence: [hit.evidence[0], ...hit.evidence.slice(1), loggedEvidence(line)] },
  );
}

/** The hooks at which the log names its packets. */
export function loggedSteps({ logged = [] }: Flow): Omit<ReportStep, "n">[] {
  return logged.map((one) => {
    const said = printable(one.line);
    const hook = hookOf(one);
    return {
      netns: one.place,
      interface: one.iif ?? one.oif,
      direction: null,
      time: null,
      basis: "seen",
      text: text(`the firewall logs it at its hook ${hook}: “${said}”`, `防火墙在 ${hook} 钩子上记录了它：“${said}”`),
      frames: [],
      state: [],
    };
  });
}
