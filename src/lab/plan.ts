// From a scenario to the lines that the tools are fed with; nothing here touches the system.

import type { Listens } from "./listeners.ts";
import type { LabLink, LabNamespace, Scenario } from "./scenario.ts";
import { interfacesOf, splitPlace } from "./scenario.ts";

/** What has to be done in one namespace; the stages follow each other over all namespaces. */
export interface NamespacePlan {
  /** Before any interface is there. */
  readonly baseline: readonly SysctlWrite[];
  /** `ip -batch`: interfaces made from here. */
  readonly make: readonly string[];
  /** Once each interface is there. */
  readonly sysctl: readonly SysctlWrite[];
  /** `ip -batch`: bridge ports, addresses, up. */
  readonly raise: readonly string[];
  /** `bridge -batch` */
  readonly bridge: readonly string[];
  /** `ip -batch`: neighbours, routes, rules. */
  readonly route: readonly string[];
  readonly nft: string | null;
  readonly iptables: string | null;
  readonly wireguard: Readonly<Record<string, string>>;
  /** `tc -batch` */
  readonly tc: readonly string[];
  readonly listens: readonly Listens[];
}

/** One value, and the files under /proc/sys that get it. */
export interface SysctlWrite {
  readonly value: string;
  readonly files: readonly string[];
}

// A new namespace copies `all` and `default` from the initial one, where distributions differ (Ubuntu: rp_filter=2).
const ZERO_CONF = [
  "rp_filter",
  "accept_local",
  "arp_ignore",
  "arp_announce",
  "arp_filter",
  "arp_accept",
  "proxy_arp",
  "log_martians",
  "route_localnet",
  "src_valid_mark",
];
/** They have none, or that of the device below. */
const WITHOUT_MAC: ReadonlySet<string> = new Set(["vlan", "ipvlan", "bond", "gre", "ipip", "sit", "wireguard"]);

/** What every namespace of the lab starts with. */
export const BASELINE: readonly (readonly [string, string])[] = [
  ...["all", "default"].flatMap((scope) => ZERO_CONF.map((name) => [`net.ipv4.conf.${scope}.${name}`, "0"] as const)),
  ["net.ipv4.ip_forward", "0"],
  // IPv6 would fill the captures with router solicitations and duplicate address detection.
  ["net.ipv6.conf.all.disable_ipv6", "1"],
  ["net.ipv6.conf.default.disable_ipv6", "1"],
];

/** The work of each namespace, by the scenario's own names; `realNameOf` gives the names that `ip` is to use. */
export function planOf(scenario: Scenario, realNameOf: (logical: string) => string): Map<string, NamespacePlan> {
  const made = makeLines(scenario.links, realNameOf);
  return new Map(
    Object.entries(scenario.namespaces).map(([name, settings]) => [
      name,
      {
        baseline: groupWrites(BASELINE),
        make: made.get(name) ?? [],
        sysctl: groupWrites(Object.entries(settings.sysctl ?? {})),
        raise: raiseLines(scenario, name, settings),
        bridge: settings.bridge ?? [],
        route: [
          ...(settings.neighbours ?? []).map((line) => `neighbour replace ${line}`),
          ...(settings.nexthops ?? []).map((line) => `nexthop add ${line}`),
          ...(settings.routes ?? []).map((line) => `route add ${line}`),
          ...(settings.rules ?? []).map((line) => `rule add ${line}`),
          ...(settings.withoutRules ?? []).map((line) => `rule delete ${line}`),
        ],
        nft: settings.nft ?? null,
        iptables: settings.iptables ?? null,
        wireguard: settings.wireguard ?? {},
        tc: settings.tc ?? [],
        listens: settings.listens ?? [],
      },
    ]),
  );
}

function makeLines(links: readonly LabLink[], realNameOf: (logical: string) => string): Map<string, string[]> {
  const lines = new Map<string, string[]>();
  let made = 0;
  const mac = () => {
    made++;
    return `02:00:00:00:00:${made.toString(16).padStart(2, "0")}`;
  };
  for (const link of links) {
    const first = splitPlace(link.kind === "veth" ? link.ends[0] : link.at);
    const own = lines.get(first.netns) ?? [];
    lines.set(first.netns, own);
    const name = first.interface;
    if (link.kind === "veth") {
      const peer = splitPlace(link.ends[1]);
      const there = peer.netns === first.netns ? "" : ` netns ${realNameOf(peer.netns)}`;
      own.push(`link add ${name} address ${mac()} type veth peer name ${peer.interface} address ${mac()}${there}`);
    } else if (link.kind === "macvlan") {
      // Made beside the device below, in its namespace, and given to its own.
      const below = splitPlace(link.over);
      const beside = lines.get(below.netns) ?? [];
      lines.set(below.netns, beside);
      const there = below.netns === first.netns ? "" : ` netns ${realNameOf(first.netns)}`;
      beside.push(`link add link ${below.interface} name ${name} address ${mac()}${there} type macvlan mode bridge`);
    } else if (link.kind === "device") {
      const below = link.over === undefined ? null : splitPlace(link.over);
      const beside = below === null ? own : (lines.get(below.netns) ?? []);
      if (below !== null) lines.set(below.netns, beside);
      const on = below === null ? "" : ` link ${below.interface}`;
      const address = WITHOUT_MAC.has(link.type) ? "" : ` address ${mac()}`;
      const there = below === null || below.netns === first.netns ? "" : ` netns ${realNameOf(first.netns)}`;
      const type = `${link.type} ${link.options ?? ""}`.trimEnd();
      beside.push(`link add${on} name ${name}${address}${there} type ${type}`);
    } else {
      own.push(`link add ${name} address ${mac()} type bridge ${link.options ?? ""}`.trimEnd());
    }
  }
  return lines;
}

function raiseLines(scenario: Scenario, netns: string, settings: LabNamespace): string[] {
  const lines: string[] = [];
  for (const link of scenario.links) {
    if (link.kind !== "bridge") continue;
    const at = splitPlace(link.at);
    if (at.netns === netns) for (const port of link.ports) lines.push(`link set ${port} master ${at.interface}`);
  }
  for (const line of settings.links ?? []) lines.push(`link set ${line}`);
  for (const [name, addresses] of Object.entries(settings.addresses ?? {})) {
    for (const address of addresses) lines.push(`address add ${address} dev ${name}`);
  }
  for (const name of ["lo", ...interfacesOf(scenario, netns)]) {
    if (!settings.down?.includes(name)) lines.push(`link set ${name} up`);
  }
  return lines;
}

/** Neighbours in the list that get the same value are one write; the order stays, since ip_forward sets other values. */
export function groupWrites(values: readonly (readonly [string, string])[]): SysctlWrite[] {
  const writes: { value: string; files: string[] }[] = [];
  for (const [key, value] of values) {
    const file = `/proc/sys/${key
      .split(".")
      .map((part) => part.replaceAll("/", "."))
      .join("/")}`;
    const last = writes.at(-1);
    if (last?.value === value) last.files.push(file);
    else writes.push({ value, files: [file] });
  }
  return writes;
}
