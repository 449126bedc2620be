// icmp_echo and icmp_reply: whether a host answers an echo request, and which way its answer takes (causes.md 1.11).

import { formatIpv4, isMulticast } from "../../model/address.ts";
import type { CauseHit, Facts } from "../../model/finding.ts";
import type { Namespace } from "../../model/system-state.ts";
import { text, verbatim } from "../../model/text.ts";
import type { Disposition } from "../../model/trace.ts";
import type { Delivered } from "./deliver.ts";
import { makeHit, open, stopped } from "./hits.ts";
import { lastRouter } from "./last-router.ts";
import { addressLine, linkLine, routeLine } from "./lines.ts";
import { deviceOf } from "./lookup.ts";
import { type OutputFailure, type OutputRoute, routeOutput } from "./output-route.ts";
import { failureHit } from "./send-failure.ts";
import { inSubnet } from "./source.ts";
import { namespaceSetting } from "./sysctls.ts";
import type { Datagram, Walk } from "./walk.ts";
import * as words from "./words.ts";

/** An echo request has reached ICMP. */
export function echo(walk: Walk, ns: Namespace, arrived: Delivered): Disposition {
  const { datagram, leg } = arrived;
  const facts: Facts = {
    target: formatIpv4(datagram.destination),
    source: formatIpv4(datagram.source),
    inInterface: arrived.interface,
    owner: ns.key,
    ...(arrived.owner === null ? {} : { ownerInterface: arrived.owner }),
  };
  if (arrived.broadcast || arrived.looped?.type === "broadcast") {
    const ignored = namespaceSetting(walk, ns, "net.ipv4.icmp_echo_ignore_broadcasts", 1);
    if (ignored.value) {
      walk.add({
        kind: "stop",
        leg,
        netns: ns.key,
        interface: arrived.interface,
        text: text(
          `${words.hostName(ns.key).en} does not answer echo requests to ${isMulticast(datagram.destination) ? "a multicast group" : "a broadcast address"} (icmp_echo_ignore_broadcasts = 1)`,
          `${words.hostName(ns.key).zh}不应答发往${isMulticast(datagram.destination) ? "组播组" : "广播地址"}的回显请求（icmp_echo_ignore_broadcasts = 1）`,
        ),
        state: [...ignored.lines, ...arrived.lines],
      });
      const code = isMulticast(datagram.destination)
        ? "multicast-no-member"
        : walk.sent?.type === "unicast"
          ? "directed-broadcast-not-forwarded"
          : "broadcast-needs-b";
      return stopped(
        makeHit({
          code,
          netns: ns.key,
          interface: arrived.interface,
          facts: { ...facts, sysctl: "net.ipv4.icmp_echo_ignore_broadcasts", value: "1", router: ns.key },
          lines: [...ignored.lines, ...arrived.lines],
        }),
      );
    }
  }
  const ignoreAll = namespaceSetting(walk, ns, "net.ipv4.icmp_echo_ignore_all", 0);
  // IP4_REPLY_MARK
  const reflected = datagram.mark !== 0 && namespaceSetting(walk, ns, "net.ipv4.fwmark_reflect", 0).value !== 0;
  const back = routeOutput(walk, ns, {
    destination: datagram.source,
    source: arrived.broadcast ? null : datagram.destination,
    oif: null,
    mark: reflected ? datagram.mark : 0,
  });
  if (ignoreAll.value) {
    walk.add({
      kind: "stop",
      leg,
      netns: ns.key,
      interface: arrived.interface,
      text: text(
        `${words.hostName(ns.key).en} lets the echo request go without a word (icmp_echo_ignore_all = 1)`,
        `${words.hostName(ns.key).zh}悄悄丢弃回显请求（icmp_echo_ignore_all = 1）`,
      ),
      state: ignoreAll.lines,
    });
    const ruledOut =
      back.kind === "output" && back.lines[0]
        ? [{ code: "missing-return-route", because: verbatim(back.lines.at(-1)?.line ?? "") }]
        : [];
    return stopped(
      makeHit({
        code: "icmp-echo-ignore-all",
        netns: ns.key,
        interface: arrived.interface,
        facts: { ...facts, sysctl: "net.ipv4.icmp_echo_ignore_all", value: "1" },
        lines: ignoreAll.lines,
        ruledOut,
      }),
    );
  }
  const own = (ns.addresses ?? []).filter((a) => a.local === datagram.destination);
  walk.add({
    kind: "icmp-echo",
    leg,
    netns: ns.key,
    interface: arrived.owner,
    text: words.localAndEcho(datagram.destination, arrived.owner, ns.key),
    state: arrived.lines.length > 0 ? arrived.lines : own.map((a) => addressLine(ns.key, a)),
  });
  noteDownOwner(walk, ns, arrived, facts);
  if (back.kind === "unknown") {
    return open(
      ns.key,
      back.missing,
      text(
        `which way does ${words.hostName(ns.key).en} answer ${formatIpv4(datagram.source)}?`,
        `${words.hostName(ns.key).zh}的应答走哪条路回 ${formatIpv4(datagram.source)}？`,
      ),
      ["missing-return-route"],
    );
  }
  if (back.kind === "failure") return noWayBack(walk, ns, arrived, facts, back, ignoreAll.lines[0]?.line);
  const reply: Datagram = {
    kind: "echo-reply",
    source: back.source,
    destination: datagram.source,
    ttl: namespaceSetting(walk, ns, "net.ipv4.ip_default_ttl", 64).value,
    length: datagram.length,
    dontFragment: false,
    mark: reflected ? datagram.mark : 0,
    type: 0,
    code: 0,
    routers: 0,
  };
  tellWayBack(walk, ns, arrived, facts, back);
  return walk.stack.emit(walk, ns, back, reply, "reply");
}

