// What a pasted state itself suggests where a question by ARP stays unanswered: faults that need hosts nobody showed, and
// that a line of the asking host makes likely.

import { type Ipv4, inPrefix, isPrivate } from "../model/address.ts";
import type { Code } from "../model/code.ts";
import type { ArpExchange } from "../model/exchange.ts";
import type { CauseHit } from "../model/finding.ts";
import { arpExamples, type Flow } from "../model/flow.ts";
import type { InterfaceAddress, Namespace, Route } from "../model/system-state.ts";
import { effectiveSysctl } from "../system/lookup/sysctl.ts";
import type { Case } from "./case.ts";

/** A question that nobody answered, at the interface of a host that was shown. */
interface Unanswered {
  readonly ns: Namespace;
  readonly device: string;
  readonly target: Ipv4;
  readonly asker: Ipv4;
  /** The address it was asked with, where it is the host's own. */
  readonly own: InterfaceAddress | undefined;
}

const NOBODY_ANSWERS: ReadonlySet<Code> = new Set(["arp-no-answer", "gateway-arp-failed"]);

/** The likeliest first; none where the state says nothing of the kind. */
export function suggestedBy(subject: Case, flow: Flow, { code }: CauseHit): readonly Code[] {
  if (isOnParent(subject, flow) && (code === "echo-no-reply" || NOBODY_ANSWERS.has(code)))
    return ["macvlan-host-isolation"];
  if (!subject.pasted) return [];
  if (code === "echo-no-reply" && goesByOtherTable(subject, flow)) return ["policy-routing-wrong-table"];
  if (!NOBODY_ANSWERS.has(code)) return [];
  const [asked] = arpExamples(flow).flatMap((exchange) => unansweredAt(subject, exchange) ?? []);
  if (asked === undefined) return [];
  return asked.own === undefined ? ofBridgeOrRouter(asked) : ofOwn(subject, flow, asked, asked.own);
}

// Of containers on an interface of their host nobody but the host itself, and they, cannot be reached.
function isOnParent({ onParent = null }: Case, { dst, printed }: Flow): boolean {
  if (onParent === null || (printed?.answers ?? 0) > 0 || onParent.gateways.includes(dst)) return false;
  return onParent.subnets.length === 0 ? isPrivate(dst) : onParent.subnets.some((subnet) => inPrefix(dst, subnet));
}

// What `ip route get` said of either end: a table of somebody's own decides, whatever the main one holds.
function goesByOtherTable({ state }: Case, { src, dst }: Flow): boolean {
  return [...(state?.namespaces.values() ?? [])].some(({ ways = [] }) =>
    ways.some(
      ({ destination: { address }, table, type }) =>
        type === "unicast" && !USUAL_TABLES.has(table) && (address === src || address === dst),
    ),
  );
}

const USUAL_TABLES: ReadonlySet<string> = new Set(["main", "local", "default"]);

function unansweredAt({ state, view }: Case, { requests, replies, target, asker }: ArpExchange): Unanswered | null {
  const vantage = requests[0]?.sightings[0]?.frame.vantage;
  const device = vantage?.interface ?? null;
  if (state === null || vantage === undefined || device === null || replies.length > 0) return null;
  const ns = state.namespaces.get(view.netnsOf(vantage) ?? "");
  const own = ns?.addresses?.find(({ local }) => local === asker);
  return ns === undefined ? null : { ns, device, target, asker, own };
}

// What a host of its own asks in vain.
function ofOwn(subject: Case, flow: Flow, { ns, device, target, asker }: Unanswered, own: InterfaceAddress): Code[] {
  const routes = (ns.routes ?? []).filter(({ type, table }) => type === "unicast" && table !== "local");
  const isMultipath = routes.some(({ hops }) => hops.length > 1 && hops.some(({ gateway }) => gateway === target));
  const forwards = !subject.asked.has(flow) && ns.sysctl?.get("net.ipv4.ip_forward") === "1";
  const isMacvlan = ns.links?.some(({ name, kind }) => name === device && kind === "macvlan") === true;
  const isWide = own.prefixLength < OCTETS && asker >>> 8 !== target >>> 8;
  const all: readonly (readonly [boolean, Code])[] = [
    [isMacvlan, "macvlan-host-isolation"],
    [own.interface !== device, "arp-announce-foreign-source"],
    [isMultipath, "multipath-dead-nexthop"],
    [hasTwin(routes, device, target), "same-subnet-two-interfaces"],
    [forwards, "forward-next-hop-arp-failed"],
    [isWide && own.interface === device, "wrong-netmask"],
  ];
  return all.flatMap(([holds, code]) => (holds ? [code] : []));
}

/** An address and its neighbours in most networks share three octets. */
const OCTETS = 24;

// Two interfaces with the same prefix: the first of the routes is taken, wherever the neighbour is.
function hasTwin(routes: readonly Route[], device: string, target: Ipv4): boolean {
  const onLink = routes.filter(
    ({ destination, hops }) => inPrefix(target, destination) && destination.length > 0 && hops[0]?.gateway === null,
  );
  const prefixes = onLink
    .filter(({ hops }) => hops[0]?.interface === device)
    .map(({ destination }) => `${destination.address}/${destination.length}`);
  return onLink.some(
    ({ destination, hops }) =>
      hops[0]?.interface !== device && prefixes.includes(`${destination.address}/${destination.length}`),
  );
}

// What passes a bridge, or comes to a host that is to answer for others.
function ofBridgeOrRouter({ ns, device, target }: Unanswered): Code[] {
  const { ports = [], fdb = [] } = ns.bridge ?? {};
  const masters = new Map(ns.links?.map(({ name, master }) => [name, master] as const));
  const bridge = masters.get(device) ?? device;
  const suppresses = ports.some((port) => port.neighSuppress && masters.get(port.interface) === bridge);
  const isKnown = (ns.neighbours ?? []).some((entry) => entry.address === target && entry.interface === bridge);
  const isPinned = fdb.some((entry) => entry.interface === device && entry.static && !entry.local && entry.master);
  const proxies = effectiveSysctl(ns, "proxy_arp", device)?.value === 1;
  const all: readonly (readonly [boolean, Code])[] = [
    [suppresses && isKnown, "bridge-neigh-suppress"],
    [isPinned, "bridge-fdb-wrong-port"],
    [proxies && ns.sysctl?.get("net.ipv4.ip_forward") === "0", "proxy-arp-no-forwarding"],
  ];
  return all.flatMap(([holds, code]) => (holds ? [code] : []));
}
