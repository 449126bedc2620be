// A remembered neighbour serves at once, and is asked later, by unicast (neigh_timer_handler, NUD_PROBE): would it answer?

import { formatIpv4, formatMac } from "../../model/address.ts";
import type { Neighbour } from "../../model/system-state.ts";
import type { At } from "../at.ts";
import { stateOf } from "../hits.ts";
import { neighbourLine } from "../lines.ts";
import { acceptsMac } from "../link/accepts-mac.ts";
import { transmit } from "../link/transmit.ts";
import { deviceOf } from "../lookup.ts";
import { type ArpQuestion, arpLeg, type Datagram, questionFrame } from "../message.ts";
import { SCOPE_LINK, selectAddress } from "../send/source.ts";
import type { OutputRoute } from "../send/way.ts";
import { listen } from "./arp-listen.ts";

/** Remarks that the neighbour's own host, where the entry leads to it, will not answer the check; `at` is the route's device. */
export function checkLater(at: At<Datagram>, { nextHop }: OutputRoute, entry: Neighbour): void {
  const { walk, ns, interface: device } = at;
  const link = deviceOf(ns, device);
  if (entry.mac === null || !link || link.flags.has("NOARP")) return;
  // arp_solicit without a packet that waits: the interface's own choice of a sender, whatever the ping carries.
  const own = selectAddress(ns, device, nextHop, SCOPE_LINK);
  if (!own) return;
  const sender = own.local;
  const question = { sender, senderMac: link.mac, target: nextHop };
  const trial = at.in(walk.fork()).onLeg(arpLeg(at.leg, "arp-request")).with<ArpQuestion>(question);
  const delivery = transmit(trial.with(questionFrame(question, entry.mac)));
  if (delivery.open || delivery.exits.length > 0) return;
  const takers = delivery.arrivals.filter((a) => acceptsMac(trial.walk, a, entry.mac));
  const heard = listen(trial, takers);
  const [first] = heard;
  if (heard.length !== 1 || first?.verdict.kind !== "silent" || !first.verdict.mine) return;
  const { hit } = first.verdict;
  at.remark({
    code: "arp-problem-hidden-by-cache",
    facts: {
      target: formatIpv4(nextHop),
      source: formatIpv4(sender),
      outInterface: device,
      inInterface: first.at.interface,
      mac: formatMac(entry.mac),
      state: [...entry.states].join(","),
      asker: ns.key,
      owner: first.at.ns.key,
      ...(hit.facts.sysctl === undefined ? {} : { sysctl: hit.facts.sysctl }),
      ...(hit.facts.value === undefined ? {} : { value: hit.facts.value }),
    },
    lines: [neighbourLine(ns.key, entry), ...stateOf(hit)],
  });
  walk.remark(hit);
}