function tellWayBack(walk: Walk, ns: Namespace, arrived: Delivered, facts: Facts, back: OutputRoute): void {
  const { datagram } = arrived;
  if (back.type !== "local") {
    walk.add({
      kind: "route",
      leg: "reply",
      netns: ns.key,
      interface: back.device,
      text: words.replyRoute(datagram.source, back.device, back.gateway),
      state: back.lines,
    });
    return;
  }
  walk.add({
    kind: "route",
    leg: "reply",
    netns: ns.key,
    interface: "lo",
    text: words.replyRouteLocal(datagram.source, back.owner),
    state: back.lines,
  });
  if (arrived.looped) return;
  walk.remark(
    makeHit({
      code: "reply-via-lo",
      netns: ns.key,
      interface: "lo",
      facts: {
        ...facts,
        ...(back.owner === null ? {} : { outInterface: back.owner, peerInterface: arrived.interface }),
        table: "local",
        route: back.route?.line ?? "",
      },
      lines: back.lines,
    }),
  );
}

// Linux is a weak host: an address on an interface that is down is still answered for.
function noteDownOwner(walk: Walk, ns: Namespace, arrived: Delivered, facts: Facts): void {
  if (arrived.owner === null || arrived.owner === arrived.interface) return;
  const link = deviceOf(ns, arrived.owner);
  if (!link || (link.flags.has("UP") && (link.flags.has("LOWER_UP") || !link.flags.has("NO-CARRIER")))) return;
  walk.remark(
    makeHit({
      code: "address-on-down-interface",
      netns: ns.key,
      interface: arrived.owner,
      facts: { ...facts, state: link.operstate ?? "DOWN" },
      lines: [linkLine(ns.key, link), ...arrived.lines],
    }),
  );
}

// icmp_reply gives up without a sound: no event, no counter, no ICMP error.
function noWayBack(
  walk: Walk,
  ns: Namespace,
  arrived: Delivered,
  facts: Facts,
  failure: OutputFailure,
  ignoreLine: string | undefined,
): Disposition {
  const { datagram } = arrived;
  const from = formatIpv4(datagram.source);
  walk.add({
    kind: "stop",
    leg: "reply",
    netns: ns.key,
    text: text(
      `${words.hostName(ns.key).en} has no route back to ${from}: the reply is given up without a trace`,
      `${words.hostName(ns.key).zh}没有回 ${from} 的路由：应答被悄悄放弃`,
    ),
    state: failure.lines,
  });
  const routes =
    failure.lines.length > 0
      ? failure.lines
      : (ns.routes ?? []).filter((r) => r.table !== "local" && r.type === "unicast").map((r) => routeLine(ns.key, r));
  const hit = makeHit({
    code: "missing-return-route",
    netns: ns.key,
    facts: { ...facts, ...lastRouter(walk, ns, arrived.interface) },
    lines: routes,
    because: text(
      `none of the routes of ${words.hostName(ns.key).en} covers ${from}`,
      `${words.hostName(ns.key).zh}没有一条路由能匹配 ${from}`,
    ),
    ruledOut: ignoreLine === undefined ? [] : [{ code: "icmp-echo-ignore-all", because: verbatim(ignoreLine) }],
  });
  const reason =
    failure.why === "mtu-below-68"
      ? failureHit(ns, walk.attempt, failure, "sendmsg")
      : deeperReason(walk, ns, datagram, facts);
  if (!reason) return stopped(hit);
  walk.remark(hit);
  return stopped(reason);
}

// Why the way back is missing: an address without its connected route, or a source that nobody expects there.
function deeperReason(walk: Walk, ns: Namespace, datagram: Datagram, facts: Facts): CauseHit | null {
  const bare = (ns.addresses ?? []).find((a) => a.noprefixroute && inSubnet(datagram.source, a));
  if (bare)
    return makeHit({
      code: "noprefixroute-no-connected-route",
      netns: ns.key,
      interface: bare.interface,
      facts: { ...facts, outInterface: bare.interface },
      lines: [addressLine(ns.key, bare)],
    });
  const { attempt, sent } = walk;
  const asker = walk.namespace(attempt.netns);
  if (!asker || !sent || attempt.source !== null || sent.device === "lo") return null;
  const here = (asker.addresses ?? []).filter((a) => a.interface === sent.device);
  const chosen = (asker.addresses ?? []).find((a) => a.local === sent.source);
  const lines = [...sent.lines, ...(chosen ? [addressLine(asker.key, chosen)] : [])];
  const more = {
    ...facts,
    asker: asker.key,
    outInterface: sent.device,
    ...(chosen ? { ownerInterface: chosen.interface } : {}),
  };
  if (asker.addresses !== undefined && here.length === 0)
    return makeHit({ code: "interface-without-address", netns: asker.key, interface: sent.device, facts: more, lines });
  if (
    chosen &&
    (chosen.interface !== sent.device ||
      (sent.route?.preferredSource === sent.source && !inSubnet(sent.nextHop, chosen)))
  ) {
    const fitting = here.find((own) => own.local !== sent.source && inSubnet(sent.nextHop, own));
    return makeHit({
      code: "source-address-selection",
      netns: asker.key,
      interface: sent.device,
      facts: {
        ...more,
        ...(sent.route ? { route: sent.route.line } : {}),
        ...(fitting ? { ownAddress: `${formatIpv4(fitting.local)}/${fitting.prefixLength}` } : {}),
      },
      lines,
    });
  }
  return null;
}
