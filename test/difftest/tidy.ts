// Takes out of a network what the tools refuse, so that every seed can be built: gateways nobody can reach, doubles.

import { interfaces } from "./family.ts";
import type { Draft, Network } from "./networks.ts";

const number = (address: string): number => address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
const inside = (address: string, prefix: string): boolean => {
  const [base = "", length = "32"] = prefix.split("/");
  const size = 2 ** (32 - Number(length));
  return Math.floor(number(address) / size) === Math.floor(number(base) / size);
};

/** Leaves what can be built. */
export function tidy(network: Network): void {
  for (const [name, own] of Object.entries(network.spaces)) {
    const devices = [...interfaces(network, name), "lo"];
    own.down = [...new Set(own.down)];
    own.rules = [...new Set(own.rules)];
    for (const [device, addresses] of Object.entries(own.addresses))
      own.addresses[device] = once(addresses, (a) => a.split(" ")[0] as string);
    own.neighbours = once(own.neighbours, (line) => line.replace(/ lladdr \S+| nud \S+/g, "")).filter((line) =>
      devices.includes(/dev (\S+)/.exec(line)?.[1] ?? ""),
    );
    // `ip nexthop add` wants a carrier, where `ip route add` takes a route over a dead cable.
    const dead = devices.filter((device) => isDead(network, name, device));
    own.nexthops = own.nexthops.filter(
      (line) => possible(own, ` ${line}`) && !dead.some((device) => line.endsWith(` dev ${device}`)),
    );
    const ids = new Set(own.nexthops.map((line) => /id (\d+)/.exec(line)?.[1]));
    own.nexthops = own.nexthops.filter((line) =>
      (/group (\S+)/.exec(line)?.[1] ?? "").split("/").every((id) => id === "" || ids.has(id.split(",")[0])),
    );
    const objects = own.nexthops.map((line) => /id (\d+)/.exec(line)?.[1]);
    own.routes = own.routes.filter((line) => {
      const id = / nhid (\d+)/.exec(line)?.[1];
      return id === undefined || objects.includes(id);
    });
    own.routes = once(
      own.routes.filter((route) => possible(own, route)),
      (route) => key(route),
    );
  }
}

function isDead(network: Network, name: string, device: string): boolean {
  return network.links.some((link) => {
    if (link.kind !== "veth" || !link.ends.includes(`${name}:${device}`)) return false;
    return link.ends.some((place) => {
      const [space = "", end = ""] = place.split(":");
      return network.spaces[space]?.down.includes(end);
    });
  });
}

function once(lines: readonly string[], of: (line: string) => string): string[] {
  const known = new Set<string>();
  return lines.filter((line) => {
    const own = of(line);
    if (known.has(own)) return false;
    known.add(own);
    return true;
  });
}

// What makes two routes one for `ip route add`: prefix, table and metric.
function key(route: string): string {
  const words = route.replace(/^(blackhole|unreachable|prohibit|throw) /, "");
  const table = /table (\S+)/.exec(words)?.[1] ?? "main";
  return `${words.split(" ")[0]?.replace(/\/32$/, "")} ${table} ${/metric (\S+)/.exec(words)?.[1] ?? ""}`;
}

// fib_check_nh: the gateway must be on-link over an interface that is up, and no address of the host's own.
function possible(own: Draft, route: string): boolean {
  const up = Object.entries(own.addresses).filter(([device]) => device !== "lo" && !own.down.includes(device));
  const devices = [...route.matchAll(/ dev (\S+)/g)].map(([, device = ""]) => device);
  if (devices.some((device) => own.down.includes(device))) return false;
  const source = / src (\S+)/.exec(route)?.[1];
  const all = Object.values(own.addresses).flat();
  if (source !== undefined && !all.some((a) => a.startsWith(`${source}/`))) return false;
  return [...route.matchAll(/ via (\S+)(?: dev (\S+))?/g)].every(([, gateway = "", by]) => {
    if (all.some((a) => a.startsWith(`${gateway}/`))) return false;
    return up.some(
      ([name, addresses]) =>
        (by === undefined || by === name) &&
        addresses.some((a) => !a.includes("noprefixroute") && inside(gateway, a.split(" ")[0] as string)),
    );
  });
}
