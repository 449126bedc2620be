// What an interface is plugged into: the other end of a veth pair, or the device a VLAN or macvlan stands on.

import { hostKey } from "../../model/host.ts";
import type { Link, Namespace, SystemState, Wire } from "../../model/system-state.ts";
import { type Text, text } from "../../model/text.ts";
import { LinkIndex } from "./link-index.ts";

/**
 * The other end of an interface. "outside": it leads out of every known namespace; "wire": out of its host too, and the
 * interfaces of other hosts are known that hang there; "none": it has no other end.
 */
export type OtherEnd =
  | { readonly kind: "peer"; readonly netns: string; readonly link: Link; readonly relation: "veth" | "lower" }
  | { readonly kind: "wire"; readonly ends: Wire["ends"] }
  | { readonly kind: "unknown"; readonly why: Text }
  | { readonly kind: "outside" }
  | { readonly kind: "none" };

const ON_TOP = new Set(["vlan", "macvlan", "macvtap", "ipvlan", "ipvtap", "macsec", "hsr"]);
const WITHOUT_END = new Set(["bridge", "dummy", "ifb", "bond", "team", "vrf", "nlmon", "lo"]);

/** A link of a namespace by its name. */
export function linkOf(ns: Namespace, name: string): Link | undefined {
  return LinkIndex.of(ns).named(name);
}

/** Whether somebody of whom nothing is known may hang there. */
export function leadsOut({ kind }: OtherEnd): boolean {
  return kind === "outside" || kind === "unknown" || kind === "wire";
}

// Every frame of every walk asks, and nobody changes a state in place.
const kept = new WeakMap<SystemState, Map<string, OtherEnd>>();

/** Where a frame that is sent by an interface comes out; never a guess between several candidates. */
export function otherEnd(state: SystemState, netns: string, linkName: string): OtherEnd {
  const ends = kept.get(state) ?? new Map<string, OtherEnd>();
  kept.set(state, ends);
  const key = `${linkName} ${netns}`;
  const end = ends.get(key) ?? endFrom(state, netns, linkName);
  ends.set(key, end);
  return end;
}

function endFrom(state: SystemState, netns: string, linkName: string): OtherEnd {
  const end = endOnHost(state, netns, linkName);
  if (state.wires === undefined || (end.kind !== "outside" && end.kind !== "unknown")) return end;
  const isHere = (one: Wire["ends"][number]): boolean => one.netns === netns && one.interface === linkName;
  const wire = state.wires.find(({ ends }) => ends.some(isHere));
  return wire === undefined ? end : { kind: "wire", ends: wire.ends.filter((one) => !isHere(one)) };
}

function endOnHost(state: SystemState, netns: string, linkName: string): OtherEnd {
  const ns = state.namespaces.get(netns);
  const link = ns && linkOf(ns, linkName);
  if (!ns || !link) {
    const where = netns === "" ? linkName : `${netns}:${linkName}`;
    return unknown(`state does not show the link ${where}`, `状态信息里没有接口 ${where}`);
  }
  if (link.isLoopback || WITHOUT_END.has(link.kind ?? "")) return { kind: "none" };
  const leadsOn = link.linkName !== null || link.linkIndex !== null;
  if (link.kind === null ? !leadsOn : link.kind !== "veth" && !ON_TOP.has(link.kind)) return { kind: "outside" };
  const relation = isOnTop(ns, link) ? "lower" : "veth";
  if (link.linkNetnsid === null && link.linkNetnsName === null) return sameNamespace(ns, link, relation);
  return elsewhere(state, ns, link, relation);
}

// `ip link` without details tells no kind: then only a veth's end names it back.
function isOnTop(ns: Namespace, link: Link): boolean {
  if (link.kind !== null) return ON_TOP.has(link.kind);
  return link.linkName !== null && linkOf(ns, link.linkName)?.linkName !== link.name;
}

