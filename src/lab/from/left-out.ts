// What of a state cannot be rebuilt in throw-away namespaces, one sentence each.

import { printable, type Text, text } from "../../model/text.ts";
import { type Fields, listField, textField } from "../../system/parse/shape.ts";
import type { NamespaceFile, StateFile } from "../../system/state-file.ts";

/** Something that the rebuilt network lacks, and why. */
export interface LeftOut {
  readonly reason:
    | "learned"
    | "outside"
    | "device"
    | "rules"
    | "traffic"
    | "ipv6"
    | "unknown"
    | "kernel"
    | "mid-run"
    | "command";
  readonly text: Text;
}

// What a kernel has by itself, or what only orders packets and loses none.
const PLAIN_QDISCS = new Set(["noqueue", "fq_codel", "mq", "pfifo_fast", "fq", "pfifo", "clsact", "ingress"]);

/** What can be said before anything is built. */
export function leftOutOf(file: StateFile): LeftOut[] {
  return Object.entries(file.namespaces).flatMap(([key, ns]) =>
    leftOutOfNamespace(key === "" ? "here" : printable(key), ns),
  );
}

function leftOutOfNamespace(name: string, ns: NamespaceFile): LeftOut[] {
  return [...learned(name, ns), ...traffic(name, ns), ...rules(name, ns), ...unknown(name, ns), ...ipv6(name, ns)];
}

function learned(name: string, ns: NamespaceFile): LeftOut[] {
  const mtus = asList(ns.routeCache).filter((route) => listField(route, "metrics").some((metric) => "mtu" in metric));
  const to = mtus.map((route) => printable(textField(route, "dst") ?? "?")).join(", ");
  const known = (ns.conntrack ?? "").trim() !== "";
  return [
    ...(mtus.length === 0
      ? []
      : [
          one(
            "learned",
            `${name}: the path MTU that was learned for ${to} cannot be set; a router has to tell it again.`,
            `${name}：到 ${to} 的路径 MTU 是学来的，无法设置，要由路由器重新告知。`,
          ),
        ]),
    ...(known
      ? [
          one(
            "learned",
            `${name}: the connections that conntrack knew are not there.`,
            `${name}：conntrack 已记录的连接不会重建。`,
          ),
        ]
      : []),
  ];
}

function traffic(name: string, ns: NamespaceFile): LeftOut[] {
  const odd = asList(ns.qdisc).filter((qdisc) => !PLAIN_QDISCS.has(textField(qdisc, "kind") ?? "noqueue"));
  const kinds = [...new Set(odd.map((qdisc) => printable(`${textField(qdisc, "kind")} (${textField(qdisc, "dev")})`)))];
  const filters = Object.values(ns.filter ?? {}).some((hooks) =>
    [hooks.ingress, hooks.egress].some((list) => asList(list).length > 0),
  );
  return [
    ...(kinds.length === 0
      ? []
      : [
          one(
            "traffic",
            `${name}: the queueing discipline ${kinds.join(", ")} is not rebuilt.`,
            `${name}：排队规则 ${kinds.join("、")} 不重建。`,
          ),
        ]),
    ...(filters
      ? [one("traffic", `${name}: the filters of tc are not rebuilt.`, `${name}：tc 的过滤规则不重建。`)]
      : []),
  ];
}

function rules(name: string, ns: NamespaceFile): LeftOut[] {
  const xdp = asList(ns.link).filter((link) => "xdp" in link || listField(link, "xdp").length > 0);
  return [
    ...(xdp.length === 0
      ? []
      : [
          one(
            "rules",
            `${name}: the XDP program of ${xdp.map((link) => printable(textField(link, "ifname") ?? "?")).join(", ")} is not in the state.`,
            `${name}：${xdp.map((link) => printable(textField(link, "ifname") ?? "?")).join("、")} 上的 XDP 程序不在状态里。`,
          ),
        ]),
    ...((ns.xfrm ?? "").trim() === ""
      ? []
      : [one("rules", `${name}: the policies of IPsec (xfrm) are not rebuilt.`, `${name}：IPsec（xfrm）策略不重建。`)]),
  ];
}

function unknown(name: string, ns: NamespaceFile): LeftOut[] {
  const parts = (["addr", "route", "rule", "sysctl"] as const).filter((part) => ns[part] === undefined);
  if (parts.length === 0) return [];
  const list = parts.join(", ");
  return [
    one(
      "unknown",
      `${name}: the state does not hold ${list}; a new namespace's own values stand for them.`,
      `${name}：状态里没有 ${list}，以新命名空间自身的值代替。`,
    ),
  ];
}

function ipv6(name: string, ns: NamespaceFile): LeftOut[] {
  const has = asList(ns.addr).some((link) =>
    listField(link, "addr_info").some((info) => info.family === "inet6" && info.scope === "global"),
  );
  return has ? [one("ipv6", `${name}: IPv6 is off in the lab.`, `${name}：实验环境里 IPv6 是关闭的。`)] : [];
}

/** The list that a tool printed; empty where it is none. */
export function asList(value: unknown): readonly Fields[] {
  return listField({ value }, "value");
}

function one(reason: LeftOut["reason"], en: string, zh: string): LeftOut {
  return { reason, text: text(en, zh) };
}
