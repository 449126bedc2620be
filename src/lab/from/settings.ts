// The settings in which a state differs from new namespaces, in the order in which they have to be written.

import { ownValue } from "../../model/own-value.ts";
import type { NamespaceFile } from "../../system/state-file.ts";

// Of these a namespace has its own; the rest is the machine's, or says nothing of a ping.
const OWN =
  /^net\.(?:ipv4\.(?:conf|neigh)\.|ipv4\.(?:ip_|icmp_|fib_|ping_|ipfrag_|route\.|fwmark_|igmp_|nexthop_|inet_)|bridge\.|netfilter\.nf_conntrack)/;
// What one write carries into others comes first; what is set for all before what is set for one.
const ORDER = [/^net\.ipv4\.ip_forward$/, /\.conf\.all\./, /\.conf\.default\./, /./];

/** Key and value of what has to be written; only keys that the new namespace has. */
export function settingsToWrite(wanted: NamespaceFile, has: NamespaceFile): readonly (readonly [string, string])[] {
  const now = has.sysctl ?? {};
  const forward = wanted.sysctl?.["net.ipv4.ip_forward"];
  const changed = Object.entries(wanted.sysctl ?? {}).filter(
    ([key, value]) =>
      OWN.test(key) &&
      ownValue(now, key) !== undefined &&
      // Writing ip_forward gives all interfaces its value, so that each of them that differs is written too.
      (ownValue(now, key) !== value || (key.endsWith(".forwarding") && forward === "1" && value === "0")),
  );
  const rank = ([key]: readonly [string, string]) => ORDER.findIndex((pattern) => pattern.test(key));
  return changed.filter(([key]) => key !== "net.ipv4.conf.all.forwarding").toSorted((a, b) => rank(a) - rank(b));
}

/** Those that the state sets and the new namespace does not know: the kernel lacks them, or a module is not loaded. */
export function settingsNotThere(wanted: NamespaceFile, has: NamespaceFile): readonly string[] {
  const known = has.sysctl;
  if (known === undefined) return [];
  return Object.keys(wanted.sysctl ?? {}).filter(
    (key) => OWN.test(key) && ownValue(known, key) === undefined && !IS_ONE_DEVICE.test(key),
  );
}

const IS_ONE_DEVICE = /^net\.ipv4\.(?:conf|neigh)\.(?!all\.|default\.)/;
