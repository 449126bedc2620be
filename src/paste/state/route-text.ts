// Routes and rules as `ip` prints them and as people type them: the words are the same.

import { formatIpv4, type Ipv4, parseIpv4, parsePrefix } from "../../model/address.ts";
import { ownValue, putOwn } from "../../model/own-value.ts";
import type { Fields } from "../../system/parse/shape.ts";

const TYPES = new Set([
  "unicast",
  "local",
  "broadcast",
  "multicast",
  "anycast",
  "blackhole",
  "unreachable",
  "prohibit",
  "throw",
  "nat",
]);
const WITH_VALUE: Readonly<Record<string, string>> = {
  dev: "dev",
  oif: "dev",
  proto: "protocol",
  protocol: "protocol",
  scope: "scope",
  src: "prefsrc",
  metric: "metric",
  preference: "metric",
  priority: "metric",
  table: "table",
  tos: "tos",
  dsfield: "tos",
  nhid: "nhid",
  weight: "weight",
};
const NUMBERS = new Set(["metric", "nhid", "weight", "mtu"]);
// `lock MTU`, as some tools say.
const METRICS: Readonly<Record<string, string>> = { mtu: "mtu", lock: "mtu", hoplimit: "hoplimit" };
const FLAGS = new Set(["onlink", "dead", "linkdown", "pervasive", "offload", "notify", "unresolved"]);
// Words with a value that nothing here needs.
const SKIPPED = new Set([
  "advmss",
  "rtt",
  "rttvar",
  "window",
  "cwnd",
  "initcwnd",
  "initrwnd",
  "quickack",
  "realm",
  "realms",
  "error",
  "expires",
  "pref",
  "features",
  "congctl",
  "rto_min",
  "ssthresh",
  "reordering",
  "lock",
]);

/** A route in the shape of iproute2's JSON; null where the words are none, or one of IPv6. */
export function routeFields(words: readonly string[]): Fields | null {
  let at = 0;
  const fields: Record<string, unknown> = { flags: [] };
  if (TYPES.has(words[at] ?? "")) fields.type = words[at++];
  const target = words[at++] ?? "";
  if (parsePrefix(longPrefix(target)) === null) return null;
  fields.dst = longPrefix(target);
  const hops: Record<string, unknown>[] = [];
  const metrics: Record<string, number> = {};
  let hop = fields;
  for (; at < words.length; at++) {
    const word = words[at] as string;
    const value = words[at + 1];
    if (word === "nexthop") {
      hop = { flags: [] };
      hops.push(hop);
    } else if (word === "via" && value !== undefined) {
      if (value === "inet" || value === "inet6") {
        hop.via = { family: value, host: words[at + 2] ?? "" };
        at += 2;
      } else {
        hop.gateway = value;
        at++;
      }
    } else if (Object.hasOwn(METRICS, word) && value !== undefined) {
      const size = value === "lock" ? words[at + 2] : value;
      putOwn(metrics, ownValue(METRICS, word) as string, Number(size));
      at += value === "lock" ? 2 : 1;
    } else if (Object.hasOwn(WITH_VALUE, word) && value !== undefined) {
      const key = ownValue(WITH_VALUE, word) as string;
      putOwn(
        key === "dev" || key === "weight" ? hop : fields,
        key,
        NUMBERS.has(key) && /^\d+$/.test(value) ? Number(value) : value,
      );
      at++;
    } else if (FLAGS.has(word)) (hop.flags as string[]).push(word);
    else if (SKIPPED.has(word)) {
      if (word === "pref") return null;
      at++;
    } else if (word === "cache") fields.cache = [];
    else if (word.includes(":") && !/^\d/.test(word)) return null;
  }
  if (Object.keys(metrics).length > 0) fields.metrics = [metrics];
  if (hops.length > 0) fields.nexthops = hops;
  return [fields.gateway, fields.prefsrc].some((v) => typeof v === "string" && v.includes(":")) ? null : fields;
}

// Old tools and people write 10/8 and 0/0.
function longPrefix(text: string): string {
  const match = /^(\d{1,3}(?:\.\d{1,3}){0,2})\/(\d+)$/.exec(text);
  if (!match) return text === "0.0.0.0/0" || text === "any" ? "default" : text;
  const octets = (match[1] as string).split(".");
  while (octets.length < 4) octets.push("0");
  return match[2] === "0" ? "default" : `${octets.join(".")}/${match[2]}`;
}

/** The second line that `ip route get` prints. */
export function isCacheLine(line: string): boolean {
  return /^\s+cache(?:\s|$)/.test(line);
}

/** Whether the line says for which user the way was looked up: `ip route get` alone does. */
export function saysUid(line: string): boolean {
  return /\suid \d+\s*$/.test(line);
}

