// Where the state shows which link of the way is too small for the segments of a stalled connection.

import { parseIpv4 } from "../model/address.ts";
import type { CauseHit } from "../model/finding.ts";
import type { SystemState } from "../model/system-state.ts";
import { type Attempt, stepsOf, type Trace } from "../model/trace.ts";
import { predict } from "../predict/predict.ts";
import { ownersOf } from "../system/lookup/owner.ts";

// IPv4 and TCP with time stamps.
const HEADERS = 52;
const SMALL = 84;

/**
 * The hit with the place that lets small packets of its sender pass and not the large ones, where the state knows it. Of like
 * hosts the sender is the one at which the connection was seen.
 */
export function withNarrowPlace(hit: CauseHit, state: SystemState | null, seenAt: ReadonlySet<string>): CauseHit {
  const { asker, source, target, size } = hit.facts;
  const receiver = asker === source ? target : source;
  if (hit.code !== "tcp-stall-pmtu" || state === null || receiver === undefined || size === undefined) return hit;
  const [small, large] = [SMALL, Number(size) + HEADERS].map((length) =>
    walkOf(state, seenAt, { from: asker, to: receiver, length }),
  );
  if (small?.disposition.kind !== "answered" || large?.disposition.kind !== "stopped") return hit;
  const { hit: place } = large.disposition;
  const isThere =
    place.facts.mtu !== undefined && stepsOf(large).some(({ leg, kind }) => leg === "request" && kind === "stop");
  if (!isThere || hit.certainty !== "likely") return hit;
  const { router, mtu, outInterface } = place.facts;
  // Whoever drops the error is quoted beside the link.
  const isFiltered = place.evidence.some(({ state: line }) => line?.key === "nft" || line?.key === "iptables");
  const { basis: _, ...facts } = hit.facts;
  return {
    ...hit,
    netns: place.netns,
    interface: place.interface,
    certainty: "certain",
    facts: {
      ...facts,
      ...(router === undefined ? {} : { router }),
      ...(mtu === undefined ? {} : { mtu }),
      ...(outInterface === undefined ? {} : { outInterface }),
      ...(isFiltered ? { error: "filtered" } : {}),
    },
    evidence: [hit.evidence[0], ...hit.evidence.slice(1), ...place.evidence],
  };
}

interface Segment {
  readonly from: string | undefined;
  readonly to: string;
  readonly length: number;
}

// Size alone is asked for: a datagram of that size, with DF, as the host that sends the segments would send it.
function walkOf(state: SystemState, seenAt: ReadonlySet<string>, asked: Segment): Trace | null {
  const [from, to] = [parseIpv4(asked.from ?? ""), parseIpv4(asked.to)];
  if (from === null || to === null) return null;
  const owners = ownersOf(state, from);
  const seen = owners.length > 1 ? owners.filter(({ netns }) => seenAt.has(netns)) : owners;
  const [owner, ...others] = seen;
  if (owner === undefined || others.length > 0) return null;
  const attempt: Attempt = {
    netns: owner.netns,
    destination: to,
    source: from,
    outInterface: null,
    ttl: null,
    length: asked.length,
    dontFragment: true,
    pathMtuDiscovery: "do",
    broadcastAllowed: false,
    mark: 0,
    origin: "packets",
  };
  return predict(state, attempt);
}
