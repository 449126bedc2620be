// A line of `ip -o -d monitor label …`: which link, address, route, rule, neighbour or setting it tells of.

import { ownValue } from "../../model/own-value.ts";
import type { InterfaceAddress, Link, Neighbour, Route, Rule } from "../../model/system-state.ts";
import { LinkListing } from "../../paste/state/link-text.ts";
import { neighbourFields } from "../../paste/state/neighbour-text.ts";
import { routeLineFields, ruleLineFields } from "../../paste/state/route-text.ts";
import { interfaceSysctlKey } from "../../system/lookup/sysctl.ts";
import { parseAddresses, parseLinks } from "../../system/parse/link.ts";
import { parseNeighbours } from "../../system/parse/neighbour.ts";
import { parseRoutes } from "../../system/parse/route.ts";
import { parseRules } from "../../system/parse/rule.ts";

/** What the line says; `gone` where it was deleted. */
export type IpTold =
  | { readonly kind: "link"; readonly gone: boolean; readonly link: Link }
  | { readonly kind: "address"; readonly gone: boolean; readonly address: InterfaceAddress }
  | { readonly kind: "route"; readonly gone: boolean; readonly route: Route }
  | { readonly kind: "rule"; readonly gone: boolean; readonly rule: Rule }
  | { readonly kind: "neighbour"; readonly gone: boolean; readonly entry: Neighbour }
  | { readonly kind: "setting"; readonly settings: readonly (readonly [key: string, value: string])[] }
  /** Of something that only reading it again tells. */
  | { readonly kind: "unread" };

/** Null where the line is about IPv6, or tells nothing that a ping may meet. */
export function readIpLine(line: string): IpTold | null {
  const match = /^\[(\w+)\](Deleted )?([\s\S]*)$/.exec(line);
  if (match === null) return null;
  const gone = match[2] !== undefined;
  const words = (match[3] as string).trim();
  switch (match[1]) {
    case "LINK":
      return linkTold(words, gone);
    case "ADDR":
      return addressTold(words, gone);
    case "ROUTE":
      return routeTold(words, gone);
    case "RULE":
      return ruleTold(words, gone);
    case "NEIGH":
      return neighbourTold(words, gone);
    case "NETCONF":
      return settingTold(words);
    case "NEXTHOP":
      return { kind: "unread" };
    default:
      return null;
  }
}

// What a bridge says of its port has no queue, and "Deleted" there means that it left the bridge.
function linkTold(words: string, gone: boolean): IpTold | null {
  if (!/ qdisc \S/.test(words)) return null;
  const listing = new LinkListing();
  listing.feed(words.replace(/\\\s+/g, "\\"));
  const [link] = parseLinks(
    listing.links.map(({ fields, flags, kind, data, slaveData }) => ({
      ...fields,
      flags: flagsOf(flags ?? []),
      linkinfo: { info_kind: kind, info_data: data, info_slave_data: slaveData },
    })),
  );
  return link === undefined ? null : { kind: "link", gone, link };
}

// While linkwatch has yet to run, both are printed; LOWER_UP is what the kernel sends by (netif_carrier_ok).
function flagsOf(flags: readonly string[]): readonly string[] {
  return flags.includes("LOWER_UP") ? flags.filter((flag) => flag !== "NO-CARRIER") : flags;
}

function addressTold(words: string, gone: boolean): IpTold | null {
  const listing = new LinkListing();
  listing.feed(words.replace(/\\.*$/, "").trimEnd());
  const [address] = parseAddresses(
    listing.links.map(({ name, addresses }) => ({ ifname: name, addr_info: addresses })),
  );
  return address === undefined ? null : { kind: "address", gone, address };
}

function routeTold(words: string, gone: boolean): IpTold | null {
  const fields = routeLineFields(words.replace(/\\\s*/g, ""));
  const [route] = fields === null ? [] : parseRoutes([fields]);
  return route === undefined ? null : { kind: "route", gone, route };
}

function ruleTold(words: string, gone: boolean): IpTold | null {
  const fields = ruleLineFields(words.replace(/ proto \S+$/, ""));
  const [rule] = fields === null ? [] : parseRules([fields]);
  if (rule !== undefined) return { kind: "rule", gone, rule };
  return words.includes("::") ? null : { kind: "unread" };
}

// Without an address it is one of a bridge's, of which the line does not tell enough; what a bridge learns, and the MAC
// addresses of its ports, follow from what else is told.
function neighbourTold(words: string, gone: boolean): IpTold | null {
  if (words.startsWith("dev ")) return / NOARP$/.test(words) ? { kind: "unread" } : null;
  const fields = neighbourFields(words);
  if (fields === null) return null;
  if (Object.hasOwn(fields, "proxy")) return { kind: "unread" };
  const [entry] = parseNeighbours([fields]);
  return entry === undefined ? null : { kind: "neighbour", gone, entry };
}

const SETTINGS: Readonly<Record<string, string>> = {
  forwarding: "forwarding",
  rp_filter: "rp_filter",
  mc_forwarding: "mc_forwarding",
  bc_forwarding: "bc_forwarding",
  proxy_neigh: "proxy_arp",
  ignore_routes_with_linkdown: "ignore_routes_with_linkdown",
};
const VALUES: Readonly<Record<string, string>> = { on: "1", off: "0", strict: "1", loose: "2" };

// devinet_conf_proc: `all` is the namespace's own setting; ip_forward is the same value.
function settingTold(text: string): IpTold | null {
  const [family, device = "", ...words] = text.split(/\s+/);
  if (family !== "inet") return null;
  const settings: (readonly [string, string])[] = [];
  for (let at = 0; at + 1 < words.length; at += 2) {
    const name = ownValue(SETTINGS, words[at] as string);
    const value = ownValue(VALUES, words[at + 1] as string);
    if (name === undefined || value === undefined) continue;
    settings.push([interfaceSysctlKey("conf", device, name), value]);
    if (device === "all" && name === "forwarding") settings.push(["net.ipv4.ip_forward", value]);
  }
  return settings.length === 0 ? null : { kind: "setting", settings };
}
