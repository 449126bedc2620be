// arp_rcv and arp_process: what an interface's host does with an ARP request, check by check in the kernel's order (causes.md 1.6).

import { isLoopback, isMulticast } from "../../model/address.ts";
import type { Code } from "../../model/code.ts";
import type { StateLine } from "../../model/evidence.ts";
import type { CauseHit } from "../../model/finding.ts";
import { text } from "../../model/text.ts";
import type { At } from "../at.ts";
import { passArpInput } from "../filter/firewall.ts";
import { makeHit } from "../hits.ts";
import { addressLines, linkLine } from "../lines.ts";
import { findRoute } from "../lookup.ts";
import type { ArpQuestion } from "../message.ts";
import { keyOf, setting } from "../sysctls.ts";
import { proxyAnswers } from "./arp-proxy.ts";
import { arpFilter, arpIgnore } from "./arp-suppress.ts";
import { type ArpVerdict, cannotTell, type Listener, listenerAt, listenerFacts, silent } from "./arp-verdict.ts";
import * as say from "./arp-words.ts";
import { answersItself } from "./by-itself.ts";
import { type InputRoute, routeInput } from "./ip-input.ts";
import type { Refusal } from "./validate-source.ts";

/** One listener decides about one question: its kernel, and where that keeps silent perhaps a program. */
export function decideArp(at: At<ArpQuestion>): ArpVerdict {
  const verdict = decidedByKernel(at);
  if (verdict.kind !== "silent") return verdict;
  const halt = answersItself(at, "arp", verdict.hit);
  if (halt?.kind !== "open") return verdict;
  return { kind: "open", halt, step: at.step("open", halt.question), program: true };
}

function decidedByKernel(at: At<ArpQuestion>): ArpVerdict {
  const listener = listenerAt(at);
  const early = beforeTheAddresses(listener);
  if (early) return early.kind === "silent" ? { ...early, unread: true } : early;
  const { sender, target } = at.packet;
  if (listener.owner === undefined)
    return cannotTell(listener, ["addr", "route"], ["arp-no-local-owner", "accept-local-off", "arp-ignore-1"]);
  if (sender === 0) return probed(listener);
  const question = { source: sender, destination: target, interface: at.interface, mark: 0, arp: true };
  return routed(listener, routeInput(at.walk, at.ns, question));
}

// arp_rcv, the ARP hook, and what arp_process throws away before it looks for the address.
function beforeTheAddresses(listener: Listener): ArpVerdict | null {
  const { at, link } = listener;
  const { sender, target } = at.packet;
  if (link?.flags.has("NOARP"))
    return silent(listener, {
      code: "noarp-receiver",
      says: say.doesNoArp(at.interface),
      lines: [linkLine(at.ns.key, link)],
    });
  const filtered = filteredArp(listener);
  if (filtered) return filtered;
  if (isMulticast(target) || isLoopback(target)) {
    const localnet = setting(at.walk, at.ns, "route_localnet", at.interface, 0);
    const says = say.droppedOnPrinciple(target);
    if (isMulticast(target) || localnet.value === 0)
      return silent(listener, { code: "arp-loopback-target", says, lines: localnet.lines });
  }
  if (sender !== target) return null;
  const drop = setting(at.walk, at.ns, "drop_gratuitous_arp", at.interface, 0);
  if (!drop.value) return null;
  return silent(listener, {
    code: "gratuitous-arp-dropped",
    says: text("gratuitous ARP is dropped here", "这里丢弃免费 ARP"),
    lines: drop.lines,
    facts: { sysctl: keyOf(drop, "drop_gratuitous_arp", at.interface), value: "1" },
  });
}

function filteredArp(listener: Listener): ArpVerdict | null {
  const { at } = listener;
  const filtered = passArpInput(at);
  if (filtered === null) return null;
  const { halt, trail } = filtered;
  if (halt.kind !== "stopped") {
    const says = text("the ARP firewall decides", "由 ARP 防火墙决定");
    return { kind: "open", halt, step: trail.at(-1) ?? at.step("open", says) };
  }
  const says = text("the ARP firewall drops the request", "ARP 防火墙丢弃了请求");
  const verdict = silent(listener, { code: "nft-arp-drop", says });
  return { ...verdict, hit: halt.hit, step: trail.at(-1) ?? verdict.step };
}

// An address that is asked for before it is used (RFC 5227) has no sender, and no route is looked up.
function probed(listener: Listener): ArpVerdict {
  const { at, owner } = listener;
  if (!owner) return nobodys(listener, "arp-no-local-owner");
  const ignored = arpIgnore(at);
  if (ignored) return silent(listener, { ...ignored, lines: [...ignored.lines, owner.line] });
  return answer(listener, { owner: owner.interface, lines: [owner.line], learns: false });
}

