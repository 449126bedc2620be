// What differs between two states of the same machine, piece by piece, each such that it can be made in the earlier one alone.

import { formatIpv4, formatMac } from "../../model/address.ts";
import type { BridgePort, Link, Namespace, Neighbour, Route, SystemState } from "../../model/system-state.ts";
import { printable, type Text, text } from "../../model/text.ts";
import { portLine } from "../../system/parse/bridge.ts";
import { firewallChanges } from "./firewall-changes.ts";

/** What kind of thing differs. */
type ChangedPart =
  | "namespace"
  | "link"
  | "address"
  | "route"
  | "rule"
  | "neighbour"
  | "bridge"
  | "setting"
  | "filter"
  | "policy"
  | "queue"
  | "peer"
  | "program"
  | "socket"
  | "firewall";

/** One difference. */
export interface Change {
  readonly netns: string;
  readonly part: ChangedPart;
  readonly text: Text;
  /** The device it is about, where it is about one. */
  readonly device: string | null;
  /** The kernel makes it by itself when something else changes: a connected route, a carrier, what was learned. */
  readonly follows: boolean;
  /** The earlier state with this difference made. */
  readonly make: (state: SystemState) => SystemState;
}

/** All differences that may decide over a ping, in the order of the namespaces. */
export function changesBetween(before: SystemState, after: SystemState): Change[] {
  const keys = [...new Set([...before.namespaces.keys(), ...after.namespaces.keys()])];
  return keys.flatMap((key) => {
    const was = before.namespaces.get(key);
    const is = after.namespaces.get(key);
    if (was === undefined || is === undefined) return [wholeNamespace(key, is)];
    return PARTS.flatMap((part) => part(was, is));
  });
}

function wholeNamespace(key: string, is: Namespace | undefined): Change {
  const name = printable(key);
  return {
    netns: key,
    part: "namespace",
    device: null,
    follows: false,
    text:
      is === undefined
        ? text(`the namespace ${name} is gone`, `命名空间 ${name} 不见了`)
        : text(`the namespace ${name} is new`, `新增命名空间 ${name}`),
    make: (state) => {
      const namespaces = new Map(state.namespaces);
      if (is === undefined) namespaces.delete(key);
      else namespaces.set(key, is);
      return { ...state, namespaces };
    },
  };
}

type Part = (was: Namespace, is: Namespace) => Change[];

const PARTS: readonly Part[] = [
  (was, is) =>
    listed(was, is, {
      part: "link",
      of: (ns) => ns.links,
      put: (ns, links) => ({ ...ns, links }),
      id: (link: Link) => link.name,
      content: (link) =>
        `${link.line} ${link.kind} ${link.xdp} ${JSON.stringify(steady(link.data))} ${link.linkIndex} ${link.mac}`,
      line: (link, other) => (other === undefined || other.mac === link.mac ? link.line : withMac(link)),
      device: (link) => link.name,
      follows: (link, other) => other !== undefined && sameBesideCarrier(link, other),
    }),
  (was, is) =>
    listed(was, is, {
      part: "address",
      of: (ns) => ns.addresses,
      put: (ns, addresses) => ({ ...ns, addresses }),
      id: (one) => `${one.interface} ${one.local} ${one.prefixLength}`,
      content: (one) => one.line,
      line: (one) => one.line,
      device: (one) => one.interface,
      follows: () => false,
    }),
  (was, is) =>
    listed(was, is, {
      part: "route",
      of: (ns) => ns.routes,
      put: (ns, routes) => ({ ...ns, routes }),
      id: (route: Route) => `${route.line} ${route.table}`,
      content: (route) => route.hops.map((hop) => `${hop.dead}${hop.linkdown}`).join(),
      line: (route) => route.line,
      device: (route) => route.hops[0]?.interface ?? null,
      follows: (route, other) => route.protocol === "kernel" || other !== undefined,
    }),
  (was, is) =>
    listed(was, is, {
      part: "rule",
      of: (ns) => ns.rules,
      put: (ns, rules) => ({ ...ns, rules: rules?.toSorted((a, b) => a.priority - b.priority) }),
      id: (rule) => rule.line,
      content: () => "",
      line: (rule) => rule.line,
      device: () => null,
      follows: () => false,
    }),
  (was, is) =>
    listed(was, is, {
      part: "route",
      of: (ns) => ns.nexthops,
      put: (ns, nexthops) => ({ ...ns, nexthops }),
      id: (hop) => String(hop.id),
      content: (hop) => JSON.stringify({ ...hop, flags: [...hop.flags] }),
      line: (hop) => `nexthop id ${hop.id}${hop.gateway === null ? "" : ` via ${formatIpv4(hop.gateway)}`}`,
      device: (hop) => hop.interface,
      follows: () => false,
    }),
  (was, is) =>
    listed(was, is, {
      part: "neighbour",
      of: (ns) => ns.neighbours,
      put: (ns, neighbours) => ({ ...ns, neighbours }),
      id: (one: Neighbour) => `${one.interface} ${one.address}`,
      // How fresh an entry is changes by the second.
      content: (one) => `${one.mac === null ? "" : formatMac(one.mac)} ${isTyped(one)}`,
      line: (one) => one.line,
      device: (one) => one.interface,
      follows: (one, other) => !isTyped(one) && (other === undefined || !isTyped(other)),
    }),
  (was, is) =>
    listed(was, is, {
      part: "neighbour",
      of: (ns) => ns.neighbourProxies,
      put: (ns, neighbourProxies) => ({ ...ns, neighbourProxies }),
      id: (one) => one.line,
      content: () => "",
      line: (one) => one.line,
      device: (one) => one.interface,
      follows: () => false,
    }),
  ...bridgeParts(),
  ...otherParts(),
  ...partsOfDevices(),
  settings,
  firewall,
];

