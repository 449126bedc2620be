// A state with one line of a monitor made in it, and what the kernel changes along without a word.

import { changeLink, putNamespace, withFlags } from "../../edits/change.ts";
import { dropAddressRoutes } from "../../edits/kernel/address-routes.ts";
import { carrierOfRoutes, changePort, wentDown } from "../../edits/kernel/carrier.ts";
import { changeMac } from "../../edits/kernel/mac.ts";
import { attach, detach } from "../../edits/kernel/port.ts";
import { ownValue } from "../../model/own-value.ts";
import type { BridgePort, Link, Namespace, Route, StateChange, SystemState } from "../../model/system-state.ts";
import { linkLine } from "../../system/parse/link.ts";
import { type IpTold, readIpLine } from "./ip-line.ts";
import { withNftLine } from "./nft-line.ts";

/** The state after this change; the same object where it says nothing that a ping may meet. */
export function replayed(state: SystemState, change: StateChange): SystemState {
  const ns = state.namespaces.get(change.netns);
  if (ns === undefined) return state;
  if (change.read !== null) return putNamespace(state, withRead(ns, change.read));
  if (change.by === "nft monitor") {
    const made = withNftLine(ns, change.line ?? "");
    return made === null ? state : putNamespace(state, made);
  }
  const told = readIpLine(change.line ?? "");
  return told === null ? state : withTold(state, ns, told);
}

// Parts that were read again stand in the place of those before; of the settings, those that were read.
function withRead(ns: Namespace, read: Namespace): Namespace {
  const parts = Object.entries(read).filter(
    ([key, value]) => value !== undefined && Object.hasOwn(ns, key) && !KEPT.has(key),
  );
  const sysctl = read.sysctl === undefined ? ns.sysctl : new Map([...(ns.sysctl ?? []), ...read.sysctl]);
  return { ...ns, ...Object.fromEntries(parts), sysctl };
}

const KEPT = new Set(["key", "inode", "nsids", "nsid", "missing", "notLoaded", "replayed", "programs", "sysctl"]);

function withTold(state: SystemState, ns: Namespace, told: IpTold): SystemState {
  switch (told.kind) {
    case "link":
      return told.gone ? putNamespace(state, withoutLink(ns, told.link.name)) : withLink(state, ns, told.link);
    case "address": {
      const { address, gone } = told;
      const others = ns.addresses?.filter(
        (one) =>
          one.interface !== address.interface ||
          one.local !== address.local ||
          one.prefixLength !== address.prefixLength,
      );
      const addresses = gone ? others : others && [...others, address];
      const left = { ...ns, ...(addresses === undefined ? {} : { addresses }) };
      // What goes along with it, and with the last one of its interface, the monitor tells nothing of (fib_disable_ip).
      return putNamespace(state, gone && others !== undefined ? dropAddressRoutes(ns, left, address) : left);
    }
    case "route":
      return putNamespace(state, { ...ns, routes: ns.routes && withRoute(ns.routes, told.route, told.gone) });
    case "rule": {
      const others = ns.rules?.filter(({ line }) => line !== told.rule.line);
      const rules = told.gone ? others : others && [...others, told.rule];
      return putNamespace(state, { ...ns, rules: rules?.toSorted((a, b) => a.priority - b.priority) });
    }
    case "neighbour": {
      const { entry, gone } = told;
      const others = ns.neighbours?.filter((one) => one.interface !== entry.interface || one.address !== entry.address);
      return putNamespace(state, { ...ns, neighbours: gone ? others : others && [...others, entry] });
    }
    case "setting":
      return putNamespace(state, { ...ns, sysctl: ns.sysctl && new Map([...ns.sysctl, ...told.settings]) });
    case "unread":
      return state;
  }
}

function withoutLink(ns: Namespace, name: string): Namespace {
  const down = wentDown(ns, name);
  return {
    ...down,
    links: down.links?.filter((link) => link.name !== name),
    addresses: down.addresses?.filter((address) => address.interface !== name),
    routes: down.routes?.filter((route) => !route.hops.some((hop) => hop.interface === name)),
    bridge: down.bridge && {
      ports: down.bridge.ports?.filter((port) => port.interface !== name),
      fdb: down.bridge.fdb?.filter((entry) => entry.interface !== name),
      vlans: down.bridge.vlans?.filter((vlan) => vlan.interface !== name),
    },
  };
}

