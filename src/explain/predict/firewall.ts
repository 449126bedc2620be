// Firewalls on the path: every netfilter hook a packet passes, asked with what state holds of nftables, iptables and arptables.

import { formatIpv4, type Ipv4 } from "../../model/address.ts";
import type { StateLine } from "../../model/evidence.ts";
import type { Facts } from "../../model/finding.ts";
import type { Link, Namespace } from "../../model/system-state.ts";
import { type Text, text } from "../../model/text.ts";
import type { Leg } from "../../model/trace.ts";
import { printedPart } from "../../model/typed-line.ts";
import { addressType } from "../../system/lookup/owner.ts";
import type { ArpQuestion } from "./arp-input.ts";
import { type BaseChain, type FilterPacket, type Marked, type Ruling, runChain } from "./firewall-chain.ts";
import { iptablesChains } from "./firewall-iptables.ts";
import { nftChains } from "./firewall-nft.ts";
import { makeHit, open, stopped } from "./hits.ts";
import { sendError } from "./icmp-error.ts";
import { translate } from "./nat.ts";
import type { Datagram, Frame, Halt, Walk } from "./walk.ts";
import * as words from "./words.ts";

export interface HookPass {
  readonly hook: "prerouting" | "input" | "forward" | "output" | "postrouting";
  readonly datagram: Datagram;
  readonly leg: Leg;
  readonly iif: string | null;
  readonly oif: string | null;
  /** Next hop of the route it leaves by: what a masquerade speaks with depends on it. */
  readonly nextHop?: Ipv4;
}

/** Behind a hook: the datagram as NAT has left it, or the end of it. */
export type Passed =
  | { readonly halt: Halt; readonly datagram?: never }
  | {
      readonly halt: null;
      readonly datagram: Datagram;
      /** The mark that a rule gave it here. */
      readonly marked: Marked | null;
    };

// NF_IP_PRI_NAT_DST and NF_IP_PRI_NAT_SRC: NAT chains run there, whatever priority they name.
const NAT_PRIORITY = { prerouting: -100, output: -100, input: 100, postrouting: 100 };

/** A datagram passes a hook of the IP stack. */
export function passHook(walk: Walk, ns: Namespace, pass: HookPass): Passed {
  if (ns.nft === undefined) walk.assume(ns.key, "nft");
  if (ns.iptables === undefined) walk.assume(ns.key, "iptables");
  const { hook, leg, iif, oif } = pass;
  const chains = [...nftChains(ns, ["ip", "inet"], hook, null), ...iptablesChains(ns, hook)];
  const marks: Marks = { marked: null };
  const through = (some: readonly BaseChain[], datagram: Datagram): Halt | null =>
    ask(walk, ns, some, packetOf(walk, ns, withMark(datagram, marks), iif, oif), leg, hook, datagram, marks);
  if (hook === "forward") {
    const halt = through(chains, pass.datagram);
    return halt ? { halt } : { halt: null, datagram: withMark(pass.datagram, marks), marked: marks.marked };
  }
  const filters = chains.filter((chain) => !chain.isNat);
  const before = through(
    filters.filter((chain) => chain.priority < NAT_PRIORITY[hook]),
    pass.datagram,
  );
  if (before) return { halt: before };
  const nat = chains.filter((chain) => chain.isNat);
  const place = { hook, iif, oif, nextHop: pass.nextHop ?? null };
  const translated = translate(walk, ns, place, pass.datagram, nat, packetOf(walk, ns, pass.datagram, iif, oif));
  if (translated.kind === "ruling") {
    const halt = carryOut(walk, ns, packetOf(walk, ns, pass.datagram, iif, oif), leg, hook, pass.datagram, translated);
    return { halt };
  }
  const { datagram } = translated;
  const after = through(
    filters.filter((chain) => chain.priority >= NAT_PRIORITY[hook]),
    datagram,
  );
  return after ? { halt: after } : { halt: null, datagram: withMark(datagram, marks), marked: marks.marked };
}

interface Marks {
  marked: Marked | null;
}

function withMark(datagram: Datagram, { marked }: Marks): Datagram {
  return marked === null ? datagram : { ...datagram, mark: marked.value };
}

/** A frame passes netdev ingress or egress of a device. */
export function passDeviceHook(
  walk: Walk,
  ns: Namespace,
  hook: "ingress" | "egress",
  device: string,
  frame: Frame,
): Halt | null {
  const chains = nftChains(ns, ["netdev", "inet"], hook, device);
  if (chains.length === 0) return null;
  const at = hook === "ingress" ? { iif: device, oif: null } : { iif: null, oif: device };
  return ask(
    walk,
    ns,
    chains,
    framePacket(walk, ns, frame, at.iif, at.oif),
    frame.leg,
    hook,
    "length" in frame.payload ? frame.payload : null,
  );
}

