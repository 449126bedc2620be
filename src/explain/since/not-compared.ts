// What of two states is not compared: parts that only one of them holds, and what changes with every packet.

import type { Namespace, SystemState } from "../../model/system-state.ts";
import { printable, type Text, text } from "../../model/text.ts";

const PARTS = {
  links: "link",
  addresses: "addr",
  routes: "route",
  rules: "rule",
  neighbours: "neigh",
  bridge: "bridge",
  sysctl: "sysctl",
  nft: "nft",
  iptables: "iptables",
  arptables: "arptables",
  ebtables: "ebtables",
  queues: "qdisc",
  trafficFilters: "filter",
  policies: "xfrm",
  peers: "wireguard",
  programs: "bpf",
  sockets: "sockets",
} as const satisfies Partial<Record<keyof Namespace, string>>;

const MOST_NAMED = 6;

/** Sentences that name it; none where all was compared. */
export function notCompared(before: SystemState, after: SystemState): Text[] {
  const pairs = [...before.namespaces].flatMap(([key, was]) => {
    const is = after.namespaces.get(key);
    return is === undefined ? [] : [{ key, was, is }];
  });
  const halves = pairs.flatMap(({ key, was, is }) =>
    (Object.keys(PARTS) as (keyof typeof PARTS)[])
      .filter((part) => (was[part] === undefined) !== (is[part] === undefined))
      .map((part) => `${PARTS[part]}${key === "" ? "" : ` (${printable(key)})`}`),
  );
  const tracked = pairs.filter(({ was, is }) => holdsEntries(was) || holdsEntries(is)).map(({ key }) => printable(key));
  return [
    ...(halves.length === 0
      ? []
      : [
          text(
            `Not compared, because only one of the two states holds it: ${named(halves, ", ")}.`,
            `因为只有一份状态里有而没有比较的部分：${named(halves, "、")}。`,
          ),
        ]),
    ...(tracked.length === 0
      ? []
      : [
          text(
            `Not compared: what conntrack knew of connections${inSpaces(tracked).en}; it changes with every packet.`,
            `没有比较 conntrack 记录的连接${inSpaces(tracked).zh}：每个报文都会改变它。`,
          ),
        ]),
  ];
}

function holdsEntries({ conntrack }: Namespace): boolean {
  return (conntrack ?? "").trim() !== "";
}

function named(list: readonly string[], comma: string): string {
  const rest = list.length - MOST_NAMED;
  return list.slice(0, MOST_NAMED).join(comma) + (rest > 0 ? `${comma}…` : "");
}

function inSpaces(keys: readonly string[]): Text {
  const shown = keys.filter((key) => key !== "");
  if (shown.length === 0) return text("", "");
  return text(` (${named(shown, ", ")})`, `（${named(shown, "、")}）`);
}
