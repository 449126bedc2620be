// The reply loops over lo to an address that lo itself owns, and a socket bound to another interface does not get it.

import { defineCause, inNamespace } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** ping -I IF with a source address on lo. */
export const cause = defineCause({
  code: "bound-socket-reply-lo",
  severity: "problem",
  marks: {
    drop: "no-end",
    counters: [],
    decides: ["addr", "route"],
    asked: { threads: 14, order: 3 },
  },
  title: text("the reply came over lo, but ping is bound elsewhere", "应答从 lo 回来，而 ping 绑定在别的接口上"),
  headline: ({ outInterface, source }) => {
    const bound = outInterface === undefined ? [] : [text(`to ${outInterface}`, outInterface)];
    const own = source === undefined ? [] : [text(`${source} is an address on lo`, `${source} 是本机配在 lo 上的地址`)];
    const known = [...bound, ...own];
    return text(
      `the reply came over lo, but ping is bound elsewhere${known.length === 0 ? "" : ` (${known.map(({ en }) => en).join("; ")})`}`,
      `应答从 lo 回来，而 ping 绑定在别的接口上${known.length === 0 ? "" : `（${known.map(({ zh }) => zh).join("；")}）`}`,
    );
  },
  summary: ({ source, target, outInterface }) =>
    text(
      `${target ?? "The pinged address"} and ${source ?? "the asker's address"} both belong to this host: the reply is there, on lo. ${source ?? "The asker's address"} is an address of lo, so the kernel counts the reply as come in by lo, and ping's socket, bound to ${outInterface ?? "another interface"} by -I, does not get it. ping prints 100% loss although nothing was lost.`,
      `${target ?? "被 ping 的地址"} 和 ${source ?? "请求方的地址"} 都是本机地址：应答确实有，就在 lo 上。${source ?? "请求方的地址"} 配在 lo 上，内核把应答算作从 lo 进来，而 ping 的套接字被 -I 绑定在 ${outInterface ?? "另一个接口"} 上，收不到它。于是 ping 显示 100% 丢包，其实什么也没丢。`,
    ),
  why: () =>
    text(
      "A bound raw socket takes only packets whose logical input interface is its own; for a packet looped over lo that is the interface which owns its destination address.",
      "绑定接口的原始套接字只收逻辑入接口与自己相同的报文；对于经 lo 环回的报文，逻辑入接口就是目的地址所在的接口。",
    ),
  fixes: ({ source, target, outInterface }, netns) => [
    {
      edits: [{ kind: "question", netns, target: target ?? "TARGET", bind: source ?? "ADDRESS", atFault: true }],
      effect: text(
        "binds ping to the address instead of the interface: then it gets the reply (the request takes lo as well)",
        "让 ping 绑定地址而不是接口：这样就能收到应答（请求也会走 lo）",
      ),
    },
    {
      edits: [
        { kind: "address", netns, verb: "add", address: `${source ?? "ADDRESS"}/32`, device: outInterface ?? "IF" },
      ],
      effect: text(
        `puts the address on ${outInterface ?? "the interface"}, once it is deleted from lo; replies then count as come in there`,
        `先从 lo 上删掉这个地址，再配到 ${outInterface ?? "该接口"} 上；应答就算作从那里进来`,
      ),
    },
    {
      advice: inNamespace(netns, "tcpdump -n -i lo icmp"),
      effect: text("shows the replies that ping does not count", "看到 ping 没有算进去的那些应答"),
    },
  ],
  settle: ({ source }, netns) => [
    {
      command: inNamespace(netns, `ip route get ${source ?? "SOURCE"}`),
      because: text(
        "`ip addr` shows whether that address sits on lo: then the bound socket misses the reply; on the bound interface ping gets it",
        "再用 `ip addr` 看该地址是否配在 lo 上：如果是，绑定的套接字收不到应答；配在所绑定的接口上就能收到",
      ),
    },
  ],
  faults: ({ netns, role, bound, spare, destination }) =>
    role === "asker" && bound !== null && spare !== null
      ? [[{ kind: "address", netns, verb: "add", address: `${destination}/32`, device: spare }]]
      : [],
  lookalikes: ["reply-via-lo", "bound-socket-other-interface", "local-address-via-lo"],
  search: [
    "ping -I interface 100% packet loss but reply visible",
    "ping -I eth0 hangs, ping -I address works",
    "SO_BINDTODEVICE loopback reply",
    "ping -I 网卡 收不到应答",
    "lo 上能看到应答但 ping 显示丢包",
    "ping 绑定接口",
  ],
  page: () => ({
    meaning: text(
      "Both addresses belong to one host, and the asker's own address is configured on lo, as on many routers. `ping -I veth0` sends the request over the wire and is answered; the reply takes lo, as all replies to an own address do. Only ping does not hear it, because of what -I with an interface name means.",
      "两个地址属于同一台主机，而请求方的地址配在 lo 上（很多路由器都这样）。`ping -I veth0` 让请求走线上并得到应答；应答和所有发往本机地址的报文一样走 lo。只是 ping 听不到，原因在于 -I 带接口名的含义。",
    ),
    evidence: text(
      "Packets: requests at both ends of the pair, replies on lo. State: the source address on lo, ping's -I an interface name. Counters: IcmpInEchoReps moves in the asker's namespace although ping counts a loss; a NO_SOCKET event at ping_rcv for each reply and no raw_recvmsg.",
      "报文：veth 两端都有请求，lo 上有应答。状态：源地址在 lo 上，ping 的 -I 给的是接口名。计数器：请求方命名空间的 IcmpInEchoReps 增长，ping 却算作丢包；每个应答在 ping_rcv 有一个 NO_SOCKET 事件，而没有 raw_recvmsg。",
    ),
    tellApart: text(
      "reply-via-lo: the same capture, but the address sits on the bound interface, and ping works. bound-socket-other-interface: the reply is on another wire, not on lo. From packets alone the first two cannot be told apart; ping's own output decides.",
      "reply-via-lo：抓包完全一样，但地址在所绑定的接口上，ping 能通。bound-socket-other-interface：应答在另一个真实接口上，而不是 lo。仅凭报文分不清前两者，要看 ping 自己的输出。",
    ),
    kernel: "raw_v4_match: sk_bound_dev_if against inet_iif (rt_iif = device of the local route); ping_rcv: NO_SOCKET",
  }),
  scenario: "bound-socket-reply-lo",
  negativeTwin: "veth-both-addresses",
});
