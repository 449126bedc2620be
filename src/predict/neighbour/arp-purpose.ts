// An unanswered ARP question seen from its purpose: the gateway, a netmask that is too short, the wrong one of two interfaces.

import { BROADCAST_MAC, formatIpv4, formatPrefix, type Ipv4, inPrefix } from "../../model/address.ts";
import type { CauseHit, Facts } from "../../model/finding.ts";
import type { Namespace, Route } from "../../model/system-state.ts";
import { text } from "../../model/text.ts";
import { ownersOf } from "../../system/lookup/owner.ts";
import type { At } from "../at.ts";
import { makeHit, stateOf, withFacts } from "../hits.ts";
import { linkLine, routeLine, ruleLine } from "../lines.ts";
import { isolatedPair } from "../link/stacked.ts";
import { transmit } from "../link/transmit.ts";
import { deviceOf, findRoute } from "../lookup.ts";
import { type ArpQuestion, addressFacts, type Datagram, questionFrame } from "../message.ts";
import { decideArp } from "../receive/arp-input.ts";
import { inSubnet } from "../send/source.ts";
import type { OutputRoute } from "../send/way.ts";
import { knownSetting } from "../sysctls.ts";

type Hits = readonly [CauseHit, ...CauseHit[]];

/** The question as it was asked. */
export interface UnansweredArp {
  /** The datagram that waits, at the device that asks. */
  readonly at: At<Datagram>;
  readonly route: OutputRoute;
  /** The question there. */
  readonly asking: At<ArpQuestion>;
}

/** The hits for a question nobody answered, the one a person must act on first. */
export function tellPurpose(asked: UnansweredArp, mechanism: CauseHit, nobodyOwns: boolean): Hits {
  const { at, route } = asked;
  const facts = factsOf(asked);
  const onLinkPrefix = route.gateway === null && route.route ? { prefix: formatPrefix(route.route.destination) } : {};
  // Where the listener or the bridge decides, its own interfaces are meant.
  const known = withFacts(mechanism, { ...facts, ...onLinkPrefix, ...mechanism.facts });
  if (!nobodyOwns) {
    const foreign = foreignSender(asked, mechanism);
    if (!foreign) return [known];
    return at.leg === "request" ? [foreign, known] : [known, foreign];
  }
  const purpose =
    macvlanIsolation(asked) ??
    noRouteBy(asked) ??
    otherInterface(asked) ??
    wrongTable(asked) ??
    gatewayFailed(asked, mechanism) ??
    wrongNetmask(asked, mechanism);
  // That a whole host has no address says more than that this one is missing, but only where it was meant itself.
  const mechanismHit: CauseHit = { ...known, code: "arp-no-local-owner" };
  if (purpose) return [purpose, mechanismHit];
  return known.code === "arp-no-local-owner" ? [known] : [known, mechanismHit];
}

function factsOf({ at, route, asking }: UnansweredArp): Facts {
  return {
    outInterface: route.device,
    asker: at.ns.key,
    source: formatIpv4(asking.packet.sender),
    ...(route.gateway === null ? {} : { gateway: formatIpv4(route.gateway) }),
  };
}

function gatewayFailed(asked: UnansweredArp, mechanism: CauseHit): CauseHit | null {
  const { at, route } = asked;
  if (route.gateway === null) return null;
  return makeHit({
    code: "gateway-arp-failed",
    netns: at.ns.key,
    interface: route.device,
    facts: {
      ...factsOf(asked),
      target: formatIpv4(at.packet.destination),
      ...(route.route ? { route: route.route.line } : {}),
      ...proxyMissing(asked, mechanism),
    },
    lines: [...route.lines, ...stateOf(mechanism)],
    ruledOut: mechanism.ruledOut,
  });
}

// 169.254.0.0/16: a gateway that nobody has, for which the other side is to speak (Calico and others do it so).
function proxyMissing({ at, route }: UnansweredArp, { netns, facts }: CauseHit): Facts {
  const host = netns === null ? undefined : at.walk.namespace(netns);
  const { inInterface: device } = facts;
  if (!host || host.key === at.ns.key || device === undefined || !isLinkLocal(route.nextHop)) return {};
  const proxy = knownSetting(host, "proxy_arp", device);
  if (proxy === undefined || proxy.value !== 0) return {};
  return { sysctl: `net.ipv4.conf.${device}.proxy_arp`, value: "0", owner: host.key, peerInterface: device };
}

function isLinkLocal(address: Ipv4): boolean {
  return address >>> 16 === 0xa9fe;
}

// arp_announce = 0 let an address of another interface into the question, and the listener refused exactly that.
function foreignSender({ at, route, asking }: UnansweredArp, mechanism: CauseHit): CauseHit | null {
  const { ns } = at;
  const { sender } = asking.packet;
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
      ...(mechanism.interface === null ? {} : { peerInterface: mechanism.interface }),
      ...(onLink ? { ownAddress: `${formatIpv4(onLink.local)}/${onLink.prefixLength}` } : {}),
      sysctl: `net.ipv4.conf.${route.device}.arp_announce`,
      value: String(announce.value),
    },
    lines: [...announce.lines, { netns: ns.key, key: "addr", line: here.line }],
  });
}

