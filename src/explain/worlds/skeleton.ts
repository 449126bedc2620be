// The systems in which a ping would be answered, as far as state and frames show them: the hosts that were shown, and the
// usual ones where nobody showed any.

import {
  type Ipv4,
  inPrefix,
  isLoopback,
  isMulticast,
  isPrivate,
  LIMITED_BROADCAST,
  parseIpv4,
} from "../../model/address.ts";
import { isBridgeName } from "../../model/bridge-name.ts";
import type { Edit } from "../../model/edit.ts";
import type { Flow } from "../../model/flow.ts";
import type { Packet } from "../../model/packet.ts";
import type { Namespace, RouteHop, SystemState } from "../../model/system-state.ts";
import { stepsOf, type Trace } from "../../model/trace.ts";
import type { Vantage } from "../../model/vantage.ts";
import { predict } from "../../predict/predict.ts";
import { withDefaults } from "../../system/assume-defaults.ts";
import { ownersOf } from "../../system/lookup/owner.ts";
import { otherEnd } from "../../system/lookup/peer.ts";
import { askerNamespace, attemptsOf } from "../attempt.ts";
import type { Case } from "../case.ts";
import { refusedNoRoute } from "./evidence.ts";
import { basesOfFrames, questionOf } from "./frames.ts";
import { listening } from "./listening.ts";
import { type Base, type Made, type Socket, withDevice, withNamespace } from "./made.ts";
import { isOpenIn } from "./open-part.ts";
import { completed } from "./usual.ts";
import { addressOn, answering, asking, byDefault, edited, given, neighbourOf, SPARE, sharedLength } from "./wiring.ts";

/** The likeliest first; none where nothing usual would answer (a group, loopback). */
export function basesOf(subject: Case, flow: Flow): Base[] {
  const { dst } = flow;
  if (isLoopback(dst)) return onItself(subject, flow);
  if (isMulticast(dst) || dst === LIMITED_BROADCAST || dst === 0) return [];
  return seedsOf(subject, flow)
    .map((base) => ({ ...base, state: withDefaults(base.state) ?? base.state }))
    .map((base) => listening(base, subject, flow));
}

// What a host connects to on itself passes nobody else.
function onItself(subject: Case, flow: Flow): Base[] {
  const { state } = subject;
  if (state === null || flow.told === undefined) return [];
  const whole = completed(state);
  const asker = askerIn(subject, state, whole.state, flow);
  if (asker === null) return [];
  const base = { ...whole, asker, places: shownPlaces(subject), rank: 0 };
  return [listening({ ...base, state: withDefaults(base.state) ?? base.state }, subject, flow)];
}

function seedsOf(subject: Case, flow: Flow): Base[] {
  const whole = completed(subject.state);
  if (subject.state === null) return basesOfFrames(whole, subject, flow);
  const along = looksBeyond(subject) && questionOf(flow) !== null ? basesOfFrames(whole, subject, flow) : [];
  if (along.length > 0) return along.map((seed) => closed(seed, subject, flow));
  const asker = askerIn(subject, subject.state, whole.state, flow);
  const seeds = asker !== null ? [shownAsker(whole, subject, flow, asker)] : unknownAskers(whole, subject, flow);
  return seeds.map((seed) => closed(seed, subject, flow));
}

// Whether a capture is at a host that nobody showed.
function looksBeyond({ inputs, view, state }: Case): boolean {
  return inputs.some(({ vantage }) => {
    const netns = view.netnsOf(vantage);
    return netns !== null && state?.namespaces.has(netns) !== true;
  });
}

function askerIn({ asked, view, pasted }: Case, state: SystemState, whole: SystemState, flow: Flow): string | null {
  const named = asked.get(flow)?.netns ?? (flow.told === undefined ? null : flow.netns);
  // Where a connection was typed, the paste was asked whether it can be that very host.
  if (flow.told !== undefined && named !== null && state.namespaces.has(named)) return named;
  // What was typed at no named prompt need not have been typed where the listings were: a host that has the address answers itself.
  const isOwn = (address: Ipv4): boolean => ownersOf(whole, address).some(({ netns }) => netns === "");
  if (pasted && named === "" && isOwn(flow.dst) && (flow.src === null || !isOwn(flow.src))) return null;
  if (named !== null && state.namespaces.has(named)) return named;
  return named !== null && pasted ? null : askerNamespace(flow, state, view);
}

