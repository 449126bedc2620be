// Addresses inside words: sentences, commands, lines of state, file names. The same one is replaced alike everywhere.

import {
  formatIpv4,
  formatMac,
  type Ipv4,
  type Mac,
  type Prefix,
  parseIpv4,
  parseMac,
  parsePrefix,
} from "./address.ts";
import { isCommonAddress, PrefixMap } from "./prefix-map.ts";

// A dotted quad, also with a port behind it as tcpdump writes it; versions and times have fewer dots.
const IPV4 = /(?<!\d|\d\.)(\d{1,3}(?:\.\d{1,3}){3})(?!\d)(\/\d{1,2}(?!\d))?/g;
const IPV4_HEX = /(?<![0-9a-zA-Z]|0x[0-9a-fA-F]*)(0x)?([0-9a-fA-F]{8})(?![0-9a-zA-Z])/g;
const IPV6 = /(?<![\w:.])(?:[0-9a-f]{0,4}:){2,7}(?:(?:\d{1,3}\.){3}\d{1,3}|[0-9a-f]{1,4})?(?![\w:])/gi;
const MAC = /(?<![0-9a-zA-Z])(?:[0-9a-fA-F]{1,2}:){5}[0-9a-fA-F]{1,2}(?![0-9a-zA-Z]|:[0-9a-fA-F]{1,2}(?![0-9a-zA-Z]))/g;
// udev's interface names (enx0123456789ab), switches' and Windows' ways to write it, and bare digits.
const MAC_OTHERWISE =
  /(?<![0-9a-fA-F])(enx)?([0-9a-fA-F]{12}|[0-9a-fA-F]{2}(?:-[0-9a-fA-F]{2}){5}|[0-9a-fA-F]{4}(?:\.[0-9a-fA-F]{4}){2})(?![0-9a-fA-F])/g;
// What the kernel logs of a martian's link header: both addresses and the type.
const LINK_HEADER = /(?<![0-9a-fA-F])(?:[0-9a-fA-F]{2} ){13}[0-9a-fA-F]{2}(?![0-9a-fA-F])/g;

/** Replaces addresses in words. */
export type Redact = (words: string) => string;

/** A replacement for every address in `words` and every one of `further`. */
export function redactorFor(words: readonly string[], further: readonly Ipv4[]): Redact {
  const ipv4 = ipv4Of(words, further);
  const mac = macOf(words);
  const ipv6 = new Ipv6Map();
  const known = new Set(ipv4.originals());
  const dashed = dashedOf(known);
  const replaced = (text: string): string => {
    const address = parseIpv4(text);
    return address === null ? text : formatIpv4(ipv4.map(address));
  };
  return (text) =>
    text
      .replace(IPV6, (found) => ipv6.map(found))
      .replace(LINK_HEADER, (found) => linkHeader(found, mac))
      .replace(MAC, (found) => {
        const address = parseMac(found);
        return address === null ? found : formatMac(mac.map(address));
      })
      .replace(MAC_OTHERWISE, (found, udev: string | undefined, digits: string) => {
        const address = Number.parseInt(digits.replace(/[-.]/g, ""), 16) as Mac;
        if (udev === undefined && !mac.knows(address)) return found;
        return `${udev ?? ""}${shapedAs(digits, mac.map(address))}`;
      })
      .replace(IPV4, (_, address: string, length: string | undefined) => `${replaced(address)}${length ?? ""}`)
      .replace(dashed, (found) => {
        const mark = found.includes("-") ? "-" : "_";
        return replaced(found.replaceAll(/[-_]/g, ".")).replaceAll(".", mark);
      })
      .replace(IPV4_HEX, (found, sign: string | undefined, digits: string) => {
        const address = Number.parseInt(digits, 16) as Ipv4;
        return known.has(address) ? `${sign ?? ""}${ipv4.map(address).toString(16).padStart(8, "0")}` : found;
      });
}

// As file names write them. A date and a time look alike: only an address that also stands somewhere in full is one.
function dashedOf(known: Iterable<Ipv4>): RegExp {
  const forms = [...known].map((address) => formatIpv4(address).replaceAll(".", "[-_]"));
  return forms.length === 0 ? NOTHING : new RegExp(`(?<!\\d)(?:${forms.join("|")})(?!\\d)`, "g");
}
const NOTHING = /(?!)/g;

