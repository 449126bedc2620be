// Which faults could be where nobody looked: those of the causes, at each host on the packet's way, most often met first.

import { formatIpv4, formatMac } from "../../model/address.ts";
import type { Cause } from "../../model/cause.ts";
import type { Edit, RouteEdit } from "../../model/edit.ts";
import type { FaultPlace } from "../../model/fault-place.ts";
import type { CauseHit } from "../../model/finding.ts";
import type { Flow } from "../../model/flow.ts";
import { mostAskedFirst } from "../../model/marks.ts";
import { sightingsOf } from "../../model/observed.ts";
import type { FaultPart } from "../../model/presence.ts";
import type { Namespace, SystemState } from "../../model/system-state.ts";
import { type Step, stepsOf, type Trace } from "../../model/trace.ts";
import { lookupRoute } from "../../system/lookup/route.ts";
import { interfaceSysctlKey } from "../../system/lookup/sysctl.ts";

/** One fault: where, and by which edits. */
export interface Fault {
  /** Whose fault it is: what it leads to may have another name. */
  readonly cause: Cause;
  readonly netns: string;
  /** What the host is to the question. */
  readonly role: FaultPlace["role"];
  readonly edits: readonly FaultPart[];
}

/** All faults that what is known leaves open, on the way of this walk. */
export function faultsOf(
  causes: readonly Cause[],
  trace: Trace,
  state: SystemState,
  flow: Flow,
  isOpen: (part: FaultPart) => boolean,
): Fault[] {
  const places = placesOf(trace, state, flow);
  const seen = new Set<string>();
  return mostAskedFirst(causes.filter(({ severity }) => severity === "problem")).flatMap((cause) =>
    places.flatMap((place) =>
      [...(cause.faults?.(place) ?? []), ...settingsOf(cause, place, state)]
        .filter((edits) => edits.length > 0 && edits.every(isOpen) && isNew(seen, edits))
        .map((edits) => ({ cause, netns: place.netns, role: place.role, edits })),
    ),
  );
}

/** What would let pass the packet that is stopped there, as far as nobody has shown that it is otherwise. */
export function liftsOf(causes: readonly Cause[], hit: CauseHit, isOpen: (part: FaultPart) => boolean): Fault[] {
  const cause = causes.find(({ code }) => code === hit.code);
  const { netns } = hit;
  if (cause === undefined || netns === null) return [];
  return cause
    .fixes(hit.facts, netns)
    .flatMap(({ edits = [] }) =>
      edits.length > 0 && edits.every((edit) => edit.kind === "sysctl" && isOpen(edit))
        ? [{ cause, netns, role: "target" as const, edits }]
        : [],
    );
}

// Two causes may come about by one and the same setting.
function isNew(seen: Set<string>, edits: readonly FaultPart[]): boolean {
  const key = JSON.stringify(edits);
  return !seen.has(key) && seen.add(key) !== null;
}

// A setting with a value by which alone it comes about.
function settingsOf({ marks }: Cause, place: FaultPlace, state: SystemState): Edit[][] {
  const { netns, role } = place;
  // A switch asks none of its settings about what it only bridges.
  if (role === "switch") return [];
  const ns = state.namespaces.get(netns);
  return (marks?.decides ?? []).flatMap((one) =>
    ns === undefined || typeof one !== "object" || one.values === undefined
      ? []
      : one.values.flatMap((value): Edit[][] => {
          const key = keyOf(ns, one.sysctl, place.inInterface ?? place.outInterface);
          return key === null ? [] : [[{ kind: "sysctl", netns, settings: [{ key, value }] }]];
        }),
  );
}

function keyOf({ sysctl }: Namespace, name: string, inInterface: string | null): string | null {
  if (name === "forwarding") return "net.ipv4.ip_forward";
  const whole = `net.ipv4.${name}`;
  if (sysctl?.has(whole)) return whole;
  return inInterface === null ? null : interfaceSysctlKey("conf", inInterface, name);
}

/** The hosts that the question passes, in its order. */
function placesOf(trace: Trace, state: SystemState, flow: Flow): FaultPlace[] {
  const steps = stepsOf(trace).filter(({ leg }) => !leg.startsWith("reply"));
  const keys = [...new Set(steps.map(({ netns }) => netns))];
  const last = keys.at(-1);
  return keys.flatMap((netns) => {
    const ns = state.namespaces.get(netns);
    return ns === undefined ? [] : [placeOf(ns, netns === last, { trace, steps, flow })];
  });
}

