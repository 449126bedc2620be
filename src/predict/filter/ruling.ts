// Chains asked one after the other, and what a ruling does: the packet passes, ends, or nobody can tell.

import { formatIpv4 } from "../../model/address.ts";
import type { Code } from "../../model/code.ts";
import type { StateLine } from "../../model/evidence.ts";
import type { Facts } from "../../model/finding.ts";
import { frontEndOf } from "../../model/front-end.ts";
import type { Namespace } from "../../model/system-state.ts";
import type { Leg } from "../../model/trace.ts";
import { printedPart } from "../../model/typed-line.ts";
import { sendError } from "../answer/icmp-error.ts";
import { sendReset } from "../answer/reset.ts";
import type { At } from "../at.ts";
import type { Halt } from "../hits.ts";
import { type Datagram, onlyPort } from "../message.ts";
import {
  type Altered,
  type BaseChain,
  type FilterPacket,
  type Marked,
  type PossibleRuling,
  type Ruling,
  runChain,
} from "./firewall-chain.ts";
import { doubtful, dropWords, laterPieces, uncounted } from "./firewall-words.ts";
import { serviceRefusal } from "./kube-proxy.ts";
import { oneOf, openQuestion } from "./possible-ruling.ts";

const IPV4_HEADER = 20;

/** Which hook asks. */
type Where =
  | "prerouting"
  | "input"
  | "forward"
  | "output"
  | "postrouting"
  | "ingress"
  | "egress"
  | "arp"
  | "bridge"
  | "br-netfilter";

/** A packet in front of the chains of one hook. */
export interface AtHook {
  readonly where: Where;
  readonly packet: FilterPacket;
  /** What a reject would tell the sender about; null where no ICMP error is sent. */
  readonly datagram: Datagram | null;
  /** Connection tracking is in use, and puts pieces together. */
  readonly tracked?: boolean;
}

// NF_IP_PRI_CONNTRACK_DEFRAG
const DEFRAG_PRIORITY = -400;

/** The end of the packet, or that it passes, with the mark that a rule gave it and what rules changed of it. */
export interface ChainsOutcome {
  readonly halt: Halt | null;
  readonly marked: Marked | null;
  readonly altered: Altered | null;
  /** The rule that changed what a route depends on, in a chain that has the route looked up again then. */
  readonly rerouted: StateLine | null;
}

/** Asks the chains in the order of their priorities. */
export function askChains(at: At<unknown, string | null>, chains: readonly BaseChain[], asked: AtHook): ChainsOutcome {
  const { where } = asked;
  let { packet } = asked;
  let marked: Marked | null = null;
  let altered: Altered | null = null;
  let rerouted: StateLine | null = null;
  for (const chain of [...chains].sort((a, b) => a.priority - b.priority)) {
    // nf_nat_inet_fn: later packets of a connection, and errors about it, follow what the first one was given.
    if (chain.isNat && packet.ctState !== null && packet.ctState !== "new") continue;
    // NF_IP_PRI_CONNTRACK, on the hooks where packets enter the stack: before it none has a state.
    const early = chain.priority <= -200 && !["input", "forward", "postrouting"].includes(where);
    const seen = isWhole(chain, asked)
      ? { ...packet, piece: null, length: asked.datagram?.length ?? packet.length }
      : packet;
    const possible = runPieces(chain, early ? { ...seen, ctState: null } : seen, asked.datagram);
    const { ruling, doubt, later } = oneOf(at.walk, at.ns, chain, possible, `${where} ${at.leg}`);
    if (ruling.kind !== "accept")
      return {
        halt: carryOut(at, { ...asked, packet }, { chain, ruling, doubt, ...(later ? { later } : {}) }),
        marked,
        altered,
        rerouted,
      };
    if (chain.reroutes) rerouted = changeOfRoute(packet, ruling) ?? rerouted;
    if (ruling.marked) {
      marked = ruling.marked;
      packet = { ...packet, mark: marked.value };
    }
    if (ruling.altered) {
      const { zone, ...others } = ruling.altered;
      // nft_ct_set_zone_eval: what connection tracking knows by now stays where it is.
      const zoned = early && zone !== undefined ? { zone } : {};
      altered = alteredFurther(altered, { ...others, ...zoned });
      packet = alteredPacket(packet, { ...others, ...zoned });
    }
  }
  return { halt: null, marked, altered, rerouted };
}

// nf_route_table_hook4, ipt_mangle_out: mark and type of service are compared with what they were.
function changeOfRoute(
  packet: FilterPacket,
  { marked, altered }: Extract<Ruling, { kind: "accept" }>,
): StateLine | null {
  if (marked !== null && marked.value !== packet.mark) return marked.by;
  return altered?.tos !== undefined && altered.tos !== packet.tos ? altered.by : null;
}

function alteredPacket(packet: FilterPacket, { untracked, zone, by: _, ...header }: Altered): FilterPacket {
  const state = zone === undefined ? packet.ctState : (packet.ctStateIn?.(zone) ?? packet.ctState);
  return { ...packet, ...header, ctState: untracked ? "untracked" : state };
}

function alteredFurther(before: Altered | null, by: Altered): Altered {
  return before === null ? by : { ...before, ...by };
}

// Behind the hook of connection tracking there are no pieces.
function isWhole({ priority }: BaseChain, { where, tracked }: AtHook): boolean {
  return tracked === true && (where !== "prerouting" || priority > DEFRAG_PRIORITY);
}

