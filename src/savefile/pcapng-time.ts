// Time stamps of pcapng: 64-bit counts of an interface's own unit (if_tsresol) since 1970 plus whole seconds (if_tsoffset).

import type { PacketRecord } from "./record.ts";

/** Unit and offset of one interface's time stamps. */
export interface Clock {
  readonly ticksPerSecond: bigint;
  /** The same as a number where the quick division below is exact, else 0. */
  readonly quick: number;
  /** Nanoseconds per tick where quick. */
  readonly scale: number;
  /** Seconds to add; if_tsoffset. */
  readonly offset: number;
}

/** The clock of an if_tsresol byte (default 6: microseconds): high bit set is a power of 2, else of 10. */
export function clockOf(resolution: number, offset: number): Clock {
  const exponent = resolution & 0x7f;
  const ticksPerSecond = (resolution & 0x80) !== 0 ? 2n ** BigInt(exponent) : 10n ** BigInt(exponent);
  const quick = (resolution & 0x80) === 0 && exponent <= 9;
  return { ticksPerSecond, quick: quick ? 10 ** exponent : 0, scale: quick ? 10 ** (9 - exponent) : 0, offset };
}

/** Writes the time of a 64-bit tick count into the packet, exact to the nanosecond (finer units are cut). */
export function setTime(packet: PacketRecord, clock: Clock, high: number, low: number): void {
  packet.hasTime = true;
  const ticks = clock.quick;
  if (ticks === 0) {
    const all = (BigInt(high) << 32n) | BigInt(low);
    packet.seconds = Number(all / clock.ticksPerSecond) + clock.offset;
    packet.nanoseconds = Number(((all % clock.ticksPerSecond) * 1_000_000_000n) / clock.ticksPerSecond);
    return;
  }
  // Long division with 16-bit digits: every remainder is below 10^9, so that remainder * 2^16 stays below 2^53.
  let seconds = Math.floor(high / ticks);
  let rest = (high - seconds * ticks) * 65536 + (low >>> 16);
  let digit = Math.floor(rest / ticks);
  seconds = seconds * 65536 + digit;
  rest = (rest - digit * ticks) * 65536 + (low & 0xffff);
  digit = Math.floor(rest / ticks);
  packet.seconds = seconds * 65536 + digit + clock.offset;
  packet.nanoseconds = (rest - digit * ticks) * clock.scale;
}