function withLink(state: SystemState, ns: Namespace, link: Link): SystemState {
  const was = ns.links?.find((one) => one.index === link.index);
  if (ns.links === undefined) return state;
  if (was === undefined) return putNamespace(state, { ...ns, links: [...ns.links, link] });
  const named = was.name === link.name ? ns : renamed(ns, was.name, link.name);
  const joined = withMaster(putNamespace(state, named), named, was, link);
  const own = joined.namespaces.get(ns.key) as Namespace;
  const addressed = link.mac === null || link.mac === was.mac ? own : changeMac(own, link.name, link.mac);
  const up = link.flags.has("UP");
  const down = was.flags.has("UP") && !up ? wentDown(addressed, link.name) : addressed;
  const set = changeLink(down, link.name, (one) => ({ ...one, ...changedParts(link, one) }));
  const ported = withPort(set, link);
  return putNamespace(
    state === joined ? state : joined,
    carrierOfRoutes(ported, link.name, up && !link.flags.has("LOWER_UP")),
  );
}

// What the monitor prints of a link; what it leaves out (statistics, the other end's namespace) stays.
function changedParts(link: Link, was: Link): Partial<Link> {
  const { flags, mtu, operstate, promiscuity, xdp, group } = link;
  return {
    flags: withFlags(flags, { "M-DOWN": was.flags.has("M-DOWN") && !flags.has("LOWER_UP") }),
    mtu,
    operstate,
    promiscuity,
    xdp,
    ...(group === undefined ? {} : { group }),
    ...(link.linkIndex === null && link.linkName === null ? { linkIndex: null, linkName: null } : {}),
    data: { ...was.data, ...link.data },
  };
}

function renamed(ns: Namespace, from: string, to: string): Namespace {
  const links = ns.links?.map((link) => (link.name === from ? { ...link, name: to } : link));
  return {
    ...ns,
    links: links?.map((link) => (link.name === to ? { ...link, line: linkLine(link) } : link)),
    addresses: ns.addresses?.map((one) => (one.interface === from ? { ...one, interface: to } : one)),
    neighbours: ns.neighbours?.filter((one) => one.interface !== from),
  };
}

function withMaster(state: SystemState, ns: Namespace, was: Link, { name, master }: Link): SystemState {
  if (was.master === master) return state;
  const free = was.master === null ? state : detach(state, ns.key, name);
  return master === null || ns.links?.every((one) => one.name !== master) ? free : attach(free, ns.key, name, master);
}

const SWITCHES: Readonly<Record<string, keyof BridgePort>> = {
  state: "state",
  hairpin: "hairpin",
  isolated: "isolated",
  locked: "locked",
  flood: "flood",
  bcast_flood: "broadcastFlood",
  mcast_flood: "multicastFlood",
  learning: "learning",
  neigh_suppress: "neighSuppress",
};

// A bridge's port says its switches with every line.
function withPort(ns: Namespace, { name, slaveData }: Link): Namespace {
  const said = Object.entries(SWITCHES).flatMap(([key, field]) =>
    Object.hasOwn(slaveData, key) ? [[field, ownValue(slaveData, key)] as const] : [],
  );
  return said.length === 0 ? ns : changePort(ns, name, (port) => ({ ...port, ...Object.fromEntries(said) }));
}

// fib_find_alias: one of the same prefix, metric, TOS and table is replaced; rtmsg_fib does not say whether it was.
function withRoute(routes: readonly Route[], route: Route, gone: boolean): readonly Route[] {
  if (gone) {
    const at = routes.findIndex((one) => keyOf(one) === keyOf(route) && hopsOf(one) === hopsOf(route));
    const index = at < 0 ? routes.findIndex((one) => keyOf(one) === keyOf(route)) : at;
    return index < 0 ? routes : routes.toSpliced(index, 1);
  }
  const at = routes.findIndex((one) => keyOf(one) === keyOf(route));
  if (at >= 0) return routes.with(at, { ...route, order: (routes[at] as Route).order });
  return [...routes, { ...route, order: routes.reduce((most, { order }) => Math.max(most, order), -1) + 1 }];
}

function keyOf({ type, destination, table, metric, tos }: Route): string {
  // A host's own addresses stand beside each other, each with its source.
  return [destination.address, destination.length, table, metric, tos, table === "local" ? type : ""].join(" ");
}

function hopsOf({ hops }: Route): string {
  return hops.map((hop) => `${hop.interface} ${hop.gateway}`).join();
}
