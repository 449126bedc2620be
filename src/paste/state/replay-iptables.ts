// Rules that people type with iptables, added to the tables in the form of iptables-save.

import { ownValue } from "../../model/own-value.ts";
import { printedPart, typedLine } from "../../model/typed-line.ts";
import type { NamespaceModel } from "./network.ts";

const CHAINS: Readonly<Record<string, readonly string[]>> = {
  filter: ["INPUT", "FORWARD", "OUTPUT"],
  nat: ["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"],
  mangle: ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"],
  raw: ["PREROUTING", "OUTPUT"],
};

/** `iptables [-t TABLE] -A|-I|-D|-P|-F|-N …`; false where the command shows or is not understood. */
export function changeIptables(ns: NamespaceModel, argv: readonly string[], typed: string): boolean {
  const words = withoutManners(argv.slice(1).map((word) => ownValue(LONG, word) ?? word));
  const tableAt = words.indexOf("-t");
  const table = tableAt < 0 ? "filter" : (words[tableAt + 1] ?? "filter");
  if (tableAt >= 0) words.splice(tableAt, 2);
  const at = words.findIndex((word) => /^-[AIDPFNX]$/.test(word));
  const verb = words[at];
  if (at < 0 || verb === undefined) return false;
  if (argv[0] === "iptables-legacy") ns.namedLegacy = true;
  const isNft = argv[0] === "iptables-nft" || (ns.iptables?.nft !== undefined && argv[0] !== "iptables-legacy");
  const variant = isNft ? "nft" : "legacy";
  const text = ns.iptables?.[variant] ?? "";
  const pattern = new RegExp(`^\\*${table.replace(/\W/g, "")}\\n([\\s\\S]*?)^COMMIT\\n?`, "m");
  const known = pattern.exec(text);
  const lines = known
    ? (known[1] as string).split("\n").filter((line) => line !== "")
    : (ownValue(CHAINS, table) ?? []).map((chain) => `:${chain} ACCEPT [0:0]`);
  const changed = changeTable(lines, verb, words[at + 1], [...words.slice(0, at), ...words.slice(at + 2)], typed);
  if (changed === null) return false;
  ns.iptables = { ...ns.iptables, [variant]: `${text.replace(pattern, "")}*${table}\n${changed.join("\n")}\nCOMMIT\n` };
  ns.typed = true;
  return true;
}

// How it is done, not what: wait for the lock, be verbose, IPv4 only.
function withoutManners(words: readonly string[]): string[] {
  return words.filter(
    (word, at) =>
      !/^-[wWv4]$|^--(?:wait|verbose|ipv4)/.test(word) &&
      !(/^-[wW]$|^--wait/.test(words[at - 1] ?? "") && /^\d+$/.test(word)),
  );
}

const LONG: Readonly<Record<string, string>> = {
  "--table": "-t",
  "--append": "-A",
  "--insert": "-I",
  "--delete": "-D",
  "--policy": "-P",
  "--flush": "-F",
  "--new-chain": "-N",
  "--delete-chain": "-X",
  "--source": "-s",
  "--destination": "-d",
  "--in-interface": "-i",
  "--out-interface": "-o",
  "--protocol": "-p",
  "--jump": "-j",
  "--goto": "-g",
  "--src": "-s",
  "--dst": "-d",
  "--proto": "-p",
  "--in": "-i",
  "--out": "-o",
};

function changeTable(
  lines: readonly string[],
  verb: string,
  chain: string | undefined,
  rest: readonly string[],
  typed: string,
): string[] | null {
  const isRule = (line: string): boolean => /^(?:\[\d+:\d+\] )?-A /.test(line);
  const of = (line: string): boolean => isRule(line) && line.replace(/^\[\d+:\d+\] /, "").split(" ")[1] === chain;
  if (verb === "-F") return lines.filter((line) => (chain === undefined ? !isRule(line) : !of(line)));
  if (verb === "-X") return lines.filter((line) => !line.startsWith(`:${chain} `));
  if (chain === undefined) return null;
  if (verb === "-P")
    return lines.map((line) =>
      line.startsWith(`:${chain} `) ? typedLine(`:${chain} ${rest[0] ?? "ACCEPT"} [0:0]`, [typed]) : line,
    );
  if (verb === "-N") return [`:${chain} - [0:0]`, ...lines];
  const numbered = /^\d+$/.test(rest[0] ?? "");
  const options = (numbered ? rest.slice(1) : rest).map((word) => (/\s/.test(word) ? `"${word}"` : word));
  const rule = `-A ${chain} ${options.join(" ")}`.trim();
  if (verb === "-A") return [...lines, typedLine(rule, [typed])];
  const own = lines.flatMap((line, index) => (of(line) ? [index] : []));
  const place = numbered
    ? own[Number(rest[0]) - 1]
    : verb === "-D"
      ? lines.findIndex((line) => printedPart(line.replace(/^\[\d+:\d+\] /, "")) === rule)
      : own[0];
  const changed = [...lines];
  if (verb === "-D") {
    if (place === undefined || place < 0) return null;
    changed.splice(place, 1);
  } else changed.splice(place ?? changed.length, 0, typedLine(rule, [typed]));
  return changed;
}