function bridgeParts(): Part[] {
  const put = (ns: Namespace, changed: Partial<NonNullable<Namespace["bridge"]>>): Namespace =>
    ns.bridge === undefined ? ns : { ...ns, bridge: { ...ns.bridge, ...changed } };
  return [
    (was, is) =>
      listed(was, is, {
        part: "bridge",
        of: (ns) => ns.bridge?.ports,
        put: (ns, ports) => put(ns, { ports }),
        id: (port) => port.interface,
        content: (port) => port.line,
        line: (port) => port.line,
        device: (port) => port.interface,
        // Spanning tree lets a port forward after a while; one without carrier, or of a bridge that is down, is disabled.
        follows: (port, other) =>
          isWaiting(port.state) ||
          (other !== undefined && (isWaiting(other.state) || isStoppedByItself({ was, is }, port, other))),
      }),
    (was, is) =>
      listed(was, is, {
        part: "bridge",
        of: (ns) => ns.bridge?.fdb,
        put: (ns, fdb) => put(ns, { fdb }),
        id: (entry) => `${entry.mac} ${entry.interface} ${entry.vlan} ${entry.master}`,
        content: (entry) => `${entry.local} ${entry.static}`,
        line: (entry) => entry.line,
        device: (entry) => entry.interface,
        follows: (entry) => entry.local || (!entry.static && !entry.sticky),
      }),
    (was, is) =>
      listed(was, is, {
        part: "bridge",
        of: (ns) => ns.bridge?.vlans,
        put: (ns, vlans) => put(ns, { vlans }),
        id: (vlan) => JSON.stringify(vlan),
        content: () => "",
        line: (vlan) =>
          `${vlan.interface} vlan ${vlan.id === vlan.end ? vlan.id : `${vlan.id}-${vlan.end}`}${vlan.pvid ? " pvid" : ""}${vlan.untagged ? " untagged" : ""}`,
        device: (vlan) => vlan.interface,
        follows: () => false,
      }),
  ];
}

// Sockets come and go with their programs, by the hundred: they count where nothing else explains the difference.
function otherParts(): Part[] {
  const byLine = <T extends { readonly line: string }>(
    part: ChangedPart,
    of: (ns: Namespace) => readonly T[] | undefined,
    put: (ns: Namespace, list: readonly T[] | undefined) => Namespace,
  ): Part => {
    const lines = { id: (one: T) => one.line, content: () => "", line: (one: T) => one.line, device: () => null };
    return (was, is) => listed(was, is, { part, of, put, ...lines, follows: () => false });
  };
  return [
    byLine(
      "filter",
      (ns) => ns.trafficFilters,
      (ns, trafficFilters) => ({ ...ns, trafficFilters }),
    ),
    byLine(
      "policy",
      (ns) => ns.policies,
      (ns, policies) => ({ ...ns, policies }),
    ),
    (was, is) =>
      listed(was, is, {
        part: "route",
        of: (ns) => ns.learnedMtus,
        put: (ns, learnedMtus) => ({ ...ns, learnedMtus }),
        id: (one) => `${one.destination} ${one.mtu} ${one.interface}`,
        content: () => "",
        line: (one) => one.line,
        device: () => null,
        follows: () => true,
      }),
    (was, is) =>
      listed(was, is, {
        part: "socket",
        of: (ns) => ns.sockets,
        put: (ns, sockets) => ({ ...ns, sockets }),
        id: (one) => `${one.protocol} ${one.address} ${one.address6} ${one.port} ${one.device} ${one.v6only}`,
        content: (one) => String(one.backlog),
        line: (one) => one.line,
        device: () => null,
        follows: () => true,
      }),
  ];
}

