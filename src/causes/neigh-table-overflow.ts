// The kernel's neighbour table is full, and nothing can be sent to a neighbour it does not know yet.

import { defineCause, inNamespace } from "../model/cause.ts";
import { setting } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** gc_thresh3 is reached. */
export const cause = defineCause({
  code: "neigh-table-overflow",
  severity: "problem",
  marks: {
    drop: [{ reason: "NEIGH_CREATEFAIL", settles: "cause" }],
    counters: [],
    decides: ["kernelLog", { sysctl: "gc_thresh3" }],
  },
  title: text("neighbour table full", "邻居表已满"),
  headline: ({ target, value }) => {
    const limit = value === undefined ? text("", "") : text(` (gc_thresh3 = ${value})`, `（gc_thresh3 = ${value}）`);
    return text(
      `neighbour table full${limit.en}${target === undefined ? "" : `: nothing can be sent to ${target}`}`,
      `邻居表已满${limit.zh}${target === undefined ? "" : `：无法发往 ${target}`}`,
    );
  },
  summary: ({ target, value, error, sysctl }) =>
    text(
      `The kernel logged that its neighbour table overflowed, and ping was refused${error === undefined ? "" : ` (“${error}”)`}. For ${target ?? "the next hop"} there was most likely no room for an entry, so that it could not even be asked for and nothing left the host. The limit${value === undefined ? "" : `, ${sysctl ?? "gc_thresh3"} = ${value},`} is the whole machine's: the entries of all its network namespaces count together.`,
      `内核日志记录了邻居表溢出，ping 也被拒绝${error === undefined ? "" : `（“${error}”）`}。多半是已经没有位置给 ${target ?? "下一跳"} 建表项，连 ARP 询问都发不出，所以什么也没有离开本机。这个上限${value === undefined ? "" : `（${sysctl ?? "gc_thresh3"} = ${value}）`}属于整台机器：所有网络命名空间的表项合在一起计算。`,
    ),
  why: () =>
    text(
      "With gc_thresh3 entries in the table and none of them old enough to be dropped (5 s), neigh_alloc gives up, and the packet that needed a new entry is dropped with ENOBUFS.",
      "表项数达到 gc_thresh3，又没有一条旧到可以回收（5 秒）时，neigh_alloc 放弃分配，需要新表项的报文以 ENOBUFS 丢弃。",
    ),
  fixes: () => [
    {
      edits: [
        setting(null, {
          "net.ipv4.neigh.default.gc_thresh1": "4096",
          "net.ipv4.neigh.default.gc_thresh2": "8192",
          "net.ipv4.neigh.default.gc_thresh3": "16384",
        }),
      ],
      effect: text(
        "in the initial namespace, where alone these can be set: room for more neighbours",
        "在初始命名空间执行（只有那里能设置）：容纳更多邻居",
      ),
    },
    {
      advice: "sudo ip -all netns exec ip -s neigh show nud all",
      effect: text(
        "shows which namespaces hold the entries; a scan of a large on-link prefix fills the table by itself",
        "看哪些命名空间占用了表项；扫描一个很大的直连网段就足以把表填满",
      ),
    },
  ],
  settle: (_, netns) => [
    {
      command: "sudo dmesg --ctime",
      because: text(
        "“neighbour: arp_cache: neighbor table overflow!” at the time of the ping means it is this",
        "ping 期间有“neighbour: arp_cache: neighbor table overflow!”，就是这个原因",
      ),
    },
    {
      command: inNamespace(netns, "cat /proc/net/stat/arp_cache"),
      because: text("the column table_fulls counts it (hexadecimal)", "table_fulls 一列就是计数（十六进制）"),
    },
  ],
  lookalikes: ["peer-mtu-smaller", "neigh-no-probes", "neigh-queue-full"],
  search: [
    "neighbor table overflow",
    "neighbour: arp_cache: neighbor table overflow!",
    "gc_thresh3",
    "ping sendmsg No buffer space available",
    "邻居表溢出",
    "arp 表满",
    "arp_cache 溢出",
  ],
  page: () => ({
    meaning: text(
      "Each neighbour that is talked to takes an entry in one table that all network namespaces of a machine share. On hosts with thousands of containers, or after a scan of a large subnet, the table reaches its hard limit. Neighbours that have an entry go on working; new ones cannot be asked for.",
      "每个通信的邻居在表中占一条，而一台机器的所有网络命名空间共用一张表。容器成千上万的主机，或扫描过一个大网段之后，表会达到硬上限。已有表项的邻居照常工作，新的邻居连询问都做不到。",
    ),
    evidence: text(
      "Nothing on any wire, not even ARP. ping: `ping: sendmsg: No buffer space available`. Log: `neighbour: arp_cache: neighbor table overflow!`. State: net.ipv4.neigh.default.gc_thresh3 of the initial namespace. Kernel: NEIGH_CREATEFAIL at ip_finish_output2, table_fulls in /proc/net/stat/arp_cache. Not reproduced in the lab: the limit is the whole machine's.",
      "任何链路上都没有报文，连 ARP 也没有。ping：`ping: sendmsg: No buffer space available`。日志：`neighbour: arp_cache: neighbor table overflow!`。状态：初始命名空间的 net.ipv4.neigh.default.gc_thresh3。内核：ip_finish_output2 处的 NEIGH_CREATEFAIL，/proc/net/stat/arp_cache 里的 table_fulls。实验环境没有重现它，因为上限属于整台机器。",
    ),
    tellApart: text(
      "peer-mtu-smaller: the same words from ping, but ARP works and only large packets fail. neigh-no-probes: nothing is asked either, but ping prints no error. neigh-queue-full: the neighbour is asked for, and the packets wait.",
      "peer-mtu-smaller：ping 的报错相同，但 ARP 正常，只有大包失败。neigh-no-probes：同样不发询问，但 ping 不报错。neigh-queue-full：发出了询问，报文在等待。",
    ),
    kernel: "neigh_alloc: gc_entries >= gc_thresh3, neigh_forced_gc → ENOBUFS; ip_finish_output2 → NEIGH_CREATEFAIL",
  }),
  scenario: null,
  negativeTwin: null,
});
