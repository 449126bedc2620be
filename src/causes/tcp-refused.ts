// A reset comes in place of the SYN-ACK: the host was reached, and nobody there takes the connection.

import { defineCause, inNamespace } from "../model/cause.ts";
import type { Code } from "../model/code.ts";
import {
  addressOfService,
  connectionFacts,
  firstEnd,
  lastPlace,
  millisecondsBetween,
  sightOf,
} from "../model/connection-facts.ts";
import { text } from "../model/text.ts";
import { byWords } from "../model/told-connection.ts";

const REFUSERS: readonly Code[] = ["port-no-listener", "port-other-address", "nft-reject"];

/** Connection refused, by packets alone. */
export const cause = defineCause({
  code: "tcp-refused",
  severity: "problem",
  marks: { drop: [{ reason: "NO_SOCKET", settles: "kind", sometimes: true }], counters: [], decides: [] },

  title: text("connection refused", "连接被拒绝"),
  headline: (facts) => {
    const at = addressOfService(facts);
    if (facts.basis === "told") return text(`connection refused: ${at.en}`, `连接被拒绝：${at.zh}`);
    return text(`connection refused: ${at.en} answers with RST`, `连接被拒绝：${at.zh} 用 RST 应答`);
  },
  summary: (facts) => {
    const at = addressOfService(facts);
    if (facts.basis === "told" && facts.target?.startsWith("127."))
      return text(
        `The program was told "Connection refused" by its own host: nothing listens on ${at.en} there, or a firewall rejects. In a container 127.0.0.1 is the container itself, not its host.`,
        `程序被自己所在的主机告知 “Connection refused”：那里的 ${at.zh} 上没有程序在监听，或者防火墙拒绝了它。在容器里，127.0.0.1 是容器自己，而不是宿主机。`,
      );
    if (facts.basis === "told")
      return text(
        `The program was told "Connection refused": an answer came back at once, so the way to ${facts.target ?? "the target"} and back works. Nothing listens on ${at.en} (or only on another address, such as 127.0.0.1), or a firewall rejects.`,
        `程序得到的是 “Connection refused”：立刻有了应答，说明到 ${facts.target ?? "目标"} 的往返路径是通的。要么 ${at.zh} 上没有程序在监听（或者只监听在 127.0.0.1 之类的别的地址上），要么防火墙拒绝了它。`,
      );
    const after =
      facts.seconds === undefined ? text("", "") : text(` after ${facts.seconds} ms`, `，相隔 ${facts.seconds} 毫秒`);
    const hint =
      facts.router === undefined
        ? text("", "")
        : text(
            ` Its TTL differs from that of other packets of the target: something on the way may have sent it.`,
            `它的 TTL 和目标发出的其他报文不同：可能是途中的设备发的。`,
          );
    return text(
      `The SYN${facts.source === undefined ? "" : ` from ${facts.source}`} got there, and a reset with the target's address came back${after.en}: nothing listens on ${at.en}, or a rule rejects with a reset. The program gets "Connection refused".${hint.en}`,
      `${facts.source === undefined ? "" : `${facts.source} 的 `}SYN 到了，随即收到以目标地址发出的 RST${after.zh}：要么 ${at.zh} 上没有程序在监听，要么有规则用 RST 拒绝。程序得到的是 “Connection refused”。${hint.zh}`,
    );
  },
  why: () =>
    text(
      "For a SYN without a listening socket Linux sends a reset at once; a reject rule with tcp reset sends the very same.",
      "SYN 找不到监听套接字时，Linux 立刻回 RST；带 tcp reset 的 reject 规则发出的完全一样。",
    ),
  fixes: () => [],
  settle: ({ service }, netns) => [
    {
      command: inNamespace(netns, `ss -Hltnp${service === undefined ? "" : ` sport = :${service}`}`),
      because: text(
        "on the host that was asked: whether anything listens on that port, and on which addresses",
        "在被询问的主机上：该端口有没有程序监听，监听在哪些地址上",
      ),
    },
    {
      command: inNamespace(netns, "nft list ruleset"),
      because: text("there: whether a rule rejects with tcp reset", "同样在那里：有没有规则用 tcp reset 拒绝"),
    },
  ],
  lookalikes: [],
  search: [
    "connection refused",
    "ECONNREFUSED",
    "RST",
    "tcp reset",
    "连接被拒绝",
    "端口没有监听",
    "Connection refused",
  ],
  page: () => ({
    meaning: text(
      "The host, or something on the way in its name, has answered the SYN with a reset. Most often nothing listens on that port, or it listens on another address such as 127.0.0.1.",
      "主机本身，或者途中以它名义发包的设备，用 RST 答复了 SYN。最常见的是该端口没有程序监听，或者只监听在别的地址（例如 127.0.0.1）上。",
    ),
    evidence: text(
      "Packets: RST with ACK from the address and port that was asked, in place of a SYN-ACK. How fast it came and its TTL hint at who sent it; only the state of the host tells a missing listener from a rule. Drop reason, where nothing listens: NO_SOCKET.",
      "报文：从所问的地址和端口回来的是 RST+ACK，而不是 SYN-ACK。来得多快、TTL 是多少，能提示是谁发的；是没有监听还是规则拒绝，只有那台主机的状态能说明。没有监听时的丢包原因：NO_SOCKET。",
    ),
    tellApart: text(
      "tcp-syn-no-answer: nothing comes back, and the program waits. tcp-reset: the connection stood before it was reset.",
      "tcp-syn-no-answer：什么都没回来，程序一直等。tcp-reset：连接先建立，之后才被重置。",
    ),
    kernel: "tcp_v4_rcv → tcp_v4_send_reset; nft_reject_ipv4 → nf_send_reset",
  }),
  scenario: "tcp-refused",
  negativeTwin: "port-no-listener",
  check: (view) => {
    const ended = firstEnd(view, "refused", "tcp");
    if (ended === null || ended.exchange.kind !== "tcp") return byWords(view.flow, "tcp", ["ECONNREFUSED"], REFUSERS);
    const { syns } = ended.exchange;
    const { journey } = ended.end;
    const { netns, interface: name } = lastPlace(journey);
    const after = millisecondsBetween(syns.at(-1), journey);
    return {
      certainty: "likely",
      netns,
      interface: name,
      facts: { ...connectionFacts(ended), ...(after === null ? {} : { seconds: after }) },
      evidence: [
        sightOf(text("the SYN", "SYN"), syns.slice(-1)),
        sightOf(text("a reset in place of the SYN-ACK", "本应是 SYN-ACK，来的是 RST"), [journey]),
      ],
      ruledOut: [],
    };
  },
});
