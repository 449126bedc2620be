// What an unanswered ARP request is not: the look-alikes that the settings of the same interface exclude.

import { formatIpv4 } from "../../model/address.ts";
import type { Code } from "../../model/code.ts";
import type { RuledOut } from "../../model/finding.ts";
import type { Link } from "../../model/system-state.ts";
import { text, verbatim } from "../../model/text.ts";
import { type LocalOwner, localOwner } from "../../system/lookup/owner.ts";
import type { At } from "../at.ts";
import { deviceOf } from "../lookup.ts";
import type { ArpQuestion } from "../message.ts";
import { knownSetting } from "../sysctls.ts";

interface ArpDecided {
  readonly at: At<ArpQuestion>;
  readonly link: Link | null;
  readonly owner: LocalOwner | null | undefined;
}

/** Look-alikes of `code` that cannot be, each with the reason. */
export function arpRuledOut({ at, link, owner: known }: ArpDecided, code: Code): RuledOut[] {
  const owner = known ?? null;
  const found = [...byFlags(at, link), ...bySettings(at), ...bySender(at)];
  if (owner === null && code !== "proxy-arp-no-forwarding") {
    const proxy = quoteZero(at, "proxy_arp");
    if (proxy !== null) found.push({ code: "proxy-arp-no-forwarding", because: verbatim(proxy) });
  }
  if (owner !== null)
    for (const other of ["arp-no-local-owner", "target-has-no-address"] as const)
      found.push({ code: other, because: verbatim(owner.line.line) });
  if (owner === null && code === "arp-no-local-owner") found.push(...byAddresses(at));
  return found.filter((one) => one.code !== code);
}

function byFlags({ interface: interfaceName }: At<ArpQuestion>, link: Link | null): RuledOut[] {
  const found: RuledOut[] = [];
  if (link && !link.flags.has("NOARP"))
    found.push({
      code: "noarp-receiver",
      because: text(`${interfaceName} has no NOARP flag`, `${interfaceName} 没有 NOARP 标志`),
    });
  if (link?.flags.has("UP"))
    found.push({ code: "peer-down", because: text(`${interfaceName} is UP`, `${interfaceName} 是 UP 的`) });
  return found;
}

// A setting that is known to be 0 keeps these causes out.
function bySettings(at: At<ArpQuestion>): RuledOut[] {
  const off = (name: string, codes: readonly Code[]): RuledOut[] => {
    const line = quoteZero(at, name);
    return line === null ? [] : codes.map((code) => ({ code, because: verbatim(line) }));
  };
  return [
    ...off("arp_ignore", ["arp-ignore-1", "arp-ignore-2", "arp-ignore-3", "arp-ignore-8"]),
    ...off("arp_filter", ["arp-filter"]),
    ...off("rp_filter", ["rp-filter-arp", "accept-local-but-rp-filter"]),
  ];
}

function quoteZero({ ns, interface: interfaceName }: At<ArpQuestion>, name: string): string | null {
  const known = knownSetting(ns, name, interfaceName);
  // What is only assumed rules nothing out.
  if (known === undefined || known.value !== 0 || known.lines.some((l) => l.assumed)) return null;
  const own = known.lines.find((l) => l.line.includes(`.${interfaceName.replaceAll(".", "/")}.`));
  return own?.line ?? known.lines[0]?.line ?? null;
}

function bySender({ ns, interface: interfaceName, packet }: At<ArpQuestion>): RuledOut[] {
  if (localOwner(ns, packet.sender) === null) {
    const from = formatIpv4(packet.sender);
    const because = text(`the asker's address ${from} is not local there`, `询问者的地址 ${from} 不是那里的本机地址`);
    return [{ code: "accept-local-off", because }];
  }
  const accept = knownSetting(ns, "accept_local", interfaceName);
  if (!accept?.value || !accept.lines[0] || accept.lines[0].assumed) return [];
  return [{ code: "accept-local-off", because: verbatim(accept.lines[0].line) }];
}

// Nobody has the address: what that excludes.
function byAddresses({ ns, packet }: At<ArpQuestion>): RuledOut[] {
  const found: RuledOut[] = [];
  const address = (ns.addresses ?? []).find((a) => deviceOf(ns, a.interface)?.isLoopback !== true);
  if (address) found.push({ code: "target-has-no-address", because: verbatim(address.line) });
  if (localOwner(ns, packet.sender) !== null)
    found.push({
      code: "accept-local-off",
      because: text("accept_local is only asked where the target is local", "只有目标是本机地址时才会查 accept_local"),
    });
  return found;
}
