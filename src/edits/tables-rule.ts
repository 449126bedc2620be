// A rule of iptables (arptables, ebtables), in the tables as their save tools print them.

import type { TablesRuleEdit } from "../model/edit.ts";
import { ownValue } from "../model/own-value.ts";
import type { Namespace } from "../model/system-state.ts";
import { printedPart } from "../model/typed-line.ts";
import { changeNamespace } from "./change.ts";
import { COST, type Face } from "./face.ts";
import { keepIptables } from "./keep-rules.ts";
import { name, option, words } from "./typed.ts";

export const tablesRule: Face<TablesRuleEdit> = {
  apply: (state, edit) =>
    changeNamespace(state, edit.netns, (ns) => changeTables(ns, edit.tool, (text) => changed(text, edit))),
  command: (edit) =>
    words(
      edit.tool,
      option("-t", edit.table),
      edit.verb === "insert" ? "-I" : edit.verb === "append" ? "-A" : "-D",
      name(edit.chain),
      edit.number !== undefined && String(edit.number),
      edit.rule && name(edit.rule),
    ),
  undo: (edit, before) => {
    const { rule: text, number: _, ...place } = edit;
    if (edit.verb !== "delete") return text === undefined ? null : [{ ...place, verb: "delete", rule: text }];
    const ns = before.namespaces.get(edit.netns ?? "");
    const lines = ns && rulesOf(tablesOf(ns, edit.tool) ?? "", edit);
    const at = lines?.findIndex((line, index) => isMeant(line, index, edit)) ?? -1;
    const was = lines?.[at];
    return was === undefined
      ? null
      : [{ ...place, verb: "insert", number: at + 1, rule: bare(was).split(" ").slice(2).join(" ") }];
  },
  keep: (edit, manager) => {
    if (edit.verb === "delete" || edit.rule === undefined) return null;
    const line = `-${edit.verb === "insert" ? "I" : "A"} ${edit.chain} ${edit.rule}`;
    return keepIptables(tablesRule.command(edit), edit.table ?? "filter", line, manager);
  },
  cost: COST.firewall,
};

/** What the tool's save form shows; undefined is unknown. */
export function tablesOf(ns: Namespace, tool: TablesRuleEdit["tool"]): string | undefined {
  if (tool === "arptables" || tool === "ebtables") return ns[tool];
  return ns.iptables?.[variantOf(ns, tool)];
}

// One iptables, whichever variant it is; where both hold rules, the one of this name is the newer.
function variantOf({ iptables }: Namespace, tool: TablesRuleEdit["tool"]): "nft" | "legacy" {
  if (tool === "iptables-legacy") return "legacy";
  return tool === "iptables-nft" || iptables?.nft !== undefined ? "nft" : "legacy";
}

/** The namespace with a tool's tables changed; null where they are not known or the change is refused. */
export function changeTables(
  ns: Namespace,
  tool: TablesRuleEdit["tool"],
  change: (text: string) => string | null,
): Namespace | null {
  if (tool === "arptables" || tool === "ebtables") {
    const text = ns[tool] === undefined ? null : change(ns[tool]);
    return text === null ? null : { ...ns, [tool]: text };
  }
  if (ns.iptables === undefined) return null;
  const variant = variantOf(ns, tool);
  const text = change(ns.iptables[variant] ?? "");
  return text === null ? null : { ...ns, iptables: { ...ns.iptables, [variant]: text } };
}

const CHAINS: Readonly<Record<string, readonly string[]>> = {
  filter: ["INPUT", "FORWARD", "OUTPUT"],
  nat: ["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"],
  mangle: ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"],
  raw: ["PREROUTING", "OUTPUT"],
};

/** The text with one table changed, which is made where it is not there yet; that table then stands last. */
export function changeTable(
  text: string,
  table: string,
  change: (lines: readonly string[]) => string[] | null,
): string | null {
  const pattern = new RegExp(`^\\*${table}\\n([\\s\\S]*?)^COMMIT\\n?`, "m");
  const known = pattern.exec(text);
  const lines = known
    ? (known[1] as string).split("\n").filter((line) => line !== "")
    : (ownValue(CHAINS, table) ?? []).map((chain) => `:${chain} ACCEPT [0:0]`);
  const made = change(lines);
  return made && `${text.replace(pattern, "")}*${table}\n${made.join("\n")}\nCOMMIT\n`;
}

function changed(text: string, edit: TablesRuleEdit): string | null {
  return changeTable(text, edit.table ?? "filter", (lines) => {
    if (!lines.some((line) => line.startsWith(`:${edit.chain} `))) return null;
    const own = lines.flatMap((line, index) => (isOf(line, edit.chain) ? [index] : []));
    const result = [...lines];
    if (edit.verb === "delete") {
      const at = own.find((index, place) => isMeant(lines[index] as string, place, edit));
      if (at === undefined) return null;
      result.splice(at, 1);
      return result;
    }
    const rule = `-A ${edit.chain} ${edit.rule ?? ""}`.trim();
    if (edit.verb === "append") return [...lines, rule];
    const place = own[(edit.number ?? 1) - 1];
    result.splice(place ?? lines.length, 0, rule);
    return result;
  });
}

function rulesOf(text: string, { table, chain }: TablesRuleEdit): string[] {
  const found = new RegExp(`^\\*${table ?? "filter"}\\n([\\s\\S]*?)^COMMIT`, "m").exec(text)?.[1] ?? "";
  return found.split("\n").filter((line) => isOf(line, chain));
}

function isOf(line: string, chain: string): boolean {
  return bare(line).startsWith(`-A ${chain} `) || bare(line) === `-A ${chain}`;
}

// Without what it has counted and the command it came from.
function bare(line: string): string {
  return printedPart(line.replace(/^\[\d+:\d+\] /, ""));
}

function isMeant(line: string, place: number, { number, rule, chain }: TablesRuleEdit): boolean {
  return number === undefined ? bare(line) === `-A ${chain} ${rule ?? ""}`.trim() : place === number - 1;
}
