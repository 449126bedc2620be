// The loopback interface is down, as in every new namespace: own addresses and own ICMP errors have no way.

import { defineCause, inNamespace } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** What a host sends to itself is thrown away without a trace. */
export const cause = defineCause({
  code: "lo-down",
  severity: "problem",
  marks: {
    drop: [{ reason: "QDISC_DROP", settles: "kind" }],
    counters: [{ name: "tx_dropped", of: "interface", always: false }],
    decides: ["link"],
    asked: { threads: 10, order: 8 },
  },
  title: text("lo is down", "lo 没有启用"),
  headline: ({ target }) =>
    target === undefined
      ? text("lo is down: this host cannot reach itself", "lo 没有启用：本机到达不了自己")
      : text(`lo is down: packets to ${target} have no way`, `lo 没有启用：发往 ${target} 的报文无法送达`),
  summary: ({ target, ownerInterface, error }) => {
    if (error !== undefined)
      return text(
        `${target ?? "The address"} belongs to lo, and lo is down in this namespace, as in every new one: while it is down it has no address and no route, so that the kernel refuses to send ("${error}"). Nothing else is wrong with the routes.`,
        `${target ?? "这个地址"} 属于 lo，而这个命名空间里的 lo 没有启用（新建的命名空间都是这样）：lo 关闭时没有地址也没有路由，所以内核拒绝发送（“${error}”）。路由本身没有别的问题。`,
      );
    return text(
      `What a host sends to ${target === undefined ? "an address of its own" : `its own address ${target}`} goes over lo${ownerInterface === undefined || ownerInterface === "lo" ? "" : `, although the address is on ${ownerInterface}`}. lo is down in this namespace, so the kernel throws it away without an error and before any capture. The same happens to the host's own "Destination Host Unreachable" messages, so that ping stays mute.`,
      `主机发给${target === undefined ? "自己地址" : `自己的地址 ${target}`} 的报文要走 lo${ownerInterface === undefined || ownerInterface === "lo" ? "" : `，尽管这个地址配在 ${ownerInterface} 上`}。这个命名空间里的 lo 没有启用，内核不报错就把报文丢弃，抓包也看不到。主机发给自己的“Destination Host Unreachable”同样丢失，所以 ping 什么也不打印。`,
    );
  },
  why: () =>
    text(
      "The route in table `local` still says lo; a device that is down has a queue that drops everything.",
      "local 路由表仍然指向 lo，而没有启用的设备，发送队列会丢弃一切。",
    ),
  fixes: (_, netns) => [
    {
      edits: [{ kind: "link", netns, device: "lo", up: true }],
      effect: text(
        "every new namespace needs it; 127.0.0.1, own addresses and own ICMP errors work from then on",
        "每个新建的命名空间都要执行；之后 127.0.0.1、本机地址和自己的 ICMP 差错就都正常了",
      ),
    },
  ],
  settle: (_, netns) => [
    {
      command: inNamespace(netns, "ip -br link show lo"),
      because: text(
        "DOWN there means it is this; a healthy lo shows UNKNOWN",
        "显示 DOWN 就是这个原因；正常的 lo 显示 UNKNOWN",
      ),
    },
  ],
  faults: ({ netns, role, source, destination }) =>
    role === "asker" && source === destination ? [[{ kind: "link", netns, device: "lo", up: false }]] : [],
  lookalikes: ["local-address-via-lo", "echo-no-reply", "nft-output-drop", "reply-via-lo", "arp-no-local-owner"],
  search: [
    "cannot ping own address in namespace",
    "ping 127.0.0.1 fails network namespace",
    "lo DOWN",
    "ip link set lo up",
    "命名空间 ping 不通自己",
    "ping 不通 127.0.0.1",
    "lo 没有 up",
  ],
  page: () => ({
    meaning: text(
      "lo carries everything that a host sends to itself: pings of own addresses, replies to own addresses, and the ICMP errors its kernel makes for its own sockets. In a new network namespace lo is down. Pings of own addresses then show 100% loss without a message, and ARP failures elsewhere lose their Destination Host Unreachable.",
      "主机发给自己的一切都走 lo：ping 本机地址、发往本机地址的应答，以及内核给本机套接字的 ICMP 差错。新建的网络命名空间里 lo 是关闭的。于是 ping 本机地址 100% 丢包且没有任何提示，别处的 ARP 失败也不再打印 Destination Host Unreachable。",
    ),
    evidence: text(
      "Packets: nothing on lo (it cannot be captured while down) and nothing on any other interface. State: lo without UP, while table `local` has the address. Counters: tx_dropped of lo moves; drop reason QDISC_DROP at __dev_queue_xmit; no IP counter but IcmpOutEchos.",
      "报文：lo 上什么也没有（关闭时无法抓包），其他接口上也没有。状态：lo 没有 UP，而 local 表里有这个地址。计数器：lo 的 tx_dropped 增长；丢包原因是 __dev_queue_xmit 处的 QDISC_DROP；IP 计数器中只有 IcmpOutEchos 增长。",
    ),
    tellApart: text(
      "local-address-via-lo: the same route with lo up; works. no-route would fail at once with Network is unreachable. An ARP failure that prints nothing: compare who-has in the capture, and lo's state.",
      "local-address-via-lo：路由相同，但 lo 已启用，能通。no-route 会立刻报 Network is unreachable。ARP 失败却没有提示时，看抓包里有没有 who-has，再看 lo 的状态。",
    ),
    kernel:
      "ip_route_output_key_hash_rcu: RTN_LOCAL → dev_out = loopback_dev; __dev_queue_xmit on noop_qdisc: QDISC_DROP",
  }),
  scenario: "lo-down",
  negativeTwin: "own-address",
});
