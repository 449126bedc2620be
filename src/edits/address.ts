// An address of an interface, with the routes that come and go with it.

import { formatIpv4, type Ipv4, parseIpv4 } from "../model/address.ts";
import type { AddressEdit } from "../model/edit.ts";
import type { InterfaceAddress, Namespace } from "../model/system-state.ts";
import { effectiveSysctl } from "../system/lookup/sysctl.ts";
import { parseAddresses } from "../system/parse/link.ts";
import { changeNamespace, hasLink } from "./change.ts";
import { COST, type Face } from "./face.ts";
import { keepOnDevice } from "./keep-network.ts";
import { addAddressRoutes, dropAddressRoutes, sameSubnet } from "./kernel/address-routes.ts";
import { name, option, words } from "./typed.ts";

export const address: Face<AddressEdit> = {
  apply: (state, edit) =>
    changeNamespace(state, edit.netns, (ns) => {
      const given = givenBy(edit);
      if (given === null || ns.addresses === undefined || !hasLink(ns, edit.device)) return null;
      if (edit.verb === "del") return remove(ns, given);
      const there = ns.addresses.some((one) => isSame(one, given));
      return there ? (edit.verb === "replace" ? ns : null) : add(ns, given);
    }),
  command: (edit) =>
    words(
      `ip addr ${edit.verb} ${name(edit.address)}`,
      option("peer", edit.peer),
      option("brd", edit.broadcast),
      `dev ${name(edit.device)}`,
      option("scope", edit.scope),
      edit.noprefixroute && "noprefixroute",
      edit.autojoin && "autojoin",
    ),
  undo: (edit, before) => {
    const given = givenBy(edit);
    const ns = before.namespaces.get(edit.netns ?? "");
    if (given === null || ns?.addresses === undefined) return null;
    const was = ns.addresses.find((one) => isSame(one, given));
    if (edit.verb !== "del") return was ? [] : [{ ...edit, verb: "del" }];
    return was ? [asEdit(edit, was)] : [];
  },
  keep: (edit, manager) => {
    const { device } = edit;
    const kept = {
      device,
      networkd: { section: "Network", lines: [`Address=${edit.address}`] },
      nmcli: `+ipv4.addresses ${edit.address}`,
      netplan: [`addresses: [${edit.address}]`],
      command: address.command({ ...edit, verb: "replace" }),
    };
    // Taken away, it must not be given again: that is one line less in a file that is not known here.
    return edit.verb === "del" ? null : keepOnDevice(kept, manager);
  },
  cost: COST.route,
};

function givenBy(edit: AddressEdit): InterfaceAddress | null {
  const [local = "", length] = edit.address.split("/");
  const own = parseIpv4(local);
  if (own === null) return null;
  const [peer, peerLength] = edit.peer?.split("/") ?? [];
  const prefixlen = Number(peerLength ?? (peer === undefined ? (length ?? 32) : 32));
  if (!Number.isInteger(prefixlen) || prefixlen < 0 || prefixlen > 32) return null;
  const [made] = parseAddresses([
    {
      ifname: edit.device,
      addr_info: [
        {
          family: "inet",
          local,
          prefixlen,
          ...(peer === undefined ? {} : { address: peer }),
          ...(edit.broadcast === undefined ? {} : { broadcast: broadcastOf(edit.broadcast, own, prefixlen) }),
          scope: edit.scope ?? (local.startsWith("127.") ? "host" : "global"),
          ...(edit.noprefixroute ? { noprefixroute: true } : {}),
          label: edit.device,
        },
      ],
    },
  ]);
  return made ?? null;
}

function broadcastOf(typed: string, own: Ipv4, length: number): string {
  return typed === "+"
    ? formatIpv4(((own | (length === 0 ? 0xffffffff : 2 ** (32 - length) - 1)) >>> 0) as Ipv4)
    : typed;
}

function isSame(one: InterfaceAddress, other: InterfaceAddress): boolean {
  return one.local === other.local && sameSubnet(one, other);
}

// __inet_insert_ifa: a second address of the same subnet is secondary and stands behind the primary ones.
function add(ns: Namespace, given: InterfaceAddress): Namespace {
  const before = ns.addresses ?? [];
  const secondary = before.some((one) => !one.secondary && sameSubnet(one, given));
  const made = secondary ? { ...given, secondary, line: withSecondary(given.line) } : given;
  const last = before.findLastIndex((one) => one.interface === given.interface && (secondary || !one.secondary));
  const at = last < 0 ? before.length : last + 1;
  return addAddressRoutes({ ...ns, addresses: [...before.slice(0, at), made, ...before.slice(at)] }, [made]);
}

function withSecondary(line: string): string {
  return line.replace(/( scope \S+)/, "$1 secondary");
}

// __inet_del_ifa: with the primary go its secondaries, unless promote_secondaries lets the first of them take its place.
function remove(ns: Namespace, given: InterfaceAddress): Namespace | null {
  const found = ns.addresses?.find((one) => isSame(one, given));
  if (found === undefined) return null;
  const others = (ns.addresses ?? []).filter((one) => one !== found);
  const siblings = found.secondary ? [] : others.filter((one) => one.secondary && sameSubnet(one, found));
  const promotes = (effectiveSysctl(ns, "promote_secondaries", given.interface)?.value ?? 0) !== 0;
  const [next] = siblings;
  if (next !== undefined && promotes) {
    const primary = { ...next, secondary: false, line: next.line.replace(" secondary", "") };
    const left = others.map((one) => (one === next ? primary : one));
    const bare = dropAddressRoutes(ns, { ...ns, addresses: left }, found);
    return addAddressRoutes(withoutSource(bare, found), [primary, ...siblings.slice(1)]);
  }
  let result = ns;
  for (const gone of [...siblings, found])
    result = dropAddressRoutes(result, { ...result, addresses: result.addresses?.filter((one) => one !== gone) }, gone);
  return result;
}

// Routes of the secondaries named the old primary as their source.
function withoutSource(ns: Namespace, gone: InterfaceAddress): Namespace {
  return {
    ...ns,
    routes: ns.routes?.filter(
      (route) =>
        !(
          route.protocol === "kernel" &&
          route.preferredSource === gone.local &&
          route.hops[0]?.interface === gone.interface
        ),
    ),
  };
}

function asEdit(edit: AddressEdit, was: InterfaceAddress): AddressEdit {
  const own = formatIpv4(was.local);
  return {
    kind: "address",
    netns: edit.netns,
    verb: "add",
    address: was.peer === null ? `${own}/${was.prefixLength}` : own,
    device: edit.device,
    ...(was.peer === null ? {} : { peer: `${formatIpv4(was.peer)}/${was.prefixLength}` }),
    ...(was.broadcast === null ? {} : { broadcast: formatIpv4(was.broadcast) }),
    ...(was.scope === "global" ? {} : { scope: was.scope }),
    ...(was.noprefixroute ? { noprefixroute: true } : {}),
  };
}
