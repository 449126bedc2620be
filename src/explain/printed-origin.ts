// Whose errors a ping printed: its own kernel's or another host's, by its first line, its command and the state.

import type { Ipv4 } from "../model/address.ts";
import type { Flow } from "../model/flow.ts";
import type { Printed } from "../model/printed.ts";
import type { PrintedHop } from "../model/printed-path.ts";
import type { SystemState } from "../model/system-state.ts";
import type { AskedPing } from "./case.ts";

const ECHO_HEADERS = 28;

/** What the ping printed, with the origin of each error as far as anything tells it. */
export function withOrigins(
  { ping, output, path, netns, otherPrompt }: AskedPing,
  flow: Flow,
  state: SystemState | null,
): Printed | null {
  if (output === null) return null;
  // Who typed it on another machine than the listings are of has other addresses.
  const here = otherPrompt === true ? null : addressesOf(state, netns ?? flow.netns);
  const mine = new Set([output.source, ping.bindAddress, flow.src]);
  // Only a router sends a redirect, or has let a packet expire; what was answered on the way before has left the asker.
  const routers = new Set([
    ...output.errors.flatMap(({ icmp, from }) => (icmp?.type === 5 ? [from] : [])),
    ...routersOn(path?.hops ?? []),
  ]);
  const origin = (from: Ipv4 | null): boolean | null => {
    if (from === null) return null;
    if (mine.has(from) || here?.addresses.has(from)) return true;
    return from === flow.dst || routers.has(from) || here?.whole ? false : null;
  };
  return {
    ...output,
    boundInterface: ping.bindInterface ?? output.boundInterface,
    errors: output.errors.map((error) => ({ ...error, own: origin(error.from) })),
    ttl: ping.ttl,
    length: output.length ?? ping.payload + ping.options + ECHO_HEADERS,
  };
}

function routersOn(hops: readonly PrintedHop[]): (Ipv4 | null)[] {
  const left = hops.findIndex(({ backs }) => backs.some(({ error }) => error === null));
  return hops.flatMap(({ backs }, at) =>
    backs.flatMap(({ error, from }) => (error === null || (left >= 0 && at > left) ? [from] : [])),
  );
}

// What was typed or partly shown is what somebody did there, not all there is.
function addressesOf(
  state: SystemState | null,
  netns: string | null,
): { addresses: ReadonlySet<Ipv4>; whole: boolean } | null {
  const only = state?.namespaces.size === 1 ? [...state.namespaces.values()][0] : undefined;
  const ns =
    (netns === null ? undefined : state?.namespaces.get(netns)) ?? (netns === null || netns === "" ? only : undefined);
  // The source that a route names is an address of the host's own.
  const sources = (ns?.routes ?? []).flatMap(({ preferredSource }) => preferredSource ?? []);
  if (ns === undefined || (ns.addresses === undefined && sources.length === 0)) return null;
  const whole = ns.addresses !== undefined && !ns.replayed;
  return { addresses: new Set([...(ns.addresses ?? []).map((a) => a.local), ...sources]), whole };
}
