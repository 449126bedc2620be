// From the links of a state to the lines that make them again: cables, bridges, and what stands on top of others.

import { formatMac } from "../../model/address.ts";
import { ownValue } from "../../model/own-value.ts";
import type { Link, SystemState } from "../../model/system-state.ts";
import { printable, text } from "../../model/text.ts";
import { type OtherEnd, otherEnd } from "../../system/lookup/peer.ts";
import { type Fields, listField, numberField, textField } from "../../system/parse/shape.ts";
import type { StateFile } from "../../system/state-file.ts";
import type { LeftOut } from "./left-out.ts";
import { asList } from "./left-out.ts";
import { line, option, word } from "./line.ts";

/** Lines for one namespace: those that make its links, and those that set them up. */
interface LinkLines {
  readonly make: string[];
  readonly raise: string[];
  /** Once they are up: what the kernel would undo or refuse before. */
  readonly afterwards: string[];
}

/** What is to be made, by the lab's names of the namespaces. */
export interface LinkPlan {
  readonly lines: ReadonlyMap<string, LinkLines>;
  readonly leftOut: readonly LeftOut[];
  /** Whether a cable leads out of the state, to the namespace `outside`. */
  readonly leadsOut: boolean;
}

/** What names a namespace: by the key of the state in the lab, and from there as `ip` knows it. */
export interface LabNames {
  readonly labName: (key: string) => string;
  readonly realName: (labName: string) => string;
  readonly outside: string;
}

/** Devices that each namespace has or makes by itself. */
const OF_ITSELF = new Set([
  "lo",
  "tunl0",
  "gre0",
  "gretap0",
  "erspan0",
  "sit0",
  "ip_vti0",
  "ip6_vti0",
  "ip6tnl0",
  "ip6gre0",
]);

interface Making {
  readonly state: SystemState;
  readonly naming: LabNames;
  readonly lines: Map<string, LinkLines>;
  readonly leftOut: LeftOut[];
  /** Far ends of cables that are made already, as NAMESPACE/NAME. */
  readonly made: Set<string>;
  leadsOut: boolean;
}

/** The links of all namespaces. */
export function linkPlan(file: StateFile, state: SystemState, naming: LabNames): LinkPlan {
  const making: Making = { state, naming, lines: new Map(), leftOut: [], made: new Set(), leadsOut: false };
  const all = Object.entries(file.namespaces).flatMap(([key, ns]) => {
    making.lines.set(naming.labName(key), { make: [], raise: [], afterwards: [] });
    return asList(ns.link).map((raw) => ({ key, raw, link: parsed(state, key, raw) }));
  });
  const known = all.flatMap(({ key, raw, link }) =>
    link === null || OF_ITSELF.has(link.name) ? [] : [{ key, raw, link }],
  );
  // What stands on another device comes after it.
  const layers = [known.filter(({ link }) => !isOnTop(link)), known.filter(({ link }) => isOnTop(link))];
  for (const { key, link } of layers.flat()) make(making, key, link);
  for (const { key, raw, link } of all) if (link !== null) raise(making, key, raw, link);
  return { lines: making.lines, leftOut: making.leftOut, leadsOut: making.leadsOut };
}

function parsed(state: SystemState, key: string, raw: Fields): Link | null {
  const name = textField(raw, "ifname");
  return state.namespaces.get(key)?.links?.find((link) => link.name === name) ?? null;
}

function isOnTop({ kind }: Link): boolean {
  return kind === "vlan" || kind === "macvlan" || kind === "macvtap" || kind === "ipvlan";
}

function linesOf(making: Making, key: string): LinkLines {
  return making.lines.get(making.naming.labName(key)) as LinkLines;
}

