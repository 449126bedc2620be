// macOS and the BSDs: ifconfig, netstat -rn and arp -a.

import { parseIpv4 } from "../../model/address.ts";
import type { PastedLine } from "../clean.ts";
import type { PastedBlock } from "../state/pasted.ts";
import { addressLines, type Converted, listed, type ShownLink } from "./converted.ts";

const HEAD = /^([a-z][\w.]{1,20}): flags=[\da-f]+<([^>]*)>(?: metric \d+)? mtu (\d+)/i;
const INET = /^\s+inet (\S+)(?: --> \S+)? netmask (0x[\da-f]{8})/i;
const ROUTE_HEAD = /^Destination\s+Gateway\s+Flags\s+(?:Refs\s+Use\s+)?(?:Mtu\s+Interface|Netif(?:\s+Expire)?)/;
const ARP =
  /^\S+ \((\d+\.\d+\.\d+\.\d+)\) at (\S+) on (\S+)(?: ifscope)?(?: (permanent))?.*\[(?:ethernet|bridge|vlan)\]/;

/** Whether these lines are such a listing: its masks are hexadecimal, its tables name a Netif. */
export function isMacos({ lines }: PastedBlock): boolean {
  return lines.some(({ text }) => INET.test(text) || ROUTE_HEAD.test(text) || ARP.test(text));
}

/** One such listing. */
export function fromMacos({ lines }: PastedBlock, netns: string | null): Converted {
  const unknown: PastedLine[] = [];
  const links: (Omit<ShownLink, "addresses" | "mac" | "carrier"> & {
    mac: string | null;
    carrier: boolean;
    addresses: { address: string; number: number }[];
  })[] = [];
  const routes: PastedLine[] = [];
  const neighbours: PastedLine[] = [];
  let table = false;
  for (const line of lines) {
    const { text, number } = line;
    const head = HEAD.exec(text);
    const current = links.at(-1);
    const inet = INET.exec(text);
    const arp = ARP.exec(text);
    if (head) {
      const flags = (head[2] ?? "").split(",");
      links.push({
        name: head[1] ?? "",
        number,
        up: flags.includes("UP"),
        carrier: flags.includes("RUNNING"),
        mtu: Number(head[3]),
        mac: null,
        addresses: [],
        loopback: flags.includes("LOOPBACK"),
      });
    } else if (inet && current) {
      current.addresses.push({ address: `${inet[1]}/${bits(Number(inet[2]))}`, number });
    } else if (arp) neighbours.push({ number, text: neighbourLine(arp) });
    else if (ROUTE_HEAD.test(text)) table = true;
    else if (table && routeLine(text) !== null) routes.push({ number, text: routeLine(text) as string });
    else if (current && /^\s/.test(text)) {
      const mac = /^\s+ether (\S+)/.exec(text)?.[1];
      if (mac !== undefined) current.mac = mac;
      if (/^\s+status: (?:inactive|no carrier)/.test(text)) current.carrier = false;
    } else if (text.trim() !== "" && !table && !/^(?:Routing tables|Internet6?:)/.test(text)) unknown.push(line);
  }
  const blocks = [
    ...(links.length === 0 ? [] : [listed(netns, ["ip", "-4", "addr"], addressLines(links))]),
    ...(routes.length === 0 ? [] : [listed(netns, ["ip", "route"], routes)]),
    ...(neighbours.length === 0 ? [] : [listed(netns, ["ip", "neigh"], neighbours)]),
  ];
  return { blocks, unknown, systems: new Map([[netns ?? "", "macOS"]]) };
}

function bits(mask: number): number {
  return Math.clz32(~mask >>> 0);
}

function neighbourLine([, address = "", mac = "", device = "", permanent]: RegExpExecArray): string {
  if (mac === "(incomplete)") return `${address} dev ${device} INCOMPLETE`;
  const whole = mac
    .split(":")
    .map((octet) => octet.padStart(2, "0"))
    .join(":");
  return `${address} dev ${device} lladdr ${whole} ${permanent === undefined ? "STALE" : "PERMANENT"}`;
}

// `10.0.0/24`, `127`, `default`; routes to one neighbour are its table of neighbours.
function routeLine(text: string): string | null {
  const words = text.trim().split(/\s+/);
  const [destination = "", gateway = "", flags = ""] = words;
  if (words.length < 4 || !/^U?[A-Za-z0-9]*$/.test(flags) || !/^U/.test(flags) || destination.includes(":"))
    return null;
  if (/[LWHm]/.test(flags) && !flags.includes("G")) return null;
  const prefix = longPrefix(destination);
  // Older ones print Refs, Use and Mtu before the interface.
  const device = words.slice(3).find((word) => /^[a-z]+\d+$/i.test(word));
  if (prefix === null || device === undefined || prefix.startsWith("224.") || prefix.startsWith("127.")) return null;
  return parseIpv4(gateway) === null ? `${prefix} dev ${device} scope link` : `${prefix} via ${gateway} dev ${device}`;
}

function longPrefix(destination: string): string | null {
  if (destination === "default" || destination === "0/1" || destination === "0.0.0.0/0")
    return destination === "0/1" ? null : "default";
  const [, net, length] = /^(\d{1,3}(?:\.\d{1,3}){0,3})(?:\/(\d{1,2}))?$/.exec(destination) ?? [];
  if (net === undefined) return null;
  const octets = net.split(".");
  const given = length ?? String(octets.length * 8);
  while (octets.length < 4) octets.push("0");
  return `${octets.join(".")}/${given}`;
}
