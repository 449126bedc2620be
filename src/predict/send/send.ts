// ping's side of the stack: its socket, the probing connect that finds a source address, the route, and the size check.

import { formatIpv4 } from "../../model/address.ts";
import type { CauseHit } from "../../model/finding.ts";
import type { Disposition } from "../../model/trace.ts";
import type { Transport } from "../../model/transport.ts";
import { localOwner } from "../../system/lookup/owner.ts";
import { otherEnd } from "../../system/lookup/peer.ts";
import { At, type Stack } from "../at.ts";
import { passPolicies } from "../filter/ipsec.ts";
import { open, stateOf, withFacts } from "../hits.ts";
import { deviceOf, type PortedFlow } from "../lookup.ts";
import type { Datagram } from "../message.ts";
import { namespaceSetting } from "../sysctls.ts";
import type { Walk } from "../walk.ts";
import * as words from "../words.ts";
import { askByArp } from "./arping.ts";
import { connectsToMany, firstPacket, flowOfAttempt } from "./connect.ts";
import { routeOutput } from "./output-route.ts";
import { errorWords, failureHit } from "./send-failure.ts";
import * as say from "./send-words.ts";
import { refusedSocket } from "./socket.ts";
import { tellRoute } from "./tell-route.ts";
import { ttlOf } from "./time-to-live.ts";
import { tooLong } from "./too-long.ts";
import type { OutputFailure, OutputRoute } from "./way.ts";

/** ping on its host, before there is a packet. */
type Ping = At<null, null>;

/** Walks the ping from the call of sendmsg to wherever it ends. */
export function sendPing(walk: Walk, stack: Stack): Disposition {
  const { attempt } = walk;
  const ns = walk.namespace(attempt.netns);
  const refused = refusedSocket(walk, ns);
  if (refused) return refused;
  if (ns === undefined) return open(attempt.netns, ["namespaces"], say.nothingKnown(attempt.netns));
  const at = new At(walk, stack, { ns, interface: null, leg: "request", packet: null });
  if (attempt.byArp) return askByArp(at);
  at.tell("socket", words.askerMakesRequest(attempt));
  if (attempt.outInterface !== null && deviceOf(ns, attempt.outInterface) === null)
    return at.open(["link"], words.noSuchInterface(attempt.outInterface));
  const { transport } = attempt;
  const route = checkBoundSource(at) ?? (transport ? connect(at, transport) : (probe(at) ?? chooseRoute(at)));
  if (route.kind !== "output") return route;
  walk.source = route.source;
  walk.sent = route;
  tellRoute(at.on(route.device), route);
  if (transport) return stack.emit(at.with(firstPacket(at, transport, route)), route);
  return tooLong(at.on(route.device), route) ?? stack.emit(at.with(echoRequest(at, route)), route);
}

function connect(at: Ping, transport: Transport): OutputRoute | Disposition {
  const { attempt } = at.walk;
  const first = lookUp(at, attempt.source, "connect", flowOfAttempt(at, transport, false));
  if (first.kind !== "output") return first;
  const refused = connectsToMany(at, transport, first);
  if (refused) return refused;
  const source = first.source === 0 ? null : first.source;
  return lookUp(at, source, "connect", flowOfAttempt(at, transport, true));
}

// A ping without -I ADDRESS first connects a UDP socket to learn its source: looked up once without and once with it.
function probe(at: Ping): Disposition | null {
  const { attempt } = at.walk;
  if (attempt.source !== null) return null;
  for (let source: OutputRoute["source"] | null = null, round = 0; round < 2; round++) {
    const route = lookUp(at, source === 0 ? null : source, "connect");
    if (route.kind !== "output") return route;
    source = route.source;
  }
  return null;
}

function chooseRoute(at: Ping): OutputRoute | Disposition {
  return lookUp(at, at.walk.attempt.source, "sendmsg");
}

function lookUp(
  at: Ping,
  source: OutputRoute["source"] | null,
  call: "connect" | "sendmsg",
  flow: PortedFlow | null = null,
): OutputRoute | Disposition {
  const { destination, outInterface: oif, mark, tos = 0 } = at.walk.attempt;
  const probe = call === "connect" && flow === null;
  const route = routeOutput(at.walk, at.ns, { destination, oif, mark, tos, source, probe, flow });
  if (route.kind === "unknown") return routeUnknown(at, route.missing);
  if (route.kind === "failure") return fail(at, route, call);
  return protectedBy(at, route, call) ?? needsBroadcastFlag(at, route, call) ?? route;
}

