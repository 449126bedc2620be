// An answer of TCP or UDP comes to a host where no socket has asked for it, or from where nobody was asked.

import { defineCause, inNamespace } from "../model/cause.ts";
import { asked } from "../model/service.ts";
import { text } from "../model/text.ts";

/** An answer that nobody there knows. */
export const cause = defineCause({
  code: "answer-without-socket",
  severity: "problem",
  marks: {
    drop: [
      { reason: "NO_SOCKET", settles: "kind", sometimes: true },
      { reason: "NOT_SPECIFIED", at: ["tcp_v4_rcv"], settles: "kind", sometimes: true },
      { reason: "OTHERHOST", settles: "kind", sometimes: true },
    ],
    counters: [],
    decides: [],
  },
  title: text("an answer came where no socket waits for it", "应答到了没有套接字在等它的地方"),
  headline: (facts) => {
    const at = asked(facts);
    const by =
      facts.inInterface === undefined ? text("", "") : text(` at ${facts.inInterface}`, `（${facts.inInterface}）`);
    return text(
      `an answer came where no socket waits for it${at === "" ? "" : `: ${at}${by.en}`}`,
      `应答到了没有套接字在等它的地方${at === "" ? "" : `：${at}${by.zh}`}`,
    );
  },
  summary: (facts) => {
    const { target, source, inInterface, owner, asker, protocol } = facts;
    const way = text(
      `The answer comes from ${target ?? "an address"} to ${source ?? "the asker's address"}${inInterface === undefined ? "" : `, at ${inInterface}`}`,
      `应答从 ${target ?? "某个地址"} 发到 ${source ?? "请求方的地址"}${inInterface === undefined ? "" : `（到达 ${inInterface}）`}`,
    );
    // Whom it reached is known: then it is not left open which of the two it is.
    const reason =
      !asker || !owner
        ? text(
            "where no socket waits for it: a connection knows its other end by address and port, and this is another one, or another host than the one that asked",
            "那里没有套接字在等它：连接按地址和端口识别对端，而这是另一个对端，或者到了并没有提问的主机",
          )
        : text(`which belongs to ${owner}, while it was ${asker} that asked`, `而这是 ${owner}，提问的却是 ${asker}`);
    const turned = text(
      protocol === "udp" ? " with ICMP port unreachable" : protocol === "tcp" ? " with a reset" : "",
      protocol === "udp" ? " ICMP 端口不可达" : protocol === "tcp" ? "复位" : "",
    );
    return text(
      `${way.en}, ${reason.en}. It is turned away${turned.en}.`,
      `${way.zh}，${reason.zh}。它被${turned.zh}拒收。`,
    );
  },
  why: () =>
    text(
      "A socket that has asked takes answers only from the address and port that it asked, at the interface that it is bound to; the stack refuses all others in its own name.",
      "提问的套接字只接收来自所问地址和端口、且从其绑定接口进来的应答；其余的由协议栈自行拒绝。",
    ),
  fixes: (facts, netns) => [
    {
      advice: inNamespace(netns, "ip -br addr"),
      effect: text(
        `if ${facts.source ?? "the asker's address"} is here and on the asking host as well, one of the two must go; else look which way the answer comes and what has changed its address`,
        `如果 ${facts.source ?? "请求方的地址"} 在这里和请求方都有，必须去掉一个；否则看应答走了哪条路、是什么改了它的地址`,
      ),
    },
  ],
  settle: (_, netns) => [
    {
      command: inNamespace(netns, "nstat -asz TcpOutRsts UdpNoPorts"),
      because: text(
        "before and after an attempt: one of them moves where the answer is turned away",
        "尝试前后各执行一次：应答被拒收的主机上其中一个会增长",
      ),
    },
  ],
  lookalikes: ["nat-hairpin", "duplicate-address", "asymmetric-routing", "bound-socket-other-interface"],
  search: [
    "RST after SYN-ACK",
    "answer from another address",
    "UDP reply from wrong source",
    "SYN-ACK then RST",
    "应答来自别的地址",
    "SYN-ACK 后收到 RST",
  ],
  page: () => ({
    meaning: text(
      "The question arrived and was answered, but the answer does not fit the question: a translation on one way only, a server with several addresses that answers UDP from another one, or an address that two hosts have.",
      "问题到了，也答了，但应答与问题对不上：只在一个方向做了地址转换，多地址的服务器从另一个地址应答 UDP，或者两台主机有同一个地址。",
    ),
    evidence: text(
      "Packets: the answer at an interface of a host, and its RST or ICMP port unreachable back to the server. Drop reason: NO_SOCKET; NOT_SPECIFIED at tcp_v4_rcv for the reset itself; OTHERHOST at hosts that get a flooded copy.",
      "报文：主机接口上的应答，以及它回给服务器的 RST 或 ICMP 端口不可达。丢包原因：NO_SOCKET；复位报文本身是 tcp_v4_rcv 处的 NOT_SPECIFIED；收到泛洪副本的主机上是 OTHERHOST。",
    ),
    tellApart: text(
      "nat-hairpin: a DNAT rule sent the question to a server on the asker's own link. duplicate-address: two MAC addresses answer ARP for one address.",
      "nat-hairpin：DNAT 规则把问题转给了请求方同一链路上的服务器。duplicate-address：同一地址有两个 MAC 应答 ARP。",
    ),
    kernel:
      "tcp_v4_rcv: no socket \u2192 tcp_v4_send_reset; __udp4_lib_rcv: no socket \u2192 icmp_send(ICMP_PORT_UNREACH)",
  }),
  scenario: "answer-without-socket",
  negativeTwin: "port-ok",
});