function shownAsker(made: Made, subject: Case, flow: Flow, asker: string): Base {
  const places = shownPlaces(subject);
  const ns = made.state.namespaces.get(asker);
  const { state } = subject;
  const shown = state?.namespaces.get(asker);
  if (shown?.addresses !== undefined || ns === undefined)
    return { ...withWayOut(made, subject, flow, asker), asker, places, rank: 0 };
  const byRoutes = shown?.routes === undefined ? null : onItsSubnets(made, flow, asker);
  if (byRoutes !== null) return { ...byRoutes, asker, places, rank: 0 };
  const free =
    ns.links?.filter(({ isLoopback: lo, kind, master }) => !lo && kind !== "bridge" && master === null) ?? [];
  // A bond without ports, a dummy and the kernel's own tunnels lead nowhere by themselves.
  const name = (free.find(({ flags }) => !flags.has("MASTER") && !flags.has("NOARP")) ?? free[0])?.name;
  return { ...withOwnAddress(made, flow, { netns: asker, name: name ?? "eth0" }, null), asker, places, rank: 0 };
}

// Who shows routes has an address on each subnet that they call its own; null where they name none.
function onItsSubnets(made: Made, { src, dst }: Flow, asker: string): Made | null {
  const ns = made.state.namespaces.get(asker);
  const hops = (ns?.routes ?? []).flatMap((route) => route.hops.map((hop) => ({ ...hop, to: route.destination })));
  const gateways = hops.map(({ gateway }) => gateway);
  const own = hops.flatMap(({ interface: name, gateway, to }): Edit[] => {
    if (name === null || name === "lo" || gateway !== null || to.length < 8 || to.length > 30) return [];
    if (addressOn(made, { netns: asker, name }, null) !== null) return [];
    const address = src !== null && inPrefix(src, to) ? src : neighbourOf(to.address, [...gateways, dst]);
    return [given(asker, name, address, to.length)];
  });
  const there = edited(made, own);
  return there.state.namespaces.get(asker)?.addresses?.some((one) => !isLoopback(one.local)) ? there : null;
}

function shownPlaces({ view, inputs }: Case): Map<Vantage, Socket> {
  return new Map(
    inputs.flatMap(({ vantage }) => {
      const netns = view.netnsOf(vantage);
      return netns === null || vantage.interface === null ? [] : [[vantage, { netns, name: vantage.interface }]];
    }),
  );
}

// Who shows addresses and no routes may well have a default route.
function withWayOut(made: Made, { state }: Case, flow: Flow, asker: string): Made {
  const { dst } = flow;
  if (state?.namespaces.get(asker)?.routes !== undefined || refusedNoRoute(flow)) return made;
  const own = made.state.namespaces.get(asker)?.addresses?.find((one) => !isLoopback(one.local));
  if (own === undefined) return made;
  return edited(made, [byDefault(asker, neighbourOf(own.local, [own.local, dst]), own.interface)]);
}

// An asker that shows no address: on the target's subnet, or behind a gateway.
function withOwnAddress(made: Made, flow: Flow, at: Socket, gateway: Ipv4 | null): Made {
  const onLink = gateway === null;
  const own = flow.src || (onLink ? neighbourOf(flow.dst, []) : neighbourOf(gateway, [gateway]));
  const there = withDevice(made, at);
  const length = (onLink ? sharedLength(own, flow.dst) : 0) || 24;
  const addressed = edited(there, [given(at.netns, at.name, own, length)]);
  if (refusedNoRoute(flow)) return addressed;
  return edited(addressed, [byDefault(at.netns, gateway ?? neighbourOf(own, [flow.dst]), at.name)]);
}

