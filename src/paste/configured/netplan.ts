// netplan's YAML: the keys that say which addresses, routes and ports an interface is to have (netplan(5)).

import type { PastedLine } from "../clean.ts";
import { type Configured, type ConfiguredRead, MOST, type Written } from "./written.ts";

/** A value with the keys that lead to it; items of a list of maps have their number among them. */
interface Leaf {
  readonly path: readonly string[];
  readonly written: Written;
}

/** Reads it: what is further right than `network:` belongs to it. */
export function fromNetplan(lines: readonly PastedLine[]): ConfiguredRead | null {
  const from = lines.findIndex(({ text }) => /^\s*network:\s*$/.test(text));
  if (from < 0) return null;
  const margin = indentOf(lines[from]?.text ?? "");
  const after = lines.findIndex(
    ({ text }, at) => at > from && text.trim() !== "" && !/^\s*#/.test(text) && indentOf(text) <= margin,
  );
  const end = after < 0 ? lines.length : after;
  const leaves = leavesOf(lines.slice(from + 1, end));
  const names = [
    ...new Set(
      leaves.flatMap(({ path: [kind = "", name] }) =>
        /^(?:ethernets|bridges|bonds|vlans|wifis)$/.test(kind) && name !== undefined ? [`${kind} ${name}`] : [],
      ),
    ),
  ];
  if (names.length === 0) return null;
  const configured = names.slice(0, MOST).map((key) => configuredOf(key.split(" "), leaves));
  return { configured, rest: [...lines.slice(0, from), ...lines.slice(end)] };
}

function indentOf(text: string): number {
  return text.length - text.trimStart().length;
}

// Maps and lists by their indentation, `[a, b]` in a line; more of YAML such files do not use.
function leavesOf(lines: readonly PastedLine[]): Leaf[] {
  const leaves: Leaf[] = [];
  const open: { indent: number; key: string }[] = [];
  let items = 0;
  for (const { text, number } of lines) {
    const body = text.replace(/(?:^|\s)#.*$/, "").trimEnd();
    if (body.trim() === "") continue;
    let indent = indentOf(body);
    let told = body.trim();
    while (open.length > 0 && (open.at(-1)?.indent ?? 0) >= indent + (told.startsWith("-") ? 1 : 0)) open.pop();
    if (told.startsWith("-")) {
      const [, blanks = ""] = /^-(\s*)/.exec(told) ?? [];
      told = told.slice(1 + blanks.length);
      if (!/^[\w-]+:(?:\s|$)/.test(told)) {
        add(leaves, open, told, number);
        continue;
      }
      open.push({ indent, key: `#${++items}` });
      indent += 1 + blanks.length;
    }
    const [, key = "", value = ""] = /^["']?([^\s"':]+)["']?:\s*(.*)$/.exec(told) ?? [];
    if (key === "") continue;
    open.push({ indent, key });
    if (value !== "") add(leaves, open, value, number);
    else leaves.push({ path: open.map((one) => one.key), written: { value: "", number } });
  }
  return leaves;
}

function add(leaves: Leaf[], open: readonly { key: string }[], value: string, number: number): void {
  const path = open.map(({ key }) => key);
  for (const one of value.replace(/^\[|\]$/g, "").split(","))
    leaves.push({ path, written: { value: one.trim().replace(/^["']|["']$/g, ""), number } });
}

function configuredOf([kind = "", name = ""]: readonly string[], leaves: readonly Leaf[]): Configured {
  const own = leaves.filter(({ path }) => path[0] === kind && path[1] === name);
  const all = (key: string): Written[] =>
    own.flatMap(({ path, written }) => (path[2] === key && written.value !== "" ? [written] : []));
  const defaults = new Set(
    own.flatMap(({ path, written }) =>
      path[2] === "routes" && path[4] === "to" && /^(?:default|0\.0\.0\.0\/0|0\/0)$/.test(written.value)
        ? [path[3]]
        : [],
    ),
  );
  const isMember = kind === "bridges";
  return {
    file: "netplan",
    name,
    number: own[0]?.written.number ?? 0,
    addresses: all("addresses").filter(({ value }) => /^\d+\./.test(value)),
    gateways: [
      ...all("gateway4"),
      ...own.flatMap(({ path, written }) =>
        path[2] === "routes" && path[4] === "via" && /^\d+\./.test(written.value) && defaults.has(path[3])
          ? [written]
          : [],
      ),
    ],
    ports: isMember ? all("interfaces") : [],
    dynamic: all("dhcp4").some(({ value }) => /^(?:true|yes|on)$/i.test(value)),
  };
}
