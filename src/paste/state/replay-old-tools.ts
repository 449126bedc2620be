// The older commands: ifconfig, route and brctl, as what `ip` would have done.

import { parseIpv4 } from "../../model/address.ts";
import type { NamespaceModel, PastedNetwork } from "./network.ts";
import { addAddress, changeRoute } from "./replay-address.ts";
import { setMaster, setUp } from "./replay-link.ts";
import { broadcastOf, maskLength } from "./route-text.ts";

/** `ifconfig IF [A[/N]] [netmask M] [up|down] [mtu N] [hw ether MAC]`; false where it only shows. */
export function replayIfconfig(
  network: PastedNetwork,
  ns: NamespaceModel,
  words: readonly string[],
  line: string,
): boolean {
  const name = words[0];
  if (name === undefined || name.startsWith("-") || words.length < 2 || words[1]?.startsWith("|")) return false;
  const link = network.link(ns, name.split(":")[0] as string);
  link.typed.push(line);
  const [local = "", length] = (words.find((word) => /^\d+\.\d+\.\d+\.\d+(?:\/\d+)?$/.test(word)) ?? "").split("/");
  const address = words.indexOf("netmask") === 1 ? null : parseIpv4(local);
  const after = (key: string): string | undefined => (words.includes(key) ? words[words.indexOf(key) + 1] : undefined);
  if (after("mtu") !== undefined) link.fields.mtu = Number(after("mtu"));
  if (after("ether") !== undefined) link.fields.address = after("ether");
  if (words.includes("down")) setUp(network, link, false, line);
  // An address brings the interface up (devinet_ioctl, SIOCSIFADDR).
  else if (words.includes("up") || address !== null) setUp(network, link, true, line);
  if (address !== null) {
    // inet_abc_len: without a mask, that of the address class.
    const first = address >>> 24;
    const prefixlen = Number(length ?? maskLength(after("netmask") ?? "") ?? (first < 128 ? 8 : first < 192 ? 16 : 24));
    addAddress(
      link,
      {
        family: "inet",
        local,
        prefixlen,
        broadcast: after("broadcast") ?? broadcastOf(address, prefixlen),
        scope: "global",
        label: name,
      },
      line,
    );
  }
  return true;
}

/** `route add|del [-net|-host] N [netmask M] [gw G] [dev D] [metric N]`; false where it only shows. */
export function replayRoute(ns: NamespaceModel, words: readonly string[], line: string): boolean {
  const verb = words.find((word) => word === "add" || word === "del");
  if (verb === undefined) return false;
  const rest = words.filter((word) => word !== verb && word !== "-net" && word !== "-host" && word !== "-4");
  const target = rest[0] ?? "";
  const after = (key: string): string | undefined => (rest.includes(key) ? rest[rest.indexOf(key) + 1] : undefined);
  const length = target === "default" ? null : maskLength(after("netmask") ?? "");
  const bare = target.includes("/") || target === "default" ? target : `${target}/${length ?? 32}`;
  const device = after("dev") ?? (rest.length % 2 === 0 && !rest.includes("gw") ? rest.at(-1) : undefined);
  const gateway = after("gw");
  const modern = [
    bare,
    ...(gateway === undefined ? [] : ["via", gateway]),
    ...(device === undefined ? [] : ["dev", device]),
  ];
  if (after("metric") !== undefined) modern.push("metric", after("metric") as string);
  return changeRoute(ns, verb, rest.includes("reject") ? ["unreachable", bare] : modern, line);
}

/** `brctl addbr|delbr|addif|delif|stp …`; false where it only shows. */
export function replayBrctl(
  network: PastedNetwork,
  ns: NamespaceModel,
  [verb, bridge, ...ports]: readonly string[],
  line: string,
): boolean {
  if (bridge === undefined) return false;
  switch (verb) {
    case "addbr": {
      const made = network.addLink(ns, bridge, "bridge");
      made.addresses = [];
      made.fields.mtu = 1500;
      made.fields.info_data = { vlan_filtering: 0, stp_state: 0 };
      made.typed.push(line);
      network.refresh(made);
      return true;
    }
    case "delbr":
      for (const link of ns.links.values()) if (link.master === bridge) link.master = null;
      return ns.links.delete(bridge);
    case "addif":
    case "delif":
      network.link(ns, bridge).kind = "bridge";
      for (const port of ports) {
        const link = network.link(ns, port);
        link.typed.push(line);
        setMaster(network, link, verb === "addif" ? bridge : null);
      }
      return true;
    case "stp": {
      const link = network.link(ns, bridge);
      link.fields.info_data = {
        ...(link.fields.info_data ?? {}),
        stp_state: /^(?:on|yes|1)$/.test(ports[0] ?? "") ? 1 : 0,
      };
      return true;
    }
    default:
      return false;
  }
}
