// Rules of kube-proxy, known by the words it puts in them: why a Service is refused, told in the cluster's terms.

import type { Code } from "../../model/code.ts";

/** What refuses a Service, and the name that the rule gives it (`default/web:http`). */
export interface ServiceRefusal {
  readonly code: Extract<Code, "service-no-endpoint" | "service-other-port">;
  readonly named: string | null;
}

// iptables: `--comment "default/web:http has no endpoints"`, before 1.23 `has no local endpoints` for NodePorts of one node.
const NO_ENDPOINT = /"(\S+) has no (?:local |active )?endpoints"/;
// nftables: the chain that the map of Services without endpoints leads to; and what its ClusterIPs do not serve.
const REJECT_CHAIN = /\bkube-proxy (?:reject-chain|service-endpoints-check)\b/;
const OTHER_PORT = /\bkube-proxy cluster-ips-check ip daddr @cluster-ips\b/;

/** Why kube-proxy's rule refuses a packet; null where the rule is somebody else's. */
export function serviceRefusal(line: string): ServiceRefusal | null {
  const [whole, named = null] = NO_ENDPOINT.exec(line) ?? [];
  if (whole !== undefined || REJECT_CHAIN.test(line)) return { code: "service-no-endpoint", named };
  return OTHER_PORT.test(line) ? { code: "service-other-port", named: null } : null;
}
