// arp_rcv and arp_process: what an interface's host does with an ARP request, check by check in the kernel's order (causes.md 1.6).

import { formatIpv4, type Ipv4, isLoopback, isMulticast, type Mac } from "../../model/address.ts";
import type { StateLine } from "../../model/evidence.ts";
import type { CauseHit, Facts } from "../../model/finding.ts";
import type { Link, Namespace } from "../../model/system-state.ts";
import { text } from "../../model/text.ts";
import type { Leg, Step } from "../../model/trace.ts";
import { localOwner } from "../../system/lookup/owner.ts";
import { proxyAnswers } from "./arp-proxy.ts";
import { arpRuledOut } from "./arp-ruled-out.ts";
import { arpFilter, arpIgnore } from "./arp-suppress.ts";
import { passArpHook } from "./firewall.ts";
import { makeHit, open } from "./hits.ts";
import { routeInput } from "./ip-input.ts";
import { addressLines, linkLine } from "./lines.ts";
import { deviceOf, findRoute } from "./lookup.ts";
import { keyOf, setting } from "./sysctls.ts";
import type { Refusal } from "./validate-source.ts";
import { type Halt, makeStep, type Walk } from "./walk.ts";
import * as words from "./words.ts";

export interface ArpQuestion {
  readonly sender: Ipv4;
  readonly senderMac: Mac | null;
  readonly target: Ipv4;
  readonly leg: Leg;
}
export type ArpVerdict =
  | {
      readonly kind: "answer";
      readonly mac: Mac | null;
      readonly step: Step;
      readonly proxy: CauseHit | null;
      readonly learns: boolean;
    }
  /** Consumed without a word; `mine` where the address is this host's all the same. */
  | { readonly kind: "silent"; readonly hit: CauseHit; readonly step: Step; readonly mine: boolean }
  | { readonly kind: "open"; readonly halt: Halt; readonly step: Step };

