// Routes that lead elsewhere than one would think.

import { formatIpv4, formatPrefix, inPrefix, type Prefix } from "../../model/address.ts";
import type { Namespace, Route } from "../../model/system-state.ts";
import { type Text, text } from "../../model/text.ts";

// Of table main, or with another one named.
const isMain = ({ table }: Route): boolean => table === "main";

/** A gateway that the neighbour table says did not answer. */
export function silentGateways({ routes = [], neighbours = [] }: Namespace): Text[] {
  const gateways = new Set(routes.flatMap(({ hops }) => hops.flatMap(({ gateway }) => gateway ?? [])));
  return neighbours
    .filter(({ address, states }) => gateways.has(address) && (states.has("FAILED") || states.has("INCOMPLETE")))
    .map(({ address, interface: name, line }) =>
      text(
        `the gateway ${formatIpv4(address)} did not answer ARP on ${name}, so nothing gets beyond it (“${line}”)`,
        `网关 ${formatIpv4(address)} 在 ${name} 上没有应答 ARP，所以经过它的报文都到不了（“${line}”）`,
      ),
    );
}

/** Several default routes by different interfaces, of which only one is used, or one that leads nowhere. */
export function uncertainDefaults({ routes, addresses = [] }: Namespace): Text[] {
  if (routes === undefined) return [];
  const defaults = routes.filter((one) => isMain(one) && one.destination.length === 0 && one.type === "unicast");
  const [best, ...others] = defaults.toSorted((a, b) => a.metric - b.metric);
  if (best === undefined) return [];
  const device = best.hops[0]?.interface;
  const isLinkLocal = best.preferredSource !== null && best.preferredSource >>> 16 === 0xa9fe;
  const isOwn = addresses.some(({ local }) => best.hops.some(({ gateway }) => gateway === local));
  const reason = isOwn
    ? text("and its gateway is this host itself", "而其网关就是本机自己")
    : isLinkLocal
      ? text(
          "with a link-local source address, to which nothing comes back from beyond its link",
          "而且源地址是链路本地地址，链路以外的应答回不来",
        )
      : text("the others are not used", "其他默认路由不会用到");
  return others.some(({ hops }) => hops[0]?.interface !== device) || isLinkLocal || isOwn
    ? [
        text(
          `the default route that is taken is “${best.line}”, ${reason.en}`,
          `实际使用的默认路由是“${best.line}”，${reason.zh}`,
        ),
      ]
    : [];
}

/** Two subnets on different interfaces of which one holds the other: the smaller one takes what is meant for the other. */
export function overlappingSubnets({ routes = [] }: Namespace): Text[] {
  const onLink = routes
    .filter((one) => isMain(one) && one.type === "unicast" && one.destination.length >= 8)
    .filter(({ destination, hops }) => destination.length < 32 && hops.length === 1 && hops[0]?.gateway === null)
    .slice(0, MOST_SUBNETS);
  return onLink.flatMap((one, at) =>
    onLink.slice(at + 1).flatMap((other) => {
      const [smaller, larger] = isTakenBefore(one, other) ? [one, other] : [other, one];
      const isApart = smaller.hops[0]?.interface !== larger.hops[0]?.interface;
      return isApart && inPrefix(smaller.destination.address, larger.destination) ? [overlap(smaller, larger)] : [];
    }),
  );
}

// Each is held against each: no host that is asked about by hand has more.
const MOST_SUBNETS = 200;

// fib_table_lookup: the longer prefix, of equal ones the smaller metric.
function isTakenBefore(one: Route, other: Route): boolean {
  const longer = one.destination.length - other.destination.length;
  return longer === 0 ? one.metric <= other.metric : longer > 0;
}

function overlap(smaller: Route, larger: Route): Text {
  const shared = formatPrefix(smaller.destination);
  return text(
    `“${smaller.line}” and “${larger.line}” overlap: what is meant for an address of ${shared} behind ${larger.hops[0]?.interface} goes out of ${smaller.hops[0]?.interface}`,
    `“${smaller.line}”与“${larger.line}”的网段重叠：本该发往 ${larger.hops[0]?.interface} 一侧、地址在 ${shared} 内的主机的报文，会从 ${smaller.hops[0]?.interface} 发出`,
  );
}

/** So wide a subnet on one link that others of it are mostly behind its gateway: a mask that is too short. */
export function wideSubnets({ routes = [] }: Namespace): Text[] {
  const gateways = routes.flatMap(({ hops }) => hops.flatMap(({ gateway }) => gateway ?? []));
  return routes
    .filter((one) => isMain(one) && one.type === "unicast" && one.hops.length === 1 && one.hops[0]?.gateway === null)
    .flatMap((one) => {
      const { length } = one.destination;
      const gateway = gateways.find((address) => inPrefix(address, one.destination));
      if (length < 8 || length >= USUAL_LENGTH || gateway === undefined) return [];
      return [
        text(
          `“${one.line}” takes ${2 ** (32 - length)} addresses for neighbours: those that are really behind the gateway ${formatIpv4(gateway)} are asked for by ARP and not reached`,
          `“${one.line}”把 ${2 ** (32 - length)} 个地址都当作直连邻居：其中实际位于网关 ${formatIpv4(gateway)} 后面的主机，内核只会直接用 ARP 询问，因而无法到达`,
        ),
      ];
    });
}

// Docker's are the largest that are really one link.
const USUAL_LENGTH = 16;

/** A table that a rule asks before main, and that leads a subnet of an own interface elsewhere. */
export function shadowedSubnets({ routes = [], rules = [] }: Namespace): Text[] {
  const main = rules.find(
    ({ action, priority }) => action.kind === "lookup" && action.table === "main" && priority > 0,
  );
  if (main === undefined) return [];
  const before = new Map(
    rules.flatMap(({ priority, action, line }) =>
      priority < main.priority && action.kind === "lookup" && action.table !== "local" ? [[action.table, line]] : [],
    ),
  );
  const connected = routes.filter(
    (one) => isMain(one) && one.protocol === "kernel" && one.hops[0]?.gateway === null && one.destination.length < 32,
  );
  return routes
    .filter(({ table, type }) => before.has(table) && type === "unicast")
    .flatMap((one) => {
      const own = connected.find(
        ({ destination: to, hops }) =>
          hops[0]?.interface !== one.hops[0]?.interface && one.destination.length >= 8 && touches(to, one.destination),
      );
      return own === undefined ? [] : [shadow(one, own, before.get(one.table) ?? "")];
    });
}

function touches(one: Prefix, other: Prefix): boolean {
  return one.length <= other.length ? inPrefix(other.address, one) : inPrefix(one.address, other);
}

function shadow(one: Route, own: Route, rule: string): Text {
  return text(
    `rule “${rule}” comes before table main, and its “${one.line}” takes what is meant for the connected subnet “${own.line}”`,
    `策略规则“${rule}”排在 main 表之前，它所查的表里有“${one.line}”，本该发往直连网段“${own.line}”的报文会先匹配到它`,
  );
}