// A macvlan and the device below it are on one wire and still cannot hear each other.
/** The asker and the owner are a macvlan and the device below it. */
export function macvlanIsolation({ at, route }: UnansweredArp): CauseHit | null {
  const { walk, ns } = at;
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
          source: formatIpv4(at.packet.source),
          outInterface: link.name,
          ownerInterface: other.name,
          owner: owner.netns,
          peerInterface: above === link ? other.name : link.name,
          router: above === link ? owner.netns : ns.key,
          ...(link.kind === "macvlan" && other.kind === "macvlan" ? { state: String(above.data.mode) } : {}),
        },
        lines: [linkLine(ns.key, link), linkLine(otherNs.key, other), owner.line],
      });
    }
  }
  return null;
}

// A socket bound to an interface asks on its link for what no route leads to by it: where the host knows the target behind
// a gateway, the route is what is missing.
function noRouteBy({ at, route }: UnansweredArp): CauseHit | null {
  const { ns, packet } = at;
  if (!route.assumedOnLink || ns.addresses === undefined) return null;
  if (ns.addresses.some((own) => own.interface === route.device && inSubnet(packet.destination, own))) return null;
  const others = (ns.routes ?? []).filter(
    (one) => one.type === "unicast" && inPrefix(packet.destination, one.destination),
  );
  if (!others.some(({ hops }) => hops.some(({ gateway }) => gateway !== null))) return null;
  return makeHit({
    code: "no-route",
    netns: ns.key,
    interface: route.device,
    facts: {
      target: formatIpv4(packet.destination),
      asker: ns.key,
      outInterface: route.device,
      state: "bound",
      ...gatewayOf(others, route.device),
    },
    lines: others.map((one) => routeLine(ns.key, one)),
    because: text(
      `the socket is bound to ${route.device}, and no route that its lookup meets goes out there`,
      `套接字绑定在 ${route.device} 上，而它查到的路由没有一条从那里出去`,
    ),
  });
}

// A table of the interface's own that a rule for other sources leads to tells which gateway it is meant to use.
function gatewayOf(routes: readonly Route[], device: string): Facts {
  const hop = routes.flatMap(({ hops }) => hops).find((one) => one.interface === device);
  return hop?.gateway == null ? {} : { gateway: formatIpv4(hop.gateway) };
}

// Another interface carries the same prefix, and there somebody answers.
function otherInterface(asked: UnansweredArp): CauseHit | null {
  const { at, route } = asked;
  const { ns, packet } = at;
  const chosen = route.route;
  if (!chosen || route.assumedOnLink || at.walk.attempt.outInterface !== null) return null;
  const prefix = formatPrefix(chosen.destination);
  for (const twin of twinsOf(ns, chosen, route.device)) {
    const device = twin.hops[0]?.interface;
    if (!device || twin.hops[0]?.gateway !== (route.gateway ?? null) || !answersOn(asked, device)) continue;
    return makeHit({
      code: "same-subnet-two-interfaces",
      netns: ns.key,
      interface: route.device,
      facts: {
        ...addressFacts(packet),
        outInterface: route.device,
        ownerInterface: device,
        prefix,
        route: chosen.line,
      },
      lines: [routeLine(ns.key, chosen), routeLine(ns.key, twin)],
    });
  }
  return null;
}

// Routes that fit as well as the chosen one, out of other interfaces.
function twinsOf(ns: Namespace, chosen: Route, device: string): Route[] {
  return (ns.routes ?? []).filter(
    (r) =>
      r !== chosen &&
      r.type === "unicast" &&
      r.table === chosen.table &&
      r.metric === chosen.metric &&
      formatPrefix(r.destination) === formatPrefix(chosen.destination) &&
      r.hops[0]?.interface !== device,
  );
}

function answersOn({ at, route, asking }: UnansweredArp, device: string): boolean {
  const senderMac = deviceOf(at.ns, device)?.mac ?? null;
  const question = { sender: at.packet.source, senderMac, target: route.nextHop };
  const trial = asking.in(at.walk.fork()).on(device).with<ArpQuestion>(question);
  const { arrivals } = transmit(trial.with(questionFrame(question, BROADCAST_MAC)));
  return arrivals.some((arrival) => {
    const host = trial.walk.namespace(arrival.netns);
    return host !== undefined && decideArp(trial.moved(host, arrival.interface)).kind === "answer";
  });
}

// A rule of somebody's own chose the table, and table main would have gone elsewhere.
function wrongTable({ at, route }: UnansweredArp): CauseHit | null {
  const { ns, packet: datagram } = at;
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
function wrongNetmask({ at, route }: UnansweredArp, mechanism: CauseHit): CauseHit | null {
  const { walk, ns } = at;
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
