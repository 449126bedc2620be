// A route: where it leads, whether the kernel takes it, and which one it stands for.

import { formatIpv4, type Ipv4, inPrefix, parseIpv4, parsePrefix } from "../model/address.ts";
import type { RouteEdit } from "../model/edit.ts";
import type { Namespace, Route } from "../model/system-state.ts";
import { tableName } from "../system/lookup/fib-table.ts";
import { localOwner } from "../system/lookup/owner.ts";
import { parseRoutes } from "../system/parse/route.ts";
import { changeNamespace } from "./change.ts";
import { COST, type Face } from "./face.ts";
import { keepOnDevice } from "./keep-network.ts";
import { nextOrder } from "./kernel/address-routes.ts";
import { name, option, words } from "./typed.ts";

export const route: Face<RouteEdit> = {
  apply: (state, edit) =>
    changeNamespace(state, edit.netns, (ns) => {
      if (ns.routes === undefined) return null;
      if (edit.verb === "del") {
        const at = ns.routes.findIndex((one) => isMeant(one, edit));
        return at < 0 ? null : { ...ns, routes: ns.routes.filter((_, index) => index !== at) };
      }
      const made = routeBy(ns, edit, ns.routes);
      return made === null ? null : put(ns, made, edit.verb);
    }),
  command: (edit) => `ip route ${edit.verb} ${routeWords(edit)}`,
  undo: (edit, before) => {
    const ns = before.namespaces.get(edit.netns ?? "");
    if (ns?.routes === undefined) return null;
    const made = edit.verb === "del" ? null : routeBy(ns, edit, ns.routes);
    const was = ns.routes.find((one) => (made === null ? isMeant(one, edit) : keyOf(one) === keyOf(made)));
    if (edit.verb === "add" || edit.verb === "append" || was === undefined) return [{ ...edit, verb: "del" }];
    return [asEdit(edit, was, edit.verb === "del" ? "add" : "replace")];
  },
  keep: (edit, manager) => {
    if (edit.verb === "del") return null;
    const device = edit.device ?? "";
    const to = edit.destination === "default" ? "0.0.0.0/0" : edit.destination;
    const gateway = edit.via === undefined ? [] : [`Gateway=${edit.via}`];
    const plain = edit.type === undefined && edit.nexthops === undefined && edit.device !== undefined;
    const lines = [`Destination=${to}`, ...gateway];
    if (edit.source !== undefined) lines.push(`PreferredSource=${edit.source}`);
    if (edit.metric !== undefined) lines.push(`Metric=${edit.metric}`);
    if (edit.table !== undefined) lines.push(`Table=${edit.table}`);
    if (edit.onlink) lines.push("GatewayOnLink=yes");
    return keepOnDevice(
      {
        device,
        ...(plain && {
          networkd: { section: "Route", lines },
          nmcli: `+ipv4.routes "${words(to, edit.via ?? "0.0.0.0", edit.metric === undefined ? "" : String(edit.metric))}"`,
          netplan: ["routes:", `- to: ${to}`, ...(edit.via === undefined ? ["  scope: link"] : [`  via: ${edit.via}`])],
        }),
        command: `ip route replace ${routeWords(edit)}`,
      },
      manager,
    );
  },
  cost: COST.route,
};

function routeWords(edit: RouteEdit): string {
  return words(
    edit.type,
    name(edit.destination),
    edit.mtu !== undefined && `mtu ${edit.mtu}`,
    edit.tos !== undefined && `tos 0x${edit.tos.toString(16)}`,
    option("via", edit.via),
    option("dev", edit.device),
    option("table", edit.table),
    option("proto", edit.protocol),
    option("scope", edit.scope),
    option("src", edit.source),
    option("metric", edit.metric),
    edit.onlink && "onlink",
    ...(edit.nexthops ?? []).map((hop) =>
      words(
        "nexthop",
        option("via", hop.via),
        option("dev", hop.device),
        option("weight", hop.weight),
        hop.onlink && "onlink",
      ),
    ),
  );
}

/** Reject types lead nowhere. */
const WITHOUT_HOPS = new Set(["blackhole", "unreachable", "prohibit", "throw"]);

// fib_create_info: null where the kernel would refuse it.
function routeBy(ns: Namespace, edit: RouteEdit, routes: readonly Route[]): Route | null {
  if (!isSubnet(edit.destination)) return null;
  if (edit.source !== undefined && !isOwn(ns, edit.source)) return null;
  const reject = WITHOUT_HOPS.has(edit.type ?? "");
  const hops = reject ? [] : (edit.nexthops ?? [{ via: edit.via, device: edit.device, onlink: edit.onlink }]);
  const made = hops.map((hop) => hopFields(ns, hop));
  if (made.some((hop) => hop === null)) return null;
  const several = edit.nexthops !== undefined;
  const onLink = !reject && !several && edit.via === undefined;
  const [first] = made;
  const [parsed] = parseRoutes([
    {
      ...(edit.type === undefined ? {} : { type: edit.type }),
      dst: edit.destination,
      table: edit.table ?? (edit.type === "local" ? "local" : "main"),
      protocol: edit.protocol ?? "boot",
      scope: edit.scope ?? (edit.type === "local" ? "host" : onLink ? "link" : "global"),
      ...(edit.source === undefined ? {} : { prefsrc: edit.source }),
      ...(edit.metric === undefined ? {} : { metric: edit.metric }),
      ...(edit.tos === undefined ? {} : { tos: edit.tos }),
      ...(edit.mtu === undefined ? {} : { metrics: [{ mtu: edit.mtu }] }),
      ...(several ? { nexthops: made } : (first ?? {})),
    },
  ]);
  return parsed ? { ...parsed, order: nextOrder(routes) } : null;
}

