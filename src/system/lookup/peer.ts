// What an interface is plugged into: the other end of a veth pair, or the device a VLAN or macvlan stands on.

import type { Link, Namespace, SystemState } from "../../model/system-state.ts";
import { type Text, text } from "../../model/text.ts";

/** The other end of an interface. "outside": it leads out of every known namespace; "none": it has no other end. */
export type OtherEnd =
  | { readonly kind: "peer"; readonly netns: string; readonly link: Link; readonly relation: "veth" | "lower" }
  | { readonly kind: "unknown"; readonly why: Text }
  | { readonly kind: "outside" }
  | { readonly kind: "none" };

const ON_TOP = new Set(["vlan", "macvlan", "macvtap", "ipvlan", "ipvtap", "macsec", "hsr"]);
const WITHOUT_END = new Set(["bridge", "dummy", "ifb", "bond", "team", "vrf", "nlmon", "lo"]);

/** A link of a namespace by its name. */
export function linkOf(ns: Namespace, name: string): Link | undefined {
  return ns.links?.find((link) => link.name === name);
}

/** Where a frame that is sent by an interface comes out; never a guess between several candidates. */
export function otherEnd(state: SystemState, netns: string, linkName: string): OtherEnd {
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
  const found = ns.links?.find((other) =>
    link.linkName !== null ? other.name === link.linkName : link.linkIndex !== null && other.index === link.linkIndex,
  );
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
  if (name !== null && !named && everyNamespaceIsNamed(state)) return { kind: "outside" };
  const candidates: { ns: Namespace; link: Link }[] = [];
  for (const other of state.namespaces.values()) {
    // An id never stands for the namespace it is used in.
    if (other.key === ns.key) continue;
    if (named ? other !== named : name !== null && isNameOfItsOwn(other.key)) continue;
    if (!named && isNamedDifferently(ns, link, other)) continue;
    for (const end of other.links ?? []) {
      if (end.index === link.linkIndex && (relation === "lower" || pointsBack(other, end, ns, link))) {
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
  const unseen = [...state.namespaces.values()].find((other) => other.links === undefined);
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
  return back === null || back === ns.key || !isNameOfItsOwn(ns.key);
}

// The list of ids names every namespace that has a name; one that stands there under another id is not the one meant.
function isNamedDifferently(ns: Namespace, link: Link, other: Namespace): boolean {
  // A negative id is one the kernel could not tell.
  if (link.linkNetnsid === null || link.linkNetnsid < 0 || ns.nsids === undefined || !isNameOfItsOwn(other.key))
    return false;
  const ids = [...ns.nsids].filter(([, name]) => name === other.key).map(([id]) => id);
  // nsid known for that name, and it is not this link's: another namespace. No nsid at all for it: likewise.
  return !ids.includes(link.linkNetnsid);
}

// "" and `pid-N` are keys of namespaces that have no name, or whose name is another one.
function isNameOfItsOwn(key: string): boolean {
  return key !== "" && !/^pid-\d+$/.test(key);
}

function everyNamespaceIsNamed(state: SystemState): boolean {
  return [...state.namespaces.keys()].every(isNameOfItsOwn);
}

function unknown(en: string, zh: string): OtherEnd {
  return { kind: "unknown", why: text(en, zh) };
}