function routed(listener: Listener, route: InputRoute): ArpVerdict {
  switch (route.kind) {
    case "unknown":
      return cannotTell(listener, route.missing, route.why.map(arpRefusalCode));
    case "martian":
      return silent(listener, { code: route.code, says: route.because, lines: route.lines });
    case "refused":
      return refused(listener, route);
    case "local":
      return local(listener, route);
    case "forward":
      return proxied(listener, route) ?? notMine(listener);
    default:
      return notMine(listener);
  }
}

type Routed<Kind extends InputRoute["kind"]> = Extract<InputRoute, { kind: Kind }>;

function refused(listener: Listener, route: Routed<"refused">): ArpVerdict {
  const { at, owner } = listener;
  const { sender, target } = at.packet;
  // A forwarding host validates the asker for an address that is not its own, too: with the asker let in, it would
  // still have nothing to answer, unless it speaks for others.
  if (!route.forUs && owner === null) {
    const found = findRoute(at.ns, { destination: target });
    const out = found.kind === "route" ? (found.hop?.interface ?? null) : null;
    if (out === null || proxyAnswers(at, out) === null) return notMine(listener);
  }
  const code = arpRefusalCode(route.why);
  const says = say.refusedWords(code, sender, at.interface, route.facts);
  return silent(listener, { code, says, lines: route.lines, facts: route.facts }, route.forUs);
}

function local(listener: Listener, route: Routed<"local">): ArpVerdict {
  const { at, owner } = listener;
  const ownerLine = owner ? [owner.line] : route.lines;
  const kept = arpIgnore(at) ?? arpFilter(at);
  if (kept) return silent(listener, { ...kept, lines: [...kept.lines, ...ownerLine] }, true);
  return answer(listener, {
    owner: route.owner,
    lines: [...ownerLine, ...route.validated.lines],
    learns: true,
    askedByItself: route.validated.said !== null,
  });
}

function proxied(listener: Listener, { route }: Routed<"forward">): ArpVerdict | null {
  const { at } = listener;
  const proxy = proxyAnswers(at, route.device);
  if (!proxy) return null;
  const { code, lines } = proxy;
  const facts = { ...listenerFacts(listener), outInterface: route.device, router: at.ns.key };
  const hit = makeHit({ code, netns: at.ns.key, interface: at.interface, facts, lines });
  return answer(listener, { owner: null, lines, proxy: hit, learns: true });
}

// The target is not local here and nobody speaks for it: which story is it?
function notMine(listener: Listener): ArpVerdict {
  const { at } = listener;
  const { walk, ns, interface: interfaceName } = at;
  const { target } = at.packet;
  const proxy = setting(walk, ns, "proxy_arp", interfaceName, 0);
  const forwarding = setting(walk, ns, "forwarding", interfaceName, 0);
  const found = findRoute(ns, { destination: target });
  const elsewhere =
    found.kind === "route" && found.route.type === "unicast" && found.hop?.interface !== interfaceName ? found : null;
  if (proxy.value && forwarding.value === 0 && elsewhere)
    return silent(
      listener,
      {
        code: "proxy-arp-no-forwarding",
        says: say.proxyDoesNotForward(interfaceName, target),
        lines: [...proxy.lines, ...forwarding.lines, ...elsewhere.lines],
        facts: { sysctl: keyOf(forwarding, "forwarding", interfaceName), value: "0" },
      },
      false,
    );
  const addressed = (ns.addresses ?? []).some((a) => !isLoopback(a.local));
  return nobodys(listener, ns.addresses !== undefined && !addressed ? "target-has-no-address" : "arp-no-local-owner");
}

function nobodys(listener: Listener, code: Code): ArpVerdict {
  const { at } = listener;
  return silent(listener, { code, says: say.noOwner(at), lines: addressLines(at.ns) }, false);
}

interface ArpAnswer {
  /** Interface that has the address; null where a proxy speaks or state does not tell. */
  readonly owner: string | null;
  readonly lines: readonly StateLine[];
  readonly proxy?: CauseHit;
  /** Whether the listener notes the asker's MAC address. */
  readonly learns: boolean;
  readonly askedByItself?: boolean;
}

function answer({ at, link }: Listener, given: ArpAnswer): ArpVerdict {
  const { owner, lines, proxy = null, learns, askedByItself = false } = given;
  const says = proxy ? say.answersForAnother(at) : say.answersForItself(at, owner, askedByItself);
  return { kind: "answer", mac: link?.mac ?? null, proxy, learns, step: at.step("arp-input", says, { lines }) };
}

// The cause behind a source that the ARP path refuses.
function arpRefusalCode(why: Refusal): Code {
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
