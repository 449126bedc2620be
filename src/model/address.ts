// IPv4 and MAC addresses as plain numbers: cheap to compare, to keep and to use as map keys.

/** An IPv4 address as an unsigned 32-bit number in network order (RFC 791), e.g. 0xc0a8020b. */
export type Ipv4 = number & { readonly __brand: "Ipv4" };
/** A 48-bit MAC address as a number (exact: 48 < 53 bits). */
export type Mac = number & { readonly __brand: "Mac" };
/** An IPv4 prefix: network address (host bits zero) and length 0 to 32. */
export interface Prefix {
  readonly address: Ipv4;
  readonly length: number;
}

export const ANY_IPV4 = 0 as Ipv4;
export const LIMITED_BROADCAST = 0xffffffff as Ipv4;
export const BROADCAST_MAC = 0xffffffffffff as Mac;

/** Dotted quad of an IPv4 address. */
export function formatIpv4(address: Ipv4): string {
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;
}

/** Parses a strict dotted quad; null where the text is none. */
export function parseIpv4(text: string): Ipv4 | null {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (!match) return null;
  let value = 0;
  for (let i = 1; i <= 4; i++) {
    const octet = Number(match[i]);
    if (octet > 255) return null;
    value = value * 256 + octet;
  }
  return value as Ipv4;
}

/** Lower-case, colon-separated form of a MAC address. */
export function formatMac(mac: Mac): string {
  return mac
    .toString(16)
    .padStart(12, "0")
    .replace(/..(?!$)/g, "$&:");
}

/** Parses `aa:bb:cc:dd:ee:ff` (leading zeros may be missing, as some tools print); null where the text is none. */
export function parseMac(text: string): Mac | null {
  const parts = text.split(":");
  if (parts.length !== 6) return null;
  let value = 0;
  for (const part of parts) {
    if (!/^[0-9a-fA-F]{1,2}$/.test(part)) return null;
    value = value * 256 + Number.parseInt(part, 16);
  }
  return value as Mac;
}

/** Whether the address lies in the prefix. */
export function inPrefix(address: Ipv4, prefix: Prefix): boolean {
  if (prefix.length === 0) return true;
  return address >>> (32 - prefix.length) === prefix.address >>> (32 - prefix.length);
}

/** Parses `10.0.0.0/8`, `10.0.0.1` (a /32) or `default`, clearing host bits; null where the text is none. */
export function parsePrefix(text: string): Prefix | null {
  if (text === "default" || text === "all" || text === "any") return { address: ANY_IPV4, length: 0 };
  const [addressText = "", lengthText] = text.split("/");
  const address = parseIpv4(addressText);
  if (address === null) return null;
  const length = lengthText === undefined ? 32 : Number(lengthText);
  if (!Number.isInteger(length) || length < 0 || length > 32) return null;
  const mask = length === 0 ? 0 : (0xffffffff << (32 - length)) >>> 0;
  return { address: ((address & mask) >>> 0) as Ipv4, length };
}

/** `10.0.0.0/8`, `10.0.0.1` for a /32, `default` for /0: as `ip route` prints it. */
export function formatPrefix(prefix: Prefix): string {
  if (prefix.length === 0) return "default";
  return prefix.length === 32 ? formatIpv4(prefix.address) : `${formatIpv4(prefix.address)}/${prefix.length}`;
}

/** 127.0.0.0/8 (ipv4_is_loopback). */
export function isLoopback(address: Ipv4): boolean {
  return address >>> 24 === 127;
}
/** 224.0.0.0/4 (ipv4_is_multicast). */
export function isMulticast(address: Ipv4): boolean {
  return address >>> 28 === 14;
}
/** 0.0.0.0/8 (ipv4_is_zeronet). */
export function isZeroNet(address: Ipv4): boolean {
  return address >>> 24 === 0;
}
/** Group bit of a MAC address: broadcast or multicast. */
export function isGroupMac(mac: Mac): boolean {
  return Math.floor(mac / 2 ** 40) % 2 === 1;
}

/** Whether no router of the Internet knows a way to it (RFC 1918, RFC 6598). */
export function isPrivate(address: Ipv4): boolean {
  const [a, b] = [address >>> 24, (address >>> 16) & 0xff];
  return a === 10 || (a === 172 && b >> 4 === 1) || (a === 192 && b === 168) || (a === 100 && b >> 6 === 1);
}
