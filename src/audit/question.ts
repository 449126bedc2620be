// What every host of a state asks every address of it: a plain ping, a connection or a question.

import type { Ipv4 } from "../model/address.ts";
import type { Attempt } from "../model/trace.ts";
import type { Transport } from "../model/transport.ts";

// 20 bytes of IPv4, 8 of ICMP, 56 of payload.
const PLAIN_PING = 84;

/** One of these questions. */
export function questionFrom(netns: string, destination: Ipv4, transport: Transport | null): Attempt {
  return {
    netns,
    destination,
    source: null,
    outInterface: null,
    ttl: null,
    length: PLAIN_PING,
    dontFragment: true,
    broadcastAllowed: false,
    mark: 0,
    origin: "asked",
    ...(transport === null ? {} : { transport }),
  };
}
