// arp_process on an announcement (gratuitous ARP): dropped, used for an entry that is there, or let go where there is none.

import { formatIpv4, formatMac, type Ipv4, type Mac } from "../../model/address.ts";
import type { CauseHit, Facts } from "../../model/finding.ts";
import type { SystemState } from "../../model/system-state.ts";
import { text } from "../../model/text.ts";
import type { Attempt, Disposition } from "../../model/trace.ts";
import { localOwner } from "../../system/lookup/owner.ts";
import { At, type Stack } from "../at.ts";
import { makeHit } from "../hits.ts";
import { neighbourLine } from "../lines.ts";
import { nothing } from "../link/delivery.ts";
import { deviceOf } from "../lookup.ts";
import { onLink } from "../send/source.ts";
import { keyOf, setting } from "../sysctls.ts";
import { Walk } from "../walk.ts";
import { decideArp } from "./arp-input.ts";

/** What comes to an interface: an address, and the MAC address it says it has. */
export interface Announcement {
  readonly netns: string;
  readonly interface: string;
  readonly address: Ipv4;
  readonly mac: Mac;
  /** Whether packets show that an entry was made before, where state does not have it. */
  readonly learned: boolean;
}

// No packet leaves: the walk only carries what the decisions read.
const END: Disposition = { kind: "exits", netns: "", interface: "", leg: "arp-request" };
const NOWHERE: Stack = { emit: () => END, receive: () => END, transmit: () => nothing(), arrive: () => nothing() };

/** What the host makes of it; null where it is nothing to tell of, or state does not decide it. */
export function hearAnnouncement(state: SystemState, heard: Announcement): CauseHit | null {
  const ns = state.namespaces.get(heard.netns);
  const link = ns ? deviceOf(ns, heard.interface) : null;
  if (!ns || !link || link.master !== null || localOwner(ns, heard.address) !== null) return null;
  const { address, mac, interface: name } = heard;
  const packet = { sender: address, senderMac: mac, target: address };
  const walk = new Walk(state, attemptOf(heard));
  const at = new At(walk, NOWHERE, { ns, interface: name, leg: "arp-request", packet });
  const verdict = decideArp(at);
  if (verdict.kind === "open") return null;
  if (verdict.kind === "silent" && verdict.unread) return verdict.hit;

  const facts: Facts = { target: formatIpv4(address), inInterface: name, mac: formatMac(mac), owner: ns.key };
  const entry = ns.neighbours?.find((n) => n.interface === name && n.address === address) ?? null;
  // neigh_update: what ARP tells changes no entry that an administrator made.
  if (entry && (entry.states.has("PERMANENT") || entry.states.has("NOARP"))) return null;
  if (entry || heard.learned) {
    const before = entry?.mac ?? null;
    if (before === mac) return null;
    return makeHit({
      code: "gratuitous-arp-updates",
      netns: ns.key,
      interface: name,
      facts: { ...facts, ...(before === null ? {} : { expectedMac: formatMac(before) }) },
      lines: entry ? [neighbourLine(ns.key, entry)] : [],
      because: text("an existing entry takes any announcement", "已有的表项接受任何通告"),
      certainty: entry ? "certain" : "likely",
    });
  }
  if (ns.neighbours === undefined) return null;
  const accept = setting(walk, ns, "arp_accept", name, 0);
  if (accept.value === 1 || (accept.value === 2 && onLink(ns, name, address, null))) return null;
  return makeHit({
    code: "gratuitous-arp-ignored",
    netns: ns.key,
    interface: name,
    facts: { ...facts, sysctl: keyOf(accept, "arp_accept", name), value: String(accept.value) },
    lines: accept.lines,
    because: text(`no neighbour entry for ${facts.target} on ${name}`, `${name} 上没有 ${facts.target} 的邻居表项`),
    certainty: accept.lines.length > 0 ? "certain" : "likely",
  });
}

function attemptOf({ netns, address }: Announcement): Attempt {
  return {
    netns,
    destination: address,
    source: null,
    outInterface: null,
    ttl: null,
    length: 0,
    dontFragment: false,
    broadcastAllowed: true,
    mark: 0,
    origin: "packets",
  };
}
