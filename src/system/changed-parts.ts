// What of a namespace reads otherwise than before, beside what the kernel counts by itself.

import { ownValue } from "../model/own-value.ts";
import type { NamespaceFile } from "./state-file.ts";

const PARTS = [
  "link",
  "addr",
  "route",
  "rule",
  "neighProxy",
  "nexthop",
  "bridge",
  "nft",
  "iptables",
  "arptables",
  "ebtables",
  "filter",
  "xfrm",
] as const satisfies readonly (keyof NamespaceFile)[];

/** The parts that differ; of the settings only those that do. Null where nothing does. */
export function changedParts(before: NamespaceFile, after: NamespaceFile): NamespaceFile | null {
  const changed: NamespaceFile = {};
  for (const part of PARTS) {
    const [was, is] = [before[part], after[part]];
    if (is !== undefined && was !== undefined && steady(was) !== steady(is)) Object.assign(changed, { [part]: is });
  }
  const settings = Object.entries(after.sysctl ?? {}).filter(
    ([key, value]) => (ownValue(before.sysctl, key) ?? value) !== value,
  );
  const set = settings.filter(([key]) => SETTINGS.test(key));
  if (set.length > 0) changed.sysctl = Object.fromEntries(set);
  return Object.keys(changed).length === 0 ? null : changed;
}

// Not what the kernel writes there by itself.
const SETTINGS = /^net\.(?:ipv4\.(?:conf|neigh|ip_|icmp_|fib_|arp_)|bridge|netfilter\.nf_conntrack_max)/;

const COUNTED = new Set(["stats", "stats64", "packets", "bytes", "used", "confirmed", "updated", "probes", "refcnt"]);

function steady(value: unknown): string {
  if (typeof value === "string") return value.replace(/\[\d+:\d+\]/g, "").replace(/^#.*$/gm, "");
  return JSON.stringify(value, (key, inner: unknown) =>
    COUNTED.has(key) || /timer$/.test(key)
      ? undefined
      : typeof inner === "string"
        ? inner.replace(/\[\d+:\d+\]/g, "").replace(/^#.*$/gm, "")
        : inner,
  );
}