function unknownAskers(made: Made, subject: Case, flow: Flow): Base[] {
  const places = shownPlaces(subject);
  const passed = passedOn(made, subject, flow, places);
  if (passed.length > 0) return passed;
  const arrived = sightingsOf(flow).flatMap((packet) => {
    const at = places.get(packet.frame.vantage);
    return at === undefined || packet.frame.direction === "out" ? [] : [at];
  });
  const owners = ownersOf(made.state, flow.dst).map(({ netns, interface: name }) => ({ netns, name }));
  const [seenAt] = [...arrived, ...refusersOf(made, flow), ...owners];
  const at = seenAt === undefined ? undefined : portInto(made, seenAt);
  if (at === undefined) {
    const inside = behindItsHost(made, subject, flow, places);
    return inside.length > 0 ? inside : beyondRouters(made, subject, flow, places);
  }
  const own = made.state.namespaces.get(at.netns)?.addresses?.find((one) => one.interface === at.name);
  const source = flow.src || neighbourOf(own?.local ?? flow.dst, [flow.dst, own?.local ?? null]);
  const onward = passing(made, subject.state, at.netns, flow);
  const seeds = [{ ...asking(onward, at, source, flow), asker: "(asker)", places, rank: 0 }];
  // Where nobody listed its addresses, the target may be its own.
  if (subject.state?.namespaces.get(at.netns)?.addresses !== undefined) return seeds;
  const there = edited(withDevice(made, at), [given(at.netns, at.name, flow.dst, sharedLength(source, flow.dst))]);
  return [{ ...asking(there, at, source, flow), asker: "(asker)", places, rank: 0 }, ...seeds];
}

// A container that the paste names and does not show hangs on the bridge of its host, where there is just one.
function behindItsHost(made: Made, subject: Case, flow: Flow, places: Base["places"]): Base[] {
  const named = subject.asked.get(flow)?.netns ?? flow.netns ?? "";
  if (!subject.pasted || named === "" || subject.state?.namespaces.has(named)) return [];
  const bridges = [...(subject.state?.namespaces.values() ?? [])].flatMap(({ key, addresses = [], links = [] }) =>
    addresses
      .filter(
        ({ interface: name }) => isBridgeName(name) || links.some((one) => one.name === name && one.kind === "bridge"),
      )
      .map((own) => ({ netns: key, own })),
  );
  const [only, ...others] = bridges;
  if (only === undefined || others.length > 0) return [];
  const { netns, own } = only;
  const at = portInto(made, { netns, name: own.interface });
  const source = flow.src || neighbourOf(own.local, [own.local, flow.dst]);
  const there = asking(passing(made, subject.state, netns, flow), at, source, flow);
  const led = at.name === own.interface ? there : edited(there, [byDefault("(asker)", own.local, "eth0")]);
  const shown = subject.state?.namespaces.get(netns);
  const isOutward = isPrivate(source) && !isPrivate(flow.dst);
  const translates = isOutward && shown !== undefined && showsNat(shown) ? { translates: netns } : {};
  return [{ ...led, asker: "(asker)", places, rank: 0, ...translates }];
}

// What a bridge device shows came in by one of its ports: by one that has learned somebody, where one has.
function portInto({ state }: Made, at: Socket): Socket {
  const { links = [], bridge } = state.namespaces.get(at.netns) ?? {};
  const ports = links.filter(({ master }) => master === at.name && bridge !== undefined);
  const learned = bridge?.fdb?.filter((entry) => !entry.local && !entry.static).map((entry) => entry.interface) ?? [];
  const port = ports.find(({ name }) => learned.includes(name)) ?? ports[0];
  return port === undefined || links.find(({ name }) => name === at.name)?.kind === "vrf"
    ? at
    : { netns: at.netns, name: port.name };
}

// icmp_route_lookup: a router speaks to the asker with its address on the asker's side.
function refusersOf({ state }: Made, { printed }: Flow): Socket[] {
  return (printed?.errors ?? []).flatMap(({ from }) =>
    from === null ? [] : ownersOf(state, from).map(({ netns, interface: name }) => ({ netns, name })),
  );
}

function sightingsOf(flow: Flow): readonly Packet[] {
  return questionOf(flow)?.sightings ?? [];
}

// Seen where it left a router that was shown: it came in by the interface on whose subnet its sender is.
function passedOn(made: Made, subject: Case, flow: Flow, places: Base["places"]): Base[] {
  const { src } = flow;
  const [first] = sightingsOf(flow);
  const out = first === undefined ? undefined : places.get(first.frame.vantage);
  if (src === null || first === undefined || out === undefined || subject.view.directionOf(first) !== "out") return [];
  const shown = subject.state?.namespaces.get(out.netns);
  const from = shown?.addresses?.find(
    (one) => one.interface !== out.name && inPrefix(src, { address: one.local, length: one.prefixLength }),
  );
  if (from === undefined || from.local === src) return [];
  const own = addressOn(made, out, flow.dst);
  const onward = passing(made, subject.state, out.netns, flow);
  const led =
    shown?.routes !== undefined || own === null
      ? onward
      : edited(onward, [byDefault(out.netns, neighbourOf(own.local, [own.local, flow.dst]), out.name)]);
  const untranslated = isPrivate(src) && !isPrivate(flow.dst) ? { untranslated: true as const } : {};
  return [
    {
      ...asking(led, { netns: out.netns, name: from.interface }, src, flow),
      asker: "(asker)",
      places,
      rank: 0,
      ...untranslated,
    },
  ];
}

