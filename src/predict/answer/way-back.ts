// Why an answer has no way back: an address without its connected route, or a source that nobody expects there.

import { formatIpv4 } from "../../model/address.ts";
import type { CauseHit, Facts } from "../../model/finding.ts";
import type { InterfaceAddress } from "../../model/system-state.ts";
import type { At } from "../at.ts";
import { makeHit } from "../hits.ts";
import { addressLine } from "../lines.ts";
import type { Datagram } from "../message.ts";
import { inSubnet } from "../send/source.ts";
import type { OutputRoute } from "../send/way.ts";

/** The reason behind a missing way back, where there is one in sight. */
export function deeperReason(at: At<Datagram>, facts: Facts): CauseHit | null {
  const { walk, ns, packet } = at;
  const bare = (ns.addresses ?? []).find((a) => a.noprefixroute && inSubnet(packet.source, a));
  if (bare)
    return makeHit({
      code: "noprefixroute-no-connected-route",
      netns: ns.key,
      interface: bare.interface,
      facts: { ...facts, outInterface: bare.interface },
      lines: [addressLine(ns.key, bare)],
    });
  const { attempt, sent } = walk;
  const asker = walk.namespace(attempt.netns);
  if (!asker || !sent || attempt.source !== null || sent.device === "lo") return null;
  const here = (asker.addresses ?? []).filter((a) => a.interface === sent.device);
  const chosen = (asker.addresses ?? []).find((a) => a.local === sent.source);
  const where = { netns: asker.key, interface: sent.device };
  const lines = [...sent.lines, ...(chosen ? [addressLine(asker.key, chosen)] : [])];
  const more = {
    ...facts,
    asker: asker.key,
    outInterface: sent.device,
    ...(chosen ? { ownerInterface: chosen.interface } : {}),
  };
  if (asker.addresses !== undefined && here.length === 0)
    return makeHit({ code: "interface-without-address", ...where, facts: more, lines });
  if (!chosen || !isForeign(chosen, sent)) return null;
  const fitting = here.find((own) => own.local !== sent.source && inSubnet(sent.nextHop, own));
  return makeHit({
    code: "source-address-selection",
    ...where,
    facts: {
      ...more,
      ...(sent.route ? { route: sent.route.line } : {}),
      ...(fitting ? { ownAddress: `${formatIpv4(fitting.local)}/${fitting.prefixLength}` } : {}),
    },
    lines,
  });
}

// Of another interface, or made the source by the route though the next hop is not in its subnet.
function isForeign(chosen: InterfaceAddress, sent: OutputRoute): boolean {
  if (chosen.interface !== sent.device) return true;
  return sent.route?.preferredSource === sent.source && !inSubnet(sent.nextHop, chosen);
}
