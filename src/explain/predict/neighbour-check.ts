// A remembered neighbour serves at once, and is asked later, by unicast (neigh_timer_handler, NUD_PROBE): would it answer?

import { formatIpv4, formatMac } from "../../model/address.ts";
import type { Namespace, Neighbour } from "../../model/system-state.ts";
import type { Leg } from "../../model/trace.ts";
import { listen } from "./arp-listen.ts";
import { makeHit } from "./hits.ts";
import { neighbourLine } from "./lines.ts";
import { deviceOf } from "./lookup.ts";
import { acceptsMac } from "./misdirected.ts";
import type { OutputRoute } from "./output-route.ts";
import { SCOPE_LINK, selectAddress } from "./source.ts";
import { transmit } from "./transmit.ts";
import { arpLeg, type Frame, type Walk } from "./walk.ts";

/** Remarks that the neighbour's own host, where the entry leads to it, will not answer the check. */
export function checkLater(walk: Walk, ns: Namespace, route: OutputRoute, entry: Neighbour, leg: Leg): void {
  const { device, nextHop } = route;
  const link = deviceOf(ns, device);
  if (entry.mac === null || !link || link.flags.has("NOARP")) return;
  // arp_solicit without a packet that waits: the interface's own choice of a sender, whatever the ping carries.
  const own = selectAddress(ns, device, nextHop, SCOPE_LINK);
  if (!own) return;
  const sender = own.local;
  const askLeg = arpLeg(leg, "arp-request");
  const payload = { kind: "arp-request", sender, target: nextHop } as const;
  const frame: Frame = { leg: askLeg, source: link.mac, destination: entry.mac, vlan: null, payload };
  const trial = walk.fork();
  const delivery = transmit(trial, ns, device, frame);
  if (delivery.open || delivery.exits.length > 0) return;
  const takers = delivery.arrivals.filter((a) => acceptsMac(trial, a, entry.mac));
  const heard = listen(trial, takers, { sender, senderMac: link.mac, target: nextHop, leg: askLeg });
  const [first] = heard;
  if (heard.length !== 1 || first?.verdict.kind !== "silent" || !first.verdict.mine) return;
  const { hit } = first.verdict;
  walk.remark(
    makeHit({
      code: "arp-problem-hidden-by-cache",
      netns: ns.key,
      interface: device,
      facts: {
        target: formatIpv4(nextHop),
        source: formatIpv4(sender),
        outInterface: device,
        inInterface: first.arrival.interface,
        mac: formatMac(entry.mac),
        state: [...entry.states].join(","),
        asker: ns.key,
        owner: first.ns.key,
        ...(hit.facts.sysctl === undefined ? {} : { sysctl: hit.facts.sysctl }),
        ...(hit.facts.value === undefined ? {} : { value: hit.facts.value }),
      },
      lines: [neighbourLine(ns.key, entry), ...hit.evidence.flatMap((e) => (e.state ? [e.state] : []))],
    }),
  );
  walk.remark(hit);
}
