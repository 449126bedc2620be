// What lies behind an interface that leads out of everything that was shown: a switch, and the host or the router that the
// packet is for.

import { applyAll } from "../../edits/edits.ts";
import { formatIpv4, type Ipv4, inPrefix, type Mac } from "../../model/address.ts";
import type { Edit } from "../../model/edit.ts";
import { arpExamples, type Flow } from "../../model/flow.ts";
import type { InterfaceAddress } from "../../model/system-state.ts";
import { ownersOf } from "../../system/lookup/owner.ts";
import { otherEnd } from "../../system/lookup/peer.ts";
import { bridged, type Made, plugged, type Socket, withDevice, withHost, withLength, withNamespace } from "./made.ts";

/** A second interface of a made host, by which a route could lead elsewhere. */
export const SPARE = "spare0";
/** A port that a bridge that was shown is given. */
export const NEW_PORT = "port9";
const DEVICE = "eth0";
const USUAL_LENGTH = 24;

/** The same made system with these edits; as it was where one of them is refused. */
export function edited(made: Made, edits: readonly Edit[]): Made {
  const state = applyAll(made.state, edits);
  return state === null ? made : { ...made, state };
}

/** The address of an interface whose subnet holds this one, else its first. */
export function addressOn({ state }: Made, { netns, name }: Socket, near: Ipv4 | null): InterfaceAddress | null {
  const own = (state.namespaces.get(netns)?.addresses ?? []).filter((one) => one.interface === name);
  return own.find((one) => near !== null && holds(one, near)) ?? own[0] ?? null;
}

/** Whether an address stands in the subnet of an interface's own. */
function holds({ local, prefixLength }: InterfaceAddress, address: Ipv4): boolean {
  return inPrefix(address, { address: local, length: prefixLength });
}

/** Who leads from an interface back to an address: the gateway that the host's routes name, else a neighbour of its own. */
export function hopTowards(made: Made, at: Socket, address: Ipv4): Ipv4 | null {
  const own = addressOn(made, at, null);
  if (own === null) return null;
  const hop = made.state.namespaces
    .get(at.netns)
    ?.routes?.flatMap(({ destination, hops }) => (inPrefix(address, destination) ? hops : []))
    .find((one) => one.interface === at.name && one.gateway !== null && holds(own, one.gateway));
  return hop?.gateway ?? neighbourOf(own.local, [own.local]);
}

/** Another address of the same subnet, the first that is none of these. */
export function neighbourOf(address: Ipv4, taken: readonly (Ipv4 | null)[]): Ipv4 {
  const net = (address & 0xffffff00) >>> 0;
  const free = [1, 2, 3, 4, 5]
    .map((host) => (net + host) as Ipv4)
    .find((one) => one !== address && !taken.includes(one));
  return free ?? address;
}

/** A host with one interface (and one that leads nowhere), its address and a way to everything else. */
interface NewHost {
  readonly key: string;
  readonly address: Ipv4;
  readonly length: number;
  readonly gateway: Ipv4 | null;
}

/** The host, unplugged. */
function hosted(made: Made, { key, address, length, gateway }: NewHost, name = DEVICE): Made {
  const mac = knownMac(made, address);
  const own = withDevice(withHost(made, key), { netns: key, name }, mac === null ? {} : { mac });
  const bare = withDevice(own, { netns: key, name: SPARE });
  return edited(bare, [
    given(key, name, address, length),
    ...(gateway === null ? [] : [byDefault(key, gateway, name)]),
  ]);
}

// What a neighbour table that was shown holds of it is right, as a rule.
function knownMac({ state }: Made, address: Ipv4): Mac | null {
  const entries = [...state.namespaces.values()].flatMap(({ neighbours }) => neighbours ?? []);
  return entries.find((entry) => entry.address === address && entry.mac !== null)?.mac ?? null;
}

