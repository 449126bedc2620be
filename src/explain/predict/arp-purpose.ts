// An unanswered ARP question seen from its purpose: the gateway, a netmask that is too short, the wrong one of two interfaces.

import { BROADCAST_MAC, formatIpv4, formatPrefix, type Ipv4 } from "../../model/address.ts";
import type { CauseHit } from "../../model/finding.ts";
import type { Namespace } from "../../model/system-state.ts";
import { text } from "../../model/text.ts";
import type { Leg } from "../../model/trace.ts";
import { ownersOf } from "../../system/lookup/owner.ts";
import { decideArp } from "./arp-input.ts";
import { makeHit, withFacts } from "./hits.ts";
import { linkLine, routeLine, ruleLine } from "./lines.ts";
import { deviceOf, findRoute } from "./lookup.ts";
import type { OutputRoute } from "./output-route.ts";
import { inSubnet } from "./source.ts";
import { isolatedPair } from "./stacked.ts";
import { knownSetting } from "./sysctls.ts";
import { transmit } from "./transmit.ts";
import { arpLeg, type Datagram, type Frame, type Walk } from "./walk.ts";

type Hits = readonly [CauseHit, ...CauseHit[]];

/** The hits for a question nobody answered, the one a person must act on first. */
export function tellPurpose(
  walk: Walk,
  ns: Namespace,
  route: OutputRoute,
  sender: Ipv4,
  datagram: Datagram,
  leg: Leg,
  mechanism: CauseHit,
  nobodyOwns: boolean,
): Hits {
  const facts = {
    outInterface: route.device,
    asker: ns.key,
    source: formatIpv4(sender),
    ...(route.gateway === null ? {} : { gateway: formatIpv4(route.gateway) }),
  };
  const onLinkPrefix = route.gateway === null && route.route ? { prefix: formatPrefix(route.route.destination) } : {};
  // Where the listener or the bridge decides, its own interfaces are meant.
  const known = withFacts(mechanism, { ...facts, ...onLinkPrefix, ...mechanism.facts });
  if (!nobodyOwns) {
    const foreign = foreignSender(ns, route, sender, mechanism);
    if (!foreign) return [known];
    return leg === "request" ? [foreign, known] : [known, foreign];
  }
  // That a whole host has no address says more than that this one is missing, but only where it was meant itself.
  const mechanismHit: CauseHit = { ...known, code: "arp-no-local-owner" };
  const isolated = macvlanIsolation(walk, ns, route);
  if (isolated) return [isolated, mechanismHit];
  const other = otherInterface(walk, ns, route, datagram, leg);
  if (other) return [other, mechanismHit];
  const policy = wrongTable(ns, route, datagram);
  if (policy) return [policy, mechanismHit];
  if (route.gateway !== null) {
    const hit = makeHit({
      code: "gateway-arp-failed",
      netns: ns.key,
      interface: route.device,
      facts: {
        ...facts,
        target: formatIpv4(datagram.destination),
        ...(route.route ? { route: route.route.line } : {}),
      },
      lines: [...route.lines, ...mechanism.evidence.flatMap((e) => (e.state ? [e.state] : []))],
      ruledOut: mechanism.ruledOut,
    });
    return [hit, mechanismHit];
  }
  const netmask = wrongNetmask(walk, ns, route, mechanism);
  if (netmask) return [netmask, mechanismHit];
  return known.code === "arp-no-local-owner" ? [known] : [known, mechanismHit];
}

// arp_announce = 0 let an address of another interface into the question, and the listener refused exactly that.
function foreignSender(ns: Namespace, route: OutputRoute, sender: Ipv4, mechanism: CauseHit): CauseHit | null {
  if (mechanism.code !== "rp-filter-arp") return null;
  const here = (ns.addresses ?? []).find((a) => a.local === sender);
  if (!here || here.interface === route.device) return null;
  const announce = knownSetting(ns, "arp_announce", route.device);
  if (announce === undefined || announce.value === 2) return null;
  const onLink = ns.addresses?.find((a) => a.interface === route.device && inSubnet(route.nextHop, a));
  return makeHit({
    code: "arp-announce-foreign-source",
    netns: ns.key,
    interface: route.device,
    facts: {
      target: formatIpv4(route.nextHop),
      source: formatIpv4(sender),
      outInterface: route.device,
      ownerInterface: here.interface,
      ...(mechanism.netns === null ? {} : { owner: mechanism.netns }),
      ...(onLink ? { ownAddress: `${formatIpv4(onLink.local)}/${onLink.prefixLength}` } : {}),
      sysctl: `net.ipv4.conf.${route.device}.arp_announce`,
      value: String(announce.value),
    },
    lines: [...announce.lines, { netns: ns.key, key: "addr", line: here.line }],
  });
}