/** A line of `ip route`. */
export function routeLineFields(line: string): Fields | null {
  const words = line.trim().split(/\s+/);
  if (
    !/^(?:default|\d|unicast|local|broadcast|multicast|anycast|blackhole|unreachable|prohibit|throw)/.test(
      words[0] ?? "",
    )
  )
    return null;
  const reject = /^(?:blackhole|unreachable|prohibit|throw)$/.test(words[0] ?? "");
  if (!reject && !words.some((w) => w === "dev" || w === "via" || w === "nhid" || w === "proto")) return null;
  const fields = routeFields(words);
  // `ip route` without -d leaves out `proto boot`.
  return fields && { protocol: "boot", ...fields };
}

/** A line of `route -n` or `netstat -rn`. */
export function oldRouteFields(line: string): Fields | null {
  const words = line.trim().split(/\s+/);
  const [destination = "", gateway = "", mask = "", flags = ""] = words;
  const length = maskLength(mask);
  if (words.length < 7 || length === null || !/^[A-Z!]+$/.test(flags)) return null;
  const target = destination === "default" ? "0.0.0.0" : destination;
  if (parseIpv4(target) === null) return null;
  const dst = length === 0 ? "default" : length === 32 ? target : `${target}/${length}`;
  const reject = flags.includes("!");
  const netstat =
    /^\d+$/.test(words[4] ?? "") && words.length === 8 && /^\d+$/.test(words[5] ?? "") && /^\d+$/.test(words[6] ?? "");
  const metric = netstat && Number(words[4]) > 0 ? { metric: Number(words[4]) } : {};
  const via = parseIpv4(gateway);
  return {
    ...(reject ? { type: "unreachable" } : { dev: words.at(-1) }),
    dst,
    ...(via !== null && via !== 0 && !reject ? { gateway } : {}),
    ...(via === 0 && !reject ? { scope: "link" } : {}),
    ...metric,
    flags: [],
  };
}

/** Length of a contiguous netmask; null where the text is none. */
export function maskLength(mask: string): number | null {
  const value = parseIpv4(mask);
  if (value === null) return null;
  const length = Math.clz32(~value >>> 0);
  const full = length === 0 ? 0 : (0xffffffff << (32 - length)) >>> 0;
  return full === value ? length : null;
}

/** The last address of a prefix. */
export function broadcastOf(address: Ipv4, length: number): string {
  const host = length === 0 ? 0xffffffff : 2 ** (32 - length) - 1;
  return formatIpv4(((address | host) >>> 0) as Ipv4);
}

/** A rule as `ip rule` prints it or as it is typed; null where the words are none, or one of IPv6. */
export function ruleFields(words: readonly string[], priority: number | null): Fields | null {
  const fields: Record<string, unknown> = { src: "all" };
  if (priority !== null) fields.priority = priority;
  let any = false;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string;
    const value = words[at + 1] ?? "";
    if (word === "not") fields.not = null;
    else if (word === "from" || word === "to") {
      if (value.includes(":")) return null;
      const [address, length] = value.split("/");
      fields[word === "from" ? "src" : "dst"] = address;
      if (length !== undefined) fields[word === "from" ? "srclen" : "dstlen"] = Number(length);
      any = true;
      at++;
    } else if (word === "iif" || word === "dev" || word === "oif") {
      fields[word === "dev" ? "iif" : word] = value;
      any = true;
      at++;
      if (words[at + 1] === "[detached]") at++;
    } else if (word === "fwmark") {
      const [mark, mask] = value.split("/");
      fields.fwmark = mark;
      if (mask !== undefined) fields.fwmask = mask;
      any = true;
      at++;
    } else if (word === "lookup" || word === "table") {
      if (value === "[l3mdev-table]") fields.l3mdev = null;
      else fields.table = value;
      any = true;
      at++;
    } else if (word === "l3mdev") fields.l3mdev = null;
    else if (word === "uidrange") {
      const [start, end] = value.split("-");
      fields.uid_start = Number(start);
      fields.uid_end = Number(end);
      at++;
    } else if (["pref", "priority", "preference", "prio", "order"].includes(word)) {
      fields.priority = Number(value);
      at++;
    } else if (["tos", "dsfield", "ipproto", "sport", "dport", "goto", "dscp"].includes(word)) {
      putOwn(fields, word === "dsfield" ? "tos" : word, value);
      at++;
    } else if (word === "suppress_prefixlength" || word === "suppress_ifgroup") {
      fields[word === "suppress_prefixlength" ? "suppress_prefixlen" : word] = value;
      at++;
    } else if (["blackhole", "unreachable", "prohibit"].includes(word)) {
      fields.action = word;
      any = true;
    } else if (word === "nop") fields.nop = null;
    else if (word === "proto" || word === "protocol") at++;
  }
  return any ? fields : null;
}

/** A line of `ip rule`. */
export function ruleLineFields(line: string): Fields | null {
  const match = /^(\d+):\s+((?:not |from ).*)$/.exec(line.trim());
  return match ? ruleFields((match[2] as string).split(/\s+/), Number(match[1])) : null;
}
