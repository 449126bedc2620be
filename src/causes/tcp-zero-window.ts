// The reader takes no more data: its window is closed and stays so.

import { formatIpv4 } from "../model/address.ts";
import { defineCause, inNamespace } from "../model/cause.ts";
import { addressOfService, connectionFacts, firstEnd, lastPlace, sightOf } from "../model/connection-facts.ts";
import { text } from "../model/text.ts";

/** The receiving program does not read. */
export const cause = defineCause({
  code: "tcp-zero-window",
  severity: "warning",

  title: text("window closed", "接收窗口为 0"),
  headline: (facts) =>
    text(
      `window closed: ${facts.owner ?? "the reader"} takes no more data (${addressOfService(facts).en})`,
      `接收窗口为 0：${facts.owner ?? "读取方"} 不再接收数据（${addressOfService(facts).zh}）`,
    ),
  summary: (facts) =>
    text(
      `The connection to ${addressOfService(facts).en} stands, and ${facts.owner ?? "one side"} announces a window of 0: its program does not read what has come, so the other side waits. The network carries everything; the program is busy, stopped or stuck.`,
      `到 ${addressOfService(facts).zh} 的连接已经建立，但 ${facts.owner ?? "某一方"} 通告的窗口为 0：它的程序没有读取已经收到的数据，所以对方在等。网络没有问题；是程序忙、停了或者卡住了。`,
    ),
  why: () =>
    text(
      "TCP stops the sender when the receiver's buffer is full, and probes from time to time whether it has room again.",
      "接收缓冲区满了，TCP 就让发送方停下，并不时探测是否又有空间。",
    ),
  fixes: () => [],
  settle: (_, netns) => [
    {
      command: inNamespace(netns, "ss -tnpm"),
      because: text(
        "on the side that does not read: Recv-Q, and whose socket it is",
        "在不读取的一方：Recv-Q 是多少，是谁的套接字",
      ),
    },
  ],
  lookalikes: [],
  search: ["zero window", "TCP ZeroWindow", "Recv-Q full", "slow reader", "零窗口", "接收缓冲区满"],
  page: () => ({
    meaning: text(
      "The reader's buffer is full and its program does not empty it. No packet is lost.",
      "读取方的缓冲区满了，而程序没有取走数据。没有丢包。",
    ),
    evidence: text(
      "Packets: segments of one side with window 0, window probes of the other, and no segment that opens it again.",
      "报文：一方的报文段窗口为 0，另一方在做窗口探测，之后没有重新打开窗口的报文段。",
    ),
    tellApart: text(
      "tcp-stall-pmtu: the reader's window is open, and large segments do not come.",
      "tcp-stall-pmtu：读取方的窗口是开的，是大的报文段到不了。",
    ),
    kernel: "tcp_select_window → __tcp_select_window; tcp_probe_timer",
  }),
  scenario: "tcp-zero-window",
  negativeTwin: "tcp-answered-ok",
  check: (view) => {
    const ended = firstEnd(view, "window-closed", "tcp");
    if (ended === null) return null;
    const { exchange, end } = ended;
    const { netns, interface: name } = lastPlace(end.journey);
    return {
      certainty: "likely",
      netns,
      interface: name,
      facts: {
        ...connectionFacts(ended),
        owner: formatIpv4(end.by === "asker" ? exchange.source : exchange.destination),
      },
      evidence: [sightOf(text("a segment with window 0", "窗口为 0 的报文段"), [end.journey])],
      ruledOut: [],
    };
  },
});