// A macvlan and the device below it are on one wire and still cannot hear each other.
function macvlanIsolation(walk: Walk, ns: Namespace, route: OutputRoute): CauseHit | null {
  const link = deviceOf(ns, route.device);
  if (!link) return null;
  for (const owner of ownersOf(walk.state, route.nextHop)) {
    const otherNs = walk.namespace(owner.netns);
    const other = otherNs && deviceOf(otherNs, owner.interface);
    if (!otherNs || !other) continue;
    const above = isolatedPair(walk, ns, link, otherNs, other);
    if (above) {
      return makeHit({
        code: "macvlan-host-isolation",
        netns: ns.key,
        interface: link.name,
        facts: {
          target: formatIpv4(route.nextHop),
          outInterface: link.name,
          ownerInterface: other.name,
          owner: owner.netns,
        },
        lines: [linkLine(ns.key, link), linkLine(otherNs.key, other), owner.line],
      });
    }
  }
  return null;
}

// Another interface carries the same prefix, and there somebody answers.
function otherInterface(walk: Walk, ns: Namespace, route: OutputRoute, datagram: Datagram, leg: Leg): CauseHit | null {
  const chosen = route.route;
  if (!chosen || route.assumedOnLink || walk.attempt.outInterface !== null) return null;
  const twins = (ns.routes ?? []).filter(
    (r) =>
      r !== chosen &&
      r.type === "unicast" &&
      r.table === chosen.table &&
      r.metric === chosen.metric &&
      formatPrefix(r.destination) === formatPrefix(chosen.destination) &&
      r.hops[0]?.interface !== route.device,
  );
  for (const twin of twins) {
    const device = twin.hops[0]?.interface;
    if (!device || twin.hops[0]?.gateway !== (route.gateway ?? null)) continue;
    if (!answersOn(walk, ns, device, route.nextHop, datagram.source, leg)) continue;
    return makeHit({
      code: "same-subnet-two-interfaces",
      netns: ns.key,
      interface: route.device,
      facts: {
        target: formatIpv4(datagram.destination),
        source: formatIpv4(datagram.source),
        outInterface: route.device,
        ownerInterface: device,
        prefix: formatPrefix(chosen.destination),
        route: chosen.line,
      },
      lines: [routeLine(ns.key, chosen), routeLine(ns.key, twin)],
    });
  }
  return null;
}

function answersOn(walk: Walk, ns: Namespace, device: string, target: Ipv4, sender: Ipv4, leg: Leg): boolean {
  const trial = walk.fork();
  const mac = deviceOf(ns, device)?.mac ?? null;
  const askLeg = arpLeg(leg, "arp-request");
  const frame: Frame = {
    leg: askLeg,
    source: mac,
    destination: BROADCAST_MAC,
    vlan: null,
    payload: { kind: "arp-request", sender, target },
  };
  return transmit(trial, ns, device, frame).arrivals.some((a) => {
    const host = trial.namespace(a.netns);
    return (
      host !== undefined &&
      decideArp(trial, host, a.interface, { sender, senderMac: mac, target, leg: askLeg }).kind === "answer"
    );
  });
}

// A rule of somebody's own chose the table, and table main would have gone elsewhere.
function wrongTable(ns: Namespace, route: OutputRoute, datagram: Datagram): CauseHit | null {
  const { rule } = route;
  if (!rule || !route.route || ["local", "main", "default"].includes(route.route.table)) return null;
  const plain = findRoute(
    {
      ...ns,
      rules: ns.rules?.filter(
        (r) => r.action.kind === "lookup" && ["local", "main", "default"].includes(r.action.table),
      ),
    },
    { destination: datagram.destination, source: datagram.source },
  );
  if (
    plain.kind !== "route" ||
    (plain.hop?.interface === route.device && (plain.hop?.gateway ?? null) === route.gateway)
  )
    return null;
  return makeHit({
    code: "policy-routing-wrong-table",
    netns: ns.key,
    interface: route.device,
    facts: {
      target: formatIpv4(datagram.destination),
      source: formatIpv4(datagram.source),
      outInterface: route.device,
      rule: rule.line,
      table: route.route.table,
      route: route.route.line,
      ...(route.gateway === null ? {} : { gateway: formatIpv4(route.gateway) }),
    },
    lines: [ruleLine(ns.key, rule), routeLine(ns.key, route.route), routeLine(ns.key, plain.route)],
    because: text("table main alone would take another way", "只看 main 表会走另一条路"),
  });
}

// The asker believes the target on its link; a host there knows a route to it by another interface.
function wrongNetmask(walk: Walk, ns: Namespace, route: OutputRoute, mechanism: CauseHit): CauseHit | null {
  if (!route.route || route.assumedOnLink || mechanism.netns === null || mechanism.netns === ns.key) return null;
  const router = walk.namespace(mechanism.netns);
  if (!router) return null;
  const there = findRoute(router, { destination: route.nextHop });
  if (there.kind !== "route" || there.route.type !== "unicast" || there.hop?.interface === mechanism.interface)
    return null;
  if (there.route.destination.length <= route.route.destination.length) return null;
  return makeHit({
    code: "wrong-netmask",
    netns: ns.key,
    interface: route.device,
    facts: {
      target: formatIpv4(route.nextHop),
      outInterface: route.device,
      prefix: formatPrefix(route.route.destination),
      router: router.key,
      route: there.route.line,
    },
    lines: [routeLine(ns.key, route.route), ...there.lines],
  });
}