/** An ARP packet passes the ARP hooks (nftables family arp, arptables). */
export function passArpHook(
  walk: Walk,
  ns: Namespace,
  hook: "input" | "output",
  device: string,
  question: ArpQuestion,
): Halt | null {
  if (ns.arptables !== undefined && /^-A/m.test(ns.arptables)) {
    return open(
      ns.key,
      ["arptables"],
      text("arptables rules are present, which this walk does not read", "有 arptables 规则，这里不解读"),
      ["nft-arp-drop"],
    );
  }
  const chains = nftChains(ns, ["arp"], hook, null);
  if (chains.length === 0) return null;
  const packet: FilterPacket = {
    protocol: "arp",
    source: question.sender,
    destination: question.target,
    icmpType: null,
    icmpCode: null,
    arpReply: question.leg.endsWith("reply"),
    iif: hook === "input" ? device : null,
    oif: hook === "output" ? device : null,
    ctState: null,
    ttl: 0,
    length: 28,
    mark: 0,
    ...unframed(ns, true),
  };
  return ask(walk, ns, chains, packet, question.leg, "arp", null);
}

/** A frame passes a bridge's hook: family bridge, and the IP hooks where br_netfilter calls them. */
export function passBridge(
  walk: Walk,
  ns: Namespace,
  bridge: Link,
  hook: "prerouting" | "forward" | "postrouting",
  ports: { readonly iif: string | null; readonly oif: string | null },
  frame: Frame,
): Halt | null {
  const own = nftChains(ns, ["bridge"], hook, null);
  const packet = framePacket(walk, ns, frame, ports.iif, ports.oif);
  const halt = own.length > 0 ? ask(walk, ns, own, packet, frame.leg, "bridge", null) : null;
  if (halt || !("length" in frame.payload)) return halt;
  const calls =
    ns.sysctl?.get("net.bridge.bridge-nf-call-iptables") === "1" || Number(bridge.data.nf_call_iptables) === 1;
  if (!calls) return null;
  if (frame.payload.kind === "echo-request") walk.track(ns.key);
  const chains = [...nftChains(ns, ["ip", "inet"], hook, null), ...iptablesChains(ns, hook)];
  // brnf_get_logical_dev: for IP rules the bridge itself is the interface; ports show only to physdev matches.
  const logical = { iif: hook === "postrouting" ? null : bridge.name, oif: hook === "prerouting" ? null : bridge.name };
  return ask(
    walk,
    ns,
    chains,
    { ...packetOf(walk, ns, frame.payload, null, null), ...logical, framed: true },
    frame.leg,
    "br-netfilter",
    null,
  );
}

function packetOf(walk: Walk, ns: Namespace, datagram: Datagram, iif: string | null, oif: string | null): FilterPacket {
  const tracked = walk.isTracked(ns.key);
  const ctState =
    datagram.kind === "echo-request"
      ? "new"
      : datagram.kind === "echo-reply"
        ? tracked
          ? "established"
          : "invalid"
        : tracked
          ? "related"
          : "invalid";
  return {
    protocol: "icmp",
    source: datagram.source,
    destination: datagram.destination,
    icmpType: datagram.type,
    icmpCode: datagram.code,
    arpReply: false,
    iif,
    oif,
    ctState,
    ttl: datagram.ttl,
    length: datagram.length,
    mark: datagram.mark,
    // What this host makes has no input device, and no frame yet.
    ...unframed(ns, iif !== null),
    translated: walk.connectionsOf(ns.key).some((one) => one.toSource !== null || one.toDestination !== null),
  };
}

// Which MAC addresses a packet came with, this walk does not carry through the IP stack.
function unframed(
  ns: Namespace,
  framed: boolean,
): Pick<FilterPacket, "translated" | "framed" | "sourceMac" | "destinationMac" | "addressType"> {
  return {
    translated: false,
    framed,
    sourceMac: null,
    destinationMac: null,
    addressType: (address: Ipv4, device) => addressType(ns, address, device),
  };
}

function framePacket(walk: Walk, ns: Namespace, frame: Frame, iif: string | null, oif: string | null): FilterPacket {
  const { payload } = frame;
  const macs = { framed: true, sourceMac: frame.source, destinationMac: frame.destination };
  // Connection tracking comes after the device's hook, and knows bridged packets only where it is asked to.
  if ("length" in payload) return { ...packetOf(walk, ns, payload, iif, oif), ...macs, ctState: null };
  return {
    protocol: "arp",
    source: payload.sender,
    destination: payload.target,
    icmpType: null,
    icmpCode: null,
    arpReply: payload.kind === "arp-reply",
    iif,
    oif,
    ctState: null,
    ttl: 0,
    length: 28,
    mark: 0,
    ...unframed(ns, true),
    ...macs,
  };
}

type Where = HookPass["hook"] | "ingress" | "egress" | "arp" | "bridge" | "br-netfilter";

