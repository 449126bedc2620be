// Connection tracking: what a host has seen of the exchange so far, by which later packets get their state.

import type { Namespace } from "../../model/system-state.ts";
import { type Datagram, opens } from "../message.ts";
import type { Walk } from "../walk.ts";
import { belongsToKnown } from "./known-connection.ts";

/** Notes a packet that a host's connection tracking sees. */
export function track(walk: Walk, { key }: Namespace, packet: Datagram): void {
  if (opens(packet)) walk.track(key);
  // tcp_new: what picks up a stream in its midst.
  else if (packet.segment?.what.kind === "data" && !walk.isTracked(key)) walk.track(key);
  else if ((packet.kind === "echo-reply" || packet.segment !== undefined) && belongsToKnown(walk, key, packet))
    walk.trackAnswer(key);
}
