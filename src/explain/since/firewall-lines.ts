// The rules of a namespace as lines that do not count: without counters, handles and the tools' own remarks.

import type { NftRuleset } from "../../model/nft-ruleset.ts";
import type { Namespace } from "../../model/system-state.ts";

/** All rules, of all tools; null where nothing is known of them. */
export function ruleLines(ns: Namespace): readonly string[] | null {
  const { nft, iptables, arptables, ebtables } = ns;
  if (nft === undefined && iptables === undefined && arptables === undefined && ebtables === undefined) return null;
  const ofNft = (nft?.chains ?? []).flatMap((chain) => [chain.line, ...chain.rules.map((rule) => rule.line)]);
  const saved = [iptables?.nft, iptables?.legacy, arptables, ebtables].flatMap((words) => (words ?? "").split("\n"));
  return [...ofNft, ...elementLines(nft), ...saved]
    .map(withoutCounts)
    .filter((line) => line !== "" && !/^(?:#|\*|COMMIT)/.test(line));
}

/** A rule without what only counts. */
export function withoutCounts(line: string): string {
  return line
    .replace(/ counter packets \d+ bytes \d+/g, " counter")
    .replace(/^\[\d+:\d+\] /, "")
    .replace(/ \[\d+:\d+\]$/, "")
    .replace(/ -c \d+ \d+/g, "")
    .replace(/ # handle \d+$/, "")
    .trim();
}

/** What of one list the other lacks, each as often as it is missing there. */
export function lacking(lines: readonly string[], others: readonly string[]): string[] {
  const left = [...others];
  return lines.filter((line) => {
    const at = left.indexOf(line);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

/** The elements of sets and maps that somebody put in; what rules put in, or what expires, changes by itself. */
export function elementLines(nft: NftRuleset | undefined): readonly string[] {
  return (nft?.sets ?? [])
    .filter(({ changes }) => changes !== true)
    .flatMap(({ family, table, name, entries }) =>
      entries.map((entry) => `element ${family} ${table} ${name} ${JSON.stringify(entry)}`),
    );
}
