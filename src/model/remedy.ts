// What a cause's file offers against it, and short forms for the edits that many of them share.

import type { Edit, NftChainName, NftRuleEdit, RouteEdit, SysctlEdit, TablesRuleEdit } from "./edit.ts";
import type { CauseHit, Facts } from "./finding.ts";
import { inNamespace } from "./in-namespace.ts";
import { ownValue } from "./own-value.ts";
import type { RouteType } from "./system-state.ts";
import type { Text } from "./text.ts";

/** Edits that mend it together, a command that no walk can prove, or advice where nothing can be changed. */
export type Remedy = EditRemedy | CommandRemedy | AdviceRemedy;

export interface EditRemedy {
  readonly edits: readonly [Edit, ...Edit[]];
  readonly effect: Text;
  /**
   * It cannot be typed as it stands: the facts do not name the host, or the command has a blank (IF, GATEWAY) or a
   * name of convention (br0, inet filter input, /24) where they lack a word.
   */
  readonly incomplete?: boolean;
  readonly advice?: never;
  readonly command?: never;
}

/** It changes something that no kind of edit stands for: whether it helps, no walk can tell, and the report says so. */
interface CommandRemedy {
  readonly command: string;
  readonly effect: Text;
  readonly advice?: never;
  readonly edits?: never;
}

export interface AdviceRemedy {
  /** A command that only looks, or that changes what a person must judge first. */
  readonly advice: string;
  readonly effect: Text;
  readonly edits?: never;
  readonly command?: never;
}

/** `sysctl -w KEY=VALUE …` */
export function setting(netns: string | null, settings: Readonly<Record<string, string>>): SysctlEdit {
  return { kind: "sysctl", netns, settings: Object.entries(settings).map(([key, value]) => ({ key, value })) };
}

/** The key of an interface's setting: dots in its name become slashes. */
export function confKey(device: string, name: string): string {
  return `net.ipv4.conf.${device.replaceAll(".", "/")}.${name}`;
}

/** A setting of all interfaces and of this one, where either alone decides. */
export function allAnd(device: string, name: string, value: string): Record<string, string> {
  return { [confKey("all", name)]: value, [confKey(device, name)]: value };
}

/** The edit by which a walk goes on: that setting, of all interfaces and of the one where the packet was stopped. */
export function alsoForAll(name: string, value: string): (hit: CauseHit) => readonly Edit[] {
  return ({ netns, interface: device }) => (device === null ? [] : [setting(netns, allAnd(device, name, value))]);
}

/** The edits by which a walk goes on: both ends of the link are up. */
export function peerUp({ netns, interface: device, facts: { owner, peerInterface } }: CauseHit): readonly Edit[] {
  if (owner === undefined || peerInterface === undefined) return [];
  const peer: Edit = { kind: "link", netns: owner, device: peerInterface, up: true };
  return device === null ? [peer] : [peer, { kind: "link", netns, device, up: true }];
}

/** A chain by the words that name it: `inet filter input`. */
export function nftChain(words: string): NftChainName {
  const [family = "", table = "", name = ""] = words.split(" ");
  return { family, table, name };
}

/** `nft insert|add rule CHAIN RULE` */
export function nftRule(netns: string | null, verb: "insert" | "add", chain: string, rule: string): NftRuleEdit {
  return { kind: "nft-rule", netns, verb, chain: nftChain(chain), rule };
}

/** A rule in front of all others, by the tool whose chain it is: `filter INPUT` is iptables', `inet filter input` is nft's. */
export function firstRule(
  netns: string | null,
  chain: string,
  rules: { readonly iptables: string; readonly nft: string; readonly tool?: Facts["tool"] },
): NftRuleEdit | TablesRuleEdit {
  const [table = "", name = "", more] = chain.split(" ");
  if (more !== undefined) return nftRule(netns, "insert", chain, rules.nft);
  return {
    kind: "tables-rule",
    netns,
    tool: rules.tool ?? "iptables",
    verb: "insert",
    table,
    chain: name,
    rule: rules.iptables,
  };
}

