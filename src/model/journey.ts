// A journey is one packet's sightings at several vantages, in the order in which the kernel moved it.

import type { Packet } from "./packet.ts";
import type { Nanoseconds } from "./time.ts";

export interface Journey {
  readonly id: number;
  /** In order of time; ties and differences below a few microseconds follow known directions. Never empty. */
  readonly sightings: readonly Packet[];
  /** True where the order of two sightings was inferred, not measured. */
  readonly orderInferred: boolean;
}

/** The packet as it was first seen. */
export function firstSighting(journey: Journey): Packet {
  return journey.sightings[0] as Packet;
}

/** Time of first sight, or null where no sighting has a time. */
export function startOf(journey: Journey): Nanoseconds | null {
  return firstSighting(journey).frame.time;
}
