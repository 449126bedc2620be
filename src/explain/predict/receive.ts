// ip_rcv and ip_rcv_finish: a datagram has come up from an interface; for this host, to be forwarded, or refused (causes.md 1.8).

import { formatIpv4, formatMac } from "../../model/address.ts";
import type { StateLine } from "../../model/evidence.ts";
import type { Facts, RuledOut } from "../../model/finding.ts";
import type { Namespace } from "../../model/system-state.ts";
import { type Text, text, verbatim } from "../../model/text.ts";
import type { Disposition, Leg } from "../../model/trace.ts";
import { ownersOf } from "../../system/lookup/owner.ts";
import { deliver } from "./deliver.ts";
import { passHook } from "./firewall.ts";
import { forward } from "./forward.ts";
import { notMember, unicastInGroupFrame } from "./group-receive.ts";
import { makeHit, open, stopped } from "./hits.ts";
import { sendError } from "./icmp-error.ts";
import { type InputRoute, routeInput } from "./ip-input.ts";
import { lastRouter } from "./last-router.ts";
import { linkLine } from "./lines.ts";
import { deviceOf } from "./lookup.ts";
import type { OutputRoute } from "./output-route.ts";
import { knownSetting, namespaceSetting } from "./sysctls.ts";
import type { Refusal } from "./validate-source.ts";
import type { Datagram, Walk } from "./walk.ts";
import * as words from "./words.ts";

/** A datagram at an interface; `looped` is the route it still carries where it came over lo. */
export function receive(
  walk: Walk,
  ns: Namespace,
  interfaceName: string,
  arrived: Datagram,
  leg: Leg,
  looped: OutputRoute | null,
): Disposition {
  if (!looped)
    walk.add({
      kind: "receive",
      leg,
      netns: ns.key,
      interface: interfaceName,
      text: words.handedUp(interfaceName),
    });
  if (arrived.kind === "echo-request") walk.track(ns.key);
  const passed = passHook(walk, ns, { hook: "prerouting", datagram: arrived, leg, iif: interfaceName, oif: null });
  if (passed.halt) return passed.halt;
  const datagram: Datagram = { ...passed.datagram, mark: passed.marked?.value ?? 0 };
  // skb_valid_dst: what looped over lo keeps its route, so that no source check is made; NAT drops it (skb_dst_drop).
  if (looped && datagram.destination === arrived.destination)
    return toThisHost(walk, ns, interfaceName, datagram, leg, looped, looped.owner, []);
  const route = routeInput(walk, ns, {
    source: datagram.source,
    destination: datagram.destination,
    interface: interfaceName,
    mark: datagram.mark,
    markedBy: passed.marked?.by ?? null,
    arp: false,
  });
  if (route.kind === "local" || route.kind === "forward") {
    const refused = unicastInGroupFrame(walk, ns, interfaceName, datagram, leg);
    if (refused) return refused;
  }
  switch (route.kind) {
    case "local":
      if (route.validated.said)
        walk.add({
          kind: "validate-source",
          leg,
          netns: ns.key,
          interface: interfaceName,
          text: route.validated.said,
          state: route.validated.lines,
        });
      return toThisHost(walk, ns, interfaceName, datagram, leg, null, route.owner, route.lines);
    case "broadcast":
      return toThisHost(walk, ns, interfaceName, datagram, leg, null, null, route.lines, true);
    case "not-member":
      return notMember(walk, ns, interfaceName, datagram, leg);
    case "forward":
      return forward(walk, ns, interfaceName, datagram, leg, route);
    case "unknown": {
      const question = text(
        `what does ${words.hostName(ns.key).en} do with ${formatIpv4(datagram.source)} > ${formatIpv4(datagram.destination)} on ${interfaceName}?`,
        `${words.hostName(ns.key).zh}如何处理从 ${interfaceName} 进来的 ${formatIpv4(datagram.source)} > ${formatIpv4(datagram.destination)}？`,
      );
      walk.add({ kind: "open", leg, netns: ns.key, interface: interfaceName, text: question });
      return open(
        ns.key,
        route.missing,
        question,
        route.why.map((why) => refusalCode(why, "2", datagram, leg)),
      );
    }
    default:
      return refuse(walk, ns, interfaceName, datagram, leg, route);
  }
}

