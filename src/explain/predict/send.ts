// ping's side of the stack: its socket, the probing connect that finds a source address, the route, and the size check.

import { formatIpv4 } from "../../model/address.ts";
import type { CauseHit } from "../../model/finding.ts";
import type { Namespace } from "../../model/system-state.ts";
import { text } from "../../model/text.ts";
import type { Disposition, Heard } from "../../model/trace.ts";
import { localOwner, ownersOf } from "../../system/lookup/owner.ts";
import { otherEnd } from "../../system/lookup/peer.ts";
import { makeHit, open, stopped, withFacts } from "./hits.ts";
import { addressLine, linkLine } from "./lines.ts";
import { deviceOf } from "./lookup.ts";
import { type OutputFailure, type OutputRoute, routeOutput } from "./output-route.ts";
import { errorWords, failureHit } from "./send-failure.ts";
import { refusedSocket } from "./socket.ts";
import { namespaceSetting } from "./sysctls.ts";
import type { Datagram, Walk } from "./walk.ts";
import * as words from "./words.ts";

/** Walks the ping from the call of sendmsg to wherever it ends. */
export function sendPing(walk: Walk): Disposition {
  const { attempt } = walk;
  const ns = walk.namespace(attempt.netns);
  const refused = refusedSocket(walk, ns);
  if (refused) return refused;
  if (ns === undefined) {
    return open(
      attempt.netns,
      ["namespaces"],
      text(
        `nothing is known of ${attempt.netns || "the namespace"} the ping ran in`,
        `不知道 ping 所在的命名空间 ${attempt.netns} 的任何状态`,
      ),
    );
  }
  walk.add({
    kind: "socket",
    leg: "request",
    netns: ns.key,
    text: words.pingMakesRequest(attempt.destination, attempt.outInterface),
  });
  if (attempt.outInterface !== null && deviceOf(ns, attempt.outInterface) === null) {
    return open(
      ns.key,
      ["link"],
      text(`there is no interface ${attempt.outInterface} in this state`, `这份状态里没有接口 ${attempt.outInterface}`),
    );
  }
  const bindError = checkBoundSource(walk, ns);
  if (bindError) return bindError;

  const key = { destination: attempt.destination, oif: attempt.outInterface, mark: attempt.mark };
  // A ping without -I ADDRESS first connects a UDP socket to learn its source: looked up once without and once with it.
  if (attempt.source === null) {
    for (let source = null as OutputRoute["source"] | null, round = 0; round < 2; round++) {
      const probe = routeOutput(walk, ns, { ...key, source: source === 0 ? null : source });
      if (probe.kind === "unknown") return routeUnknown(walk, ns, probe.missing);
      if (probe.kind === "failure") return fail(walk, ns, probe, "connect");
      const refused = needsBroadcastFlag(walk, ns, probe, "connect");
      if (refused) return refused;
      source = probe.source;
    }
  }
  const route = routeOutput(walk, ns, { ...key, source: attempt.source });
  if (route.kind === "unknown") return routeUnknown(walk, ns, route.missing);
  if (route.kind === "failure") return fail(walk, ns, route, "sendmsg");
  const barred = needsBroadcastFlag(walk, ns, route, "sendmsg");
  if (barred) return barred;
  walk.source = route.source;
  walk.sent = route;
  tellRoute(walk, ns, route);

  // The cache of learned path MTUs need not be in the state: what ping printed names one that is smaller than the route's.
  const { toldMtu } = attempt;
  if (toldMtu !== undefined && route.mtu !== null && toldMtu < route.mtu && attempt.length > toldMtu)
    return tooLong(walk, ns, { ...route, mtu: toldMtu }, toldMtu);
  const mode = attempt.pathMtuDiscovery;
  const dontFragment =
    mode === "dont"
      ? false
      : attempt.dontFragment || (mode === "want" && (route.mtu === null || attempt.length <= route.mtu));
  if (
    route.mtu !== null &&
    attempt.length > route.mtu &&
    (mode === "do" || (mode === undefined && attempt.dontFragment && attempt.origin !== "packets"))
  ) {
    return tooLong(walk, ns, route, route.mtu);
  }
  const datagram: Datagram = {
    kind: "echo-request",
    source: route.source,
    destination: attempt.destination,
    // IP_MULTICAST_TTL is 1 unless ping's -t sets it.
    ttl:
      attempt.ttl ?? (route.type === "multicast" ? 1 : namespaceSetting(walk, ns, "net.ipv4.ip_default_ttl", 64).value),
    length: attempt.length,
    dontFragment: dontFragment && (route.mtu === null || attempt.length <= route.mtu),
    mark: attempt.mark,
    type: 8,
    code: 0,
    routers: 0,
  };
  return walk.stack.emit(walk, ns, route, datagram, "request");
}

