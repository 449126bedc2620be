// Attempts as tests make them: an echo request of ping's usual length, asked of the walk or typed as a command.

import { type Ipv4, parseIpv4 } from "../src/model/address.ts";
import type { Attempt } from "../src/model/trace.ts";

/** A ping that the walk is asked about. */
export function asked(netns: string, to: string | Ipv4, more: Partial<Attempt> = {}): Attempt {
  return {
    netns,
    destination: typeof to === "string" ? (parseIpv4(to) as Ipv4) : to,
    source: null,
    outInterface: null,
    ttl: null,
    length: 84,
    dontFragment: true,
    broadcastAllowed: false,
    mark: 0,
    origin: "asked",
    ...more,
  };
}

/** One that was typed: its path MTU discovery is ping's own. */
export function typed(netns: string, to: string, more: Partial<Attempt> = {}): Attempt {
  return asked(netns, to, { pathMtuDiscovery: "want", origin: "command", ...more });
}