function toThisHost(
  walk: Walk,
  ns: Namespace,
  interfaceName: string,
  datagram: Datagram,
  leg: Leg,
  looped: OutputRoute | null,
  owner: string | null,
  lines: readonly StateLine[],
  broadcast = false,
): Disposition {
  const passed = passHook(walk, ns, { hook: "input", datagram, leg, iif: interfaceName, oif: null });
  if (passed.halt) return passed.halt;
  return deliver(walk, ns, {
    interface: interfaceName,
    datagram: passed.datagram,
    leg,
    looped,
    owner,
    lines,
    broadcast,
  });
}

/** The cause behind a refused source of an IPv4 packet. */
function refusalCode(why: Refusal, value: string, datagram: Datagram, leg: Leg): string {
  switch (why) {
    case "own-address":
      return "accept-local-off-ip";
    case "own-address-rpf":
      return "accept-local-but-rp-filter";
    case "not-unicast":
      return "martian-source-invalid";
    case "rpf-mark":
      return "src-valid-mark";
    case "rpf-no-route":
      if (leg === "reply") return "asymmetric-routing";
      if (value === "1") return "rp-filter-strict";
      return datagram.routers > 0 ? "missing-return-route-rp-filter" : "rp-filter-loose-no-route";
    default:
      return leg === "reply" ? "asymmetric-routing" : "rp-filter-strict";
  }
}

type Refused = Extract<InputRoute, { kind: "martian" | "refused" | "not-forwarding" | "unroutable" }>;

function refuse(
  walk: Walk,
  ns: Namespace,
  interfaceName: string,
  datagram: Datagram,
  leg: Leg,
  route: Refused,
): Disposition {
  const base: Facts = {
    target: formatIpv4(datagram.destination),
    source: formatIpv4(datagram.source),
    inInterface: interfaceName,
  };
  const end = (code: string, sentence: Text, facts: Facts, ruledOut: readonly RuledOut[] = []): Disposition => {
    walk.add({ kind: "stop", leg, netns: ns.key, interface: interfaceName, text: sentence, state: route.lines });
    return stopped(
      makeHit({
        code,
        netns: ns.key,
        interface: interfaceName,
        facts: { ...base, ...facts },
        lines: route.lines,
        ruledOut,
      }),
    );
  };
  const from = base.source ?? "";
  switch (route.kind) {
    case "martian":
      return end(
        route.code,
        text(
          `${route.because.en}: the packet is dropped as a martian`,
          `${route.because.zh}：这个包作为 martian 被丢弃`,
        ),
        {},
      );
    case "refused": {
      const code = refusalCode(route.why, route.facts.value ?? "", datagram, leg);
      return end(
        code,
        refusedWords(route.why, from, interfaceName, route.facts),
        {
          ...route.facts,
          owner: ns.key,
          // NAT may have put an address there that the asker never had.
          ...(leg === "request" && ownersOf(walk.state, datagram.source).some((o) => o.netns === walk.attempt.netns)
            ? { asker: walk.attempt.netns }
            : {}),
          ...(code === "missing-return-route-rp-filter" ? lastRouter(walk, ns, interfaceName) : {}),
        },
        ipRuledOut(ns, interfaceName, code),
      );
    }
    case "not-forwarding": {
      const others = namespaceSetting(walk, ns, "net.ipv4.ip_forward", 0);
      const twin = sameMacElsewhere(walk, ns, interfaceName, datagram);
      if (twin) {
        walk.add({
          kind: "stop",
          leg,
          netns: ns.key,
          interface: interfaceName,
          text: text(
            `${interfaceName} has the same MAC address as ${twin.interface} of ${twin.netns}, which was meant: the packet ends at the wrong host`,
            `${interfaceName} 与真正的目标 ${twin.netns} 的 ${twin.interface} MAC 地址相同：这个包到了错误的主机`,
          ),
          state: twin.lines,
        });
        const facts = { ...base, mac: twin.mac, owner: twin.netns, ownerInterface: twin.interface };
        return stopped(
          makeHit({ code: "duplicate-mac", netns: ns.key, interface: interfaceName, facts, lines: twin.lines }),
        );
      }
      const code = others.value ? "iface-forwarding-off" : "ip-forward-off";
      const sentence = text(
        `${base.target} is not an address of ${words.hostName(ns.key).en}, and ${interfaceName} does not forward: the packet is dropped, no ICMP error is sent`,
        `${base.target} 不是${words.hostName(ns.key).zh}的地址，而 ${interfaceName} 不转发：这个包被丢弃，也不发 ICMP 差错`,
      );
      const key = route.lines.find((l) => l.key === "sysctl")?.line.split(" = ")[0];
      return end(
        code,
        sentence,
        {
          router: ns.key,
          value: "0",
          ...(key === undefined ? {} : { sysctl: key }),
          ...(route.out === null ? {} : { outInterface: route.out }),
        },
        [
          {
            code: "forward-no-route",
            because: text("without forwarding the route is not even looked at", "没有打开转发，根本不会用到路由"),
          },
        ],
      );
    }
    case "unroutable":
      return unroutable(walk, ns, interfaceName, datagram, leg, route, end);
  }
}

