// DHCP (RFC 2131, options RFC 2132).

import type { Ipv4 } from "../model/address.ts";
import type { Dhcp } from "../model/packet.ts";
import type { FaultLog } from "./fault-log.ts";
import { readIpv4, readMac, readU8, readU32 } from "./octets.ts";

const OPERATION = 0;
const HARDWARE_LENGTH = 2;
const TRANSACTION = 4;
const CLIENT = 12;
const YOUR = 16;
const RELAY = 24;
const CLIENT_HARDWARE = 28;
const COOKIE = 236;
const OPTIONS = 240;

/** The fixed part, before server name, file and options. */
const HEADER = CLIENT_HARDWARE + 16;
const MAGIC = 0x63825363;
const MAC_LENGTH = 6;

const PAD = 0;
const REQUESTED_ADDRESS = 50;
const MESSAGE_TYPE = 53;
const SERVER = 54;
const END = 255;

/** Parses a message; null, with a fault, where its fixed part is not whole. Options that were cut off are null. */
export function parseDhcp(bytes: Uint8Array, start: number, end: number, limit: string, log: FaultLog): Dhcp | null {
  const had = Math.max(0, end - start);
  if (had < HEADER) {
    log.truncated("dhcp", HEADER, had, limit);
    return null;
  }
  const address = (at: number): Ipv4 | null => {
    const value = readIpv4(bytes, start + at);
    return value === 0 ? null : value;
  };
  return {
    kind: "dhcp",
    operation: readU8(bytes, start + OPERATION),
    transaction: readU32(bytes, start + TRANSACTION),
    clientMac: readU8(bytes, start + HARDWARE_LENGTH) === MAC_LENGTH ? readMac(bytes, start + CLIENT_HARDWARE) : null,
    clientAddress: address(CLIENT),
    offeredAddress: address(YOUR),
    relay: address(RELAY),
    ...optionsOf(bytes, start, end),
  };
}

function optionsOf(
  bytes: Uint8Array,
  start: number,
  end: number,
): Pick<Dhcp, "message" | "requestedAddress" | "server"> {
  let message: number | null = null;
  let requestedAddress: Ipv4 | null = null;
  let server: Ipv4 | null = null;
  if (start + OPTIONS <= end && readU32(bytes, start + COOKIE) === MAGIC) {
    for (let at = start + OPTIONS; at + 1 < end && readU8(bytes, at) !== END; ) {
      const kind = readU8(bytes, at);
      if (kind === PAD) {
        at++;
        continue;
      }
      const length = readU8(bytes, at + 1);
      const data = at + 2;
      at = data + length;
      if (at > end) break;
      if (kind === MESSAGE_TYPE && length === 1) message = readU8(bytes, data);
      else if (kind === REQUESTED_ADDRESS && length === 4) requestedAddress = readIpv4(bytes, data);
      else if (kind === SERVER && length === 4) server = readIpv4(bytes, data);
    }
  }
  return { message, requestedAddress, server };
}