// Queues of traffic control, peers of WireGuard and BPF programs, each with the device it is at.
function partsOfDevices(): Part[] {
  return [
    (was, is) =>
      listed(was, is, {
        part: "queue",
        of: (ns) => ns.queues,
        put: (ns, queues) => ({ ...ns, queues }),
        id: (one) => `${one.interface} ${one.line}`,
        content: ({ kind, limit, lossy }) => `${kind} ${limit} ${lossy}`,
        line: (one) => one.line,
        device: (one) => one.interface,
        // A device that comes or goes has one by itself.
        follows: ({ kind, lossy }) => kind === "noqueue" || (/^(?:fq_codel|pfifo_fast|mq)$/.test(kind) && !lossy),
      }),
    (was, is) =>
      listed(was, is, {
        part: "peer",
        of: (ns) => ns.peers,
        put: (ns, peers) => ({ ...ns, peers }),
        id: (one) => `${one.interface} ${one.key}`,
        content: (one) => `${one.line} ${one.ownKey} ${one.port} ${one.handshake === 0}`,
        line: (one) => one.line,
        device: (one) => one.interface,
        // A handshake comes by itself, and does not come for another reason.
        follows: (one, other) =>
          other !== undefined && one.line === other.line && one.ownKey === other.ownKey && one.port === other.port,
      }),
    (was, is) =>
      listed(was, is, {
        part: "program",
        of: (ns) => ns.programs,
        put: (ns, programs) => ({ ...ns, programs }),
        id: (one) => one.line,
        content: () => "",
        line: (one) => one.line,
        device: (one) => one.interface,
        follows: () => false,
      }),
  ];
}

function isWaiting(state: string): boolean {
  return state === "listening" || state === "learning";
}

// br_stp_disable_port: from br_port_carrier_check, NETDEV_DOWN and br_dev_stop. By hand only a running port is disabled.
function isStoppedByItself(
  { was, is }: { readonly was: Namespace; readonly is: Namespace },
  port: BridgePort,
  other: BridgePort,
): boolean {
  if (portLine({ ...port, state: "" }) !== portLine({ ...other, state: "" })) return false;
  return (port.state === "disabled" && !runs(is, port)) || (other.state === "disabled" && !runs(was, other));
}

function runs({ links = [] }: Namespace, { interface: name, bridge }: BridgePort): boolean {
  const flags = (wanted: string) => links.find((link) => link.name === wanted)?.flags;
  return flags(name)?.has("LOWER_UP") === true && flags(name)?.has("UP") === true && flags(bridge)?.has("UP") === true;
}

function isTyped({ states }: Neighbour): boolean {
  return states.has("PERMANENT");
}

// Timers of a bridge run; the rest of its data is set by somebody.
function steady(data: Readonly<Record<string, unknown>>): unknown {
  return Object.fromEntries(Object.entries(data).filter(([key]) => !/timer|topology|root_|usedbc|_id$/.test(key)));
}

// `ip -br link` has it too; lines of state do not, for it is rarely what differs.
function withMac({ line, mac }: Link): string {
  return mac === null ? line : `${line} link/ether ${formatMac(mac)}`;
}

const BY_ITSELF = new Set(["LOWER_UP", "NO-CARRIER", "RUNNING", "M-DOWN", "PROMISC"]);

function sameBesideCarrier(link: Link, other: Link): boolean {
  const flags = ({ flags }: Link) =>
    [...flags]
      .filter((flag) => !BY_ITSELF.has(flag))
      .sort()
      .join();
  const rest = ({ mtu, mac, master, kind, xdp, linkIndex, data }: Link) =>
    JSON.stringify([mtu, mac, master, kind, xdp, linkIndex, steady(data)]);
  return flags(link) === flags(other) && rest(link) === rest(other);
}

/** How the elements of one list of a namespace are compared and put in the place of each other. */
interface Listing<T> {
  readonly part: ChangedPart;
  readonly of: (ns: Namespace) => readonly T[] | undefined;
  readonly put: (ns: Namespace, list: readonly T[] | undefined) => Namespace;
  readonly id: (one: T) => string;
  /** What of two elements with the same id may differ. */
  readonly content: (one: T) => string;
  /** How it is told, beside the other one where both states have it. */
  readonly line: (one: T, other?: T) => string;
  readonly device: (one: T) => string | null;
  readonly follows: (one: T, other: T | undefined) => boolean;
}

