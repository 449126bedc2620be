// Gratuitous ARP as captures show it, and what the one who hears it asks and sends around that time.

import type { Ipv4, Mac } from "./address.ts";
import type { PacketView } from "./cause.ts";
import { arpExamples, echoExamples, type Flow } from "./flow.ts";
import type { Journey } from "./journey.ts";
import { firstSighting } from "./journey.ts";
import { examplesOf } from "./observed.ts";
import type { Packet } from "./packet.ts";
import type { Nanoseconds } from "./time.ts";
import type { Vantage } from "./vantage.ts";

/** An address says which MAC address it has, without being asked. */
export interface Announced {
  readonly address: Ipv4;
  readonly mac: Mac;
  readonly journey: Journey;
}

const kept = new WeakMap<readonly Flow[], readonly Announced[]>();

/** All announcements that were kept, in order of first sight; looked for once in each list of flows. */
export function announcementsIn(flows: readonly Flow[]): readonly Announced[] {
  const known = kept.get(flows) ?? flows.flatMap(announcementsOf);
  kept.set(flows, known);
  return known;
}

function announcementsOf(flow: Flow): Announced[] {
  return examplesOf(flow).flatMap((exchange) => {
    if (exchange.kind !== "arp" || exchange.purpose !== "gratuitous") return [];
    return [...exchange.requests, ...exchange.replies].flatMap((journey): Announced[] => {
      const { network } = firstSighting(journey);
      if (network.kind !== "arp" || network.senderMac === null || network.senderIp === null) return [];
      return [{ address: network.senderIp, mac: network.senderMac, journey }];
    });
  });
}

/** An announcement that came by where a ping's own frames leave, about an address that the ping's host asks or sends to. */
export interface Overheard extends Announced {
  readonly at: Packet & { readonly frame: { readonly time: Nanoseconds } };
  readonly vantage: Vantage;
}

/** The announcements that the asker of a ping hears about its next hop. */
export function overheard({ flow, flows }: PacketView): Overheard[] {
  if (flow.kind !== "ping" || flow.src === null) return [];
  const hops = new Set<Ipv4>([flow.dst]);
  for (const { asker, target } of arpExamples(flow)) if (asker === flow.src) hops.add(target);
  const question = echoExamples(flow)[0]?.request ?? arpExamples(flow).find((a) => a.asker === flow.src)?.requests[0];
  const vantage = question ? firstSighting(question).frame.vantage : null;
  if (vantage === null) return [];
  return announcementsIn(flows).flatMap((said): Overheard[] => {
    // Who sends it does not hear it.
    const at = said.journey.sightings.slice(said.journey.sightings.length > 1 ? 1 : 0);
    const here = at.find((packet) => packet.frame.vantage === vantage);
    if (!hops.has(said.address) || !here || here.frame.time === null) return [];
    return [{ ...said, at: here as Overheard["at"], vantage }];
  });
}