function make(making: Making, key: string, link: Link): void {
  const own = linesOf(making, key).make;
  if (making.made.has(`${key}/${link.name}`)) return;
  making.made.add(`${key}/${link.name}`);
  const device = `${word(link.name)} index ${link.index}`;
  const mac = option("address", macOf(link));
  const data = link.data;
  switch (link.kind) {
    case "veth":
      makeCable(making, key, link);
      return;
    case "bridge":
      own.push(line(`link add ${device}`, mac, "type bridge"));
      return;
    case "dummy":
    case "ifb":
      own.push(line(`link add ${device}`, mac, `type ${link.kind}`));
      return;
    case "bond":
      own.push(line(`link add ${device}`, mac, "type bond", option("mode", textField(data, "mode"))));
      return;
    case "vrf":
      own.push(line(`link add ${device}`, mac, "type vrf", option("table", numberField(data, "table"))));
      return;
    case "tun":
      own.push(line("tuntap add name", word(link.name), "mode", textField(data, "type") ?? "tap"));
      return;
    case "vlan":
    case "macvlan":
    case "macvtap":
    case "ipvlan":
      makeOnTop(making, key, link, `${device}${mac === null || link.kind === "ipvlan" ? "" : ` ${mac}`}`);
      return;
    case null:
      makeDoor(making, key, link);
      return;
    default:
      leaveOut(
        making,
        key,
        link,
        `a device of the kind ${printable(link.kind)} is not made`,
        `不创建 ${printable(link.kind)} 类型的设备`,
      );
  }
}

function makeCable(making: Making, key: string, link: Link): void {
  const end: OtherEnd = otherEnd(making.state, key, link.name);
  if (end.kind !== "peer") {
    makeDoor(making, key, link);
    return;
  }
  const own = linesOf(making, key).make;
  making.made.add(`${end.netns}/${end.link.name}`);
  const there = end.netns === key ? null : `netns ${making.naming.realName(making.naming.labName(end.netns))}`;
  own.push(
    line(
      `link add ${word(link.name)} index ${link.index}`,
      option("address", macOf(link)),
      `type veth peer name ${word(end.link.name)} index ${end.link.index}`,
      option("address", macOf(end.link)),
      there,
    ),
  );
}

// A cable that leads out of the state has its other end in a namespace where nobody answers.
function makeDoor(making: Making, key: string, link: Link): void {
  const { naming } = making;
  making.leadsOut = true;
  const number = making.leftOut.filter(({ reason }) => reason === "outside").length + 1;
  linesOf(making, key).make.push(
    line(
      `link add ${word(link.name)} index ${link.index}`,
      option("address", macOf(link)),
      `type veth peer name far${number} netns ${naming.realName(naming.outside)}`,
    ),
  );
  const place = printable(key === "" ? link.name : `${key}:${link.name}`);
  making.leftOut.push({
    reason: "outside",
    text: text(
      `${place} leads out of the state; in the lab nobody answers at its other end.`,
      `${place} 通向状态之外；实验环境里另一端无人应答。`,
    ),
  });
}

function makeOnTop(making: Making, key: string, link: Link, device: string): void {
  const end = otherEnd(making.state, key, link.name);
  if (end.kind !== "peer") {
    leaveOut(making, key, link, "the device that it stands on is not in the state", "它所依附的设备不在状态里");
    return;
  }
  const { data, kind } = link;
  const there = end.netns === key ? null : `netns ${making.naming.realName(making.naming.labName(key))}`;
  const how =
    kind === "vlan"
      ? [option("protocol", textField(data, "protocol")), option("id", numberField(data, "id"))]
      : [option("mode", textField(data, "mode"))];
  linesOf(making, end.netns).make.push(
    line(`link add link ${word(end.link.name)} name ${device}`, there, `type ${kind}`, ...how),
  );
}

function leaveOut(making: Making, key: string, link: Link, en: string, zh: string): void {
  const place = printable(key === "" ? link.name : `${key}:${link.name}`);
  making.leftOut.push({ reason: "device", text: text(`${place}: ${en}.`, `${place}：${zh}。`) });
}

function macOf(link: Link): string | null {
  return link.isLoopback || link.mac === null ? null : formatMac(link.mac);
}

// Options of a bridge that decide over frames, with the kernel's own values: what a kernel lacks is not even asked for then.
const BRIDGE_OPTIONS: Readonly<Record<string, number>> = {
  forward_delay: 1500,
  hello_time: 200,
  max_age: 2000,
  ageing_time: 30_000,
  priority: 32_768,
  vlan_default_pvid: 1,
  vlan_filtering: 0,
  group_fwd_mask: 0,
  mcast_snooping: 1,
  nf_call_iptables: 0,
  nf_call_arptables: 0,
};

