// An entry of the neighbour table, or an address that is answered for.

import { formatIpv4, formatMac, parseIpv4 } from "../model/address.ts";
import type { NeighbourEdit } from "../model/edit.ts";
import type { Namespace, Neighbour } from "../model/system-state.ts";
import { parseNeighbourProxies, parseNeighbours } from "../system/parse/neighbour.ts";
import { changeNamespace, hasLink } from "./change.ts";
import { COST, type Face } from "./face.ts";
import { keepOnDevice } from "./keep-network.ts";
import { option, words } from "./typed.ts";

export const neighbour: Face<NeighbourEdit> = {
  apply: (state, edit) =>
    changeNamespace(state, edit.netns, (ns) => {
      if (edit.device !== undefined && !hasLink(ns, edit.device)) return null;
      return edit.proxy ? changeProxy(ns, edit) : changeEntry(ns, edit);
    }),
  command: (edit) =>
    words(
      `ip neigh ${edit.verb}`,
      edit.proxy && "proxy",
      edit.verb === "flush" ? option("to", edit.address) : edit.address && option("", edit.address)?.trim(),
      option("lladdr", edit.mac),
      option("dev", edit.device),
      option("nud", edit.state),
    ),
  undo: (edit, before) => {
    const ns = before.namespaces.get(edit.netns ?? "");
    // What traffic teaches comes back by itself.
    if (edit.verb === "flush") return [];
    if (edit.proxy) {
      const was = ns?.neighbourProxies?.some((one) => isMeant(one, edit)) ?? false;
      if (edit.verb === "del") return was ? [{ ...edit, verb: "add" }] : [];
      return was ? [] : [{ ...edit, verb: "del" }];
    }
    if (ns?.neighbours === undefined) return null;
    const was = ns.neighbours.find((one) => isMeant(one, edit));
    const { mac: _, state: __, ...place } = edit;
    if (was === undefined || was.mac === null) return edit.verb === "del" ? [] : [{ ...place, verb: "del" }];
    const [first = "PERMANENT"] = was.states;
    return [{ ...place, verb: "replace", mac: formatMac(was.mac), state: first.toLowerCase() }];
  },
  keep: (edit, manager) => {
    if (edit.device === undefined || edit.verb === "del" || edit.verb === "flush") return null;
    const networkd = edit.proxy
      ? { section: "Network", lines: [`IPv4ProxyARP=yes`] }
      : { section: "Neighbor", lines: [`Address=${edit.address}`, `LinkLayerAddress=${edit.mac}`] };
    return keepOnDevice(
      {
        device: edit.device,
        ...(edit.proxy ? {} : { networkd }),
        command: neighbour.command({ ...edit, verb: "replace" }),
      },
      manager,
    );
  },
  cost: COST.route,
};

function isMeant(one: { readonly interface: string | null; readonly address: number }, edit: NeighbourEdit): boolean {
  return (
    (edit.device === undefined || one.interface === edit.device) &&
    (edit.address === undefined || one.address === parseIpv4(edit.address))
  );
}

function changeEntry(ns: Namespace, edit: NeighbourEdit): Namespace | null {
  if (ns.neighbours === undefined) return edit.verb === "flush" ? ns : null;
  const there = ns.neighbours.some((one) => isMeant(one, edit));
  switch (edit.verb) {
    // neigh_flush without words about states passes over what is there for good (iproute2's NUD_VALID filter).
    case "flush":
      return { ...ns, neighbours: ns.neighbours.filter((one) => isStatic(one) || !isMeant(one, edit)) };
    case "del":
      return there ? { ...ns, neighbours: ns.neighbours.filter((one) => !isMeant(one, edit)) } : null;
    default: {
      const made = entryBy(edit);
      if (made === null || (there && edit.verb === "add")) return null;
      return { ...ns, neighbours: [...ns.neighbours.filter((one) => !isMeant(one, edit)), made] };
    }
  }
}

function changeProxy(ns: Namespace, edit: NeighbourEdit): Namespace | null {
  const before = ns.neighbourProxies ?? [];
  const rest = before.filter((one) => !isMeant(one, edit));
  if (edit.verb === "del") return rest.length < before.length ? { ...ns, neighbourProxies: rest } : null;
  const made = parseNeighbourProxies([{ dst: edit.address, dev: edit.device, proxy: null }]);
  return made.length === 0 ? null : { ...ns, neighbourProxies: [...rest, ...made] };
}

function entryBy({ address, device, mac, state }: NeighbourEdit): Neighbour | null {
  if (address === undefined || device === undefined || mac === undefined) return null;
  const own = parseIpv4(address);
  const fields = { dst: own === null ? "" : formatIpv4(own), dev: device, lladdr: mac };
  return parseNeighbours([{ ...fields, state: [(state ?? "permanent").toUpperCase()] }])[0] ?? null;
}

/** Entries that no time and no traffic removes. */
export function isStatic({ states }: Neighbour): boolean {
  return states.has("PERMANENT") || states.has("NOARP");
}
