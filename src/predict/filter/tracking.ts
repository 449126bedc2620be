// Whether a namespace tracks connections: the kernel registers the hooks where a rule or a NAT chain first needs them.

import type { NftStatement } from "../../model/nft-ruleset.ts";
import type { Namespace } from "../../model/system-state.ts";

/** nf_ct_netns_get: for matches on connections, NAT, and iptables' extensions of both. */
export function isTracking({ nft, iptables }: Namespace): boolean {
  const byNft = nft?.chains.some(
    ({ hook, rules }) => hook?.type === "nat" || rules.some(({ statements }) => statements.some(asksConnections)),
  );
  const saved = `${iptables?.nft ?? ""}\n${iptables?.legacy ?? ""}`;
  return byNft === true || /^\*nat|-m (?:conntrack|state|connmark|connlimit)\b|-j (?:CT|CONNMARK)\b/m.test(saved);
}

function asksConnections(statement: NftStatement): boolean {
  if (statement.kind === "nat") return true;
  if (statement.kind !== "match" && statement.kind !== "vmap") return false;
  return statement.field.names.some((name) => name.startsWith("ct "));
}