// A datagram of which one piece is dropped is never put together again.
function runPieces(
  chain: BaseChain,
  packet: FilterPacket,
  datagram: Datagram | null,
): readonly [PossibleRuling, ...PossibleRuling[]] {
  const first = runChain(chain, packet);
  if (packet.piece === null || datagram === null) return first;
  if (first.length > 1 || first[0].ruling.kind !== "accept") return first;
  const { length, cutFrom, largestPiece = length } = datagram;
  const size = (cutFrom === undefined ? largestPiece : length) - IPV4_HEADER;
  const more = 2 * size < (cutFrom ?? length) - IPV4_HEADER;
  const second = runChain(chain, { ...packet, icmpType: null, icmpCode: null, piece: { offset: size, more } });
  if (second.length === 1 && second[0].ruling.kind === "accept") return first;
  const [one, ...others] = second;
  return [{ ...one, later: true }, ...others.map((other) => ({ ...other, later: true as const }))];
}

/** What a chain says of a packet that does not just pass. */
export interface Ruled {
  readonly chain: BaseChain;
  readonly ruling: Exclude<Ruling, { kind: "accept" }>;
  /** The rule of which nobody can tell whether it holds, where one decides. */
  readonly doubt?: StateLine | null;
  readonly later?: true;
}

/** Does what the ruling says. */
export function carryOut(at: At<unknown, string | null>, asked: AtHook, ruled: Ruled): Halt {
  const { chain, ruling, doubt = null, later } = ruled;
  const { where, packet } = asked;
  const place = at.on(where === "postrouting" ? packet.oif : (packet.iif ?? packet.oif));
  if (ruling.kind === "drop" || ruling.kind === "reject")
    return ended(place, asked, { chain, ruling, doubt, ...(later ? { later } : {}) });
  const line = ruling.kind === "nat" ? ruling.rule : ruling.line;
  const question = openQuestion(chain, line.line);
  place.tell("open", question, { lines: [line] });
  return place.open([line.key], question, chain.isNat ? [] : [codeOf(chain, ruling, where, at.leg)]);
}

interface Ended extends Ruled {
  readonly ruling: Extract<Ruling, { kind: "drop" | "reject" }>;
  readonly doubt: StateLine | null;
}

function ended(
  at: At<unknown, string | null>,
  { where, packet, datagram }: AtHook,
  { chain, ruling, doubt, later }: Ended,
): Halt {
  const { ns } = at;
  const { rule } = ruling;
  const frontEnd = frontEndOf((rule ?? chain.line).line);
  const service = ruling.kind === "reject" ? serviceRefusal(ruling.rule.line) : null;
  const facts: Facts = {
    target: formatIpv4(packet.destination),
    source: formatIpv4(packet.source),
    chain: chain.name,
    ...(chain.tool === undefined ? {} : { tool: chain.tool }),
    ...(rule ? { rule: printedPart(rule.line), ...handleOf(ns, rule) } : {}),
    ...(packet.iif === null ? {} : { inInterface: packet.iif }),
    ...(packet.oif === null ? {} : { outInterface: packet.oif }),
    ...serviceOf(packet),
    ...(frontEnd === null ? {} : { frontEnd }),
    ...(later ? { pieces: "later" as const } : {}),
    ...(service === null ? {} : { router: ns.key }),
    ...(service?.named == null ? {} : { named: service.named }),
  };
  const end = at.stop({
    code: service?.code ?? codeOf(chain, ruling, where, at.leg),
    says: later ? laterPieces(dropWords(at.host, chain, ruling, where)) : dropWords(at.host, chain, ruling, where),
    lines: [rule ?? chain.line],
    facts,
    // Of a whole system nothing else is left; of what somebody typed, much may be.
    certainty: doubt !== null && ns.replayed ? "possible" : "likely",
    because: doubt === null ? uncounted() : doubtful(printedPart(doubt.line)),
  });
  // icmp_send: about a packet that was for this host, the error speaks with the address that was asked.
  const local = where === "input" || packet.iif === "lo" || packet.oif === "lo";
  if (ruling.kind === "reject" && datagram) {
    const refused = at.with(datagram);
    if (ruling.code === "tcp-reset") sendReset(refused, "firewall");
    else sendError(refused, { type: 3, code: ruling.code, from: local ? datagram.destination : null });
  }
  return end;
}

// As it is here, where NAT may have changed it.
function serviceOf({ segment }: FilterPacket): Pick<Facts, "service"> {
  if (segment === null) return {};
  const asks = ["syn", "question", "data"].includes(segment.what.kind);
  const port = onlyPort(asks ? segment.destinationPort : segment.sourcePort);
  return port === null ? {} : { service: String(port) };
}

function handleOf(ns: Namespace, { line }: StateLine): Pick<Facts, "handle"> {
  const handle = ns.nft?.chains.flatMap((chain) => chain.rules).find((rule) => rule.line === line)?.handle ?? null;
  return handle === null ? {} : { handle: String(handle) };
}

function codeOf(chain: BaseChain, ruling: Ruling, where: Where, leg: Leg): Code {
  if (where === "arp") return "nft-arp-drop";
  if (where === "bridge") return "nft-bridge-drop";
  if (where === "br-netfilter") return "br-netfilter-drop";
  if (where === "ingress") return "nft-netdev-ingress-drop";
  if (where === "egress") return "nft-netdev-egress-drop";
  if (ruling.kind === "reject") return "nft-reject";
  if (ruling.kind === "drop" && ruling.invalid) return "nft-conntrack-invalid";
  if (where === "output") return leg === "reply" ? "nft-reply-drop" : "nft-output-drop";
  if (chain.source === "iptables") return "iptables-drop";
  if (ruling.kind === "drop" && !ruling.rule) return "nft-policy-drop";
  return `nft-${where}-drop`;
}
