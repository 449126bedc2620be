// The one command whose output tells most between the worlds that fit: it shows the likeliest of their faults, and as many
// as any does.

import { formatIpv4, type Ipv4, isPrivate } from "../../model/address.ts";
import { inNamespace } from "../../model/cause.ts";
import type { Settle } from "../../model/finding.ts";
import type { FaultPart } from "../../model/presence.ts";
import { shellWords } from "../../model/shell-word.ts";
import { type Text, text } from "../../model/text.ts";
import type { Fault } from "./faults.ts";
import type { World } from "./world.ts";

interface Showing {
  readonly fault: Fault;
  readonly codes: Set<string>;
  readonly parts: FaultPart[];
}

/** Of `worlds`, the likeliest first. Empty where nothing is left to tell apart, or where nothing that could be looked at would. */
export function settleOf(worlds: readonly World[], shown: ReadonlySet<string>, dst: Ipv4): Settle[] {
  const target = formatIpv4(dst);
  // Nobody looks into a host out on the internet that is not among those that were shown, nor into what it hangs on.
  const isOut = !isPrivate(dst) && !worlds.some(({ fault }) => fault?.role === "target" && shown.has(fault.netns));
  const byCommand = new Map<string, Showing>();
  for (const { fault, code } of worlds) {
    for (const edit of fault?.edits ?? []) {
      if (fault === null || (isOut && /^(?:target|switch)$/.test(fault.role) && !shown.has(fault.netns))) continue;
      const key = `${fault.netns} ${fault.role} ${toolFor(edit)}`;
      const known = byCommand.get(key) ?? { fault, codes: new Set(), parts: [] };
      known.codes.add(code);
      known.parts.push(edit);
      byCommand.set(key, known);
    }
  }
  const ranks = [...new Set(worlds.map(({ code }) => code))];
  const [best] = [...byCommand.values()].sort((a, b) => weight(b.codes, ranks) - weight(a.codes, ranks));
  if (worlds.length < 2) return [];
  if (best === undefined) return isOut ? [wayTo(target)] : [];
  const isShown = shown.has(best.fault.netns);
  const where = isShown ? shellWords(best.fault.netns) : null;
  const place = isShown ? null : placeOf(best.fault.role, target);
  const codes = [...best.codes].join(", ");
  const tells = text(`tells ${codes} from what else it could be`, `能区分 ${[...best.codes].join("、")} 与其他可能`);
  return [
    {
      command: inNamespace(where, commandFor(best.parts, isShown)),
      because: place === null ? tells : text(`${place.en}: ${tells.en}`, `${place.zh}执行：${tells.zh}`),
    },
  ];
}

function wayTo(target: string): Settle {
  return {
    command: `traceroute -n ${target}`,
    because: text("on the asking host: shows how far it gets", "在发出请求的主机上执行：看报文能到达哪一跳"),
  };
}

// The first of the look-alikes counts twice as much as the second, three times as much as the third.
function weight(codes: ReadonlySet<string>, ranks: readonly string[]): number {
  return [...codes].reduce((sum, code) => sum + 1 / (1 + ranks.indexOf(code)), 0);
}

function placeOf(role: Fault["role"], target: string): Text {
  switch (role) {
    case "asker":
      return text("on the asking host", "在发出 ping 的主机上");
    case "router":
      return text("on the router", "在路由器上");
    case "switch":
      return text("on the host of the bridge between them", "在两者之间网桥所在的主机上");
    case "target":
      return text(`on ${target}`, `在 ${target} 上`);
  }
}

// What lists the part of the system that it changes.
function toolFor(part: FaultPart): string {
  switch (part.kind) {
    case "nft-drop":
      return part.family === "arp" ? ARP_RULES : RULES;
    case "tc-ingress":
    case "tc-egress":
      return `tc filter show dev ${part.device} ${part.kind.slice(3)}`;
    case "lossy-queue":
      return "tc -s qdisc";
    case "xdp-program":
    case "bridge-above":
      return "ip -d link";
    case "listener":
      return "bridge fdb";
    case "sockets":
      return "ss -Hlntup";
    case "sysctl":
      return "sysctl";
    case "address":
      return "ip -4 addr";
    case "route":
    case "route-cache":
      return "ip route show table all";
    case "rule":
      return "ip rule";
    case "neighbour":
      return "ip neigh";
    case "link":
    case "bridge":
      return "ip -d link";
    case "wireguard-peer":
      return "wg show all dump";
    case "bridge-port":
    case "bridge-vlan":
      return "bridge -d link";
    case "fdb":
      return "bridge fdb";
    case "tables-rule":
      return part.tool === "arptables" ? ARP_RULES : RULES;
    case "policy":
    case "nat":
    case "nft-rule":
      return RULES;
    case "question":
      return "ping";
  }
}

// Rules of both kinds: what iptables-legacy holds no nft lists, and the other way round.
const RULES = "sh -c 'nft list ruleset; iptables-save -c'";
const ARP_RULES = "sh -c 'nft list ruleset; arptables-save'";

// Interfaces of a host that nobody showed have no names: then all settings of that name are listed.
function commandFor(parts: readonly FaultPart[], isShown: boolean): string {
  const keys = [
    ...new Set(parts.flatMap((part) => (part.kind === "sysctl" ? part.settings.map(({ key }) => key) : []))),
  ];
  const [first] = parts;
  if (keys.length === 0 || first === undefined) return first === undefined ? "" : toolFor(first);
  if (isShown) return `sysctl ${keys.flatMap(withAll).join(" ")}`;
  const names = [...new Set(keys.map((key) => key.split(".").at(-1) ?? key))];
  return `sysctl -ar 'ipv4.*(${names.join("|")})$'`;
}

// What is in force is made of two of them.
function withAll(key: string): string[] {
  const all = key.replace(/^(net\.ipv4\.conf\.)[^.]+\./, "$1all.");
  return all === key ? [key] : [all, key];
}