function placeOf(
  ns: Namespace,
  isLast: boolean,
  { trace, steps, flow }: { trace: Trace; steps: readonly Step[]; flow: Flow },
): FaultPlace {
  const own = steps.filter(({ netns }) => netns === ns.key);
  // A question for all leaves by every port: the one that leads on is where the echo request leaves.
  const towards = (direction: string) => {
    const steps = own.flatMap(({ expects }) => (expects?.direction === direction ? [expects] : []));
    return (steps.find(({ packet }) => packet.kind === "echo-request") ?? steps[0])?.interface ?? null;
  };
  const [inInterface, outInterface] = [towards("in"), towards("out")];
  const { attempt, source } = trace;
  const isAsker = attempt.netns === ns.key;
  const bridge = ns.links?.find(({ name }) => name === inInterface)?.master ?? null;
  const forwards = own.some(({ kind }) => kind === "forward");
  const role = isAsker ? "asker" : forwards ? "router" : isLast && !isBridge(ns, bridge) ? "target" : "switch";
  const asks = own.find(({ expects }) => expects?.packet.kind === "arp-request" && expects.direction === "out");
  const asked = asks?.expects?.packet.kind === "arp-request" ? asks.expects.packet.target : null;
  const spare = ns.links?.find(
    ({ name, isLoopback, master, kind }) =>
      !isLoopback && master === null && kind !== "bridge" && name !== inInterface && name !== outInterface,
  );
  const held = ns.addresses?.find((one) => one.interface === (inInterface ?? outInterface));
  const otherPort = ns.links?.find(
    ({ name, master }) => bridge !== null && master === bridge && name !== inInterface && name !== outInterface,
  );
  const from = source ?? attempt.source;
  return {
    netns: ns.key,
    role,
    inInterface,
    outInterface: role === "target" ? null : outInterface,
    spare: spare?.name ?? null,
    bridge,
    protocol: attempt.transport?.protocol ?? "icmp",
    source: from === null ? "" : formatIpv4(from),
    destination: formatIpv4(attempt.destination),
    nextHop: asked === null ? null : formatIpv4(asked),
    seenMac: isAsker ? seenMac(flow) : null,
    frameTo: macOf(trace, ns.key, ["echo-request"]),
    frameFrom: macOf(trace, ns.key, ["arp-reply", "echo-reply"]),
    otherPort: otherPort?.name ?? null,
    bound: attempt.outInterface,
    address: held === undefined ? null : `${formatIpv4(held.local)}/${held.prefixLength}`,
    onward: role === "target" ? null : deletion(ns, attempt.destination),
    back: from === null || isAsker ? null : deletion(ns, from),
  };
}

function isBridge(ns: Namespace, bridge: string | null): boolean {
  return bridge !== null && !(ns.addresses ?? []).some((one) => one.interface === bridge);
}

// Whom such packets are for, as they pass this host.
function macOf(trace: Trace, netns: string, kinds: readonly string[]): string | null {
  const step = stepsOf(trace).find(
    ({ expects }) => expects?.netns === netns && expects.destinationMac !== null && kinds.includes(expects.packet.kind),
  );
  const mac = step?.expects?.destinationMac;
  return mac == null ? null : formatMac(mac);
}

// Where the sender's own frames show whom they are for.
function seenMac(flow: Flow): string | null {
  const echo = sightingsOf(flow).find(
    ({ network, link }) => network.kind === "icmp" && network.icmp?.type === 8 && link.kind === "ethernet",
  );
  return echo?.link.kind === "ethernet" ? formatMac(echo.link.destination) : null;
}

function deletion(ns: Namespace, destination: Parameters<typeof lookupRoute>[1]["destination"]): RouteEdit | null {
  const found = lookupRoute(ns, { destination });
  if (found.kind !== "route" || found.route.type !== "unicast") return null;
  const { route } = found;
  const [hop] = route.hops;
  return {
    kind: "route",
    netns: ns.key,
    verb: "del",
    destination:
      route.destination.length === 0
        ? "default"
        : `${formatIpv4(route.destination.address)}/${route.destination.length}`,
    ...(hop?.interface ? { device: hop.interface } : {}),
    ...(hop?.gateway ? { via: formatIpv4(hop.gateway) } : {}),
  };
}