/** An address given to an interface. */
export function given(netns: string, device: string, address: Ipv4, length: number): Edit {
  return { kind: "address", netns, verb: "add", address: withLength(address, length), device };
}

/** A route for one address that is on the link, whatever its subnet. */
export function onLink(netns: string, address: Ipv4, device: string): Edit {
  return { kind: "route", netns, verb: "add", destination: `${formatIpv4(address)}/32`, device };
}

/** How long the prefix of a subnet is that both may stand in, of the usual lengths the longest; 0 where they are far apart. */
export function sharedLength(a: Ipv4, b: Ipv4): number {
  const length = Math.min(24, Math.clz32(a ^ b));
  return length < 8 ? 0 : length;
}

/** A default route. */
export function byDefault(netns: string, via: Ipv4, device: string): Edit {
  return { kind: "route", netns, verb: "add", destination: "default", via: formatIpv4(via), device };
}

/** Plugs a host into whatever an interface leads to: straight into one that does no ARP, else by a switch. */
function joined(made: Made, at: Socket, key: string, name = DEVICE): Made {
  const link = made.state.namespaces.get(at.netns)?.links?.find((one) => one.name === at.name);
  const there = { netns: key, name };
  // ARP that was only turned off here is not off at the other end.
  if (link?.flags.has("POINTOPOINT") || (link?.flags.has("NOARP") && !link.flags.has("BROADCAST")))
    return withoutArp(plugged(made, at, there), [at, there]);
  // The port of a switch that was shown needs no other one.
  if (link?.master != null && isBridge(made, at.netns, link.master)) return plugged(made, at, there);
  const wire = wireAt(at);
  const bridge = bridged(withHost(made, wire), wire, "br0", ["port1", "port2"]);
  return plugged(plugged(bridge, at, { netns: wire, name: "port1" }), { netns: wire, name: "port2" }, there);
}

function isBridge({ state }: Made, netns: string, name: string): boolean {
  return state.namespaces.get(netns)?.links?.find((link) => link.name === name)?.kind === "bridge";
}

// What does no ARP sends to its own address, and the other end takes all that comes.
function withoutArp(made: Made, ends: readonly Socket[]): Made {
  const [mac = null] = ends.flatMap(
    ({ netns, name }) => made.state.namespaces.get(netns)?.links?.find((link) => link.name === name)?.mac ?? [],
  );
  return ends.reduce(
    (one, { netns, name }) =>
      withNamespace(one, netns, (ns) => ({
        ...ns,
        links: ns.links?.map((link) =>
          link.name === name ? { ...link, mac, flags: new Set([...link.flags, "NOARP"]) } : link,
        ),
      })),
    made,
  );
}

/** The switch that an interface is plugged into. */
function wireAt({ netns, name }: Socket): string {
  return `(switch of ${netns} ${name})`;
}

/** The host that is asked, or the router with the host behind it. */
export function answering(made: Made, at: Socket, asked: Ipv4, target: Ipv4): Made {
  const own = addressOn(made, at, asked);
  const length = own !== null && holds(own, asked) ? own.prefixLength : USUAL_LENGTH;
  const back = own?.local ?? null;
  const shown = shownOwner(made, at, asked);
  if (shown !== null) return towardsShown(made, at, shown);
  if (asked === target)
    return joined(hosted(made, { key: "(target)", address: target, length, gateway: back }), at, "(target)");
  const near = joined(hosted(made, { key: "(router)", address: asked, length, gateway: back }), at, "(router)");
  return behind(near, {
    key: "(target)",
    address: target,
    length: USUAL_LENGTH,
    gateway: neighbourOf(target, [asked]),
  });
}

// A host that was shown to have the address, and whose interface leads to nothing that was shown.
function shownOwner({ state }: Made, at: Socket, asked: Ipv4): Socket | null {
  const owners = ownersOf(state, asked).filter(({ netns }) => netns !== at.netns);
  const [only] = owners;
  if (only === undefined || owners.length > 1 || otherEnd(state, only.netns, only.interface).kind === "peer")
    return null;
  return { netns: only.netns, name: only.interface };
}

