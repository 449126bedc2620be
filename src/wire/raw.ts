// RAW: no link header, the version in the first four bits tells IPv4 from IPv6.

import { ETHERTYPE_IPV4, ETHERTYPE_IPV6 } from "./ether-type.ts";
import { readU8 } from "./octets.ts";

/** The EtherType that the IP version at `start` stands for (one byte must be there), 0 where it is neither. */
export function rawEtherType(bytes: Uint8Array, start: number): number {
  const version = readU8(bytes, start) >>> 4;
  if (version === 4) return ETHERTYPE_IPV4;
  return version === 6 ? ETHERTYPE_IPV6 : 0;
}
