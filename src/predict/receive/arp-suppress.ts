// Settings that keep a host silent about its own addresses: arp_ignore and arp_filter.

import { formatIpv4 } from "../../model/address.ts";
import type { Code } from "../../model/code.ts";
import type { StateLine } from "../../model/evidence.ts";
import type { Facts } from "../../model/finding.ts";
import { type Text, text } from "../../model/text.ts";
import type { At } from "../at.ts";
import type { ArpQuestion } from "../message.ts";
import { routeOutput } from "../send/output-route.ts";
import { confirmAddress, SCOPE_HOST, SCOPE_LINK } from "../send/source.ts";
import { keyOf, setting } from "../sysctls.ts";

/** Why a host keeps silent about an address of its own. */
export interface Suppressed {
  readonly code: Code;
  readonly says: Text;
  readonly lines: readonly StateLine[];
  readonly facts: Facts;
}

/** arp_ignore(): 4 to 7 are reserved and mean 0. */
export function arpIgnore({ walk, ns, interface: interfaceName, packet }: At<ArpQuestion>): Suppressed | null {
  const { sender, target } = packet;
  const ignore = setting(walk, ns, "arp_ignore", interfaceName, 0);
  const asked = formatIpv4(target);
  const facts = { sysctl: keyOf(ignore, "arp_ignore", interfaceName), value: String(ignore.value) };
  const suppressed = (code: Code, en: string, zh: string): Suppressed => ({
    code,
    says: text(en, zh),
    lines: ignore.lines,
    facts,
  });
  const asker = sender === 0 ? null : sender;
  switch (ignore.value) {
    case 1:
      if (confirmAddress(ns, interfaceName, null, target, SCOPE_HOST)) return null;
      return suppressed(
        "arp-ignore-1",
        `${asked} is local, but not on ${interfaceName}, and arp_ignore = 1 answers only for the receiving interface's own addresses`,
        `${asked} 是本机地址，但不在 ${interfaceName} 上；arp_ignore = 1 只替收到请求的接口自己的地址应答`,
      );
    case 2:
      if (confirmAddress(ns, interfaceName, asker, target, SCOPE_HOST)) return null;
      return suppressed(
        "arp-ignore-2",
        `arp_ignore = 2 answers only where ${asked} sits on ${interfaceName} and the asker's address is in its subnet`,
        `arp_ignore = 2 要求 ${asked} 在 ${interfaceName} 上，并且询问者的地址在同一子网：条件不满足，不应答`,
      );
    case 3:
      if (confirmAddress(ns, null, null, target, SCOPE_LINK)) return null;
      return suppressed(
        "arp-ignore-3",
        `${asked} has scope host, and arp_ignore = 3 does not answer for such addresses`,
        `${asked} 的作用域是 host；arp_ignore = 3 不替这种地址应答`,
      );
    case 8:
      return suppressed(
        "arp-ignore-8",
        "arp_ignore = 8 answers no ARP request at all",
        "arp_ignore = 8 不应答任何 ARP 请求",
      );
    default:
      return null;
  }
}

/** arp_filter(): the answer's own route must leave by the interface the question came in by. */
export function arpFilter({ walk, ns, interface: interfaceName, packet }: At<ArpQuestion>): Suppressed | null {
  const { sender, target } = packet;
  const filter = setting(walk, ns, "arp_filter", interfaceName, 0);
  if (filter.value === 0) return null;
  const back = routeOutput(walk, ns, { destination: sender, source: target, oif: null, mark: 0, bySource: true });
  if (back.kind === "unknown" || (back.kind === "output" && back.device === interfaceName)) return null;
  const out = back.kind === "output" ? back.device : null;
  const facts = {
    sysctl: keyOf(filter, "arp_filter", interfaceName),
    value: "1",
    ...(out === null ? {} : { outInterface: out }),
  };
  const says = text(
    `arp_filter = 1, and the way from ${formatIpv4(target)} to ${formatIpv4(sender)} is ${out === null ? "unknown to the routing table" : `by ${out}`}, not by ${interfaceName}: the request is silently discarded`,
    `arp_filter = 1，而从 ${formatIpv4(target)} 去 ${formatIpv4(sender)} ${out === null ? "没有路由" : `要走 ${out}`}，不走 ${interfaceName}：请求被静默丢弃`,
  );
  return { code: "arp-filter", says, lines: [...filter.lines, ...back.lines], facts };
}
