// What a host does when the next hop stays unknown: it gives up after its tries and tells the sender, which may be itself.

import { formatIpv4 } from "../../model/address.ts";
import type { CauseHit } from "../../model/finding.ts";
import type { Namespace } from "../../model/system-state.ts";
import { text } from "../../model/text.ts";
import type { Disposition, Leg } from "../../model/trace.ts";
import { makeHit, stopped, withFacts } from "./hits.ts";
import { sendError } from "./icmp-error.ts";
import { linkLine } from "./lines.ts";
import { deviceOf } from "./lookup.ts";
import type { Unresolved } from "./neighbour.ts";
import type { OutputRoute } from "./output-route.ts";
import { neighbourSetting } from "./sysctls.ts";
import type { Datagram, Walk } from "./walk.ts";

/** Causes that only say that nobody has the address: their purpose tells more. */
const NOBODY = ["arp-no-local-owner", "target-has-no-address"];

/** Ends a datagram whose next hop does not answer. */
export function neighbourFailed(
  walk: Walk,
  ns: Namespace,
  route: OutputRoute,
  datagram: Datagram,
  leg: Leg,
  failure: Unresolved,
  ownPacket: boolean,
): Disposition {
  let hits: CauseHit[] = [...failure.hits];
  if (failure.silent) return end(walk, hits);
  const tries = neighbourSetting(walk, ns, "mcast_solicit", route.device, 3).value;
  const between = neighbourSetting(walk, ns, "retrans_time_ms", route.device, 1000).value;
  const hop = formatIpv4(route.nextHop);
  const seconds = String(Math.round((tries * between) / 100) / 10);
  walk.add({
    kind: "neighbour",
    leg,
    netns: ns.key,
    interface: route.device,
    text: text(
      `after ${tries} requests, ${between / 1000} s apart, ${hop} is FAILED: what waited for it is given up`,
      `问 ${tries} 次、每次隔 ${between / 1000} 秒都没有应答：${hop} 变成 FAILED，等它的包被丢弃`,
    ),
  });
  if (!ownPacket) {
    const purpose = makeHit({
      code: "forward-next-hop-arp-failed",
      netns: ns.key,
      interface: route.device,
      facts: {
        target: formatIpv4(datagram.destination),
        source: formatIpv4(datagram.source),
        outInterface: route.device,
        router: ns.key,
        error: "Destination Host Unreachable",
        seconds,
        ...(route.gateway === null ? {} : { gateway: hop }),
      },
      lines: [...route.lines, ...(hits[0]?.evidence.flatMap((e) => (e.state ? [e.state] : [])) ?? [])],
    });
    const generic = hits.every((h) => NOBODY.includes(h.code) || h.code === "gateway-arp-failed");
    // A router that spoke for its own link and then cannot deliver there.
    const pvlan = walk.remarks.find(
      (r) => r.code === "proxy-arp-pvlan" && r.netns === ns.key && r.interface === route.device,
    );
    if (pvlan) hits = [pvlan, purpose, ...hits];
    else hits = generic ? [purpose, ...hits.filter((h) => h.code !== "gateway-arp-failed")] : [...hits, purpose];
  }
  if (leg === "reply" && hits[0]?.code === "rp-filter-arp" && hits[0].netns === walk.attempt.netns && walk.sent) {
    const { code: _, ...mechanism } = hits[0];
    const purpose = {
      ...mechanism,
      code: "asymmetric-routing",
      facts: { ...mechanism.facts, outInterface: walk.sent.device },
    };
    hits = [...hits, purpose];
  }
  hits = hits.map((h) => withFacts(h, { count: String(tries), seconds }));
  const told = sendError(walk, ns, datagram, leg, 3, 1, route.device);
  if (ownPacket && leg === "request") hits = [...hits, ...selfTold(walk, ns, route, told, seconds)];
  const own = ownPacket;
  if (leg !== "error" && route.paths.length > 1) walk.dead = { netns: ns.key, route, own };
  return end(walk, hits);
}

// The host-unreachable goes over lo: ping hears it unless lo is down or its socket is bound to an interface.
function selfTold(
  walk: Walk,
  ns: Namespace,
  route: OutputRoute,
  told: Disposition | null,
  seconds: string,
): CauseHit[] {
  const lo = deviceOf(ns, "lo");
  if (told?.kind === "stopped") return told.hit.code === "lo-down" ? [told.hit] : [];
  if (told === null) return [];
  const facts = {
    target: formatIpv4(walk.attempt.destination),
    source: formatIpv4(walk.source ?? walk.attempt.destination),
    outInterface: route.device,
    inInterface: "lo",
    seconds,
    error: "Destination Host Unreachable",
  };
  return [
    makeHit({
      code: "host-unreachable-is-local",
      netns: ns.key,
      interface: "lo",
      facts,
      lines: lo ? [linkLine(ns.key, lo)] : [],
      because: text(
        "the kernel of the asking host itself makes this ICMP error",
        "这个 ICMP 差错是询问者自己的内核造的",
      ),
    }),
  ];
}

function end(walk: Walk, hits: readonly CauseHit[]): Disposition {
  const first = hits[0] as CauseHit;
  for (const hit of hits.slice(1)) walk.remark(hit);
  // What was only worth telling until now has become the reason.
  walk.forget(first);
  return stopped(first);
}
