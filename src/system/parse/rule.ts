// Policy rules, from `ip -j -d rule`.

import { ANY_IPV4, formatPrefix, type Prefix, parsePrefix } from "../../model/address.ts";
import type { Rule } from "../../model/system-state.ts";
import { unreadAttribute } from "../attributes.ts";
import { tableName } from "../lookup/fib-table.ts";
import { type Fields, isSet, nameField, numberField, textField, tosField } from "./shape.ts";

const EVERYTHING: Prefix = { address: ANY_IPV4, length: 0 };

/** Parses the rules in the order of the dump, which is the order in which the kernel tries them. */
export function parseRules(list: readonly Fields[]): Rule[] {
  return list.flatMap((fields) => {
    const from = prefixOf(fields, "src");
    const to = prefixOf(fields, "dst");
    // IPv6 rules, from `ip -6 rule` in a file made by hand.
    if (from === null || to === null) return [];
    const unread = unreadAttribute("rule", fields);
    const rule = {
      ...(unread === null ? {} : { unread }),
      priority: numberField(fields, "priority") ?? 0,
      not: isSet(fields, "not"),
      from,
      to,
      iif: textField(fields, "iif"),
      oif: textField(fields, "oif"),
      mark: markOf(fields),
      tos:
        numberField(fields, "dscp") !== null ? (numberField(fields, "dscp") as number) << 2 : tosField(fields, "tos"),
      uidRange: uidRangeOf(fields),
      ipProtocol: nameField(fields, "ipproto"),
      hasPorts: ["sport", "dport", "sport_start", "dport_start", "tun_id"].some((key) => Object.hasOwn(fields, key)),
      sourcePorts: portsOf(fields, "sport"),
      destinationPorts: portsOf(fields, "dport"),
      l3mdev: isSet(fields, "l3mdev"),
      suppressPrefixLength: numberField(fields, "suppress_prefixlen"),
      suppressIfGroup: nameField(fields, "suppress_ifgroup"),
      action: actionOf(fields),
    };
    return [{ ...rule, line: ruleLine(rule, fields) }];
  });
}

function prefixOf(fields: Fields, key: "src" | "dst"): Prefix | null {
  const printed = textField(fields, key);
  if (printed === null || printed === "all") return EVERYTHING;
  const length = numberField(fields, `${key}len`);
  return parsePrefix(length === null || printed.includes("/") ? printed : `${printed}/${length}`);
}

function markOf(fields: Fields): Rule["mark"] {
  const value = numberField(fields, "fwmark");
  const mask = numberField(fields, "fwmask");
  if (value === null && mask === null) return null;
  return { value: value ?? 0, mask: mask ?? 0xffffffff };
}

function portsOf(fields: Fields, key: "sport" | "dport"): Rule["sourcePorts"] {
  const start = numberField(fields, `${key}_start`) ?? numberField(fields, key);
  return start === null ? null : { start, end: numberField(fields, `${key}_end`) ?? start };
}

function uidRangeOf(fields: Fields): Rule["uidRange"] {
  const start = numberField(fields, "uid_start");
  const end = numberField(fields, "uid_end");
  return start === null || end === null ? null : { start, end };
}

function actionOf(fields: Fields): Rule["action"] {
  const target = numberField(fields, "goto");
  if (target !== null) return { kind: "goto", target };
  if (Object.hasOwn(fields, "nop")) return { kind: "nop" };
  const action = textField(fields, "action");
  if (action === "blackhole" || action === "unreachable" || action === "prohibit") return { kind: action };
  const table = nameField(fields, "table");
  // l3mdev: the table is that of the packet's VRF.
  if (table !== null) return { kind: "lookup", table: tableName(table) };
  return isSet(fields, "l3mdev") ? { kind: "lookup", table: "l3mdev" } : { kind: "nop" };
}

/** A rule as `ip rule` shows it. */
function ruleLine(rule: Omit<Rule, "line">, fields: Fields): string {
  const parts = [
    `${rule.priority}:`,
    ...(rule.not ? ["not"] : []),
    `from ${rule.from.length === 0 ? "all" : formatPrefix(rule.from)}`,
  ];
  if (rule.to.length !== 0) parts.push(`to ${formatPrefix(rule.to)}`);
  if (rule.tos !== 0) parts.push(`tos 0x${rule.tos.toString(16)}`);
  if (rule.mark !== null) {
    const mask = rule.mark.mask === 0xffffffff ? "" : `/0x${rule.mark.mask.toString(16)}`;
    parts.push(`fwmark 0x${rule.mark.value.toString(16)}${mask}`);
  }
  if (rule.iif !== null) parts.push(`iif ${rule.iif}${Object.hasOwn(fields, "iif_detached") ? " [detached]" : ""}`);
  if (rule.oif !== null) parts.push(`oif ${rule.oif}${Object.hasOwn(fields, "oif_detached") ? " [detached]" : ""}`);
  if (rule.uidRange !== null) parts.push(`uidrange ${rule.uidRange.start}-${rule.uidRange.end}`);
  if (rule.ipProtocol !== null) parts.push(`ipproto ${rule.ipProtocol}`);
  for (const port of ["sport", "dport"]) {
    const start = nameField(fields, `${port}_start`) ?? nameField(fields, port);
    const end = nameField(fields, `${port}_end`);
    if (start !== null) parts.push(end === null ? `${port} ${start}` : `${port} ${start}-${end}`);
  }
  if (rule.action.kind === "lookup") parts.push(rule.l3mdev ? "lookup [l3mdev-table]" : `lookup ${rule.action.table}`);
  else if (rule.action.kind === "goto") parts.push(`goto ${rule.action.target}`);
  else parts.push(rule.action.kind);
  if (rule.suppressPrefixLength !== null) parts.push(`suppress_prefixlength ${rule.suppressPrefixLength}`);
  if (rule.suppressIfGroup !== null) parts.push(`suppress_ifgroup ${rule.suppressIfGroup}`);
  return parts.join(" ");
}
