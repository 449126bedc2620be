// Counters of the kernel before and after: what moved is evidence, and what a cause must move and did not speaks against it.

import type { Evidence } from "../model/evidence.ts";
import { weaker } from "../model/evidence.ts";
import type { CauseHit } from "../model/finding.ts";
import type { Namespace, SystemState } from "../model/system-state.ts";
import { text } from "../model/text.ts";

/** A counter that a cause moves, and what that proves; interface counters are those of `ip -s link`. */
interface Mover {
  readonly name: string;
  readonly of: "namespace" | "interface";
  /** The kernel counts every packet that ends so: where it stands still, the packet did not end so. */
  readonly always: boolean;
}

const counter = (name: string, always = true): Mover => ({ name, of: "namespace", always });
const device = (name: string): Mover => ({ name, of: "interface", always: false });
const REVERSE_PATH = [counter("TcpExtIPReversePathFilter")];

// Measured on 6.18; an ARP request that is refused moves none of these but TcpExtArpFilter.
const MOVERS: Readonly<Record<string, readonly Mover[]>> = {
  "rp-filter-strict": REVERSE_PATH,
  "rp-filter-loose-no-route": REVERSE_PATH,
  "missing-return-route-rp-filter": REVERSE_PATH,
  "src-valid-mark": REVERSE_PATH,
  "ip-header-bad": [
    counter("IpInHdrErrors", false),
    counter("IpExtInCsumErrors", false),
    counter("IcmpInCsumErrors", false),
  ],
  "frag-reassembly-timeout": [counter("IpReasmTimeout", false), counter("IpReasmFails", false)],
  "mtu-below-68": [counter("IpOutNoRoutes", false)],
  "asymmetric-routing": REVERSE_PATH,
  "arp-filter": [counter("TcpExtArpFilter", false)],
  "ip-forward-off": [counter("IpInAddrErrors")],
  "iface-forwarding-off": [counter("IpInAddrErrors")],
  "forward-no-route": [counter("IpExtInNoRoutes")],
  "ttl-expired": [counter("IpInHdrErrors")],
  "reply-ttl-expired": [counter("IpInHdrErrors")],
  "frag-needed-df": [counter("IpFragFails")],
  "forward-next-hop-arp-failed": [counter("IcmpOutDestUnreachs", false)],
  "forward-unreachable": [counter("IcmpOutDestUnreachs", false)],
  "forward-prohibit": [counter("IcmpOutDestUnreachs", false)],
  "no-route": [counter("IpOutNoRoutes", false)],
  "route-throw": [counter("IpOutNoRoutes", false)],
  "link-admin-down": [counter("IpOutNoRoutes", false)],
  "icmp-echo-ignore-all": [counter("IcmpInEchos")],
  "missing-return-route": [counter("IcmpInEchos")],
  "broadcast-needs-b": [counter("IcmpInErrors", false)],
  "nft-output-drop": [counter("IpOutDiscards", false)],
  "nft-reply-drop": [counter("IpOutDiscards", false)],
  "forward-fragments": [counter("IpFragCreates")],
  "neigh-wrong-mac": [device("rx_otherhost_dropped")],
  "noarp-sender": [device("rx_otherhost_dropped")],
  "vlan-tagged-to-untagged-host": [device("rx_otherhost_dropped")],
  "peer-down": [device("tx_dropped")],
  "peer-down-neigh-known": [device("tx_dropped")],
  "peer-mtu-smaller": [device("tx_dropped")],
};

/** Adds what moved to a hit's evidence; where a counter that always moves stood still, the hit is at most likely. */
export function withCounters(hit: CauseHit, before: SystemState | null, after: SystemState | null): CauseHit {
  const movers = MOVERS[hit.code] ?? [];
  const from = hit.netns === null ? undefined : before?.namespaces.get(hit.netns);
  const to = hit.netns === null ? undefined : after?.namespaces.get(hit.netns);
  if (!from || !to || hit.netns === null) return hit;
  const netns = hit.netns;
  const added: Evidence[] = [];
  let certainty = hit.certainty;
  for (const mover of movers) {
    const first = readingOf(from, mover, hit.interface);
    const second = readingOf(to, mover, hit.interface);
    if (first === null || second === null) continue;
    if (second > first) {
      const place = mover.of === "interface" ? `${hit.interface} ` : "";
      added.push({
        basis: "kernel",
        text: text(`counted by the kernel: ${place}${mover.name}`, `内核计数：${place}${mover.name}`),
        counter: { netns, name: mover.name, before: first, after: second },
      });
    } else if (mover.always) {
      certainty = weaker(certainty, "likely");
      added.push({
        basis: "kernel",
        text: text(`${mover.name} did not move, and it should have`, `${mover.name} 没有增加，本来应该增加`),
        counter: { netns, name: mover.name, before: first, after: second },
      });
    }
  }
  if (added.length === 0) return hit;
  return { ...hit, certainty, evidence: [hit.evidence[0], ...hit.evidence.slice(1), ...added] };
}

function readingOf(namespace: Namespace, mover: Mover, interfaceName: string | null): number | null {
  if (mover.of === "namespace") return namespace.counters?.get(mover.name) ?? null;
  const link = namespace.links?.find((l) => l.name === interfaceName);
  return link?.statistics?.get(mover.name) ?? null;
}
