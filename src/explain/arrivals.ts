// Questions that came in at a host from somewhere the state does not describe.

import type { Ipv4 } from "../model/address.ts";
import type { Flow } from "../model/flow.ts";
import { echoes, unansweredArp } from "../model/observed.ts";
import type { Packet } from "../model/packet.ts";
import type { SystemState } from "../model/system-state.ts";
import { deviceOf } from "../predict/lookup.ts";
import type { Arrived } from "../predict/predict-arrival.ts";
import { localOwner } from "../system/lookup/owner.ts";
import type { View } from "./view.ts";

/** Where questions of the flow came in from outside: their sender is not of that host. */
export function arrivalsOf(flow: Flow, state: SystemState, view: View): Arrived[] {
  const questions = [
    ...echoes(flow).flatMap((e) => (e.request ? [e.request] : [])),
    ...unansweredArp(flow).flatMap(({ exchange }) => exchange.requests.slice(0, 1)),
  ];
  const seen = new Set<string>();
  return questions.flatMap(({ sightings }) =>
    sightings.flatMap((packet): Arrived[] => {
      const { vantage } = packet.frame;
      const netns = view.netnsOf(vantage);
      const ns = netns === null ? undefined : state.namespaces.get(netns);
      const link = ns && vantage.interface !== null ? deviceOf(ns, vantage.interface) : null;
      const sender = senderOf(packet);
      if (!ns || !link || link.isLoopback || link.master !== null || sender === null) return [];
      const direction = view.directionOf(packet);
      const mine = localOwner(ns, sender);
      if (direction === "out" || mine || (mine === undefined && direction !== "in")) return [];
      const key = `${ns.key} ${link.name} ${packet.network.kind}`;
      if (seen.has(key)) return [];
      seen.add(key);
      return [{ netns: ns.key, interface: link.name, packet, cameIn: direction === "in" }];
    }),
  );
}

function senderOf({ network }: Packet): Ipv4 | null {
  return network.kind === "icmp" ? network.ip.source : network.kind === "arp" ? network.senderIp : null;
}
