// The firewall rules of a namespace as input of the tools that load them.

import { type Fields, isFields, listField, textField } from "../../system/parse/shape.ts";
import type { NamespaceFile } from "../../system/state-file.ts";
import { asList } from "./left-out.ts";

/** What one tool gets on its standard input. */
export interface RulesInput {
  readonly tool: "nft" | "iptables-nft-restore" | "iptables-legacy-restore" | "arptables-restore" | "ebtables-restore";
  readonly argv: readonly string[];
  readonly input: string;
}

/** The rules of a namespace, by the tools that made them; a table of iptables-nft, which nft shows too, is loaded once. */
export function rulesOf(ns: NamespaceFile): RulesInput[] {
  const { nft, legacy } = ns.iptables ?? {};
  return [
    ...nftInput(ns, new Set(othersTables(ns))),
    ...restore("iptables-nft-restore", nft),
    ...restore("iptables-legacy-restore", legacy),
    ...restore("arptables-restore", ns.arptables),
    ...restore("ebtables-restore", ns.ebtables),
  ];
}

function restore(tool: RulesInput["tool"], words: string | undefined): RulesInput[] {
  const tables = ownTables(words);
  return tables.length === 0 ? [] : [{ tool, argv: [tool], input: tables.map(({ text }) => text).join("") }];
}

// The tables of a save file (`*filter` to the next), without those that another tool made: the save file says so, and shows
// them as if they were empty.
function ownTables(words = ""): { readonly name: string; readonly text: string }[] {
  const others = new Set(
    [...words.matchAll(/^# Table `(\S+)' (?:contains|is) incompatible/gm)].map(([, name]) => name),
  );
  const tables: { name: string; text: string }[] = [];
  for (const line of words.split("\n")) {
    if (line.startsWith("*")) tables.push({ name: line.slice(1).trim(), text: "" });
    const last = tables.at(-1);
    if (last !== undefined && line !== "" && !line.startsWith("#")) last.text += `${line}\n`;
  }
  return tables.filter(({ name }) => !others.has(name));
}

function othersTables(ns: NamespaceFile): string[] {
  const of = (family: string, words = "") => ownTables(words).map(({ name }) => `${family} ${name}`);
  return [...of("ip", ns.iptables?.nft), ...of("arp", ns.arptables), ...of("bridge", ns.ebtables)];
}

function nftInput({ nft: ruleset, link }: NamespaceFile, others: ReadonlySet<string>): RulesInput[] {
  if (!isFields(ruleset)) return [];
  const objects = listField(ruleset, "nftables").filter((object) => !("metainfo" in object) && !isOf(others, object));
  if (objects.length === 0) return [];
  const input = `${JSON.stringify({ nftables: objects.map((object) => withDevice(withoutHandle(object), onlyDevice(link))) })}\n`;
  // Older nft opens its standard input by name, which a socket does not allow: cat makes it a pipe.
  return [{ tool: "nft", argv: ["sh", "-c", "cat | nft -j -f -"], input }];
}

function isOf(tables: ReadonlySet<string>, object: Fields): boolean {
  const [kind, body] = Object.entries(object)[0] ?? [];
  if (!isFields(body)) return false;
  const table = textField(body, kind === "table" ? "name" : "table");
  return tables.has(`${textField(body, "family")} ${table}`);
}

// A handle is given by the kernel; a rule that names one would be put behind that.
function withoutHandle(object: Fields): Fields {
  return Object.fromEntries(
    Object.entries(object).map(([kind, body]) => {
      if (!isFields(body)) return [kind, body];
      const { handle, ...rest } = body;
      return [kind, rest];
    }),
  );
}

// `nft -j` before 1.0.7 does not say which device a chain hangs on; where a namespace has one, it can be no other.
function withDevice(object: Fields, device: string | null): Fields {
  const chain = object.chain;
  if (!isFields(chain) || chain.family !== "netdev" || chain.dev !== undefined || device === null) return object;
  return { chain: { ...chain, dev: device } };
}

function onlyDevice(link: unknown): string | null {
  const names = asList(link).flatMap((one) => textField(one, "ifname") ?? []);
  const devices = names.filter((name) => name !== "lo");
  return devices.length === 1 ? (devices[0] ?? null) : null;
}