// The address asked for is another host's, and that host's interface has the MAC address of this one.
function sameMacElsewhere(walk: Walk, ns: Namespace, interfaceName: string, datagram: Datagram) {
  const own = deviceOf(ns, interfaceName);
  if (!own || own.mac === null) return null;
  for (const owner of ownersOf(walk.state, datagram.destination)) {
    const there = walk.namespace(owner.netns);
    const link = there ? deviceOf(there, owner.interface) : null;
    if (owner.netns === ns.key || !link || link.mac !== own.mac) continue;
    const lines = [linkLine(ns.key, own), linkLine(owner.netns, link), owner.line];
    return { netns: owner.netns, interface: owner.interface, mac: formatMac(own.mac), lines };
  }
  return null;
}

function refusedWords(why: Refusal, from: string, interfaceName: string, facts: Facts): Text {
  switch (why) {
    case "own-address":
      return text(
        `the source ${from} is this host's own address (on ${facts.ownerInterface ?? "another interface"}) and accept_local is 0 on ${interfaceName}: the packet is dropped`,
        `源地址 ${from} 是本机自己的（在 ${facts.ownerInterface ?? "别的接口"} 上），而 ${interfaceName} 的 accept_local 为 0：这个包被丢弃`,
      );
    case "own-address-rpf":
      return text(
        `accept_local lets the own address ${from} in, but rp_filter is 1 and the way back to it is not ${interfaceName}: dropped`,
        `accept_local 放行了本机自己的地址 ${from}，但 rp_filter 为 1，而回它的路不经 ${interfaceName}：丢弃`,
      );
    case "rpf-strict":
      return text(
        `reverse-path filter (rp_filter = ${facts.value}): an answer to ${from} would leave by ${facts.outInterface ?? "another interface"}, not by ${interfaceName}; the packet is dropped`,
        `反向路径过滤（rp_filter = ${facts.value}）：回 ${from} 要走 ${facts.outInterface ?? "别的接口"}，不走 ${interfaceName}；这个包被丢弃`,
      );
    case "rpf-mark":
      return text(
        `reverse-path filter (rp_filter = ${facts.value}): the packet carries a mark by which the way back would fit, but the check leaves marks out (src_valid_mark is 0), and without it the way back to ${from} is not ${interfaceName}; the packet is dropped`,
        `反向路径过滤（rp_filter = ${facts.value}）：按这个包的标记，回程路由本来是对的，但 src_valid_mark 为 0，检查时不看标记；不看标记，回 ${from} 就不走 ${interfaceName}；这个包被丢弃`,
      );
    case "rpf-no-route":
      return text(
        `reverse-path filter (rp_filter = ${facts.value}): there is no way back to ${from} at all; the packet is dropped`,
        `反向路径过滤（rp_filter = ${facts.value}）：根本没有回 ${from} 的路由；这个包被丢弃`,
      );
    default:
      return text(
        `${from} is no address a host can have: the packet is dropped`,
        `${from} 不是主机能用的源地址：这个包被丢弃`,
      );
  }
}

