// What a person is told of a paste itself: what it lacks, what of it was not understood.

import type { Problem } from "../model/problem.ts";
import type { SystemState } from "../model/system-state.ts";
import { printable, type Text, text } from "../model/text.ts";
import type { PastedLine } from "../paste/clean.ts";
import type { UnreadOutput } from "../paste/state/replay.ts";

/** A pasted text, as far as it is named. */
interface Named {
  readonly source: string;
}

/** There is no ping and no packet: an error where nothing at all can be told. */
export function nothingUsable(pastes: readonly Named[], state: SystemState | null, standing: readonly Text[]): Problem {
  const place = pastes.map((p) => p.source).join(", ");
  return {
    kind: "nothing-usable",
    severity: standing.length > 0 ? "warning" : "error",
    place,
    text:
      state !== null
        ? text(
            `${place} describes a system but shows no ping and no packet. Paste also the output of: ping -c 4 ADDRESS, and of: tcpdump -n -e -i any 'arp or icmp'`,
            `${place} 里只有系统状态，没有 ping 也没有报文。请再贴上 ping -c 4 地址 以及 tcpdump -n -e -i any 'arp or icmp' 的输出。`,
          )
        : text(
            `There is nothing in ${place} to explain. Paste the output of: tcpdump -n -e -i any 'arp or icmp'; ping -c 4 ADDRESS; ip addr; ip route show table all; ip rule; ip neigh; sysctl -a | grep -E 'rp_filter|accept_local|arp_|forward'`,
            `${place} 里没有可以解释的内容。请贴上这些命令的输出：tcpdump -n -e -i any 'arp or icmp'；ping -c 4 地址；ip addr；ip route show table all；ip rule；ip neigh；sysctl -a | grep -E 'rp_filter|accept_local|arp_|forward'`,
          ),
  };
}

/** tcpdump without -n looks names up, and prints no address. */
export function hostsByName(
  pastes: readonly Named[],
  lines: readonly PastedLine[],
  severity: Problem["severity"],
): Problem {
  const place = pastes.map((p) => p.source).join(", ");
  const first = lines[0]?.number ?? 0;
  const count = lines.length;
  return {
    kind: "names-for-addresses",
    severity,
    place,
    text: text(
      `${count === 1 ? "1 packet" : `${count} packets`} of ${place}, the first in line ${first}, ${count === 1 ? "names its hosts" : "name their hosts"} instead of giving addresses. Capture again with -n: tcpdump -n -e -i any 'arp or icmp'`,
      `${place} 中有 ${count} 个报文（第一处在第 ${first} 行）写的是主机名而不是地址。请加 -n 重新抓包：tcpdump -n -e -i any 'arp or icmp'`,
    ),
  };
}

/** It is explained all the same; which of their addresses were in the packets, names do not tell. */
export function toldByName(pastes: readonly Named[], names: readonly string[]): Problem {
  const place = pastes.map((p) => p.source).join(", ");
  const shown = names.slice(0, MOST_NAMES).map(printable).join(", ") + (names.length > MOST_NAMES ? ", …" : "");
  return {
    kind: "names-for-addresses",
    severity: "warning",
    place,
    text: text(
      `${place} names hosts (${shown}) instead of giving addresses: they are told by their names, and what their addresses would tell is not used. Capture again with -n: tcpdump -n -e -i any 'arp or icmp'`,
      `${place} 里写的是主机名（${shown}）而不是地址：这里按名字叙述，与地址有关的判断都没有做。请加 -n 重新抓包：tcpdump -n -e -i any 'arp or icmp'`,
    ),
  };
}

const MOST_NAMES = 6;

/** Packets of which the paste does not say where they were seen. */
export function interfaceNotTold(place: string): Problem {
  return {
    kind: "not-told-where",
    severity: "warning",
    place,
    text: text(
      `${place} does not say on which interface its packets were captured. Name it if you know it: pktwhy explain veth0=${place}`,
      `${place} 没有说明这些报文是在哪个接口上抓的。如果知道，请指明：pktwhy explain veth0=${place}`,
    ),
  };
}

/** Lines that nothing reads, and whole listings among them by name. */
export function notUnderstood(place: string, unknown: readonly PastedLine[], unread: readonly UnreadOutput[]): Problem {
  const count = unknown.length;
  const first = unknown[0]?.number ?? 0;
  // What the question itself was read from has been used.
  const left = unread.filter(({ lines }) => unknown.some(({ number }) => lines.has(number)));
  const named = [...new Set(left.map(({ name }) => name))].slice(0, MOST_NAMES).map((one) => printable(one));
  const en = named.length === 0 ? "" : ` All of this is among them, and may decide: ${named.join(", ")}.`;
  const zh = named.length === 0 ? "" : `其中包括整份没有读取、但可能起决定作用的输出：${named.join("、")}。`;
  return {
    kind: "lines-not-understood",
    severity: "warning",
    place,
    text: text(
      `${count === 1 ? "1 line" : `${count} lines`} of ${place} ${count === 1 ? "was not understood and not used: it is" : "were not understood and not used, the first at"} line ${first} (-v shows ${count === 1 ? "it" : "them"}).${en}`,
      `${place} 中有 ${count} 行看不懂、没有使用，第一处在第 ${first} 行（加 -v 显示）。${zh}`,
    ),
  };
}