function listed<T>(was: Namespace, is: Namespace, listing: Listing<T>): Change[] {
  const before = listing.of(was);
  const after = listing.of(is);
  if (before === undefined || after === undefined) return [];
  const now = new Map(after.map((one) => [listing.id(one), one]));
  const then = new Map(before.map((one) => [listing.id(one), one]));
  const order = [...now.keys()];
  return [...new Set([...then.keys(), ...now.keys()])].flatMap((id): Change[] => {
    const old = then.get(id);
    const one = now.get(id);
    if (old !== undefined && one !== undefined && listing.content(old) === listing.content(one)) return [];
    const shown = (one ?? old) as T;
    const other = one === undefined ? undefined : old;
    const replaced = (list: readonly T[]): readonly T[] => {
      const at = list.findIndex((each) => listing.id(each) === id);
      if (one === undefined) return list.filter((_, index) => index !== at);
      if (at >= 0) return list.map((each, index) => (index === at ? one : each));
      // Behind whatever stands before it in the later state.
      const earlier = new Set(order.slice(0, order.indexOf(id)));
      const last = list.findLastIndex((each) => earlier.has(listing.id(each)));
      return [...list.slice(0, last + 1), one, ...list.slice(last + 1)];
    };
    return [
      {
        netns: was.key,
        part: listing.part,
        device: listing.device(shown),
        follows: listing.follows(shown, other),
        text: placed(was.key, differenceOf(old && listing.line(old, one), one && listing.line(one, old))),
        make: inNamespace(was.key, (ns) => {
          const list = listing.of(ns);
          return list === undefined ? ns : listing.put(ns, replaced(list));
        }),
      },
    ];
  });
}

function differenceOf(old: string | undefined, now: string | undefined): Text {
  const before = printable(old ?? "");
  const after = printable(now ?? "");
  if (now === undefined) return text(`${before} is gone`, `${before} 不见了`);
  if (old === undefined) return text(`${after} is new`, `新增 ${after}`);
  return text(`${before} is now ${after}`, `${before} 变为 ${after}`);
}

function placed(netns: string, words: Text): Text {
  const name = printable(netns);
  return netns === "" ? words : text(`${name}: ${words.en}`, `${name}：${words.zh}`);
}

function inNamespace(key: string, change: (ns: Namespace) => Namespace): (state: SystemState) => SystemState {
  return (state) => {
    const ns = state.namespaces.get(key);
    if (ns === undefined) return state;
    return { ...state, namespaces: new Map([...state.namespaces, [key, change(ns)]]) };
  };
}

// What the kernel counts there, or what is no setting.
const COUNTED = /^net\.netfilter\.nf_conntrack_count$|^kernel\.|^fs\.|\.route\.|_random|^net\.core\./;

function settings(was: Namespace, is: Namespace): Change[] {
  const { sysctl: before } = was;
  const { sysctl: after } = is;
  if (before === undefined || after === undefined) return [];
  const differing = [...before].flatMap(([key, old]) => {
    const now = after.get(key);
    // One that is only in one of them came or went with its device.
    return now === undefined || old === now || COUNTED.test(key) ? [] : [{ key, old, now }];
  });
  const forwarding = differing.find(({ key }) => key === "net.ipv4.ip_forward");
  const along = forwarding === undefined ? [] : differing.filter((one) => goesAlong(one, forwarding));
  return differing
    .filter((one) => !along.includes(one))
    .map(({ key, old, now }) => {
      const shown = printable(key);
      const written = key === forwarding?.key ? [...along, forwarding] : [{ key, now }];
      const values = written.map((one) => [one.key, one.now] as const);
      return {
        netns: was.key,
        part: "setting",
        device: null,
        follows: false,
        text: placed(
          was.key,
          text(
            `${shown} was ${printable(old)} and is ${printable(now)}`,
            `${shown} 由 ${printable(old)} 变为 ${printable(now)}`,
          ),
        ),
        make: inNamespace(was.key, (ns) => ({ ...ns, sysctl: new Map([...(ns.sysctl ?? []), ...values]) })),
      };
    });
}

// inet_forward_change: ip_forward is written into every interface, and turns redirects the other way.
function goesAlong({ key, now }: { readonly key: string; readonly now: string }, forwarding: { readonly now: string }) {
  if (/^net\.ipv4\.conf\.[^.]+\.forwarding$/.test(key)) return now === forwarding.now;
  return key === "net.ipv4.conf.all.accept_redirects" && now !== forwarding.now;
}

function firewall(was: Namespace, is: Namespace): Change[] {
  return firewallChanges(was, is).map((one) => ({
    netns: was.key,
    part: "firewall",
    device: null,
    follows: false,
    text: placed(was.key, one.text),
    make: inNamespace(was.key, one.make),
  }));
}
