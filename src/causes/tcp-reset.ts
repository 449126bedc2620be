// A connection that stood is cut off by a reset.

import { formatIpv4 } from "../model/address.ts";
import { defineCause, inNamespace } from "../model/cause.ts";
import { addressOfService, connectionFacts, firstEnd, lastPlace, sightOf } from "../model/connection-facts.ts";
import { text } from "../model/text.ts";

/** Reset by one side before both were done. */
export const cause = defineCause({
  code: "tcp-reset",
  severity: "problem",
  marks: { drop: "no-end", counters: [], decides: [] },

  title: text("connection reset", "连接被重置"),
  headline: (facts) =>
    text(
      `connection reset: by ${facts.owner ?? "one side"} (${addressOfService(facts).en})`,
      `连接被重置：由 ${facts.owner ?? "某一方"} 发出（${addressOfService(facts).zh}）`,
    ),
  summary: (facts) =>
    facts.lost === undefined
      ? text(
          `The connection to ${addressOfService(facts).en} stood, and then a reset with the address of ${facts.owner ?? "one side"} ended it. Its program closed with data unread, ended, or was told to; or something on the way sends resets in its name.`,
          `到 ${addressOfService(facts).zh} 的连接已经建立，之后以 ${facts.owner ?? "某一方"} 的地址发出的 RST 结束了它。可能是它的程序在还有数据未读时关闭、退出或者被要求这样做；也可能是途中的设备以它的名义发送 RST。`,
        )
      : text(
          `${addressOfService(facts).en} answered the SYN, and the asker's own host ${facts.owner ?? ""} reset the answer: it knows nothing of this connection. The answer came with an address or port that nobody had asked, or the SYN was not this host's.`.replace(
            "host  reset",
            "host reset",
          ),
          `${addressOfService(facts).zh} 应答了 SYN，而请求方自己的主机${facts.owner === undefined ? "" : ` ${facts.owner} `}重置了这个应答：它不认得这个连接。应答带的地址或端口不是当初所问的，或者 SYN 不是这台主机发的。`,
        ),
  why: () =>
    text(
      "A reset ends a connection at once, without what is still to be read: the other program gets ECONNRESET.",
      "RST 立即结束连接，还没读的数据也不要了：对方程序得到 ECONNRESET。",
    ),
  fixes: () => [],
  settle: (_, netns) => [
    {
      command: inNamespace(netns, "ss -tnp"),
      because: text(
        "on the side whose address it carries: does the program still run?",
        "在 RST 所带地址的那一方：程序还在运行吗？",
      ),
    },
  ],
  lookalikes: [],
  search: ["connection reset by peer", "ECONNRESET", "RST after connect", "连接被重置", "对端重置"],
  page: () => ({
    meaning: text(
      "Both sides had shaken hands, and one of them, or something in its name, cut the connection off.",
      "双方已经完成握手，其中一方，或者以它名义发包的设备，切断了连接。",
    ),
    evidence: text(
      "Packets: RST before any FIN. Whose address it carries tells by whom; a TTL unlike that of its other packets hints at something in between.",
      "报文：在任何 FIN 之前出现了 RST。带的是谁的地址，就说明由谁发出；如果 TTL 和它的其他报文不同，可能是途中的设备发的。",
    ),
    tellApart: text("tcp-refused: the reset answers the SYN itself.", "tcp-refused：RST 直接答复 SYN。"),
    kernel: "tcp_reset; tcp_send_active_reset; tcp_v4_send_reset",
  }),
  scenario: "tcp-reset",
  negativeTwin: "tcp-answered-ok",
  check: (view) => {
    const disowned = firstEnd(view, "disowned", "tcp");
    const ended = disowned ?? firstEnd(view, "reset", "tcp");
    if (ended === null) return null;
    const { exchange, end } = ended;
    const by = end.kind === "reset" ? end.by : "asker";
    const { netns, interface: name } = lastPlace(end.journey);
    return {
      certainty: "likely",
      netns,
      interface: name,
      facts: {
        ...connectionFacts(ended),
        owner: formatIpv4(by === "asker" ? exchange.source : exchange.destination),
        ...(disowned === null ? {} : { lost: "1" }),
      },
      evidence: [sightOf(text("the reset", "RST"), [end.journey])],
      ruledOut: [],
    };
  },
});
