// A router on the way has told earlier that it takes less: the kernel remembers, and refuses larger packets at once.

import { defineCause, inNamespace } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** The path MTU learned from an ICMP error stands for ten minutes. */
export const cause = defineCause({
  code: "pmtu-cached",
  severity: "problem",
  marks: {
    drop: "no-end",
    counters: [],
    decides: ["routeCache", "route"],
  },
  title: text("packet larger than the learned path MTU", "报文超过已学到的路径 MTU"),
  headline: ({ size, mtu, target }) => {
    const en = [
      size === undefined ? undefined : `${size} bytes`,
      mtu === undefined ? undefined : `path MTU ${mtu}`,
      target === undefined ? undefined : `to ${target}`,
    ].filter((p) => p !== undefined);
    const zh = [
      size === undefined ? undefined : `${size} 字节`,
      mtu === undefined ? undefined : `路径 MTU ${mtu}`,
      target === undefined ? undefined : `去往 ${target}`,
    ].filter((p) => p !== undefined);
    return text(
      `packet larger than the learned path MTU${en.length === 0 ? "" : ` (${en.join(", ")})`}`,
      `报文超过已学到的路径 MTU${zh.length === 0 ? "" : `：${zh.join("，")}`}`,
    );
  },
  summary: ({ target, size, mtu, value, outInterface }) =>
    text(
      `The ping to ${target ?? "the target"} makes packets of ${size === undefined ? "too many" : size} bytes and forbids to fragment them. A router on the way has told this host earlier that it takes at most ${mtu ?? "less"}, and the kernel remembers that for ten minutes: it refuses to send, though ${outInterface ?? "the own interface"} itself takes ${value === undefined || value === "" ? "more" : value}. Nothing is on the wire.`,
      `发给 ${target ?? "目标"} 的 ping 报文${size === undefined ? "太大" : `有 ${size} 字节`}，而且不许分片。此前有路由器告诉过本机，它最多只能承载${mtu === undefined ? "更小的报文" : ` ${mtu} 字节`}，内核会记住十分钟：虽然 ${outInterface ?? "自己的接口"} 本身能承载${value === undefined || value === "" ? "更多" : ` ${value} 字节`}，内核还是拒绝发送。线上什么也没有。`,
    ),
  why: () =>
    text(
      "Path MTU discovery (RFC 1191): the size in an ICMP “fragmentation needed” is kept as a route exception of that destination until it expires (ip_rt_mtu_expires, 600 s).",
      "路径 MTU 发现（RFC 1191）：ICMP“需要分片”里的大小会作为该目的地址的路由例外保留，直到过期（600 秒）。",
    ),
  fixes: ({ target, mtu }, netns) => {
    const payload = mtu === undefined || Number.isNaN(Number(mtu)) ? null : Number(mtu) - 28;
    return [
      {
        ...(payload === null
          ? { advice: inNamespace(netns, `ping -M do -s SIZE ${target ?? "TARGET"}`) }
          : {
              edits: [{ kind: "question", netns, target: target ?? "TARGET", discovery: "do", payload, atFault: true }],
            }),
        effect: text(
          "the largest payload that fits: path MTU less 28 bytes of headers",
          "能放下的最大负载：路径 MTU 减去 28 字节首部",
        ),
      },
      {
        edits: [{ kind: "route-cache", netns }],
        effect: text(
          "forgets what was learned, if the narrow link has been fixed; else the router tells it again",
          "清除学到的值，前提是那段窄链路已经修好；否则路由器会再次告知",
        ),
      },
    ];
  },
  settle: ({ target }, netns) => [
    {
      command: inNamespace(netns, `ip route get ${target ?? "TARGET"}`),
      because: text(
        "“cache expires … mtu N” in its answer is a learned path MTU",
        "输出里有“cache expires … mtu N”，就是学到的路径 MTU",
      ),
    },
  ],
  lookalikes: ["local-mtu-df", "frag-needed-df", "pmtu-blackhole", "peer-mtu-smaller"],
  search: [
    "local error: message too long, mtu=1400",
    "ip route get cache expires mtu",
    "path MTU cache",
    "ip route flush cache",
    "路径 MTU 缓存",
    "message too long",
    "大包不通 mtu 缓存",
  ],
  page: () => ({
    meaning: text(
      "An earlier packet was too large for a link on the way, and the router in front of it said so. The kernel keeps that size for the destination; for ten minutes larger packets with DF fail at home, without a packet on the wire and without asking the router again.",
      "先前有报文超过了途中某段链路的大小，前面的路由器告知了这一点。内核为这个目的地址记下该大小；十分钟内，更大的带 DF 报文在本机就会失败，线上没有报文，也不会再去问路由器。",
    ),
    evidence: text(
      "Packets: none for the large size; the ICMP error that taught it came earlier. ping prints `local error: message too long, mtu=N` with N below the interface's MTU. State: `ip route get DST` or `ip route show cache` shows `cache expires … mtu N`. No counter, no drop event.",
      "报文：大尺寸的没有发出；教会内核的那个 ICMP 差错出现在更早的时候。ping 打印 `local error: message too long, mtu=N`，N 小于接口 MTU。状态：`ip route get DST` 或 `ip route show cache` 显示 `cache expires … mtu N`。没有计数，也没有丢包事件。",
    ),
    tellApart: text(
      "local-mtu-df: the interface or the route itself is that small, for all destinations. frag-needed-df: the first packet, from which the size is learned; it leaves, and a router answers.",
      "local-mtu-df：接口或路由本身就这么小，对所有目的地址都一样。frag-needed-df：是学到大小的第一个报文；它发出去了，由路由器应答。",
    ),
    kernel:
      "ip_rt_update_pmtu → update_or_create_fnhe; ipv4_mtu: rt_pmtu until dst.expires; __ip_append_data → ip_local_error(EMSGSIZE)",
  }),
  scenario: "pmtu-cached",
  negativeTwin: "frag-needed-df",
});
