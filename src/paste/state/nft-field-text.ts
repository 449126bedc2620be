// What of a packet a rule asks, in nft's words: `ip saddr`, `meta mark`, `ct original saddr`, `fib daddr type`.

import type { NftField } from "../../model/nft-ruleset.ts";
import { metaName } from "../../system/parse/nft-rule.ts";
import type { NftTokens } from "./nft-tokens.ts";

const PROTOCOLS = new Set(
  "ether vlan arp ip ip6 icmp icmpv6 igmp tcp udp udplite sctp dccp th esp ah comp gre vxlan geneve".split(" "),
);
// Keys of `meta` that may stand without it.
const BARE_META = /^(?:[io]if(?:name|type|group)?|pkttype|mark|cpu|skuid|skgid|nftrace|cgroup|rtclassid)$/;
const FIB_FLAG = /^(?:saddr|daddr|mark|iif|oif)$/;

/** The field, several where they are concatenated; null where the next word starts none, and nothing is taken then. */
export function nftFieldOf(rule: NftTokens): NftField | null {
  const first = nameOf(rule);
  if (first === null) return null;
  const names = [first];
  while (rule.sees(".")) {
    rule.next();
    const name = nameOf(rule);
    names.push(name ?? "?");
    if (name === null) break;
  }
  return { names, mask: null };
}

function nameOf(rule: NftTokens): string | null {
  const token = rule.peek();
  if (token === null || token.kind !== "word") return null;
  const { text } = token;
  if (/^@\w+,\d+,\d+$/.test(text)) return rule.word();
  if (BARE_META.test(text)) return metaName(rule.word() as string);
  switch (text) {
    case "meta":
      rule.next();
      return metaName(rule.word() ?? "?");
    case "ct":
      return ctName(rule);
    case "fib":
      return fibName(rule);
    case "rt":
    case "socket":
      return `${rule.word()} ${rule.word() ?? "?"}`;
    case "exthdr":
      rule.next();
      rule.next();
      return "?";
  }
  if (!PROTOCOLS.has(text)) return null;
  rule.next();
  const field = rule.word() ?? "?";
  // `tcp option maxseg size`: all that matters here is that it is about TCP.
  if (field === "option")
    return [text, field, rule.word(), rule.sees("exists") ? null : rule.word()].filter((w) => w !== null).join(" ");
  return text === "arp" && /^[sd]addr$/.test(field) ? `arp ${field} ${rule.word() ?? "?"}` : `${text} ${field}`;
}

// `ct original ip saddr` and `ct original saddr` ask the same.
function ctName(rule: NftTokens): string {
  rule.next();
  const words = ["ct"];
  if (rule.sees("original") || rule.sees("reply")) words.push(rule.word() as string);
  if (rule.sees("ip") || rule.sees("ip6")) rule.next();
  return [...words, rule.word() ?? "?"].join(" ");
}

function fibName(rule: NftTokens): string {
  rule.next();
  const flags: string[] = [];
  for (;;) {
    const word = rule.word() ?? "?";
    flags.push(word);
    if (!FIB_FLAG.test(word) || !rule.takes(".")) break;
  }
  return `fib ${flags.join(" . ")} ${rule.word() ?? "?"}`;
}