function bridgeLines(set: string, data: Fields): string[] {
  return Object.entries(BRIDGE_OPTIONS).flatMap(([name, usual]) => {
    const value = numberField(data, name);
    return value === null || value === usual ? [] : [`${set} type bridge ${name} ${value}`];
  });
}

function raise(making: Making, key: string, raw: Fields, link: Link): void {
  const { raise: lines, afterwards } = linesOf(making, key);
  const set = `link set ${word(link.name)}`;
  if (link.kind === "bridge") lines.push(...bridgeLines(set, link.data));
  if (link.mtu !== null) lines.push(`${set} mtu ${link.mtu}`);
  if (link.master !== null) lines.push(`${set} master ${word(link.master)}`);
  // Being put under a bridge gives some devices another address.
  if (link.master !== null && link.mac !== null) lines.push(`${set} address ${formatMac(link.mac)}`);
  if (!link.isLoopback && link.flags.has("NOARP") && !["dummy", "vrf", "tun"].includes(link.kind ?? ""))
    lines.push(`${set} arp off`);
  if (!link.isLoopback && link.kind !== "dummy" && !link.flags.has("NOARP") && link.kind === "vrf")
    lines.push(`${set} arp on`);
  if (!link.isLoopback && !link.flags.has("MULTICAST") && link.kind === "veth") lines.push(`${set} multicast off`);
  if (link.flags.has("PROMISC")) lines.push(`${set} promisc on`);
  const alias = textField(raw, "ifalias");
  if (alias !== null && /^\S+$/.test(alias)) lines.push(`${set} alias ${word(alias)}`);
  for (const name of altnames(raw)) lines.push(`link property add dev ${word(link.name)} altname ${word(name)}`);
  if (link.kind !== "bridge" || numberField(link.data, "stp_state") !== 1) return;
  const stp = `${set} type bridge stp_state 1`;
  const ports = making.state.namespaces.get(key)?.bridge?.ports?.filter((port) => port.bridge === link.name) ?? [];
  // A port that forwards keeps doing so; one that is to wait has to begin with it.
  if (ports.length > 0 && ports.every((port) => port.state === "forwarding")) afterwards.push(stp);
  else lines.push(stp);
}

function altnames(raw: Fields): string[] {
  const value = raw.altnames;
  return Array.isArray(value) ? value.filter((name): name is string => typeof name === "string") : [];
}

/** The links that are up, in which order does not matter. */
export function upLines(file: StateFile, key: string): string[] {
  return asList(ownValue(file.namespaces, key)?.link)
    .filter((raw) => isUp(raw))
    .map((raw) => `link set ${word(textField(raw, "ifname") ?? "")} up`);
}

function isUp(raw: Fields): boolean {
  return Array.isArray(raw.flags) && raw.flags.includes("UP");
}

/** Addresses of one link or all, in the order in which the kernel shows them: primary ones first. */
export function addressLines(file: StateFile, key: string): string[] {
  return asList(ownValue(file.namespaces, key)?.addr).flatMap((raw) =>
    listField(raw, "addr_info")
      // The kernel gives lo its own when it comes up.
      .filter((info) => info.family === "inet" && !(raw.ifname === "lo" && info.local === "127.0.0.1"))
      .map((info) => addressLine(textField(raw, "ifname") ?? "", info)),
  );
}

function addressLine(device: string, info: Fields): string {
  const peer = textField(info, "address");
  const length = numberField(info, "prefixlen") ?? 32;
  const label = textField(info, "label");
  const scope = textField(info, "scope");
  const local = textField(info, "local") ?? "";
  return line(
    "address add",
    peer === null ? `${word(local)}/${length}` : `${word(local)} peer ${word(peer)}/${length}`,
    option("broadcast", textField(info, "broadcast")),
    `dev ${word(device)}`,
    option("scope", scope === "global" ? null : scope),
    label !== null && label !== device && option("label", label),
    info.noprefixroute === true && "noprefixroute",
    option("metric", numberField(info, "metric")),
  );
}
