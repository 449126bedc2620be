// The packet arrives for an address to which nothing may be sent.

import { defineCause, inNamespace } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** 0.0.0.0 from a wire, or a destination that no route type allows. */
export const cause = defineCause({
  code: "destination-invalid",
  severity: "problem",
  marks: {
    drop: [{ reason: "IP_INVALID_DEST", settles: "cause" }],
    counters: [],
    decides: ["route"],
    stages: ["arrived", "forwarded"],
  },
  title: text("its destination address is invalid here", "目的地址在此处无效"),
  headline: ({ target }) =>
    text(
      `its destination address is invalid here${target === undefined ? "" : ` (${target})`}`,
      `目的地址在此处无效${target === undefined ? "" : `（${target}）`}`,
    ),
  summary: ({ target, inInterface }) =>
    text(
      `A packet for ${target ?? "an address"} comes in at ${inInterface ?? "an interface"}, and the kernel takes that for no address that a packet may have there: it is dropped as a martian, and no error is sent.`,
      `目的地址为 ${target ?? "某地址"} 的报文从 ${inInterface ?? "接口"} 进来，内核认为它不是此处的报文可以有的目的地址：当作 martian 丢弃，不返回错误。`,
    ),
  why: () =>
    text(
      "ip_route_input_slow refuses zero networks and reserved destinations, and a route of a type that input does not have.",
      "ip_route_input_slow 拒绝全零网段和保留的目的地址，以及输入方向没有的路由类型。",
    ),
  fixes: (_, netns) => [
    {
      advice: inNamespace(netns, "sysctl -w net.ipv4.conf.all.log_martians=1"),
      effect: text(
        "writes each of them to the kernel log, with the sender’s MAC address: what has to change is at that sender",
        "把每个这样的报文连同发送方 MAC 写进内核日志：要改的是那个发送方",
      ),
    },
  ],
  settle: (_, netns) => [
    {
      command: inNamespace(netns, "dmesg"),
      because: text(
        "“martian destination” with this address decides it",
        "带有该地址的“martian destination”就可以确定",
      ),
    },
  ],
  lookalikes: [],
  search: ["IP_INVALID_DEST", "martian destination", "log_martians", "目的地址无效", "martian 目的地址"],
  page: () => ({
    meaning: text(
      "A program or a NAT rule has written an address that is no destination: 0.0.0.0 off its own host, a reserved block, or what a special route refuses.",
      "程序或 NAT 规则写入了不能作为目的的地址：离开本机的 0.0.0.0、保留地址段，或被特殊路由拒绝的地址。",
    ),
    evidence: text(
      "Packets: they arrive, nothing answers. Kernel log: martian destination (with log_martians). Drop reason IP_INVALID_DEST at ip_rcv_finish_core (6.14 and newer).",
      "报文：到达后没有任何应答。内核日志：martian destination（需 log_martians）。丢包原因为 ip_rcv_finish_core 处的 IP_INVALID_DEST（6.14 及更新的内核）。",
    ),
    tellApart: text(
      "martian-destination-loopback: 127/8 on a wire, IP_LOCALNET. martian-source-invalid: it is the source that is wrong.",
      "martian-destination-loopback：链路上的 127/8，IP_LOCALNET。martian-source-invalid：错的是源地址。",
    ),
    kernel: "ip_rcv_finish_core → ip_route_input_slow: martian_destination → SKB_DROP_REASON_IP_INVALID_DEST",
  }),
  scenario: null,
  negativeTwin: null,
});
