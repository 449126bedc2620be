// Answering ARP for somebody else's address: proxy_arp, private VLANs, single proxy entries.

import type { Code } from "../../model/code.ts";
import type { StateLine } from "../../model/evidence.ts";
import type { At } from "../at.ts";
import type { ArpQuestion } from "../message.ts";
import { setting } from "../sysctls.ts";

/** Why a forwarding interface answers for an address it would forward to; null where it does not. */
export function proxyAnswers(
  { walk, ns, interface: interfaceName, packet: question }: At<ArpQuestion>,
  out: string,
): { code: Code; lines: readonly StateLine[] } | null {
  if (out === interfaceName) {
    const pvlan = setting(walk, ns, "proxy_arp_pvlan", interfaceName, 0);
    return pvlan.value && question.sender !== question.target ? { code: "proxy-arp-pvlan", lines: pvlan.lines } : null;
  }
  const proxy = setting(walk, ns, "proxy_arp", interfaceName, 0);
  if (proxy.value) {
    // arp_fwd_proxy: a medium id of 0 means "any", -1 "never", equal ids are the same medium.
    const medium = setting(walk, ns, "medium_id", interfaceName, 0).value;
    const outMedium = medium > 0 ? setting(walk, ns, "medium_id", out, 0).value : 0;
    if (medium === 0 || (medium > 0 && outMedium !== medium && outMedium !== -1))
      return { code: "proxy-arp", lines: proxy.lines };
  }
  const entry = ns.neighbourProxies?.find(
    (p) => p.address === question.target && (p.interface === null || p.interface === interfaceName),
  );
  return entry ? { code: "proxy-neigh-entry", lines: [{ netns: ns.key, key: "neighProxy", line: entry.line }] } : null;
}
