// A bridge that answers ARP for others, or keeps a question from some of its ports (br_do_proxy_suppress_arp).

import { formatIpv4, formatMac, type Ipv4, type Mac } from "../../model/address.ts";
import { validState } from "../../model/neighbour-state.ts";
import { ownValue } from "../../model/own-value.ts";
import type { BridgePort, Link, Namespace } from "../../model/system-state.ts";
import { makeHit } from "../hits.ts";
import { neighbourLine, portLine } from "../lines.ts";
import { portOf } from "./bridge-port.ts";
import type { BridgeAnswer } from "./delivery.ts";

/** What becomes of a question: flooded as usual, kept from ports with neigh_suppress, or answered besides. */
export interface Suppression {
  readonly spares: boolean;
  readonly answer: BridgeAnswer | null;
}

const USUAL: Suppression = { spares: false, answer: null };
const SPARED: Suppression = { spares: true, answer: null };

/** Judges a question that comes in by `from`; `behind` looks into the forwarding table. */
export function suppression(
  ns: Namespace,
  bridge: Link,
  from: BridgePort,
  question: { readonly sender: Ipv4; readonly target: Ipv4 },
  behind: (mac: Mac) => string | null,
): Suppression {
  const links = (ns.links ?? []).filter((l) => l.master === bridge.name);
  const enabled = links.some((l) => portOf(ns, l)?.neighSuppress);
  const answersFor = (link: Link | undefined, key: string): boolean => ownValue(link?.slaveData, key) === true;
  if (!enabled && !links.some((l) => answersFor(l, "proxy_arp") || answersFor(l, "proxy_arp_wifi"))) return USUAL;
  if (enabled && from.neighSuppress) return USUAL;
  const { sender, target } = question;
  if (enabled && (sender === 0 || sender === target)) return SPARED;
  const own = (ns.addresses ?? []).some((a) => a.interface === bridge.name && a.local === target);
  if (enabled && own) return SPARED;
  const entry = ns.neighbours?.find((n) => n.interface === bridge.name && n.address === target);
  const mac = entry && validState(entry.states) !== null ? entry.mac : null;
  if (!entry || mac === null) return USUAL;
  const port = behind(mac);
  if (port === null) return USUAL;
  const at = ns.links?.find((l) => l.name === port);
  const settings = at ? portOf(ns, at) : null;
  const link = links.find((l) => l.name === port);
  const incoming = links.find((l) => l.name === from.interface);
  const replies = answersFor(incoming, "proxy_arp")
    ? { port: from.interface, state: "proxy_arp" }
    : answersFor(link, "proxy_arp_wifi")
      ? { port, state: "proxy_arp_wifi" }
      : settings?.neighSuppress === true
        ? { port, state: "neigh_suppress" }
        : null;
  if (replies === null) return enabled ? SPARED : USUAL;
  const lines = [neighbourLine(ns.key, entry), ...(settings ? [portLine(ns, settings)] : [])];
  const facts = {
    bridge: bridge.name,
    target: formatIpv4(target),
    source: formatIpv4(sender),
    mac: formatMac(mac),
    inInterface: from.interface,
    ...replies,
  };
  const hit = makeHit({ code: "bridge-neigh-suppress", netns: ns.key, interface: bridge.name, facts, lines });
  return { spares: true, answer: { netns: ns.key, port: from.interface, mac, hit, lines } };
}
