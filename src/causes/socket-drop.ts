// The reply reaches the host that asked, and the socket of the command does not take it.

import { defineCause, inNamespace } from "../model/cause.ts";
import { text } from "../model/text.ts";

function listing(protocol: "tcp" | "udp", service: string | undefined): string {
  return `ss -${protocol === "tcp" ? "t" : "u"}anpm${service === undefined ? "" : ` sport = :${service}`}`;
}

function whoReads(protocol: "tcp" | "udp", service: string | undefined, netns: string | null) {
  return {
    advice: inNamespace(netns, listing(protocol, service)),
    effect: text(
      "shows the program with what waits for it (Recv-Q; skmem: r is what waits, rb the limit, d what had no room): a program that hangs is to be started anew, one that is only slow needs a larger buffer (SO_RCVBUF, net.core.rmem_max)",
      "看是哪个程序、有多少数据在等它读（Recv-Q；skmem 里 r 是等待的字节数，rb 是上限，d 是放不下的报文数）：程序卡住就重启它，只是读得慢就加大缓冲区（SO_RCVBUF、net.core.rmem_max）",
    ),
  };
}

/** A filter, a full buffer or a security module at the very end. */
export const cause = defineCause({
  code: "socket-drop",
  severity: "problem",
  marks: {
    drop: [
      { reason: "SOCKET_FILTER", settles: "cause" },
      { reason: "SOCKET_RCVBUFF", settles: "cause" },
      { reason: "PROTO_MEM", settles: "cause" },
      { reason: "PFMEMALLOC", settles: "cause" },
      { reason: "SECURITY_HOOK", settles: "cause" },
    ],
    counters: [],
    decides: [],
    stages: ["arrived"],
  },
  title: text("the socket did not take the packet", "套接字没有接收报文"),
  headline: ({ error }) =>
    text(
      `the socket did not take the packet${error === undefined ? "" : ` (${error})`}`,
      `套接字没有接收报文${error === undefined ? "" : `（${error}）`}`,
    ),
  summary: ({ source, target, error, protocol }) =>
    text(
      `The packet${source === undefined ? "" : ` from ${source}`} arrives at its host, passes the firewall and is handed to the socket, and the socket does not take it${error === "SOCKET_RCVBUFF" || error === "PROTO_MEM" ? ": its buffer is full, because the program reads too slowly" : error === "SECURITY_HOOK" ? ": a security module refuses it" : error === undefined ? "" : ": a filter on it, or on its control group, refuses it"}. Captures show it arrive${protocol === undefined ? `; ${target ?? "the other side"} has done its part` : ", and nobody is told"}.`,
      `${source === undefined ? "" : `来自 ${source} 的`}报文到达本机、通过了防火墙，交给套接字时没有被接收${error === "SOCKET_RCVBUFF" || error === "PROTO_MEM" ? "：程序读取太慢，缓冲区已满" : error === "SECURITY_HOOK" ? "：被安全模块拒绝" : error === undefined ? "" : "：套接字或其控制组上的过滤器拒绝了它"}。抓包能看到它到达${protocol === undefined ? `；${target ?? "对端"} 一侧没有问题` : "，而发送方得不到通知"}。`,
    ),
  why: () =>
    text(
      "sock_queue_rcv_skb asks the security module, the socket's filter and its control group, then looks for room in the receive buffer.",
      "sock_queue_rcv_skb 先问安全模块、套接字过滤器和所属控制组，再看接收缓冲区是否有空间。",
    ),
  fixes: ({ protocol, service }, netns) => [
    protocol !== undefined
      ? whoReads(protocol, service, netns)
      : {
          advice: inNamespace(netns, "ss -0wanpm"),
          effect: text(
            "shows raw and ping sockets with their memory (skmem: r is what waits, rb the limit); a slower ping, or a larger net.core.rmem_default, avoids a full buffer",
            "看原始套接字和 ping 套接字的内存（skmem：r 是等待的字节数，rb 是上限）；放慢 ping，或增大 net.core.rmem_default，可避免缓冲区变满",
          ),
        },
  ],
  settle: ({ protocol, service }, netns) => [
    {
      command: inNamespace(netns, protocol === undefined ? "ss -wanpm" : listing(protocol, service)),
      because: text(
        "a `d` that grows in skmem is what the buffer had no room for",
        "skmem 里增长的 `d` 就是缓冲区放不下的报文数",
      ),
    },
  ],
  lookalikes: [],
  search: [
    "SOCKET_RCVBUFF",
    "SOCKET_FILTER",
    "SECURITY_HOOK",
    "ping reply arrives but not counted",
    "UDP RcvbufErrors",
    "UDP receive buffer errors",
    "skmem",
    "套接字缓冲区满",
    "ping 收到应答却不显示",
  ],
  page: () => ({
    meaning: text(
      "The packet is on the wire and in the host, and its program gets nothing: a service over UDP that hangs, a flood that ping cannot read in time, a control group whose ingress program refuses it, SELinux, or a program that has set a filter on its socket.",
      "报文已到链路、已到本机，程序却收不到：卡住的 UDP 服务，ping 读不过来的洪泛，控制组的入方向程序拒绝，SELinux，或程序在套接字上设置了过滤器。",
    ),
    evidence: text(
      "Packets: the datagram or the reply comes in at its host. Drop reasons SOCKET_RCVBUFF or PROTO_MEM (full), SOCKET_FILTER (a filter or a control group), SECURITY_HOOK (SELinux, Smack), PFMEMALLOC (memory is short), at sock_queue_rcv_skb or sk_filter.",
      "报文：数据报或应答已在它的主机进来。丢包原因：SOCKET_RCVBUFF、PROTO_MEM（已满），SOCKET_FILTER（过滤器或控制组），SECURITY_HOOK（SELinux、Smack），PFMEMALLOC（内存紧张），位于 sock_queue_rcv_skb 或 sk_filter。",
    ),
    tellApart: text(
      "nft-reply-drop: a firewall rule drops it before, with NETFILTER_DROP. echo-reply-no-socket: no socket waits at all.",
      "nft-reply-drop：防火墙规则在此之前丢弃，原因为 NETFILTER_DROP。echo-reply-no-socket：根本没有套接字在等。",
    ),
    kernel: "sock_queue_rcv_skb_reason → sk_filter_reason → __sock_queue_rcv_skb",
  }),
  scenario: "udp-buffer-full",
  negativeTwin: "udp-ok",
});
