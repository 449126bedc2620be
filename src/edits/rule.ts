// A policy rule.

import { formatPrefix, type Prefix } from "../model/address.ts";
import type { RuleEdit } from "../model/edit.ts";
import type { Namespace, Rule } from "../model/system-state.ts";
import { parseRules } from "../system/parse/rule.ts";
import { changeNamespace } from "./change.ts";
import { COST, type Face } from "./face.ts";
import { keepOnDevice } from "./keep-network.ts";
import { option, words } from "./typed.ts";

export const rule: Face<RuleEdit> = {
  apply: (state, edit) =>
    changeNamespace(state, edit.netns, (ns) => {
      if (ns.rules === undefined) return null;
      if (edit.verb === "del") {
        const at = ns.rules.findIndex((one) => isMeant(one, edit));
        return at < 0 ? null : { ...ns, rules: ns.rules.filter((_, index) => index !== at) };
      }
      const made = ruleBy(ns, edit);
      if (made === null || ns.rules.some((one) => isEqual(one, made))) return null;
      return { ...ns, rules: [...ns.rules, made].sort((a, b) => a.priority - b.priority) };
    }),
  command: (edit) =>
    words(
      `ip rule ${edit.verb}`,
      isForAll(edit) && option("pref", edit.priority),
      edit.not && "not",
      option("from", edit.from),
      option("to", edit.to),
      option("tos", edit.tos),
      option("fwmark", edit.mark),
      option("iif", edit.iif),
      option("oif", edit.oif),
      option("uidrange", edit.users),
      option("ipproto", edit.protocol),
      option("lookup", edit.table),
      edit.action,
      !isForAll(edit) && option("pref", edit.priority),
    ),
  undo: (edit, before) => {
    const ns = before.namespaces.get(edit.netns ?? "");
    if (ns?.rules === undefined) return null;
    if (edit.verb === "add") {
      const made = ruleBy(ns, edit);
      return made === null ? null : [{ ...edit, verb: "del", priority: made.priority }];
    }
    const was = ns.rules.find((one) => isMeant(one, edit));
    return was === undefined ? [] : asEdit(edit, was);
  },
  keep: (edit, manager) => {
    if (edit.verb === "del") return null;
    const lines = [`Table=${edit.table ?? "main"}`];
    if (edit.from !== undefined) lines.push(`From=${edit.from}`);
    if (edit.to !== undefined) lines.push(`To=${edit.to}`);
    if (edit.priority !== undefined) lines.push(`Priority=${edit.priority}`);
    return keepOnDevice(
      { device: edit.iif ?? "lo", networkd: { section: "RoutingPolicyRule", lines }, command: rule.command(edit) },
      manager,
    );
  },
  cost: COST.route,
};

function isForAll({ from, to, iif, oif, mark, tos, users, protocol }: RuleEdit): boolean {
  return [from, to, iif, oif, mark, tos, users, protocol].every((selector) => selector === undefined);
}

// fib_default_rule_pref: without a priority it stands in front of the second rule.
function ruleBy(ns: Namespace, edit: RuleEdit): Rule | null {
  const sorted = [...(ns.rules ?? [])].sort((a, b) => a.priority - b.priority);
  const priority = edit.priority ?? Math.max(0, (sorted[1]?.priority ?? 32766) - 1);
  const [mark, mask] = edit.mark?.split("/") ?? [];
  const [first, last] = edit.users?.split("-") ?? [];
  const prefix = (key: "src" | "dst", value: string | undefined): object => {
    const [address, length] = value?.split("/") ?? [];
    if (address === undefined) return key === "src" ? { src: "all" } : {};
    return { [key]: address, ...(length === undefined ? {} : { [`${key}len`]: Number(length) }) };
  };
  const [made] = parseRules([
    {
      priority,
      ...(edit.not ? { not: null } : {}),
      ...prefix("src", edit.from),
      ...prefix("dst", edit.to),
      ...(edit.iif === undefined ? {} : { iif: edit.iif }),
      ...(edit.oif === undefined ? {} : { oif: edit.oif }),
      ...(mark === undefined ? {} : { fwmark: mark }),
      ...(mask === undefined ? {} : { fwmask: mask }),
      ...(edit.tos === undefined ? {} : { tos: edit.tos }),
      ...(edit.protocol === undefined ? {} : { ipproto: edit.protocol }),
      ...(first === undefined ? {} : { uid_start: Number(first), uid_end: Number(last) }),
      ...(edit.action === undefined ? { table: edit.table ?? "main" } : { action: edit.action }),
    },
  ]);
  return made ?? null;
}

function isMeant(one: Rule, edit: RuleEdit): boolean {
  const same = (prefix: Prefix, typed: string | undefined): boolean =>
    typed === undefined || typed === "all" || formatPrefix(prefix) === typed.replace(/\/32$/, "");
  return (
    (edit.priority === undefined || one.priority === edit.priority) &&
    same(one.from, edit.from) &&
    same(one.to, edit.to) &&
    (edit.iif === undefined || one.iif === edit.iif) &&
    (edit.oif === undefined || one.oif === edit.oif) &&
    (edit.table === undefined || (one.action.kind === "lookup" && one.action.table === edit.table)) &&
    (edit.action === undefined || one.action.kind === edit.action)
  );
}

// rule_exists: an equal one is refused.
function isEqual({ line: _one, ...one }: Rule, { line: _other, ...other }: Rule): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

// A rule whose parts cannot all be typed again is not brought back.
function asEdit(edit: RuleEdit, was: Rule): readonly RuleEdit[] | null {
  const { action } = was;
  if (was.hasPorts || was.l3mdev || was.suppressPrefixLength !== null || was.suppressIfGroup !== null) return null;
  if (action.kind === "goto" || action.kind === "nop") return null;
  const mask = was.mark?.mask === 0xffffffff ? "" : `/0x${was.mark?.mask.toString(16)}`;
  return [
    {
      kind: "rule",
      netns: edit.netns,
      verb: "add",
      priority: was.priority,
      ...(was.not ? { not: true } : {}),
      ...(was.from.length === 0 ? {} : { from: formatPrefix(was.from) }),
      ...(was.to.length === 0 ? {} : { to: formatPrefix(was.to) }),
      ...(was.iif === null ? {} : { iif: was.iif }),
      ...(was.oif === null ? {} : { oif: was.oif }),
      ...(was.mark === null ? {} : { mark: `0x${was.mark.value.toString(16)}${mask}` }),
      ...(was.tos === 0 ? {} : { tos: `0x${was.tos.toString(16)}` }),
      ...(was.ipProtocol === null ? {} : { protocol: was.ipProtocol }),
      ...(was.uidRange === null ? {} : { users: `${was.uidRange.start}-${was.uidRange.end}` }),
      ...(action.kind === "lookup" ? { table: action.table } : { action: action.kind }),
    },
  ];
}