/** One listener decides about one question. */
export function decideArp(walk: Walk, ns: Namespace, interfaceName: string, question: ArpQuestion): ArpVerdict {
  const { sender, target, leg } = question;
  const link = deviceOf(ns, interfaceName) ?? null;
  const owner = localOwner(ns, target);
  const facts: Facts = {
    target: formatIpv4(target),
    source: formatIpv4(sender),
    inInterface: interfaceName,
    owner: ns.key,
    ...(owner ? { ownerInterface: owner.interface } : {}),
  };
  const silent: Silent = (code, sentence, lines, more = {}, mine = Boolean(owner)) => ({
    kind: "silent",
    mine,
    hit: makeHit({
      code,
      netns: ns.key,
      interface: interfaceName,
      facts: { ...facts, ...more },
      lines,
      ...(lines.length === 0 ? { because: sentence } : {}),
      ruledOut: arpRuledOut(walk, ns, interfaceName, link, code, owner ?? null, sender),
    }),
    step: makeStep({ kind: "stop", leg, netns: ns.key, interface: interfaceName, text: sentence, state: lines }),
  });
  const cannotTell = (missing: readonly string[], candidates: readonly string[]): ArpVerdict => {
    const question = text(
      `does ${words.hostName(ns.key).en} answer the ARP request for ${formatIpv4(target)} on ${interfaceName}?`,
      `${words.hostName(ns.key).zh}会在 ${interfaceName} 上应答对 ${formatIpv4(target)} 的 ARP 请求吗？`,
    );
    return {
      kind: "open",
      halt: open(ns.key, missing, question, candidates),
      step: makeStep({ kind: "open", leg, netns: ns.key, interface: interfaceName, text: question }),
    };
  };

  if (link?.flags.has("NOARP"))
    return silent(
      "noarp-receiver",
      text(
        `${interfaceName} does no ARP (NOARP): the request is let go unread`,
        `${interfaceName} 不做 ARP（NOARP）：请求未读就被放掉`,
      ),
      [linkLine(ns.key, link)],
    );
  const filtered = passArpHook(walk, ns, "input", interfaceName, question);
  if (filtered?.kind === "stopped")
    return {
      ...silent("nft-arp-drop", text("the ARP firewall drops the request", "ARP 防火墙丢弃了请求"), []),
      hit: filtered.hit,
    };
  if (filtered)
    return {
      kind: "open",
      halt: filtered,
      step: makeStep({
        kind: "open",
        leg,
        netns: ns.key,
        interface: interfaceName,
        text: text("the ARP firewall decides", "由 ARP 防火墙决定"),
      }),
    };
  if (
    isMulticast(target) ||
    (isLoopback(target) && setting(walk, ns, "route_localnet", interfaceName, 0).value === 0)
  ) {
    return silent(
      "arp-loopback-target",
      text(
        `ARP requests for ${formatIpv4(target)} are dropped on principle`,
        `对 ${formatIpv4(target)} 的 ARP 请求一律丢弃`,
      ),
      setting(walk, ns, "route_localnet", interfaceName, 0).lines,
    );
  }
  if (sender === target && setting(walk, ns, "drop_gratuitous_arp", interfaceName, 0).value) {
    const drop = setting(walk, ns, "drop_gratuitous_arp", interfaceName, 0);
    return silent("gratuitous-arp-dropped", text("gratuitous ARP is dropped here", "这里丢弃免费 ARP"), drop.lines, {
      sysctl: keyOf(drop, "drop_gratuitous_arp", interfaceName),
      value: "1",
    });
  }
  if (owner === undefined)
    return cannotTell(["addr", "route"], ["arp-no-local-owner", "accept-local-off", "arp-ignore-1"]);

  if (sender === 0) {
    if (!owner) return silent("arp-no-local-owner", noOwnerWords(ns, target), addressLines(ns));
    const ignored = arpIgnore(walk, ns, interfaceName, null, target);
    if (ignored) return silent(ignored.code, ignored.sentence, [...ignored.lines, owner.line], ignored.facts);
    return answer(ns, interfaceName, link, question, owner.interface, [owner.line], null, false);
  }
  const route = routeInput(walk, ns, {
    source: sender,
    destination: target,
    interface: interfaceName,
    mark: 0,
    arp: true,
  });
  switch (route.kind) {
    case "unknown":
      return cannotTell(route.missing, route.why.map(arpRefusalCode));
    case "martian":
      return silent(route.code, route.because, route.lines);
    case "refused": {
      // A forwarding host validates the asker for an address that is not its own, too: with the asker let in, it would
      // still have nothing to answer, unless it speaks for others.
      if (!route.forUs && owner === null) {
        const found = findRoute(ns, { destination: target });
        const out = found.kind === "route" ? (found.hop?.interface ?? null) : null;
        if (out === null || proxyAnswers(walk, ns, interfaceName, out, question) === null)
          return notMine(walk, ns, interfaceName, question, silent);
      }
      const code = arpRefusalCode(route.why);
      return silent(
        code,
        refusedWords(code, sender, interfaceName, route.facts),
        route.lines,
        route.facts,
        route.forUs,
      );
    }
    case "local": {
      const ignored = arpIgnore(walk, ns, interfaceName, sender, target);
      const ownerLine = owner ? [owner.line] : [...route.lines];
      if (ignored) return silent(ignored.code, ignored.sentence, [...ignored.lines, ...ownerLine], ignored.facts, true);
      const filter = arpFilter(walk, ns, interfaceName, sender, target);
      if (filter) return silent("arp-filter", filter.sentence, [...filter.lines, ...ownerLine], filter.facts, true);
      return answer(
        ns,
        interfaceName,
        link,
        question,
        route.owner,
        [...ownerLine, ...route.validated.lines],
        null,
        true,
        route.validated.said !== null,
      );
    }
    case "forward": {
      const proxy = proxyAnswers(walk, ns, interfaceName, route.route.device, question);
      if (proxy)
        return answer(
          ns,
          interfaceName,
          link,
          question,
          null,
          proxy.lines,
          makeHit({
            code: proxy.code,
            netns: ns.key,
            interface: interfaceName,
            facts: { ...facts, outInterface: route.route.device, router: ns.key },
            lines: proxy.lines,
          }),
          true,
        );
      return notMine(walk, ns, interfaceName, question, silent);
    }
    default:
      return notMine(walk, ns, interfaceName, question, silent);
  }
}

type SilentVerdict = Extract<ArpVerdict, { kind: "silent" }>;
type Silent = (
  code: string,
  sentence: ReturnType<typeof text>,
  lines: readonly StateLine[],
  more?: Facts,
  mine?: boolean,
) => SilentVerdict;

// The target is not local here and nobody speaks for it: which story is it?
function notMine(walk: Walk, ns: Namespace, interfaceName: string, question: ArpQuestion, silent: Silent): ArpVerdict {
  const { target } = question;
  const proxy = setting(walk, ns, "proxy_arp", interfaceName, 0);
  const forwarding = setting(walk, ns, "forwarding", interfaceName, 0);
  const found = findRoute(ns, { destination: target });
  const elsewhere =
    found.kind === "route" && found.route.type === "unicast" && found.hop?.interface !== interfaceName ? found : null;
  if (proxy.value && forwarding.value === 0 && elsewhere) {
    const sentence = text(
      `proxy_arp is on, but ${interfaceName} does not forward: the request for ${formatIpv4(target)} is not answered`,
      `proxy_arp 已打开，但 ${interfaceName} 不转发：对 ${formatIpv4(target)} 的请求得不到应答`,
    );
    return silent(
      "proxy-arp-no-forwarding",
      sentence,
      [...proxy.lines, ...forwarding.lines, ...elsewhere.lines],
      { sysctl: keyOf(forwarding, "forwarding", interfaceName), value: "0" },
      false,
    );
  }
  const addressed = (ns.addresses ?? []).some((a) => !isLoopback(a.local));
  const code = ns.addresses !== undefined && !addressed ? "target-has-no-address" : "arp-no-local-owner";
  return silent(code, noOwnerWords(ns, target), addressLines(ns), {}, false);
}

