// What a host does when the next hop stays unknown: it gives up after its tries and tells the sender, which may be itself.

import { formatIpv4 } from "../../model/address.ts";
import type { CauseHit } from "../../model/finding.ts";
import { pingErrorName } from "../../model/icmp-names.ts";
import { text } from "../../model/text.ts";
import type { Disposition } from "../../model/trace.ts";
import { sendError } from "../answer/icmp-error.ts";
import type { At } from "../at.ts";
import { makeHit, stateOf, stopped, withFacts } from "../hits.ts";
import { linkLine } from "../lines.ts";
import { deviceOf } from "../lookup.ts";
import { addressFacts, type Datagram } from "../message.ts";
import { gatewayName, type OutputRoute } from "../send/way.ts";
import { neighbourSetting } from "../sysctls.ts";
import type { Walk } from "../walk.ts";
import type { Unresolved } from "./resolution.ts";

/** Causes that only say that nobody has the address: their purpose tells more. */
const NOBODY = ["arp-no-local-owner", "target-has-no-address"];

/** Ends a datagram whose next hop does not answer; `at` is the route's device. */
export function neighbourFailed(
  at: At<Datagram>,
  route: OutputRoute,
  failure: Unresolved,
  ownPacket: boolean,
): Disposition {
  const { walk, ns, leg } = at;
  if (failure.silent) return end(walk, failure.hits);
  const { count, seconds } = route.gateway6 === undefined ? giveUp(at, route) : AS_BY_DEFAULT;
  let hits: readonly CauseHit[] = failure.hits;
  if (!ownPacket) hits = withForwardersView(at, route, hits, seconds);
  hits = withRepliesView(at, hits).map((hit) => withFacts(hit, { count, seconds }));
  const told = sendError(at, { type: 3, code: 1 });
  if (ownPacket && leg === "request") hits = [...hits, ...selfTold(at, told, seconds)];
  if (leg !== "error" && route.paths.length > 1) walk.dead = { netns: ns.key, route, own: ownPacket };
  return end(walk, hits);
}

/** Of IPv6's neighbours, whose settings are not read. */
const AS_BY_DEFAULT = { count: "3", seconds: "3" };

// neigh_timer_handler: after so many tries the entry is FAILED.
function giveUp(at: At<Datagram>, { nextHop }: OutputRoute): { readonly count: string; readonly seconds: string } {
  const { walk, ns, interface: device } = at;
  const tries = neighbourSetting(walk, ns, "mcast_solicit", device, 3).value;
  const between = neighbourSetting(walk, ns, "retrans_time_ms", device, 1000).value;
  const hop = formatIpv4(nextHop);
  const says = text(
    `after ${tries} requests, ${between / 1000} s apart, ${hop} is FAILED: the packets queued for it are dropped`,
    `问 ${tries} 次、每次隔 ${between / 1000} 秒都没有应答：${hop} 变成 FAILED，排队等待解析的报文被丢弃`,
  );
  at.tell("neighbour", says, { waits: tries * between });
  return { count: String(tries), seconds: String(Math.round((tries * between) / 100) / 10) };
}

// A router's packet: what it was forwarded for tells more than that nobody has the address.
function withForwardersView(
  at: At<Datagram>,
  route: OutputRoute,
  hits: readonly CauseHit[],
  seconds: string,
): readonly CauseHit[] {
  const { walk, ns, interface: device } = at;
  const gateway = gatewayName(route);
  const purpose = makeHit({
    code: "forward-next-hop-arp-failed",
    netns: ns.key,
    interface: device,
    facts: {
      ...addressFacts(at.packet),
      outInterface: device,
      router: ns.key,
      error: pingErrorName(3, 1).en,
      seconds,
      ...(gateway === null ? {} : { gateway }),
    },
    lines: [...route.lines, ...(hits[0] ? stateOf(hits[0]) : [])],
  });
  // A router that spoke for its own link and then cannot deliver there.
  const pvlan = walk.remarks.find((r) => r.code === "proxy-arp-pvlan" && r.netns === ns.key && r.interface === device);
  if (pvlan) return [pvlan, purpose, ...hits];
  const generic = hits.every((h) => NOBODY.includes(h.code) || h.code === "gateway-arp-failed");
  return generic ? [purpose, ...hits.filter((h) => h.code !== "gateway-arp-failed")] : [...hits, purpose];
}

// The asker refuses the question of a reply that comes by another interface than the request has left by.
function withRepliesView({ walk, leg }: At<Datagram>, hits: readonly CauseHit[]): readonly CauseHit[] {
  const [first] = hits;
  if (leg !== "reply" || first?.code !== "rp-filter-arp" || first.netns !== walk.attempt.netns || !walk.sent)
    return hits;
  const facts = { ...first.facts, outInterface: walk.sent.device };
  return [...hits, { ...first, code: "asymmetric-routing", facts }];
}

// The host-unreachable goes over lo: ping hears it unless lo is down or its socket is bound to an interface.
function selfTold(
  { walk, ns, interface: device }: At<Datagram>,
  told: Disposition | null,
  seconds: string,
): CauseHit[] {
  if (told?.kind === "stopped") return told.hit.code === "lo-down" ? [told.hit] : [];
  if (told === null) return [];
  const lo = deviceOf(ns, "lo");
  const facts = {
    target: formatIpv4(walk.attempt.destination),
    source: formatIpv4(walk.source ?? walk.attempt.destination),
    outInterface: device,
    inInterface: "lo",
    seconds,
    error: pingErrorName(3, 1).en,
  };
  const because = text(
    "the kernel of the asking host itself makes this ICMP error",
    "这个 ICMP 差错是询问者自己的内核造的",
  );
  const lines = lo ? [linkLine(ns.key, lo)] : [];
  return [makeHit({ code: "host-unreachable-is-local", netns: ns.key, interface: "lo", facts, lines, because })];
}

function end(walk: Walk, hits: readonly CauseHit[]): Disposition {
  const first = hits[0] as CauseHit;
  for (const hit of hits.slice(1)) walk.remark(hit);
  // What was only worth telling until now has become the reason.
  walk.forget(first);
  return stopped(first, hits.slice(1));
}
