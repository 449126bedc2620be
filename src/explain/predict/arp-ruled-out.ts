// What an unanswered ARP request is not: the look-alikes that the settings of the same interface exclude.

import { formatIpv4, type Ipv4 } from "../../model/address.ts";
import type { RuledOut } from "../../model/finding.ts";
import type { Link, Namespace } from "../../model/system-state.ts";
import { text, verbatim } from "../../model/text.ts";
import { type LocalOwner, localOwner } from "../../system/lookup/owner.ts";
import { deviceOf } from "./lookup.ts";
import { knownSetting } from "./sysctls.ts";
import type { Walk } from "./walk.ts";

/** Look-alikes of `code` that cannot be, each with the reason. */
export function arpRuledOut(
  walk: Walk,
  ns: Namespace,
  interfaceName: string,
  link: Link | null,
  code: string,
  owner: LocalOwner | null,
  sender: Ipv4,
): RuledOut[] {
  const out: RuledOut[] = [];
  const add = (other: string, because: RuledOut["because"]): void => {
    if (other !== code) out.push({ code: other, because });
  };
  const quote = (name: string): string | null => {
    const known = knownSetting(ns, name, interfaceName);
    // What is only assumed rules nothing out.
    if (known === undefined || known.value !== 0 || known.lines.some((l) => l.assumed)) return null;
    return (
      known.lines.find((l) => l.line.includes(`.${interfaceName.replaceAll(".", "/")}.`))?.line ??
      known.lines[0]?.line ??
      null
    );
  };
  if (link && !link.flags.has("NOARP"))
    add("noarp-receiver", text(`${interfaceName} has no NOARP flag`, `${interfaceName} 没有 NOARP 标志`));
  if (link?.flags.has("UP")) add("peer-down", text(`${interfaceName} is UP`, `${interfaceName} 是 UP 的`));
  const ignore = quote("arp_ignore");
  if (ignore !== null)
    for (const other of ["arp-ignore-1", "arp-ignore-2", "arp-ignore-3", "arp-ignore-8"]) add(other, verbatim(ignore));
  const filter = quote("arp_filter");
  if (filter !== null) add("arp-filter", verbatim(filter));
  const reverse = quote("rp_filter");
  if (reverse !== null)
    for (const other of ["rp-filter-arp", "accept-local-but-rp-filter"]) add(other, verbatim(reverse));
  const own = localOwner(ns, sender);
  if (own === null)
    add(
      "accept-local-off",
      text(
        `the asker's address ${formatIpv4(sender)} is not local there`,
        `询问者的地址 ${formatIpv4(sender)} 不是那里的本机地址`,
      ),
    );
  else {
    const accept = knownSetting(ns, "accept_local", interfaceName);
    if (accept?.value && accept.lines[0] && !accept.lines[0].assumed)
      add("accept-local-off", verbatim(accept.lines[0].line));
  }
  if (owner === null && code !== "proxy-arp-no-forwarding") {
    const proxy = quote("proxy_arp");
    if (proxy !== null) add("proxy-arp-no-forwarding", verbatim(proxy));
  }
  if (owner !== null)
    for (const other of ["arp-no-local-owner", "target-has-no-address"]) add(other, verbatim(owner.line.line));
  if (owner === null && code === "arp-no-local-owner") {
    const address = (ns.addresses ?? []).find((a) => deviceOf(ns, a.interface)?.isLoopback !== true);
    if (address) add("target-has-no-address", verbatim(address.line));
    if (own !== null)
      add(
        "accept-local-off",
        text("accept_local is only asked where the target is local", "只有目标是本机地址时才会查 accept_local"),
      );
    if (walk.state.namespaces.size > 1) return out;
  }
  return out;
}
