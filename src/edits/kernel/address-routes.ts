// Routes that an address brings, and what goes with it (fib_add_ifaddr, fib_del_ifaddr).

import { formatIpv4, type Ipv4, type Prefix } from "../../model/address.ts";
import type { InterfaceAddress, Namespace, Route } from "../../model/system-state.ts";
import { knowsLocalTable } from "../../system/lookup/owner.ts";
import { parseRoutes } from "../../system/parse/route.ts";
import type { Fields } from "../../system/parse/shape.ts";

// The subnet an address stands in: with a peer, the peer's.
function subnetOf({ local, peer, prefixLength }: InterfaceAddress): Prefix {
  const mask = prefixLength === 0 ? 0 : (0xffffffff << (32 - prefixLength)) >>> 0;
  return { address: (((peer ?? local) & mask) >>> 0) as Ipv4, length: prefixLength };
}

/** Whether two addresses of an interface stand in the same subnet: the later one is secondary. */
export function sameSubnet(a: InterfaceAddress, b: InterfaceAddress): boolean {
  return (
    a.interface === b.interface && a.prefixLength === b.prefixLength && subnetOf(a).address === subnetOf(b).address
  );
}

/** The namespace with the routes that these addresses of it bring, as far as they are not there yet. */
export function addAddressRoutes(ns: Namespace, addresses: readonly InterfaceAddress[]): Namespace {
  if (ns.routes === undefined) return ns;
  const routes = [...ns.routes];
  for (const address of addresses) {
    for (const route of routesOf(ns, address)) {
      if (route.table === "local" && !knowsLocalTable(ns)) continue;
      if (routes.some((other) => keyOf(other) === keyOf(route))) continue;
      routes.push({ ...route, order: nextOrder(routes) });
    }
  }
  return { ...ns, routes };
}

/** The namespace without the routes that only this address brought, and without those that send from it. */
export function dropAddressRoutes(before: Namespace, ns: Namespace, gone: InterfaceAddress): Namespace {
  if (ns.routes === undefined) return ns;
  const left = ns.addresses ?? [];
  const kept = new Set(left.flatMap((address) => routesOf(ns, address).map(keyOf)));
  const brought = new Set(routesOf(before, gone).map(keyOf));
  const owned = left.some(({ local }) => local === gone.local);
  // inetdev_event: without its last address an interface loses all its routes (fib_disable_ip).
  const bare = !left.some((address) => address.interface === gone.interface);
  return {
    ...ns,
    routes: ns.routes.filter((route) => {
      if (route.protocol === "kernel" && brought.has(keyOf(route)) && !kept.has(keyOf(route))) return false;
      if (!owned && route.preferredSource === gone.local) return false;
      return !(bare && route.hops.some((hop) => hop.interface === gone.interface));
    }),
    // arp_ifdown
    neighbours: bare ? ns.neighbours?.filter((entry) => entry.interface !== gone.interface) : ns.neighbours,
  };
}

function routesOf(ns: Namespace, address: InterfaceAddress): Route[] {
  const link = ns.links?.find(({ name }) => name === address.interface);
  const local = formatIpv4(address.local);
  const primary = (ns.addresses ?? []).find((other) => !other.secondary && sameSubnet(other, address));
  const source = address.secondary && primary ? formatIpv4(primary.local) : local;
  const flags = link?.flags.has("NO-CARRIER") ? ["linkdown"] : [];
  const common = { dev: address.interface, protocol: "kernel", prefsrc: source };
  const fields: Fields[] = [{ ...common, type: "local", dst: local, table: "local", scope: "host" }];
  const subnet = subnetOf(address);
  const last = broadcastOf(subnet);
  const broadcast = (dst: string): Fields => ({
    ...common,
    type: "broadcast",
    dst,
    table: "local",
    scope: "link",
    flags,
  });
  if (link === undefined || link.flags.has("UP")) {
    const own = address.broadcast === null ? null : formatIpv4(address.broadcast);
    if (own !== null && own !== "255.255.255.255") fields.push(broadcast(own));
    if (!address.secondary && !(subnet.length === 32 && subnet.address === address.local)) {
      const dst = `${formatIpv4(subnet.address)}/${subnet.length}`;
      if (!address.noprefixroute)
        fields.push(
          link?.isLoopback
            ? { ...common, type: "local", dst, table: "local", scope: "host" }
            : { ...common, dst, scope: "link", flags },
        );
      if (subnet.length < 31 && last !== own) fields.push(broadcast(last));
    }
  }
  return parseRoutes(fields);
}

function broadcastOf({ address, length }: Prefix): string {
  const host = length === 0 ? 0xffffffff : 2 ** (32 - length) - 1;
  return formatIpv4(((address | host) >>> 0) as Ipv4);
}

// The kernel's own routes of two interfaces stand side by side.
function keyOf(route: Route): string {
  const { address, length } = route.destination;
  return [route.type, address, length, route.table, route.metric, route.hops[0]?.interface].join(" ");
}

/** The order of a route that is added behind all others. */
export function nextOrder(routes: readonly Route[]): number {
  return routes.reduce((most, { order }) => Math.max(most, order), -1) + 1;
}