function hear(walk: Walk, heard: Heard): void {
  walk.heard = heard;
}

function checkBoundSource(walk: Walk, ns: Namespace): Disposition | null {
  const { source } = walk.attempt;
  if (source === null) return null;
  const owner = localOwner(ns, source);
  if (owner === undefined) return routeUnknown(walk, ns, ["route"]);
  if (owner !== null) return null;
  const nonlocal = namespaceSetting(walk, ns, "net.ipv4.ip_nonlocal_bind", 0);
  const call = nonlocal.value ? "sendmsg" : "bind";
  const errno = nonlocal.value ? "ENETUNREACH" : "EADDRNOTAVAIL";
  hear(walk, { kind: "error", call, errno });
  const failure: OutputFailure = {
    kind: "failure",
    errno: "ENETUNREACH",
    why: "source-not-local",
    lines: nonlocal.lines,
  };
  const hit = failureHit(ns, walk.attempt, failure, call);
  walk.add({
    kind: "stop",
    leg: "request",
    netns: ns.key,
    text: text(
      `${formatIpv4(source)} is no address of this host: the socket cannot use it as source`,
      `${formatIpv4(source)} 不是本机的地址：套接字不能用它作源地址`,
    ),
    state: nonlocal.lines,
  });
  return stopped({ ...hit, facts: { ...hit.facts, error: errorWords(call, errno) } });
}

function fail(walk: Walk, ns: Namespace, failure: OutputFailure, call: "connect" | "sendmsg"): Disposition {
  const hit = withOtherEnd(walk, ns, failureHit(ns, walk.attempt, failure, call));
  hear(walk, { kind: "error", call, errno: failure.errno });
  const target = formatIpv4(walk.attempt.destination);
  const error = errorWords(call, failure.errno);
  walk.add({
    kind: "stop",
    leg: "request",
    netns: ns.key,
    interface: hit.interface,
    text: text(
      `the route lookup for ${target} fails (${error}): nothing is sent`,
      `查 ${target} 的路由失败（${error}）：什么也没有发出`,
    ),
    state: hit.evidence.flatMap((e) => (e.state ? [e.state] : [])),
  });
  return stopped(hit);
}

// A link without carrier wants its other end up.
function withOtherEnd(walk: Walk, ns: Namespace, hit: CauseHit): CauseHit {
  if (hit.code !== "linkdown-route-ignored" || hit.interface === null) return hit;
  const end = otherEnd(walk.state, ns.key, hit.interface);
  return end.kind === "peer" ? withFacts(hit, { peerInterface: end.link.name, owner: end.netns }) : hit;
}

function needsBroadcastFlag(
  walk: Walk,
  ns: Namespace,
  route: OutputRoute,
  call: "connect" | "sendmsg",
): Disposition | null {
  if (route.type !== "broadcast" || walk.attempt.broadcastAllowed) return null;
  hear(walk, { kind: "error", call, errno: "EACCES" });
  const target = formatIpv4(walk.attempt.destination);
  walk.add({
    kind: "stop",
    leg: "request",
    netns: ns.key,
    text: text(
      `${target} is a broadcast address, and the socket may not send broadcasts without -b`,
      `${target} 是广播地址，没有 -b 的套接字不能发广播`,
    ),
    state: route.lines,
  });
  return stopped(
    makeHit({
      code: "broadcast-needs-b",
      netns: ns.key,
      interface: route.device,
      facts: { target, outInterface: route.device, error: errorWords("connect", "EACCES") },
      lines: route.lines,
      ruledOut: [
        { code: "route-prohibit", because: text("the route found is of type broadcast", "查到的路由类型是 broadcast") },
      ],
    }),
  );
}

