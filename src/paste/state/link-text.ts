// Interfaces and addresses as `ip addr`, `ip link` (also -br, -o, -d, -s) and `ifconfig` print them.

import { parseIpv4, parseMac } from "../../model/address.ts";
import { putOwn } from "../../model/own-value.ts";
import type { Fields } from "../../system/parse/shape.ts";
import { switchFields } from "./bridge-text.ts";
import { maskLength } from "./route-text.ts";

/** One interface of a listing. */
export interface ListedLink {
  readonly name: string;
  /** In the shape of iproute2's JSON. */
  readonly fields: Record<string, unknown>;
  /** Null where only the operational state was shown (`ip -br addr`). */
  flags: string[] | null;
  kind: string | null;
  data: Record<string, unknown>;
  slaveData: Record<string, unknown>;
  addresses: Fields[];
}

const KINDS = new Set([
  "veth",
  "bridge",
  "vlan",
  "macvlan",
  "macvtap",
  "ipvlan",
  "ipvtap",
  "vxlan",
  "dummy",
  "bond",
  "team",
  "vrf",
  "ifb",
  "tun",
  "gre",
  "gretap",
  "ipip",
  "sit",
  "wireguard",
  "geneve",
  "macsec",
  "nlmon",
  "hsr",
  "vcan",
  "netdevsim",
]);
const STATES = "UP|DOWN|UNKNOWN|LOWERLAYERDOWN|DORMANT|NOTPRESENT|TESTING";
const HEAD = /^(\d+): ([^\s:@]+)(?:@([^\s:]+))?: <([^>]*)>(.*)$/;
// What was marked by hand often begins behind the number of the first interface.
const HEAD_WITHOUT_NUMBER = /^()\s{0,4}([^\s:@]+)(?:@([^\s:]+))?: <([A-Z_,-]+)>(.* mtu \d+ .*)$/;
const ONE_LINE = /^(\d+): ([^\s:@]+)(?:@\S+)?\s+(inet6?) (.*)$/;
const BRIEF = new RegExp(`^([^\\s@:]+)(?:@(\\S+))?\\s+(${STATES})(?:\\s+(.*))?$`);
const DETAIL =
  /^(?:link\/[a-z]|inet6? [\da-f]|valid_lft |altname |(?:veth|bridge|vxlan|dummy) (?:$|[a-z])|bridge_slave |ether [\da-f]{2}:|loop {1,2}txqueuelen|inet addr:|UP [A-Z]|[RT]X (?:packets|errors)|[RT]X:|collisions:)/;
const MODERN_IFCONFIG = /^([^\s:]+): flags=\d+<([^>]*)>\s+mtu (\d+)/;
const OLD_IFCONFIG = /^(\S+)\s+Link encap:(\S+)(?:.{0,40}HWaddr (\S+))?/;

/** Collects the interfaces of one listing line by line. */
export class LinkListing {
  readonly links: ListedLink[] = [];
  /** Whether addresses were among what was listed. */
  showsAddresses = false;
  readonly #byName = new Map<string, ListedLink>();
  #current: ListedLink | null = null;
  #ifconfig = false;

  /** False where the line belongs to no listing of interfaces. */
  feed(line: string): boolean {
    // -o puts everything on one line, with backslashes where lines ended.
    if (line.includes("\\") && /^\d+: /.test(line)) {
      return line.split("\\").map((part, index) => this.#line(index === 0 ? part : `    ${part.trim()}`))[0] ?? false;
    }
    return this.#line(line);
  }

  /** Takes one interface as iproute2's JSON has it. */
  add(shown: Fields): void {
    const { addr_info: addresses, linkinfo, flags, ...fields } = shown;
    const link = this.#add(String(fields.ifname), fields);
    link.flags = Array.isArray(flags) ? flags.map(String) : null;
    const { info_kind: kind, info_data: data, info_slave_data: slaveData } = (linkinfo ?? {}) as Fields;
    link.kind = typeof kind === "string" ? kind : null;
    if (typeof data === "object" && data !== null) link.data = { ...data };
    if (typeof slaveData === "object" && slaveData !== null) link.slaveData = { ...slaveData };
    if (!Array.isArray(addresses)) return;
    this.showsAddresses = true;
    link.addresses = addresses.filter((one) => one?.family === "inet");
  }

  #line(line: string): boolean {
    const head = HEAD.exec(line) ?? HEAD_WITHOUT_NUMBER.exec(line);
    if (head) return this.#start(head);
    const one = ONE_LINE.exec(line);
    if (one) {
      const name = one[2] as string;
      this.#current = this.#find(name) ?? this.#add(name, { ifindex: Number(one[1]), ifname: name });
      return this.#address(`${one[3]} ${one[4]}`);
    }
    const brief = BRIEF.exec(line);
    if (brief && !/^(?:default|local|broadcast)$/.test(brief[1] as string)) return this.#brief(brief);
    const modern = MODERN_IFCONFIG.exec(line);
    if (modern) return this.#startIfconfig(modern[1] as string, (modern[2] as string).split(","), Number(modern[3]));
    const old = OLD_IFCONFIG.exec(line);
    if (old) {
      this.#startIfconfig(old[1] as string, [], null);
      if (this.#current && old[3] !== undefined) this.#current.fields.address = old[3];
      if (this.#current && old[2] === "Local") this.#current.fields.link_type = "loopback";
      return true;
    }
    // Pages that were scraped have lost the blanks in front of what belongs to an interface.
    if (!/^\s/.test(line) && !(this.links.length > 0 && DETAIL.test(line))) return false;
    return this.#ifconfig ? this.#ifconfigDetail(line.trim()) : this.#detail(line.trim());
  }

  #find(name: string): ListedLink | undefined {
    return this.#byName.get(name);
  }

  #add(name: string, fields: Record<string, unknown>): ListedLink {
    const link: ListedLink = { name, fields, flags: null, kind: null, data: {}, slaveData: {}, addresses: [] };
    this.links.push(link);
    this.#byName.set(name, link);
    this.#ifconfig = false;
    return link;
  }

