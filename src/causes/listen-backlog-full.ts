// More connections wait for a program than its backlog holds: further SYNs are dropped.

import { defineCause, inNamespace } from "../model/cause.ts";
import { asked } from "../model/service.ts";
import { text } from "../model/text.ts";

/** The queue of accept is full. */
export const cause = defineCause({
  code: "listen-backlog-full",
  severity: "problem",
  marks: {
    drop: "silent",
    counters: [{ name: "TcpExtListenOverflows", of: "namespace", at: "end", always: true }],
    decides: ["sockets"],
    stages: ["arrived"],
  },
  title: text("SYN dropped: the listener's backlog is full", "SYN 被丢弃：监听队列（backlog）已满"),
  headline: (facts) => {
    const at = asked(facts);
    return text(
      `SYN dropped: the listener's backlog is full${at === "" ? "" : `: ${at}`}`,
      `SYN 被丢弃：监听队列（backlog）已满${at === "" ? "" : `：${at}`}`,
    );
  },
  summary: (facts) =>
    text(
      `${facts.program ?? "A program"} listens on ${asked(facts) || "the port"}, but ${facts.count ?? "more connections than it allows"} ${facts.count === undefined ? "" : "connections "}wait to be accepted and its backlog is ${facts.value ?? "full"}. Until the program accepts some, every further SYN is dropped without a word, and the asker sends it again until it gives up.`.replace(
        "  ",
        " ",
      ),
      `${facts.program ?? "有程序"} 在 ${asked(facts) || "该端口"} 监听，但有${facts.count === undefined ? "太多" : ` ${facts.count} 个`}连接在等它接受，而 backlog ${facts.value === undefined ? "已满" : `是 ${facts.value}`}。在程序接受其中一些之前，新的 SYN 都被静默丢弃，请求方反复重发，直到放弃。`,
    ),
  why: () =>
    text(
      "A listener keeps finished handshakes until accept() takes them; where more wait than listen() allowed, tcp_conn_request drops the SYN (TcpExtListenOverflows).",
      "监听套接字保存已完成握手的连接，等 accept() 取走；等待的数量超过 listen() 允许的值时，tcp_conn_request 丢弃 SYN（TcpExtListenOverflows）。",
    ),
  fixes: (facts, netns) => [
    {
      advice: inNamespace(netns, "ss -lnt"),
      effect: text(
        `Recv-Q is what waits, Send-Q the backlog: ${facts.program ?? "the program"} is stuck or overloaded; look why it does not accept, restart it, or let it listen with a larger backlog (at most net.core.somaxconn)`,
        `Recv-Q 是等待的数量，Send-Q 是 backlog：${facts.program ?? "程序"} 卡住或过载；查它为什么不接受连接，重启它，或调大 backlog（上限是 net.core.somaxconn）`,
      ),
    },
  ],
  settle: (_, netns) => [
    {
      command: inNamespace(netns, "nstat -asz TcpExtListenOverflows TcpExtListenDrops"),
      because: text(
        "before and after an attempt: both move with each SYN that is dropped so",
        "尝试前后各执行一次：每丢一个这样的 SYN，两者都增长",
      ),
    },
  ],
  lookalikes: ["nft-input-drop", "port-no-listener"],
  search: [
    "listen backlog",
    "ListenOverflows",
    "SYN dropped",
    "somaxconn",
    "accept queue full",
    "监听队列满",
    "SYN 重传",
    "backlog",
  ],
  page: () => ({
    meaning: text(
      "The program is there and its socket listens, but nobody takes what comes in. From outside it looks like a firewall that drops.",
      "程序在，套接字也在监听，但没有人取走到来的连接。从外面看就像防火墙在丢包。",
    ),
    evidence: text(
      "State: Recv-Q of the listener is larger than its Send-Q in `ss -lnt`. Counters: TcpExtListenOverflows and TcpExtListenDrops. Packets: SYN and its retries at the host, no answer. The kernel takes the SYN as dealt with: no drop event.",
      "状态：`ss -lnt` 里监听套接字的 Recv-Q 大于 Send-Q。计数器：TcpExtListenOverflows 和 TcpExtListenDrops。报文：主机上看得到 SYN 和重传，没有应答。内核把这个 SYN 当作已处理：没有丢包事件。",
    ),
    tellApart: text(
      "nft-input-drop: a rule's counter moves, and TcpExtListenOverflows does not. port-no-listener: a reset comes back at once.",
      "nft-input-drop：规则的计数增长，TcpExtListenOverflows 不变。port-no-listener：立刻收到复位。",
    ),
    kernel: "tcp_conn_request: sk_acceptq_is_full \u2192 LINUX_MIB_LISTENOVERFLOWS, drop",
  }),
  scenario: "listen-backlog-full",
  negativeTwin: "nft-input-drop-tcp",
});
