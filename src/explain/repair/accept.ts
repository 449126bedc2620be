// The narrowest rule that lets this one packet pass the chain that dropped it, in front of all its rules.

import type { Edit, NftRuleEdit, TablesRuleEdit } from "../../model/edit.ts";
import type { CauseHit, Facts } from "../../model/finding.ts";
import type { SystemState } from "../../model/system-state.ts";

/** Rules for exactly this packet, instead of one that a cause offers for all of its kind. */
export function narrowed(
  edit: NftRuleEdit | TablesRuleEdit,
  hit: CauseHit,
  reply: boolean,
  state: SystemState,
): Edit[] {
  const { source, target } = hit.facts;
  // Who asks is not always known: then whoever asks this target.
  if (target === undefined) return [];
  const { nft, tables } = asked(hit.facts, reply);
  const [from, saddr, sip] =
    source === undefined ? ["", "", ""] : [`-s ${source} `, `ip saddr ${source} `, `arp saddr ip ${source} `];
  if (edit.kind === "tables-rule") {
    const rule = `${from}-d ${target} ${tables} -j ACCEPT`;
    const { number: _, ...place } = edit;
    return [{ ...place, chain: ownChain(edit, state), verb: "insert", rule }];
  }
  const { handle: _, ...place } = edit;
  const arp = `${sip}arp daddr ip ${target} accept`;
  const echo = `${saddr}ip daddr ${target} ${nft} accept`;
  const rules = place.chain.family === "arp" ? [arp] : place.chain.family === "bridge" ? [echo, arp] : [echo];
  return rules.map((rule) => ({ ...place, verb: "insert", rule }));
}

/** The question or its answer, as both tools match it. */
function asked(
  { protocol, service, pieces }: Facts,
  reply: boolean,
): { readonly nft: string; readonly tables: string } {
  // A later fragment holds no header of ICMP, TCP or UDP.
  if (pieces === "later") return { nft: `ip protocol ${protocol ?? "icmp"}`, tables: `-p ${protocol ?? "icmp"}` };
  if (protocol === undefined) {
    const type = reply ? "echo-reply" : "echo-request";
    return { nft: `icmp type ${type}`, tables: `-p icmp --icmp-type ${type}` };
  }
  if (service === undefined) return { nft: `meta l4proto ${protocol}`, tables: `-p ${protocol}` };
  const port = reply ? "sport" : "dport";
  return { nft: `${protocol} ${port} ${service}`, tables: `-p ${protocol} --${port} ${service}` };
}

// Docker writes FORWARD anew, and leaves DOCKER-USER, which FORWARD asks first, to others.
function ownChain({ netns, chain, table }: TablesRuleEdit, state: SystemState): string {
  if (chain !== "FORWARD" || (table ?? "filter") !== "filter" || netns === null) return chain;
  const { iptables } = state.namespaces.get(netns) ?? {};
  return /^:DOCKER-USER /m.test(`${iptables?.nft ?? ""}\n${iptables?.legacy ?? ""}`) ? "DOCKER-USER" : chain;
}

/** Whether kube-proxy or a network of Kubernetes keeps this rule: what is put beside it is gone with the next change of a Service. */
function isOfKubernetes(rule: string): boolean {
  return /^(?:-A (?:KUBE|cali|CNI|CILIUM|FLANNEL)-|\w+ kube-proxy )/.test(rule);
}

/** A rule that keeps NAT away from exactly these packets, in front of the one that rewrites them. */
export function notTranslated({ netns, facts }: CauseHit): Edit[] {
  const { source, target, rule, translated, protocol } = facts;
  const { nft, tables } = asked(facts, false);
  if (translated === undefined || source === undefined || target === undefined || rule === undefined) return [];
  if (isOfKubernetes(rule)) return [];
  const [first = "", second = "", third = ""] = rule.split(" ");
  if (first === "-A")
    return [
      {
        kind: "tables-rule",
        netns,
        tool: "iptables",
        verb: "insert",
        table: "nat",
        chain: second,
        rule: `-s ${source} -d ${target} ${protocol === undefined ? "-p icmp" : tables} -j ACCEPT`,
      },
    ];
  const chain = { family: first, table: second, name: third };
  const echo = `ip saddr ${source} ip daddr ${target} ${nft} accept`;
  return [{ kind: "nft-rule", netns, verb: "insert", chain, rule: echo }];
}