  #start(head: RegExpExecArray): boolean {
    const [, index, name = "", end, flags = "", rest = ""] = head;
    const fields: Record<string, unknown> = index === "" ? { ifname: name } : { ifindex: Number(index), ifname: name };
    if (end !== undefined && end !== "NONE") fields.link = end;
    const words = rest.trim().split(/\s+/);
    const after = (key: string): string | undefined =>
      words.includes(key) ? words[words.indexOf(key) + 1] : undefined;
    if (after("mtu") !== undefined) fields.mtu = Number(after("mtu"));
    if (after("master") !== undefined) fields.master = after("master");
    if (after("state") !== undefined) fields.operstate = after("state");
    if (after("group") !== undefined) fields.group = after("group");
    if (words.some((word) => /^(?:xdp|xdpgeneric|xdpoffload|xdpdrv)(?:\/|$)/.test(word))) fields.xdp = { mode: 1 };
    this.#current = this.#add(name, fields);
    this.#current.flags = flags.split(",").filter((flag) => flag !== "");
    return true;
  }

  #brief(brief: RegExpExecArray): boolean {
    const [, name = "", end, state, rest = ""] = brief;
    const fields: Record<string, unknown> = { ifname: name, operstate: state };
    if (end !== undefined && end !== "NONE") fields.link = end;
    const flags = /<([^>]*)>/.exec(rest);
    const link = this.#add(name, fields);
    this.#current = null;
    if (flags) {
      link.flags = (flags[1] as string).split(",").filter((flag) => flag !== "");
      const mac = rest.trim().split(/\s+/)[0] ?? "";
      if (parseMac(mac) !== null) fields.address = mac;
      return true;
    }
    this.showsAddresses = true;
    const words = rest.trim().split(/\s+/);
    for (let at = 0; at < words.length; at++) {
      const [local = "", length] = (words[at] as string).split("/");
      if (parseIpv4(local) === null) continue;
      const peer = words[at + 1] === "peer" ? (words[at + 2] ?? "").split("/") : null;
      link.addresses.push({
        family: "inet",
        local,
        ...(peer === null ? {} : { address: peer[0] }),
        prefixlen: Number(peer?.[1] ?? length ?? 32),
        scope: local.startsWith("127.") ? "host" : "global",
        label: name,
      });
      if (peer) at += 2;
    }
    return true;
  }

  #detail(text: string): boolean {
    const link = this.#current;
    if (/^inet6? /.test(text)) return this.#address(text);
    if (/^(?:valid_lft|RX|TX|[\d\s]+$|alias |altname |parentbus |vf \d)/.test(text)) return true;
    if (link === null) return false;
    const device = /^link\/(\S+)(?: ([0-9a-f:.]+))?/i.exec(text);
    if (device) {
      link.fields.link_type = device[1];
      if (device[2] !== undefined) link.fields.address = device[2];
      const words = text.split(/\s+/);
      for (const key of ["link-netns", "link-netnsid", "promiscuity"]) {
        const value = words.includes(key) ? words[words.indexOf(key) + 1] : undefined;
        if (value !== undefined)
          putOwn(link.fields, key.replace("-", "_"), /^\d+$/.test(value) ? Number(value) : value);
      }
      return true;
    }
    const word = text.split(/\s+/)[0] ?? "";
    if (word.endsWith("_slave")) {
      link.slaveData = pairs(text);
      return true;
    }
    if (!KINDS.has(word)) return /^(?:prog\/xdp|addrgenmode|numtxqueues|minmtu|openvswitch)/.test(text);
    link.kind = word;
    link.data = pairs(text);
    return true;
  }

  #address(text: string): boolean {
    this.showsAddresses = true;
    const match = /^inet ([\d.]+)(?:\/(\d+))?(?: peer ([\d.]+)(?:\/(\d+))?)?(.*)$/.exec(text);
    if (!match) return /^inet6 /.test(text);
    const [, local = "", length, peer, peerLength, rest = ""] = match;
    const words = rest.trim().split(/\s+/);
    const after = (key: string): string | undefined =>
      words.includes(key) ? words[words.indexOf(key) + 1] : undefined;
    const label = words.at(-1) ?? "";
    // `ip addr | grep inet` leaves only these lines; the label at the end names the interface.
    const target =
      this.#current ??
      this.#find(label.split(":")[0] ?? "") ??
      this.#add(label.split(":")[0] ?? "", { ifname: label.split(":")[0] });
    target.addresses.push({
      family: "inet",
      local,
      ...(peer === undefined ? {} : { address: peer }),
      prefixlen: Number(peerLength ?? length ?? 32),
      ...(after("brd") === undefined ? {} : { broadcast: after("brd") }),
      scope: after("scope") ?? "global",
      ...(words.includes("secondary") ? { secondary: true } : {}),
      ...(words.includes("noprefixroute") ? { noprefixroute: true } : {}),
      label,
    });
    return true;
  }

  #startIfconfig(name: string, flags: readonly string[], mtu: number | null): boolean {
    const base = name.split(":")[0] as string;
    this.#current = this.#find(base) ?? this.#add(base, { ifname: base });
    this.#ifconfig = true;
    this.showsAddresses = true;
    if (mtu !== null) this.#current.fields.mtu = mtu;
    if (flags.length > 0) this.#current.flags = linkFlags(flags);
    return true;
  }

  #ifconfigDetail(text: string): boolean {
    const link = this.#current;
    if (link === null) return false;
    const inet =
      /^inet (?:addr:)?([\d.]+)\s+(?:P-t-P:[\d.]+\s+)?(?:netmask|Bcast:[\d.]+\s+Mask:|Mask:)\s*([\d.]+)/.exec(text);
    if (inet) {
      const broadcast = /(?:broadcast |Bcast:)([\d.]+)/.exec(text)?.[1];
      link.addresses.push({
        family: "inet",
        local: inet[1],
        prefixlen: maskLength(inet[2] as string) ?? 32,
        ...(broadcast === undefined || broadcast === "0.0.0.0" ? {} : { broadcast }),
        scope: (inet[1] as string).startsWith("127.") ? "host" : "global",
        label: link.name,
      });
      return true;
    }
    const mac = /^ether (\S+)/.exec(text)?.[1];
    if (mac !== undefined) link.fields.address = mac;
    const old = /^((?:[A-Z]+ )+) ?MTU:(\d+)/.exec(text);
    if (old) {
      link.flags = linkFlags((old[1] as string).trim().split(" "));
      link.fields.mtu = Number(old[2]);
    }
    if (/^loop /.test(text)) link.fields.link_type = "loopback";
    return (
      mac !== undefined || old !== null || /^(?:inet6|RX|TX|loop|collisions|unspec|device|Interrupt|Base)/.test(text)
    );
  }
}

// ifconfig calls a link with carrier RUNNING.
function linkFlags(flags: readonly string[]): string[] {
  const running = flags.includes("RUNNING");
  const own = flags.filter((flag) => flag !== "RUNNING");
  if (running) return [...own, "LOWER_UP"];
  return own.includes("UP") ? ["NO-CARRIER", ...own] : own;
}

// `protocol 802.1Q id 5`, `vlan_filtering 1`: names and values; switches are on or off.
function pairs(text: string): Record<string, unknown> {
  const words = text.split(/\s+/).slice(1);
  const fields: Record<string, unknown> = {};
  for (let at = 0; at + 1 < words.length; at += 2) {
    const value = words[at + 1] as string;
    if (words[at]?.startsWith("<")) {
      at--;
      continue;
    }
    putOwn(fields, words[at] as string, /^-?\d+$/.test(value) ? Number(value) : value);
  }
  return { ...fields, ...switchFields(text) };
}