const TYPES: readonly string[] = ["local", "broadcast", "multicast", "blackhole", "unreachable", "prohibit", "throw"];

// A route from the words in which a line of state shows it; null where it has some that no edit has.
function routeBy(netns: string | null, verb: RouteEdit["verb"], line: string): RouteEdit | null {
  const words = line.trim().split(/\s+/);
  const type = TYPES.includes(words[0] ?? "") ? (words.shift() as RouteType) : undefined;
  const destination = words.shift();
  if (destination === undefined) return null;
  const said: Record<string, string | number | true> = {};
  while (words.length > 0) {
    const word = words.shift() as string;
    if (word === "onlink") {
      said.onlink = true;
      continue;
    }
    const field = ownValue(FIELDS, word);
    const value = words.shift();
    if (field === undefined || value === undefined || field in said) return null;
    said[field] = field === "metric" || field === "mtu" || field === "tos" ? Number(value) : value;
  }
  return { kind: "route", netns, verb, ...(type === undefined ? {} : { type }), destination, ...said };
}

const FIELDS: Readonly<
  Record<string, "via" | "device" | "source" | "table" | "metric" | "mtu" | "tos" | "scope" | "protocol">
> = {
  via: "via",
  dev: "device",
  src: "source",
  table: "table",
  metric: "metric",
  mtu: "mtu",
  tos: "tos",
  scope: "scope",
  proto: "protocol",
};

/** The edit that a line of state tells, or the command alone where the line has words that no edit has. */
export function routeRemedy(
  netns: string | null,
  verb: RouteEdit["verb"],
  line: string,
): Pick<EditRemedy, "edits"> | Pick<AdviceRemedy, "advice"> {
  const edit = routeBy(netns, verb, line);
  return edit === null ? { advice: inNamespace(netns, `ip route ${verb} ${line}`) } : { edits: [edit] };
}

/** What `ip route del` is told of a route that refuses: of one with a next hop object the kernel keeps no type of its own. */
export function refusingRoute(type: "blackhole" | "unreachable" | "prohibit", route = ""): string {
  const [, prefix = "PREFIX"] = new RegExp(`^${type} (\\S+)`).exec(route) ?? [];
  const [table = ""] = / table \S+/.exec(route) ?? [];
  return `${/ nhid \d/.test(route) ? "" : `${type} `}${prefix}${table}`;
}

/** Where a ping is typed: without a namespace it needs no root, and is printed as the asker types it. */
export function askedFrom(netns: string | null): { netns?: string } {
  return netns === null || netns === "" ? {} : { netns };
}

// Blanks of commands, and what stands in for a name that the facts lack.
const BLANK =
  /\b(?:IF|ADDRESS|LENGTH|GATEWAY|TARGET|SOURCE|ASKER|ROUTER|MAC|PORT|BRIDGE|PEER|PREFIX|PARENT|NEXTHOP|SUBNET|GROUP|OTHER|BROADCAST|TABLE|NAME|br0)\b/g;

/** Whether a command as it is printed has a blank that a person must fill in. */
export function hasBlank(command: string): boolean {
  return command.match(BLANK) !== null;
}

/** Whether an edit has a blank, a stand-in or no known place. */
export function isIncomplete(edit: Edit, facts: Facts): boolean {
  if (edit.netns === null) return true;
  const known = Object.values<string>({ ...facts });
  const isKnown = (word: string): boolean => known.some((fact) => fact.includes(word));
  if (edit.kind === "nft-rule" && !isKnown(`${edit.chain.family} ${edit.chain.table} ${edit.chain.name}`)) return true;
  return (JSON.stringify({ ...edit, kind: "" }).match(BLANK) ?? []).some((word) => !isKnown(word));
}