// Who asks is on the other side of a router that was shown.
function beyondRouters(made: Made, subject: Case, flow: Flow, places: Base["places"]): Base[] {
  return [...routersBetween(subject, made.state, flow), ...routersTo(subject, made.state, flow)]
    .slice(0, 1)
    .map(({ at, gateway }) => {
      const own = addressOn(made, at, null)?.local ?? (gateway === null ? WAY_OUT : neighbourOf(gateway, [gateway]));
      const known = addressOn(made, at, null) === null ? edited(made, [given(at.netns, at.name, own, 24)]) : made;
      const onward = passing(known, subject.state, at.netns, flow);
      const source = flow.src || neighbourOf(own, [own, gateway]);
      const shown = subject.state?.namespaces.get(at.netns);
      const isOutward = flow.src !== null && isPrivate(flow.src) && !isPrivate(flow.dst);
      const translates = isOutward && shown !== undefined && showsNat(shown) ? { translates: at.netns } : {};
      return { ...asking(onward, at, source, flow), asker: "(asker)", places, rank: 0, ...translates };
    });
}

function showsNat({ nft, iptables }: Namespace): boolean {
  return nft !== undefined || /^\*nat$/m.test(`${iptables?.nft ?? ""}\n${iptables?.legacy ?? ""}`);
}

// Nobody in the internet knows a way back to a private address that no rule has replaced.
function leavesPrivate({ state }: Made, base: Base, subject: Case, flow: Flow): boolean {
  const [attempt] = attemptsOf(flow, base.asker, subject.asked.get(flow) ?? null, state);
  if (attempt === undefined || base.translates === undefined) return false;
  const trace = predict(withDefaults(state) ?? state, attempt);
  const left = stepsOf(trace).find(
    ({ expects }) =>
      expects?.netns === base.translates &&
      expects?.direction === "out" &&
      (expects.packet.kind === "echo-request" || expects.packet.kind === "transport"),
  );
  const packet = left?.expects?.packet;
  return packet !== undefined && "source" in packet && packet.source === (flow.src ?? trace.source);
}

interface Entrance {
  readonly at: Socket;
  readonly gateway: Ipv4 | null;
}

// Hosts that were shown with a route back to who asks: it asks by the interface of that route.
function routersBetween({ state, pasted }: Case, made: SystemState, { src, dst }: Flow): Entrance[] {
  if (!pasted || src === null) return [];
  return [...(state?.namespaces.keys() ?? [])].flatMap((netns) => {
    const [back] = hopsFor(made, netns, src, 1);
    const [onward] = hopsFor(made, netns, dst, 0);
    const isBetween = back !== undefined && onward !== undefined && back.interface !== onward.interface;
    return isBetween && back.interface !== null && back.interface !== "lo"
      ? [{ at: { netns, name: back.interface }, gateway: back.gateway }]
      : [];
  });
}

function hopsFor(made: SystemState, netns: string, to: Ipv4, shortest: number): readonly RouteHop[] {
  const routes = (made.namespaces.get(netns)?.routes ?? []).filter(
    ({ type, destination }) => type === "unicast" && destination.length >= shortest && inPrefix(to, destination),
  );
  return routes.toSorted((a, b) => b.destination.length - a.destination.length).flatMap(({ hops }) => hops);
}

// Hosts that were shown with a route to the target of its own: the packet comes to them by another interface.
function routersTo({ state, pasted }: Case, made: SystemState, { dst }: Flow): Entrance[] {
  if (!pasted) return [];
  return [...(state?.namespaces.keys() ?? [])].flatMap((netns) => {
    const routes = (made.namespaces.get(netns)?.routes ?? []).filter(({ type }) => type === "unicast");
    const hopsOf = (some: typeof routes) => some.flatMap(({ hops }) => hops);
    const onward = hopsOf(routes.filter(({ destination: to }) => to.length > 0 && inPrefix(dst, to)));
    const [other] = hopsOf(routes.toSorted((a, b) => a.destination.length - b.destination.length)).filter(
      (hop) => hop.interface !== "lo" && !onward.some((one) => one.interface === hop.interface),
    );
    const name = onward.length === 0 ? null : (other?.interface ?? null);
    return name === null ? [] : [{ at: { netns, name }, gateway: other?.gateway ?? null }];
  });
}