// A bridge is reached by a port of its own: by the one that leads to nothing that was shown, where there is just one.
function towardsShown(made: Made, at: Socket, { netns, name }: Socket): Made {
  const ns = made.state.namespaces.get(netns);
  const ports = (ns?.links ?? []).filter(({ master }) => master === name);
  if (ns?.links?.find((link) => link.name === name)?.kind !== "bridge" && ports.length === 0)
    return joined(made, at, netns, name);
  const loose = ports.filter(
    (port) => (port.kind ?? "veth") === "veth" && otherEnd(made.state, netns, port.name).kind !== "peer",
  );
  const [only, ...more] = loose;
  if (only !== undefined && more.length === 0) return plugged(made, at, { netns, name: only.name });
  return plugged(bridged(made, netns, name, [NEW_PORT]), at, { netns, name: NEW_PORT });
}

/** The host that asks: on the interface's own subnet, or behind a router there; where it asked by ARP itself, on that link. */
export function asking(made: Made, at: Socket, source: Ipv4, flow: Flow): Made {
  const own = addressOn(made, at, source);
  const isThere = arpExamples(flow).some(({ asker }) => asker === source) || isOnLink(made, at, source);
  if (own !== null && !holds(own, source) && isThere) {
    const host = hosted(made, { key: "(asker)", address: source, length: USUAL_LENGTH, gateway: null });
    const led = [onLink("(asker)", own.local, DEVICE), byDefault("(asker)", own.local, DEVICE)];
    return joined(edited(host, led), at, "(asker)");
  }
  if (own === null || holds(own, source)) {
    const length = own?.prefixLength ?? USUAL_LENGTH;
    const host = hosted(made, { key: "(asker)", address: source, length, gateway: own?.local ?? null });
    // Its own mask may be wider than that of the host that was shown.
    const asksItself = arpExamples(flow).some(({ asker, target }) => asker === source && target === flow.dst);
    return joined(asksItself ? edited(host, [onLink("(asker)", flow.dst, DEVICE)]) : host, at, "(asker)");
  }
  const hop = made.state.namespaces
    .get(at.netns)
    ?.routes?.flatMap(({ hops }) => hops)
    .find((one) => one.interface === at.name && one.gateway !== null);
  const router = hop?.gateway ?? neighbourOf(own.local, [own.local]);
  // An address that is a subnet of its own is on its gateway's link all the same.
  const gateway = holds(own, router) ? own.local : null;
  const host = hosted(made, { key: "(router)", address: router, length: own.prefixLength, gateway });
  const led = gateway === null ? edited(host, [onLink("(router)", own.local, DEVICE)]) : host;
  const near = joined(led, at, "(router)");
  return behind(near, { key: "(asker)", address: source, length: USUAL_LENGTH, gateway: neighbourOf(source, []) });
}

// A route to it alone, as hosts have them for containers and pods.
function isOnLink({ state }: Made, { netns, name }: Socket, address: Ipv4): boolean {
  const routes = state.namespaces.get(netns)?.routes ?? [];
  return routes.some(
    ({ destination: to, hops }) =>
      to.length === 32 && to.address === address && hops.some((hop) => hop.interface === name && hop.gateway === null),
  );
}

// On the router's second interface, which forwards.
function behind(made: Made, host: NewHost): Made {
  const forwards: Edit = { kind: "sysctl", netns: "(router)", settings: [{ key: "net.ipv4.ip_forward", value: "1" }] };
  const up = edited(made, [
    ...(host.gateway === null ? [] : [given("(router)", SPARE, host.gateway, host.length)]),
    forwards,
  ]);
  return joined(hosted(up, host), { netns: "(router)", name: SPARE }, host.key);
}