// ip_route_output_flow asks the policies too (xfrm_lookup_route), for the probe as for the ping itself.
function protectedBy(at: Ping, route: OutputRoute, call: "connect" | "sendmsg"): Disposition | null {
  const here = at.on(route.device);
  const { source, destination } = route;
  const addresses = { source, destination };
  const protocol = at.walk.attempt.transport?.protocol ?? (call === "connect" ? "udp" : "icmp");
  const pass = { direction: "out", device: route.device, protocol } as const;
  const ended = passPolicies(here.with(addresses), pass);
  if (ended?.kind !== "stopped") return ended;
  at.walk.heard = { kind: "error", call, errno: "EPERM" };
  return { ...ended, hit: withFacts(ended.hit, { error: errorWords(call, "EPERM") }) };
}

function echoRequest({ walk, ns }: Ping, route: OutputRoute): Datagram {
  const { attempt } = walk;
  const fits = route.mtu === null || attempt.length <= route.mtu;
  const mode = attempt.pathMtuDiscovery;
  return {
    kind: "echo-request",
    source: route.source,
    destination: attempt.destination,
    // IP_MULTICAST_TTL is 1 unless ping's -t sets it.
    ttl: attempt.ttl ?? (route.type === "multicast" ? 1 : ttlOf(walk, ns, route)),
    length: attempt.length,
    dontFragment: fits && mode !== "dont" && (attempt.dontFragment || mode === "want"),
    mark: attempt.mark,
    tos: attempt.tos ?? 0,
    type: 8,
    code: 0,
    routers: 0,
  };
}

function checkBoundSource(at: Ping): Disposition | null {
  const { walk, ns } = at;
  const { source } = walk.attempt;
  if (source === null) return null;
  const owner = localOwner(ns, source);
  if (owner === undefined) return routeUnknown(at, ["route"]);
  if (owner !== null) return null;
  const { value: nonlocal, lines } = namespaceSetting(walk, ns, "net.ipv4.ip_nonlocal_bind", 0);
  const call = nonlocal ? "sendmsg" : "bind";
  const errno = nonlocal ? "ENETUNREACH" : "EADDRNOTAVAIL";
  walk.heard = { kind: "error", call, errno };
  const failure: OutputFailure = { kind: "failure", errno: "ENETUNREACH", why: "source-not-local", lines };
  const hit = failureHit(ns, walk.attempt, failure, call);
  return at.stopBy(withFacts(hit, { error: errorWords(call, errno) }), say.notAnAddressOfThisHost(source), lines);
}

function fail(at: Ping, failure: OutputFailure, call: "connect" | "sendmsg"): Disposition {
  const { walk, ns } = at;
  const hit = withOtherEnd(at, failureHit(ns, walk.attempt, failure, call));
  walk.heard = { kind: "error", call, errno: failure.errno };
  const says = say.lookupFails(walk.attempt.destination, errorWords(call, failure.errno));
  return at.on(hit.interface).stopBy(hit, says, stateOf(hit));
}

// A link without carrier wants its other end up.
function withOtherEnd({ walk, ns }: Ping, hit: CauseHit): CauseHit {
  if (hit.code !== "linkdown-route-ignored" || hit.interface === null) return hit;
  const end = otherEnd(walk.state, ns.key, hit.interface);
  return end.kind === "peer" ? withFacts(hit, { peerInterface: end.link.name, owner: end.netns }) : hit;
}

function needsBroadcastFlag(at: Ping, route: OutputRoute, call: "connect" | "sendmsg"): Disposition | null {
  const { destination, broadcastAllowed, transport } = at.walk.attempt;
  if (route.type !== "broadcast" || broadcastAllowed || transport?.protocol === "tcp") return null;
  at.walk.heard = { kind: "error", call, errno: "EACCES" };
  const target = formatIpv4(destination);
  return at.stop({
    code: "broadcast-needs-b",
    says: say.mayNotBroadcast(target),
    blamed: { netns: at.ns.key, interface: route.device },
    lines: route.lines,
    facts: { target, outInterface: route.device, error: errorWords("connect", "EACCES") },
    ruledOut: [{ code: "route-prohibit", because: say.isBroadcastRoute() }],
  });
}

// A lookup that state is too thin for.
function routeUnknown(at: Ping, missing: readonly string[]): Disposition {
  at.tell("open", say.lookupLacks(missing));
  return at.open(missing, say.whichRoute(at.walk.attempt.destination), [
    "no-route",
    "arp-no-local-owner",
    "local-address-via-lo",
  ]);
}
