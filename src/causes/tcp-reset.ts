// A connection that stood is cut off by a reset.

import { formatIpv4 } from "../model/address.ts";
import { defineCause, inNamespace } from "../model/cause.ts";
import type { Code } from "../model/code.ts";
import { addressOfService, connectionFacts, firstEnd, lastPlace, sightOf } from "../model/connection-facts.ts";
import type { Facts } from "../model/finding.ts";
import { type Text, text } from "../model/text.ts";
import { byWords } from "../model/told-connection.ts";

// Behind whoever took the connection: a proxy that cannot reach its program ends what it has taken.
const BEHIND: readonly Code[] = ["port-other-address", "port-no-listener", "dnat-dead-target"];

/** Reset by one side before both were done. */
export const cause = defineCause({
  code: "tcp-reset",
  severity: "problem",
  marks: { drop: "no-end", counters: [], decides: [] },

  title: text("connection reset", "连接被重置"),
  headline: (facts) =>
    facts.basis === "told"
      ? toldHeadline(facts)
      : text(
          `connection reset: by ${facts.owner ?? "one side"} (${addressOfService(facts).en})`,
          `连接被重置：RST 由 ${facts.owner ?? "某一方"} 发出（${addressOfService(facts).zh}）`,
        ),
  summary: (facts) =>
    facts.basis === "told"
      ? toldSummary(facts)
      : facts.lost === undefined
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
  settle: ({ basis, service }, netns) => [
    ...(basis === "told" ? [behindIt(service)] : []),
    {
      command: inNamespace(netns, "ss -tnp"),
      because: text("on the side that ended it: does the program still run?", "在结束连接的那一方：程序还在运行吗？"),
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
    if (ended === null) return byWords(view.flow, "tcp", ["ECONNRESET", "EOF"], BEHIND);
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

function toldHeadline(facts: Facts): Text {
  const at = addressOfService(facts);
  return facts.value === "EOF"
    ? text(`connection ended by the other side: ${at.en}`, `连接被对端关闭：${at.zh}`)
    : text(`connection reset: by the other side (${at.en})`, `连接被对端重置：${at.zh}`);
}

function toldSummary(facts: Facts): Text {
  const at = addressOfService(facts);
  const how =
    facts.value === "EOF" ? text("closed it without an answer", "没有应答就关闭了它") : text("reset it", "重置了它");
  return text(
    `The connection to ${at.en} was made, and then the other side ${how.en}: the way there and back works. Either its program ended it (it crashed, it refuses this asker, or it speaks another protocol, such as TLS), or a firewall did in its name, or a proxy took the connection (docker-proxy, rootlessport, kubectl port-forward, ssh -L) and cannot reach the program behind it: in its container that listens on 127.0.0.1 only, on another port, or not at all.`,
    `到 ${at.zh} 的连接已经建立，之后对端${how.zh}：往返路径是通的。要么是对端的程序结束了它（程序崩溃、拒绝这个请求方，或者使用的是另一种协议，例如 TLS）；要么是防火墙以对端的名义结束了它；要么是代理接受了连接（docker-proxy、rootlessport、kubectl port-forward、ssh -L），却连不上后面的程序：程序在容器里只监听 127.0.0.1、监听的是别的端口，或者根本没有监听。`,
  );
}

function behindIt(service: string | undefined) {
  return {
    command: `ss -Hltnp${service === undefined ? "" : ` sport = :${service}`}`,
    because: text(
      "on the host that was asked: who listens there, the program itself or a proxy (docker-proxy, rootlessport, ssh)? With a proxy, look inside the container as well: the program must not listen on 127.0.0.1 only",
      "在被询问的主机上：监听的是程序本身，还是代理（docker-proxy、rootlessport、ssh）？如果是代理，还要到容器里看：程序不能只监听 127.0.0.1",
    ),
  };
}
