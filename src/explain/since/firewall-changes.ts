// What differs in the firewalls of a namespace, chain by chain: within a chain order decides, between them it does not.

import type { NftChain, NftRuleset } from "../../model/nft-ruleset.ts";
import type { Namespace } from "../../model/system-state.ts";
import { printable, type Text, text } from "../../model/text.ts";
import { savedChains, withChain } from "./chain-lines.ts";
import { elementLines, lacking, ruleLines, withoutCounts } from "./firewall-lines.ts";

/** One difference of the rules: its words, and the namespace with it made. */
export interface FirewallChange {
  readonly text: Text;
  readonly make: (ns: Namespace) => Namespace;
}

const MOST_LINES = 4;

/** All of them; none where nothing is known of the rules before or after. */
export function firewallChanges(was: Namespace, is: Namespace): FirewallChange[] {
  if (ruleLines(was) === null || ruleLines(is) === null) return [];
  return [...chains(was, is), ...legacyChains(was, is), ...sets(was, is), ...listings(was, is)];
}

// iptables over nf_tables is told by both tools; a chain of either is one chain.
function chains(was: Namespace, is: Namespace): FirewallChange[] {
  const keys = new Set([...chainKeys(was), ...chainKeys(is)]);
  return [...keys].flatMap((key) => {
    const saved = /^ip (\S+ \S+)$/.exec(key)?.[1] ?? null;
    const typed = (ns: Namespace) => (saved === null ? [] : savedLines(ns.iptables?.nft, saved));
    // What people type and read is iptables' own form, where it tells the difference.
    const isTyped = typed(was).join("\n") !== typed(is).join("\n");
    const lines = (ns: Namespace) => (isTyped ? typed(ns) : nftLines(nftChain(ns.nft, key)));
    return changeOf(key, lines(was), lines(is), (ns) => ({
      ...ns,
      ...(ns.nft === undefined && is.nft === undefined ? {} : { nft: withNftChain(ns.nft, key, is.nft) }),
      ...(saved === null ? {} : withSaved(ns, is, "nft", saved)),
    }));
  });
}

function legacyChains(was: Namespace, is: Namespace): FirewallChange[] {
  const [before, after] = [savedChains(was.iptables?.legacy), savedChains(is.iptables?.legacy)];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((key) =>
    changeOf(
      `iptables-legacy ${key}`,
      savedLines(was.iptables?.legacy, key),
      savedLines(is.iptables?.legacy, key),
      (ns) => ({ ...ns, ...withSaved(ns, is, "legacy", key) }),
    ),
  );
}

function withSaved(ns: Namespace, is: Namespace, which: "nft" | "legacy", key: string): Pick<Namespace, "iptables"> {
  const [old, now] = [ns.iptables?.[which], is.iptables?.[which]];
  if (old === undefined && now === undefined) return { iptables: ns.iptables };
  return { iptables: { ...ns.iptables, [which]: withChain(old, key, now) } };
}

// Sets and maps belong to the rules that ask them.
function sets(was: Namespace, is: Namespace): FirewallChange[] {
  return changeOf("nft sets", elementLines(was.nft), elementLines(is.nft), (ns) =>
    ns.nft === undefined || is.nft === undefined ? ns : { ...ns, nft: { ...ns.nft, sets: is.nft.sets } },
  );
}

function listings(was: Namespace, is: Namespace): FirewallChange[] {
  return (["arptables", "ebtables"] as const).flatMap((tool) => {
    const lines = (ns: Namespace) => rulesIn((ns[tool] ?? "").split("\n"));
    return changeOf(tool, lines(was), lines(is), (ns) => ({ ...ns, [tool]: is[tool] }));
  });
}

function changeOf(
  label: string,
  before: readonly string[],
  after: readonly string[],
  make: (ns: Namespace) => Namespace,
): FirewallChange[] {
  const lines = [
    ...lacking(before, after).map((line) => `- ${line}`),
    ...lacking(after, before).map((line) => `+ ${line}`),
  ];
  // The same rules in another order are another chain.
  if (lines.length === 0 && before.join("\n") === after.join("\n")) return [];
  const name = printable(label);
  if (lines.length === 0)
    return [{ text: text(`the rules of ${name} are in another order`, `${name} 的规则顺序有变化`), make }];
  const shown = lines.slice(0, MOST_LINES).map(printable).join("; ") + (lines.length > MOST_LINES ? "; …" : "");
  return [{ text: text(`firewall rules of ${name} differ: ${shown}`, `${name} 的防火墙规则有变化：${shown}`), make }];
}

function chainKeys({ nft, iptables }: Namespace): string[] {
  return [...(nft?.chains ?? []).map(keyOf), ...[...savedChains(iptables?.nft).keys()].map((key) => `ip ${key}`)];
}

const keyOf = ({ family, table, name }: NftChain): string => `${family} ${table} ${name}`;

const nftChain = (nft: NftRuleset | undefined, key: string) => nft?.chains.find((chain) => keyOf(chain) === key);

function nftLines(chain: NftChain | undefined): readonly string[] {
  return chain === undefined ? [] : rulesIn([chain.line, ...chain.rules.map((rule) => rule.line)]);
}

function savedLines(listing: string | undefined, key: string): readonly string[] {
  const chain = savedChains(listing).get(key);
  return chain === undefined ? [] : rulesIn([chain.head ?? "", ...chain.rules]);
}

const rulesIn = (lines: readonly string[]): string[] =>
  lines.map(withoutCounts).filter((line) => line !== "" && !/^(?:#|\*|COMMIT)/.test(line));

function withNftChain(nft: NftRuleset | undefined, key: string, other: NftRuleset | undefined): NftRuleset {
  const before = nft ?? { chains: [], sets: [] };
  const now = nftChain(other, key);
  const isThere = before.chains.some((chain) => keyOf(chain) === key);
  const replaced = before.chains.flatMap((chain) => (keyOf(chain) === key ? (now ?? []) : [chain]));
  return { ...before, chains: isThere || now === undefined ? replaced : [...replaced, now] };
}