function ask(
  walk: Walk,
  ns: Namespace,
  chains: readonly BaseChain[],
  original: FilterPacket,
  leg: Leg,
  where: Where,
  datagram: Datagram | null,
  marks: Marks = { marked: null },
): Halt | null {
  let packet = original;
  for (const chain of [...chains].sort((a, b) => a.priority - b.priority)) {
    // nf_nat_inet_fn: later packets of a connection, and errors about it, follow what the first one was given.
    if (chain.isNat && packet.ctState !== null && packet.ctState !== "new") continue;
    // NF_IP_PRI_CONNTRACK, on the hooks where packets enter the stack: before it none has a state.
    const untracked = chain.priority <= -200 && !["input", "forward", "postrouting"].includes(where);
    const ruling = runChain(chain, untracked ? { ...packet, ctState: null } : packet);
    if (ruling.kind !== "accept") return carryOut(walk, ns, packet, leg, where, datagram, { chain, ruling });
    if (ruling.marked) {
      marks.marked = ruling.marked;
      packet = { ...packet, mark: ruling.marked.value };
    }
  }
  return null;
}

function carryOut(
  walk: Walk,
  ns: Namespace,
  packet: FilterPacket,
  leg: Leg,
  where: Where,
  datagram: Datagram | null,
  { chain, ruling }: { readonly chain: BaseChain; readonly ruling: Exclude<Ruling, { kind: "accept" }> },
): Halt {
  const device = where === "postrouting" ? packet.oif : (packet.iif ?? packet.oif);
  if (ruling.kind === "unknown" || ruling.kind === "nat") {
    const line = ruling.kind === "nat" ? ruling.rule : ruling.line;
    const question = openQuestion(chain, printedPart(line.line));
    walk.add({ kind: "open", leg, netns: ns.key, interface: device, text: question, state: [line] });
    const drops = chain.isNat ? [] : [codeOf(chain, ruling, where, leg)];
    return open(ns.key, [line.key], question, drops);
  }
  const code = codeOf(chain, ruling, where, leg);
  const lines: StateLine[] = ruling.rule ? [ruling.rule] : [chain.line];
  walk.add({
    kind: "stop",
    leg,
    netns: ns.key,
    interface: device,
    text: dropWords(ns, chain, ruling, where),
    state: lines,
  });
  const facts: Facts = {
    target: formatIpv4(packet.destination),
    source: formatIpv4(packet.source),
    chain: chain.name,
    ...(ruling.rule ? { rule: printedPart(ruling.rule.line), ...handleOf(ns, ruling.rule) } : {}),
    ...(packet.iif === null ? {} : { inInterface: packet.iif }),
    ...(packet.oif === null ? {} : { outInterface: packet.oif }),
  };
  // icmp_send: about a packet that was for this host, the error speaks with the address that was asked.
  const local = where === "input" || packet.iif === "lo" || packet.oif === "lo";
  if (ruling.kind === "reject" && datagram)
    sendError(walk, ns, datagram, leg, 3, ruling.code, device, local ? datagram.destination : null);
  return stopped(
    makeHit({
      code,
      netns: ns.key,
      interface: device,
      facts,
      lines,
      certainty: "likely",
      because: text("these rules as state holds them; no counter was watched", "依据状态里的规则；没有观察计数器"),
    }),
  );
}

function handleOf(ns: Namespace, { line }: StateLine): Pick<Facts, "handle"> {
  const handle = ns.nft?.chains.flatMap((chain) => chain.rules).find((rule) => rule.line === line)?.handle ?? null;
  return handle === null ? {} : { handle: String(handle) };
}

function openQuestion(chain: BaseChain, rule: string): Text {
  if (chain.isNat)
    return text(
      `where does this packet go once “${rule}” has translated its addresses?`,
      `“${rule}”改写地址（NAT）之后，这个包去向何处？`,
    );
  return text(`what does “${rule}” do with this packet?`, `规则“${rule}”如何处理这个包？`);
}

function dropWords(
  ns: Namespace,
  chain: BaseChain,
  ruling: Exclude<Ruling, { kind: "accept" | "unknown" | "nat" }>,
  where: Where,
): Text {
  const host = words.hostName(ns.key);
  const verb = ruling.kind === "reject" ? text("rejects", "拒绝（reject）") : text("drops", "丢弃");
  if (!ruling.rule)
    return text(
      `the firewall of ${host.en} (${chain.name}, hook ${where}) ${verb.en} it by its policy`,
      `${host.zh}的防火墙（${chain.name}，${where} 钩子）按默认策略${verb.zh}了它`,
    );
  const rule = printedPart(ruling.rule.line);
  return text(
    `the firewall of ${host.en} (${chain.name}, hook ${where}) ${verb.en} it: ${rule}`,
    `${host.zh}的防火墙（${chain.name}，${where} 钩子）${verb.zh}了它：${rule}`,
  );
}

function codeOf(chain: BaseChain, ruling: Ruling, where: Where, leg: Leg): string {
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