// fib_valid_key_len: bits of the host are an invalid argument.
function isSubnet(text: string): boolean {
  const prefix = parsePrefix(text);
  return prefix !== null && (text === "default" || parseIpv4(text.split("/")[0] ?? "") === prefix.address);
}

interface TypedHop {
  readonly via?: string | undefined;
  readonly device?: string | undefined;
  readonly weight?: number;
  readonly onlink?: true | undefined;
}

// fib_check_nh: the device is up, and the gateway lies behind it.
function hopFields(ns: Namespace, hop: TypedHop): Record<string, unknown> | null {
  const gateway = hop.via === undefined ? null : parseIpv4(hop.via);
  if (hop.via !== undefined && gateway === null) return null;
  let device = hop.device ?? null;
  if (gateway !== null && hop.onlink !== true) {
    const way = wayTo(ns, gateway, device);
    if (way === null) return null;
    device = way;
  }
  if (device === null) return null;
  const link = ns.links?.find((one) => one.name === device);
  if (ns.links !== undefined && !link?.flags.has("UP")) return null;
  const flags = [...(hop.onlink ? ["onlink"] : []), ...(link?.flags.has("NO-CARRIER") ? ["linkdown"] : [])];
  return {
    dev: device,
    ...(hop.via === undefined ? {} : { gateway: hop.via }),
    ...(hop.weight === undefined ? {} : { weight: hop.weight }),
    flags,
  };
}

// fib_check_nh_v4_gw: the gateway's own route must be on a link, and through this device where one is named.
function wayTo(ns: Namespace, gateway: Ipv4, device: string | null): string | null {
  const meant = (ns.routes ?? []).filter(
    (one) =>
      inPrefix(gateway, one.destination) &&
      (tableName(one.table) === "main" || tableName(one.table) === "local" || tableName(one.table) === "default") &&
      (device === null || one.hops.some((hop) => hop.interface === device)),
  );
  const best = meant.sort((a, b) => b.destination.length - a.destination.length || a.metric - b.metric)[0];
  const hop = best?.hops.find((one) => device === null || one.interface === device);
  if (best?.type !== "unicast" || hop === undefined || hop.gateway !== null || hop.dead) return null;
  return hop.interface;
}

function isOwn(ns: Namespace, source: string): boolean {
  const address = parseIpv4(source);
  return address !== null && localOwner(ns, address) !== null;
}

function put(ns: Namespace, made: Route, verb: RouteEdit["verb"]): Namespace | null {
  const routes = ns.routes ?? [];
  const same = routes.find((one) => keyOf(one) === keyOf(made));
  if (verb === "add" && same !== undefined) return null;
  if (verb === "change" && same === undefined) return null;
  if (verb === "append" || same === undefined) return { ...ns, routes: [...routes, made] };
  return { ...ns, routes: routes.map((one) => (one === same ? { ...made, order: same.order } : one)) };
}

// fib_find_alias: prefix, TOS, metric and table.
function keyOf({ destination, table, metric, tos }: Route): string {
  return [destination.address, destination.length, tableName(table), metric, tos].join(" ");
}

// fib_table_delete: what is not said fits any.
function isMeant(one: Route, edit: RouteEdit): boolean {
  const prefix = parsePrefix(edit.destination);
  if (prefix === null || prefix.address !== one.destination.address || prefix.length !== one.destination.length)
    return false;
  const table = edit.table ?? (edit.type === "local" ? "local" : "main");
  const hop = one.hops[0];
  return (
    tableName(table) === tableName(one.table) &&
    // Of a route that names a next hop object, the kernel keeps no type of its own.
    (edit.type === undefined || edit.type === (one.nexthopId === null ? one.type : "unicast")) &&
    (edit.metric === undefined || edit.metric === one.metric) &&
    (edit.tos ?? 0) === one.tos &&
    (edit.via === undefined || (hop !== undefined && hop.gateway === parseIpv4(edit.via))) &&
    (edit.device === undefined || hop?.interface === edit.device) &&
    (edit.source === undefined || one.preferredSource === parseIpv4(edit.source))
  );
}

function asEdit(edit: RouteEdit, was: Route, verb: RouteEdit["verb"]): RouteEdit {
  const [hop, second] = was.hops;
  const hopWords = (one: Route["hops"][number]): object => ({
    ...(one.gateway === null ? {} : { via: formatIpv4(one.gateway) }),
    ...(one.interface === null ? {} : { device: one.interface }),
    ...(one.onlink ? { onlink: true } : {}),
  });
  return {
    kind: "route",
    netns: edit.netns,
    verb,
    ...(was.type === "unicast" ? {} : { type: was.type }),
    destination:
      was.destination.length === 0 ? "default" : `${formatIpv4(was.destination.address)}/${was.destination.length}`,
    ...(was.table === "main" ? {} : { table: was.table }),
    ...(was.metric === 0 ? {} : { metric: was.metric }),
    ...(was.tos === 0 ? {} : { tos: was.tos }),
    ...(was.mtu === null ? {} : { mtu: was.mtu }),
    ...(was.preferredSource === null ? {} : { source: formatIpv4(was.preferredSource) }),
    ...(was.protocol === null || was.protocol === "boot" ? {} : { protocol: was.protocol }),
    ...(second === undefined
      ? hop && hopWords(hop)
      : { nexthops: was.hops.map((one) => ({ ...hopWords(one), weight: one.weight })) }),
  };
}