function noOwnerWords(ns: Namespace, target: Ipv4): ReturnType<typeof text> {
  const asked = formatIpv4(target);
  if (ns.key === "") {
    return text(
      `the stack looks at its own addresses, finds no ${asked} and lets the request go without a word`,
      `协议栈查自己的地址，没有 ${asked}：悄悄丢弃这个请求，不应答`,
    );
  }
  return text(
    `${ns.key} looks at its own addresses, finds no ${asked} and lets the request go without a word`,
    `${ns.key} 查自己的地址，没有 ${asked}：悄悄丢弃这个请求，不应答`,
  );
}

function answer(
  ns: Namespace,
  interfaceName: string,
  link: Link | null,
  question: ArpQuestion,
  owner: string | null,
  lines: readonly StateLine[],
  proxy: CauseHit | null,
  learns: boolean,
  askedByItself = false,
): ArpVerdict {
  const asked = formatIpv4(question.target);
  const host = words.hostName(ns.key);
  const on =
    owner !== null && owner !== interfaceName
      ? text(
          ` (it sits on ${owner}; Linux answers for it on every interface)`,
          `（它在 ${owner} 上；Linux 在每个接口上都替它应答）`,
        )
      : text("", "");
  const itself = askedByItself
    ? text(
        `; the asker's ${formatIpv4(question.sender)} is its own too, and accept_local = 1 lets that pass`,
        `；询问者的 ${formatIpv4(question.sender)} 也是它自己的地址，accept_local = 1 放行`,
      )
    : text("", "");
  const sentence = proxy
    ? text(
        `${host.en} answers for ${asked}, which is not its own but which it would forward to (proxy ARP)`,
        `${host.zh}代答 ${asked}：这不是它的地址，但它会转发过去（代理 ARP）`,
      )
    : text(
        `${asked}${on.en} is ${words.ownersName(ns.key).en} own: it answers with the MAC address of ${interfaceName}${itself.en}`,
        `${host.zh}有 ${asked} 这个地址${on.zh}：用 ${interfaceName} 的 MAC 地址应答${itself.zh}`,
      );
  return {
    kind: "answer",
    mac: link?.mac ?? null,
    proxy,
    learns,
    step: makeStep({
      kind: "arp-input",
      leg: question.leg,
      netns: ns.key,
      interface: interfaceName,
      text: sentence,
      state: lines,
    }),
  };
}

// The cause behind a source that the ARP path refuses.
function arpRefusalCode(why: Refusal): string {
  switch (why) {
    case "own-address":
      return "accept-local-off";
    case "own-address-rpf":
      return "accept-local-but-rp-filter";
    case "not-unicast":
      return "martian-source-invalid";
    default:
      return "rp-filter-arp";
  }
}

function refusedWords(code: string, sender: Ipv4, interfaceName: string, facts: Facts): ReturnType<typeof text> {
  const from = formatIpv4(sender);
  if (code === "accept-local-off") {
    return text(
      `the asker's address ${from} is this host's own (on ${facts.ownerInterface ?? "another interface"}) and accept_local is 0 on ${interfaceName}: the request is let go without a word`,
      `询问者的地址 ${from} 就是本机自己的（在 ${facts.ownerInterface ?? "别的接口"} 上），而 ${interfaceName} 的 accept_local 为 0：请求被悄悄丢弃，不应答`,
    );
  }
  if (code === "accept-local-but-rp-filter") {
    return text(
      `accept_local lets the own address ${from} in, but rp_filter is 1: the way back to ${from} is not ${interfaceName}, so the request is let go without a word`,
      `accept_local 放行了本机自己的地址 ${from}，但 rp_filter 为 1：回 ${from} 的路不经 ${interfaceName}，请求仍被悄悄丢弃`,
    );
  }
  if (code === "rp-filter-arp") {
    return text(
      `the reverse-path filter (rp_filter = ${facts.value}) refuses the asker's address ${from}: the way back to it is not ${interfaceName}; the request is let go without a word`,
      `反向路径过滤（rp_filter = ${facts.value}）拒绝询问者的地址 ${from}：回它的路不经 ${interfaceName}；请求被悄悄丢弃`,
    );
  }
  return text(`${from} is no address a host can have: the request is let go`, `${from} 不是主机能用的地址：请求被放掉`);
}
