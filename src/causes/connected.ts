// The plain healthy connection: asked, and taken; or a question over UDP that was answered.

import { defineCause } from "../model/cause.ts";
import { goesOn } from "../model/connection.ts";
import { addressOfService, connectionFacts, firstEnd, lastPlace, sightOf } from "../model/connection-facts.ts";
import { text } from "../model/text.ts";

/** Nothing went wrong. */
export const cause = defineCause({
  code: "connected",
  severity: "note",

  title: text("connected", "已连接"),
  headline: (facts) => {
    const at = addressOfService(facts);
    if (facts.state === "unacknowledged")
      return text(
        `connected as far as was seen: ${at.en} answered the SYN, and nothing of the asker follows`,
        `从看到的情况来说已连接：${at.zh} 应答了 SYN，但之后没有看到请求方的报文段`,
      );
    return facts.protocol === "udp"
      ? text(`connected: ${at.en} answered over UDP`, `已连接：${at.zh} 用 UDP 作了应答`)
      : text(`connected: ${at.en} took the connection`, `已连接：${at.zh} 接受了连接`);
  },
  summary: (facts) => {
    const at = addressOfService(facts);
    const asker = facts.source ?? "";
    if (facts.state === "unacknowledged")
      return text(
        `${asker || "The asker"} asked ${at.en}, and its SYN was answered. Whether ${asker || "the asker"} took that answer was not seen: no segment of it follows.`,
        `${asker || "请求方"} 向 ${at.zh} 发出的 SYN 得到了应答。从看到的情况无法确定 ${asker || "请求方"} 是否接受了这个应答：之后没有它发出的任何报文段。`,
      );
    return facts.protocol === "udp"
      ? text(
          `${asker || "The asker"} asked ${at.en} over UDP and was answered. Nothing that was seen calls for a fix.`,
          `${asker || "请求方"} 用 UDP 询问 ${at.zh}，得到了应答。从看到的情况来说未发现异常。`,
        )
      : text(
          `${asker || "The asker"} connected to ${at.en}: the SYN was answered, and nothing that was seen afterwards went wrong. What the programs told each other is not looked at.`,
          `${asker || "请求方"} 连上了 ${at.zh}：SYN 得到了应答，之后看到的情况也没有异常。程序之间交换的内容不在检查之列。`,
        );
  },
  why: () =>
    text(
      "A socket listens on that port, and packets pass both ways.",
      "该端口上有套接字在监听，来回两个方向的报文都能通过。",
    ),
  fixes: () => [],
  lookalikes: [],
  search: ["TCP connected", "port open", "three-way handshake", "TCP 连接成功", "端口开放"],
  page: () => ({
    meaning: text(
      "The healthy path: SYN, SYN-ACK, ACK, then data; or a question over UDP and its answer. It is what all other stories about connections are compared with.",
      "正常的路径：SYN、SYN-ACK、ACK，然后是数据；或者一次 UDP 询问和它的应答。其他关于连接的情况都以它为参照。",
    ),
    evidence: text(
      "Packets: a SYN-ACK that came back to the asker, or any answer from the port that was asked. An application's own error (HTTP 500, a login that fails) is inside of the data and is not seen here.",
      "报文：SYN-ACK 回到了请求方，或者所问的端口有任何应答。应用自己的错误（HTTP 500、登录失败）在数据里面，这里看不到。",
    ),
    tellApart: text(
      "Connected, and then nothing: tcp-stall-pmtu, tcp-zero-window or tcp-reset.",
      "连上之后没有下文：tcp-stall-pmtu、tcp-zero-window 或 tcp-reset。",
    ),
    kernel:
      "tcp_v4_connect → tcp_rcv_synsent_state_process; tcp_v4_rcv → tcp_conn_request → tcp_check_req; udp_queue_rcv_skb",
  }),
  scenario: "tcp-answered-ok",
  negativeTwin: "tcp-reset",
  lastResort: 1,
  check: (view) => {
    const { flow } = view;
    const ended = firstEnd(view, "connected", "tcp") ?? firstEnd(view, "connected", "udp");
    if (ended === null) return null;
    const { exchange } = ended;
    const answers = exchange.kind === "tcp" ? exchange.synAcks : exchange.answers;
    const shown = answers.length > 0 || exchange.kind === "udp" ? answers : exchange.segments.slice(0, 1);
    const { netns, interface: name } = lastPlace(shown[0]);
    const isTaken = exchange.kind === "udp" || goesOn(exchange);
    return {
      // An answer to the SYN that nobody acknowledges may have died at the asker.
      certainty: isTaken ? "likely" : "possible",
      netns,
      interface: name,
      facts: {
        ...connectionFacts(ended),
        ...(isTaken ? {} : { state: "unacknowledged" }),
        ...(flow.replies > 1 ? { count: String(flow.replies) } : {}),
      },
      evidence: [
        sightOf(
          exchange.kind === "tcp" ? text("the SYN-ACK", "SYN-ACK") : text("the answer", "应答"),
          shown.slice(0, 1),
        ),
      ],
      ruledOut: [],
    };
  },
});