function tooLong(walk: Walk, ns: Namespace, route: OutputRoute, mtu: number): Disposition {
  hear(walk, { kind: "error", call: "sendmsg", errno: "EMSGSIZE" });
  const link = deviceOf(ns, route.device);
  const own = route.route?.mtu ?? null;
  const { learned } = route;
  const isLearned = learned !== null || walk.attempt.toldMtu === mtu;
  const ownLine = link ? [linkLine(ns.key, link)] : [];
  const lines = learned
    ? [{ netns: ns.key, key: "routeCache", line: learned.line }, ...ownLine]
    : own !== null || !link
      ? route.lines
      : ownLine;
  const size = walk.attempt.length;
  walk.add({
    kind: "stop",
    leg: "request",
    netns: ns.key,
    interface: route.device,
    text: isLearned
      ? text(
          `a router has told of a path MTU of ${mtu} to this destination: ${size} bytes with DF do not fit, and sendmsg fails with “message too long”`,
          `此前有路由器告知去这个目的地的路径 MTU 是 ${mtu}：带 DF 的 ${size} 字节放不下，sendmsg 报“message too long”`,
        )
      : text(
          `${size} bytes with DF do not fit the MTU of ${route.device}, ${mtu}: sendmsg fails with “message too long”`,
          `带 DF 的 ${size} 字节超过 ${route.device} 的 MTU ${mtu}：sendmsg 报“message too long”`,
        ),
    state: lines,
  });
  return stopped(
    makeHit({
      code: isLearned ? "pmtu-cached" : "local-mtu-df",
      netns: ns.key,
      interface: route.device,
      facts: {
        target: formatIpv4(walk.attempt.destination),
        outInterface: route.device,
        mtu: String(mtu),
        size: String(size),
        error: `local error: message too long, mtu=${mtu}`,
        ...(isLearned ? { value: String(link?.mtu ?? own ?? "") } : {}),
        ...(learned ? { route: learned.line } : {}),
        ...(route.gateway === null ? {} : { gateway: formatIpv4(route.gateway) }),
      },
      lines,
      ...(isLearned && !learned
        ? {
            because: text(
              `ping printed “message too long, mtu=${mtu}”: less than the interface's own MTU, so it was learned`,
              `ping 打印了“message too long, mtu=${mtu}”：比接口自己的 MTU 小，说明是学来的`,
            ),
          }
        : {}),
    }),
  );
}

// A lookup that state is too thin for.
function routeUnknown(walk: Walk, ns: Namespace, missing: readonly string[]): Disposition {
  walk.add({
    kind: "open",
    leg: "request",
    netns: ns.key,
    text: text(
      `the state does not hold what this route lookup needs (${missing.join(", ")})`,
      `状态里缺少这次查路由所需的内容（${missing.join("、")}）`,
    ),
  });
  return open(
    ns.key,
    missing,
    text(
      `which route does ${formatIpv4(walk.attempt.destination)} take?`,
      `${formatIpv4(walk.attempt.destination)} 走哪条路由？`,
    ),
    ["no-route", "arp-no-local-owner", "local-address-via-lo"],
  );
}

// One step for the route and the source; behaviour worth telling goes to the remarks.
function tellRoute(walk: Walk, ns: Namespace, route: OutputRoute): void {
  const { attempt } = walk;
  const target = formatIpv4(attempt.destination);
  const facts = { target, source: formatIpv4(route.source), outInterface: route.device, asker: ns.key };
  const own = (ns.addresses ?? []).find((a) => a.local === route.source);
  const lines = [
    ...route.lines,
    ...(own && route.device !== "lo" && own.interface !== route.device ? [addressLine(ns.key, own)] : []),
  ];
  const add = (sentence: ReturnType<typeof text>): void =>
    walk.add({ kind: "route", leg: "request", netns: ns.key, interface: route.device, text: sentence, state: lines });
  if (route.type === "local") {
    add(words.routeLocal(attempt.destination, route.owner));
    walk.remark(
      makeHit({
        code: "local-address-via-lo",
        netns: ns.key,
        interface: "lo",
        facts: { ...facts, ...(route.owner === null ? {} : { ownerInterface: route.owner }) },
        lines: route.lines,
      }),
    );
    return;
  }
  if (attempt.outInterface !== null) {
    const owner = ownersOf(walk.state, attempt.destination).find((o) => o.netns === ns.key);
    if (owner) lines.push(owner.line);
    if (route.assumedOnLink) add(words.routeAssumedOnLink(attempt.destination, route.device, route.source));
    else
      add(words.routeBound(attempt.destination, route.device, route.gateway, route.source, owner?.interface ?? null));
    return;
  }
  add(words.routeFound(attempt.destination, route.device, route.gateway, route.source));
  const owned = localOwner(ns, attempt.destination);
  if (!owned || !route.rule) return;
  // Table local would have kept it on lo, but a rule in front of it was asked first.
  const late = [...lines, owned.line];
  walk.remark(
    makeHit({
      code: "local-table-after-policy-rule",
      netns: ns.key,
      interface: route.device,
      facts: { ...facts, rule: route.rule.line, ownerInterface: owned.interface },
      lines: late,
    }),
  );
}