function ipv4Of(words: readonly string[], further: readonly Ipv4[]): PrefixMap {
  const addresses: Ipv4[] = [...further];
  const prefixes: Prefix[] = [];
  for (const text of words) {
    for (const [, quad = "", length] of text.matchAll(IPV4)) {
      const address = parseIpv4(quad);
      if (address === null) continue;
      addresses.push(address);
      const prefix = length === undefined || isCommonAddress(address) ? null : parsePrefix(`${quad}${length}`);
      if (prefix !== null) prefixes.push(prefix);
    }
  }
  return new PrefixMap(addresses, prefixes);
}

// Broadcast and the groups of protocols say nothing about anybody; 00:… is nobody.
function isCommonMac(mac: Mac): boolean {
  const text = formatMac(mac);
  return mac === 0 || /^(?:ff:ff:ff:ff:ff:ff|01:00:5e|01:80:c2|33:33:00)/.test(text);
}

class MacMap {
  readonly #replacements = new Map<Mac, Mac>();

  constructor(macs: Iterable<Mac>) {
    const all = [...new Set(macs)].filter((mac) => !isCommonMac(mac));
    const originals = new Set(all);
    const counts = { own: 0x020000000000, group: 0x030000000000 };
    for (const mac of all) {
      const kind = Math.floor(mac / 2 ** 40) % 2 === 1 ? "group" : "own";
      do counts[kind]++;
      while (originals.has(counts[kind] as Mac));
      this.#replacements.set(mac, counts[kind] as Mac);
    }
  }
  map(mac: Mac): Mac {
    return this.#replacements.get(mac) ?? mac;
  }
  knows(mac: Mac): boolean {
    return this.#replacements.has(mac);
  }
}

function macOf(words: readonly string[]): MacMap {
  const found: Mac[] = [];
  for (const text of words) {
    const plain = text.replace(IPV6, (address) => (isIpv6(address) ? "" : address));
    for (const [written] of plain.matchAll(MAC)) found.push(parseMac(written) as Mac);
    for (const [, udev, digits = ""] of plain.matchAll(MAC_OTHERWISE))
      if (udev !== undefined) found.push(Number.parseInt(digits, 16) as Mac);
    for (const [header] of plain.matchAll(LINK_HEADER)) found.push(...macsOfHeader(header));
  }
  return new MacMap(found);
}

function macsOfHeader(header: string): Mac[] {
  const digits = header.replaceAll(" ", "");
  return [digits.slice(0, 12), digits.slice(12, 24)].map((mac) => Number.parseInt(mac, 16) as Mac);
}

function linkHeader(header: string, mac: MacMap): string {
  const macs = macsOfHeader(header).map((one) => formatMac(mac.map(one)).replaceAll(":", " "));
  return [...macs, header.slice(-5)].join(" ");
}

// As it stood: bare, with dashes, or in groups of four.
function shapedAs(written: string, mac: Mac): string {
  const text = formatMac(mac);
  if (written.includes("-")) return text.replaceAll(":", "-");
  const bare = text.replaceAll(":", "");
  return written.includes(".") ? bare.replace(/.{4}(?!$)/g, "$&.") : bare;
}

function isIpv6(found: string): boolean {
  return found !== "::" && found !== "::1" && (found.includes("::") || found.split(":").length === 8);
}

// IPv6 only comes by in names and lines that nobody explains: its /64 and its host are numbered as they come.
class Ipv6Map {
  readonly #networks = new Map<string, number>();
  readonly #hosts = new Map<string, number>();

  map(found: string): string {
    if (!isIpv6(found) || /^ff/i.test(found)) return found;
    const groups = groupsOf(found);
    const network = groups.slice(0, 4).join(":");
    const host = groups.slice(4).join(":");
    const low = /^[0:]*$/.test(host) ? "" : numbered(this.#hosts, host);
    if (/^fe80:/i.test(found)) return `fe80::${low}`;
    return `2001:db8:0:${numbered(this.#networks, network)}::${low}`;
  }
}

function numbered(known: Map<string, number>, key: string): string {
  const number = known.get(key) ?? known.size + 1;
  known.set(key, number);
  return number.toString(16);
}

function groupsOf(found: string): string[] {
  const [left = "", right = ""] = found.toLowerCase().split("::");
  const parts = (side: string): string[] => (side === "" ? [] : side.split(":").map((g) => g.replace(/^0+(?=.)/, "")));
  const [head, tail] = [parts(left), parts(right)];
  return [...head, ...new Array<string>(Math.max(0, 8 - head.length - tail.length)).fill("0"), ...tail];
}