function ipRuledOut(ns: Namespace, interfaceName: string, code: string): RuledOut[] {
  const out: RuledOut[] = [];
  const accept = knownSetting(ns, "accept_local", interfaceName);
  if (code !== "accept-local-off-ip" && accept?.lines[0] && !accept.lines[0].assumed)
    out.push({
      code: "accept-local-off-ip",
      because: accept.value
        ? verbatim(accept.lines[0].line)
        : text("the source is not this host's own", "源地址不是本机自己的"),
    });
  const filter = knownSetting(ns, "rp_filter", interfaceName);
  if (code === "accept-local-off-ip" && filter?.value === 0 && filter.lines[0] && !filter.lines[0].assumed)
    out.push({ code: "rp-filter-strict", because: verbatim(filter.lines[0].line) });
  out.push({
    code: "icmp-echo-ignore-all",
    because: text("the packet never gets as far as ICMP", "这个包到不了 ICMP 层"),
  });
  return out;
}

type End = (code: string, sentence: Text, facts: Facts, ruledOut?: readonly RuledOut[]) => Disposition;

// ip_error: a forwarding host whose tables have no way, or refuse one.
function unroutable(
  walk: Walk,
  ns: Namespace,
  interfaceName: string,
  datagram: Datagram,
  leg: Leg,
  route: Extract<Refused, { kind: "unroutable" }>,
  end: End,
): Disposition {
  const router = words.hostName(ns.key);
  const target = formatIpv4(datagram.destination);
  const quoted = route.lines.find((l) => l.key === "route" || l.key === "rule")?.line;
  const facts: Facts = {
    router: ns.key,
    ...(quoted === undefined || route.by === "none" ? {} : route.by === "rule" ? { rule: quoted } : { route: quoted }),
  };
  const byErrno = {
    ENETUNREACH: {
      code: "forward-no-route",
      icmp: 0,
      words: text(`${router.en} has no route to ${target}`, `${router.zh}没有去 ${target} 的路由`),
    },
    EINVAL: {
      code: "forward-blackhole",
      icmp: null,
      words: text(
        `${router.en} throws packets to ${target} away (blackhole route), without an ICMP error`,
        `${router.zh}把去 ${target} 的包扔掉（blackhole 路由），不发 ICMP 差错`,
      ),
    },
    EHOSTUNREACH: {
      code: "forward-unreachable",
      icmp: 1,
      words: text(
        `${router.en} has an unreachable route for ${target}`,
        `${router.zh}有一条去 ${target} 的 unreachable 路由`,
      ),
    },
    EACCES: {
      code: "forward-prohibit",
      icmp: 13,
      words: text(`${router.en} has a prohibit route for ${target}`, `${router.zh}有一条去 ${target} 的 prohibit 路由`),
    },
  }[route.errno];
  const disposition = end(byErrno.code, byErrno.words, {
    ...facts,
    ...(byErrno.icmp === null ? {} : { error: words.icmpErrorName(3, byErrno.icmp).en }),
  });
  if (byErrno.icmp !== null) sendError(walk, ns, datagram, leg, 3, byErrno.icmp, interfaceName);
  return disposition;
}