function sameNamespace(ns: Namespace, link: Link, relation: "veth" | "lower"): OtherEnd {
  const links = LinkIndex.of(ns);
  const found =
    link.linkName !== null
      ? links.named(link.linkName)
      : link.linkIndex !== null
        ? links.at(link.linkIndex)[0]
        : undefined;
  if (found && found !== link) return { kind: "peer", netns: ns.key, link: found, relation };
  // `veth0@if7` without a link-netnsid: the peer's namespace has no id here (or the output was cut short).
  return unknown(
    `the other end of ${link.name} is not among the links of its namespace`,
    `${link.name} 的对端不在同一命名空间的接口列表里`,
  );
}

function elsewhere(state: SystemState, ns: Namespace, link: Link, relation: "veth" | "lower"): OtherEnd {
  const name = link.linkNetnsName ?? (link.linkNetnsid === null ? null : (ns.nsids?.get(link.linkNetnsid) ?? null));
  const named = name === null ? undefined : state.namespaces.get(name);
  const there = named ? [named] : [...state.namespaces.values()].filter(({ host }) => host === ns.host);
  if (name !== null && !named && there.every(isNamed)) return { kind: "outside" };
  const candidates: { ns: Namespace; link: Link }[] = [];
  for (const other of there) {
    // An id never stands for the namespace it is used in.
    if (other.key === ns.key) continue;
    if (!named && name !== null && isNamed(other)) continue;
    if (!named && isNamedDifferently(ns, link, other)) continue;
    for (const end of link.linkIndex === null ? [] : LinkIndex.of(other).at(link.linkIndex)) {
      if (relation === "lower" || pointsBack(other, end, ns, link)) {
        candidates.push({ ns: other, link: end });
      }
    }
  }
  const [only, second] = candidates;
  if (only && !second) return { kind: "peer", netns: only.ns.key, link: only.link, relation };
  if (second) {
    const list = candidates.map((c) => `${c.ns.key || "(this namespace)"}:${c.link.name}`).join(", ");
    const zhList = candidates.map((c) => `${c.ns.key || "（当前命名空间）"}:${c.link.name}`).join("、");
    return unknown(
      `${link.name} could be connected to any of ${list}: their indexes fit equally`,
      `${link.name} 的对端可能是 ${zhList} 中的任何一个：它们的接口索引都吻合`,
    );
  }
  if (named && named.links === undefined) {
    return unknown(`the links of namespace ${named.key} are not known`, `命名空间 ${named.key} 的接口信息未知`);
  }
  const unseen = there.find((other) => other.links === undefined);
  if (!named && unseen) {
    return unknown(`the links of namespace ${unseen.key} are not known`, `命名空间 ${unseen.key} 的接口信息未知`);
  }
  return { kind: "outside" };
}

// Both ends must name each other: the index back, and an id that may mean our namespace.
function pointsBack(other: Namespace, end: Link, ns: Namespace, link: Link): boolean {
  if (end.kind !== null && link.kind !== null && end.kind !== link.kind) return false;
  if (end.linkIndex !== link.index) return false;
  if (end.linkNetnsid === null && end.linkNetnsName === null) return false;
  const back = end.linkNetnsName ?? (end.linkNetnsid === null ? null : (other.nsids?.get(end.linkNetnsid) ?? null));
  return back === null || back === ns.key || !isNamed(ns);
}

// The list of ids names every namespace that has a name; one that stands there under another id is not the one meant.
function isNamedDifferently(ns: Namespace, link: Link, other: Namespace): boolean {
  // A negative id is one the kernel could not tell.
  if (link.linkNetnsid === null || link.linkNetnsid < 0 || ns.nsids === undefined || !isNamed(other)) return false;
  const ids = [...ns.nsids].filter(([, name]) => name === other.key).map(([id]) => id);
  // nsid known for that name, and it is not this link's: another namespace. No nsid at all for it: likewise.
  return !ids.includes(link.linkNetnsid);
}

// "" and `pid-N` are keys of namespaces that have no name, or whose name is another one.
function isNamed({ key, host }: Namespace): boolean {
  if (host === undefined) return key !== "" && !/^pid-\d+$/.test(key);
  return key !== host && !(key.startsWith(hostKey(host, "pid-")) && /\/pid-\d+$/.test(key));
}

function unknown(en: string, zh: string): OtherEnd {
  return { kind: "unknown", why: text(en, zh) };
}
