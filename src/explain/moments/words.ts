// A change between two moments, in few words: "net1:veth1 was set down".

import { formatIpv4, formatMac } from "../../model/address.ts";
import type { InterfaceAddress, Link, Route, SystemState } from "../../model/system-state.ts";
import { printable, type Text, text } from "../../model/text.ts";
import type { Change } from "../since/changes.ts";
import { lacking, ruleLines } from "../since/firewall-lines.ts";

/** What changed, as the clause of a sentence. */
export function wordsOf(change: Change, was: SystemState, is: SystemState): Text {
  if (change.part === "address" && change.device !== null) return addressWords(change, was, is) ?? change.text;
  if (change.part === "firewall") return firewallWords(change.netns, was, is) ?? change.text;
  if (change.part === "route") return routeWords(change.netns, was, is) ?? change.text;
  if (change.part !== "link" || change.device === null) return change.text;
  const before = linkAt(was, change);
  const after = linkAt(is, change);
  const name = placed(change.netns, change.device);
  if (after === undefined) return text(`${name} was deleted or moved away`, `${name} 被删除或移走`);
  if (before === undefined) return text(`${name} appeared`, `新增 ${name}`);
  return linkWords(name, before, after) ?? change.text;
}

// Of several at once on one interface, the first is told.
function addressWords({ netns, device }: Change, was: SystemState, is: SystemState): Text | null {
  const name = placed(netns, device ?? "");
  const of = (state: SystemState): readonly InterfaceAddress[] =>
    (state.namespaces.get(netns)?.addresses ?? []).filter((one) => one.interface === device);
  const had = new Set(of(was).map(({ line }) => line));
  const has = new Set(of(is).map(({ line }) => line));
  const lost = of(was).find(({ line }) => !has.has(line));
  const got = of(is).find(({ line }) => !had.has(line));
  const shown = ({ local, prefixLength }: InterfaceAddress): string => `${formatIpv4(local)}/${prefixLength}`;
  if (lost !== undefined && got === undefined)
    return text(`${shown(lost)} was removed from ${name}`, `${name} 上的 ${shown(lost)} 被删除`);
  if (got !== undefined && lost === undefined)
    return text(`${name} got the address ${shown(got)}`, `${name} 新增地址 ${shown(got)}`);
  return null;
}

// One in the place of another of the same destination.
function routeWords(netns: string, was: SystemState, is: SystemState): Text | null {
  const of = (state: SystemState): readonly Route[] =>
    (state.namespaces.get(netns)?.routes ?? []).filter(({ table }) => table !== "local");
  const keys = (list: readonly Route[]) => new Set(list.map(({ table, line }) => `${table} ${line}`));
  const [had, has] = [keys(of(was)), keys(of(is))];
  const lost = of(was).filter(({ table, line }) => !has.has(`${table} ${line}`));
  const got = of(is).filter(({ table, line }) => !had.has(`${table} ${line}`));
  const where = netns === "" ? text("", "") : text(` in ${printable(netns)}`, `${printable(netns)} 中`);
  const [old, fresh] = [lost[0], got[0]];
  if (lost.length > 1 || got.length > 1) return null;
  if (old !== undefined && fresh !== undefined)
    return text(
      `the route “${printable(old.line)}” was replaced${where.en} by “${printable(fresh.line)}”`,
      `${where.zh}路由“${printable(old.line)}”被替换为“${printable(fresh.line)}”`,
    );
  if (old !== undefined)
    return text(
      `the route “${printable(old.line)}” was deleted${where.en}`,
      `${where.zh}路由“${printable(old.line)}”被删除`,
    );
  return fresh === undefined
    ? null
    : text(
        `the route “${printable(fresh.line)}” was added${where.en}`,
        `${where.zh}新增路由“${printable(fresh.line)}”`,
      );
}

const MOST_RULES = 2;

function firewallWords(netns: string, was: SystemState, is: SystemState): Text | null {
  const of = (state: SystemState): readonly string[] => {
    const ns = state.namespaces.get(netns);
    return (ns && ruleLines(ns)) ?? [];
  };
  const gone = lacking(of(was), of(is)).filter((line) => !isEmptyChain(line, of(is)));
  const added = lacking(of(is), of(was)).filter((line) => !isEmptyChain(line, of(was)));
  const where = netns === "" ? text("", "") : text(` in ${printable(netns)}`, `${printable(netns)} 中`);
  const quoted = (lines: readonly string[]): string =>
    lines.slice(0, MOST_RULES).map(printable).join("; ") + (lines.length > MOST_RULES ? "; …" : "");
  if (added.length === 0 && gone.length === 0) return null;
  if (gone.length === 0)
    return text(`the firewall${where.en} got ${quoted(added)}`, `${where.zh}防火墙新增：${quoted(added)}`);
  if (added.length === 0)
    return text(`the firewall${where.en} lost ${quoted(gone)}`, `${where.zh}防火墙删除：${quoted(gone)}`);
  return text(
    `the firewall${where.en} changed from ${quoted(gone)} to ${quoted(added)}`,
    `${where.zh}防火墙由 ${quoted(gone)} 变为 ${quoted(added)}`,
  );
}

// iptables shows the chains of a table from its first rule on; a chain that accepts is news only where it did not before.
function isEmptyChain(line: string, others: readonly string[]): boolean {
  const [, name] = /^:(\S+) (?:ACCEPT|-)/.exec(line) ?? [];
  return name !== undefined && !others.some((other) => other.startsWith(`:${name} `));
}

function linkAt(state: SystemState, { netns, device }: Change): Link | undefined {
  return state.namespaces.get(netns)?.links?.find(({ name }) => name === device);
}

function linkWords(name: string, before: Link, after: Link): Text | null {
  const [wasUp, isUp] = [before.flags.has("UP"), after.flags.has("UP")];
  if (wasUp !== isUp)
    return isUp ? text(`${name} was set up`, `${name} 被启用`) : text(`${name} was set down`, `${name} 被停用`);
  const [carried, carries] = [before.flags.has("LOWER_UP"), after.flags.has("LOWER_UP")];
  if (carried !== carries)
    return carries
      ? text(`${name} got its carrier back`, `${name} 恢复载波`)
      : text(`${name} lost its carrier`, `${name} 失去载波`);
  if (before.master !== after.master) {
    if (after.master !== null)
      return text(`${name} became a port of ${after.master}`, `${name} 加入网桥 ${after.master}`);
    return text(`${name} left ${before.master}`, `${name} 离开 ${before.master}`);
  }
  if (before.mtu !== after.mtu)
    return text(
      `the MTU of ${name} changed from ${before.mtu} to ${after.mtu}`,
      `${name} 的 MTU 由 ${before.mtu} 变为 ${after.mtu}`,
    );
  if (before.mac !== after.mac && after.mac !== null)
    return text(
      `${name} got the MAC address ${formatMac(after.mac)}`,
      `${name} 的 MAC 地址变为 ${formatMac(after.mac)}`,
    );
  return null;
}

function placed(netns: string, device: string): string {
  return netns === "" ? printable(device) : `${printable(netns)}:${printable(device)}`;
}