// A host that is asked to pass on what is not its own usually does, unless it shows that it does not.
function passing(made: Made, state: SystemState | null, netns: string, flow: Flow): Made {
  const edit: Edit = { kind: "sysctl", netns, settings: [{ key: "net.ipv4.ip_forward", value: "1" }] };
  const isOwn = ownersOf(made.state, flow.dst).some((owner) => owner.netns === netns);
  return isOwn || !isOpenIn(state)(edit) ? made : edited(made, [edit]);
}

const MOST_ENDS = 3;

// Whatever the packet is for where it leaves all that is known is put there.
function closed(seed: Base, subject: Case, flow: Flow): Base {
  let base = seed;
  for (let round = 0; round < MOST_ENDS; round++) {
    const [attempt] = attemptsOf(flow, base.asker, subject.asked.get(flow) ?? null, base.state);
    if (attempt === undefined) return base;
    // What was made has the kernel's defaults, too.
    const trace = predict(withDefaults(base.state) ?? base.state, attempt);
    const exit = exitOf(trace, base.state);
    if (exit === null || base.state.namespaces.has("(target)")) return base;
    const target = translatedTo(trace, exit.at) ?? flow.dst;
    const answered = answering(base, exit.at, exit.asked ?? target, target);
    const isLost = base.untranslated === true || leavesPrivate(answered, base, subject, flow);
    const near = isLost ? withoutWayBack(answered) : answered;
    base = { ...base, ...ledOn(near, subject.state, exit, flow) };
  }
  return base;
}

// Behind a translation the host that is asked has the address that was put in.
function translatedTo({ remarks }: Trace, { netns }: Socket): Ipv4 | null {
  const given = remarks.find(({ code, netns: at }) => code === "nat-dnat-redirected" && at === netns)?.facts.translated;
  return given === undefined ? null : parseIpv4(given.replace(/:\d+$/, ""));
}

function withoutWayBack(made: Made): Made {
  return withNamespace(made, "(target)", (ns) => ({
    ...ns,
    routes: ns.routes?.filter(({ destination }) => destination.length > 0),
  }));
}

// The gateway was shown: it passes on what is not its own, by a way of which nothing was shown.
function ledOn(made: Made, state: SystemState | null, { asked }: { asked: Ipv4 | null }, flow: Flow): Made {
  const owner = asked === null || asked === flow.dst ? undefined : ownersOf(made.state, asked)[0];
  const shown = owner === undefined ? undefined : state?.namespaces.get(owner.netns);
  if (shown === undefined) return made;
  const onward = passing(made, state, shown.key, flow);
  if (shown.routes !== undefined || ownersOf(onward.state, flow.dst).length > 0) return onward;
  const spare = { netns: shown.key, name: SPARE };
  return edited(withDevice(onward, spare), [
    given(shown.key, SPARE, WAY_OUT, 24),
    byDefault(shown.key, neighbourOf(WAY_OUT, []), SPARE),
  ]);
}

// Of a net that nobody has (RFC 5737).
const WAY_OUT = (((198 << 24) | (51 << 16) | (100 << 8) | 2) >>> 0) as Ipv4;

function exitOf(trace: Trace, state: SystemState): { at: Socket; asked: Ipv4 | null } | null {
  const { disposition } = trace;
  if (disposition.kind !== "exits" && disposition.kind !== "open") return null;
  const out = stepsOf(trace).filter(({ expects }) => expects?.direction === "out");
  // Copies that a switch makes end elsewhere.
  const left = disposition.kind === "exits" ? disposition : null;
  const last =
    left === null
      ? out.at(-1)
      : out.findLast(({ netns, expects }) => netns === left.netns && expects?.interface === left.interface);
  const packet = last?.expects?.packet;
  if (!last?.expects || packet === undefined || last.leg.startsWith("reply")) return null;
  const { netns, interface: name } = last.expects;
  const { kind: end } = otherEnd(state, netns, name);
  if (end === "peer" || end === "wire") return null;
  return { at: { netns, name }, asked: packet.kind === "arp-request" ? packet.target : null };
}
