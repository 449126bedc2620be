// Steps and remarks from what a ping printed, where nothing else was seen of it.

import { formatIpv4 } from "../model/address.ts";
import type { Flow } from "../model/flow.ts";
import type { Printed } from "../model/printed.ts";
import { quotedLine } from "../model/printed-verdict.ts";
import type { ReportStep } from "../model/report.ts";
import { printable, type Text, text } from "../model/text.ts";

/** What ping said, in the order of a ping's life: what it was refused, what came back, how it ended. */
export function narratePrinted({ netns, printed, program = "ping", wondered, told: end }: Flow): ReportStep[] {
  if (end !== undefined)
    return [
      told(netns, "paste", text(`the program printed “${printable(end.line)}”`, `程序输出“${printable(end.line)}”`)),
    ];
  if (!printed) return typeof wondered === "string" ? [askedStep(netns, wondered)] : [];
  const said: Text[] = [...printed.refusals, ...printed.errors]
    .sort((a, b) => a.at - b.at)
    .map((one) => quotedLine(one, program));
  if (printed.answers > 0)
    said.push(
      text(
        `${program} printed ${printed.answers} ${printed.answers === 1 ? "answer" : "answers"}`,
        `${program} 打印了 ${printed.answers} 个应答`,
      ),
    );
  if (printed.silences > 0)
    said.push(
      text(
        `${program} printed ${printed.silences} ${printed.silences === 1 ? "time" : "times"} that a request stays unanswered`,
        `${program} 打印了 ${printed.silences} 次请求没有应答`,
      ),
    );
  if (printed.summaryLine !== null) said.push(quotedLine({ line: printed.summaryLine, count: 1 }, program));
  return said.map((sentence, index) => ({ ...told(netns, program, sentence), n: index + 1 }));
}

function told(netns: string | null, place: string, sentence: Text): ReportStep {
  return {
    n: 1,
    netns,
    interface: place,
    direction: null,
    time: null,
    basis: "seen",
    text: sentence,
    frames: [],
    state: [],
  };
}

function askedStep(netns: string | null, words: string): ReportStep {
  return told(netns, "paste", text(`it is asked: ${printable(words)}`, `问题是：${printable(words)}`));
}

/** What a ping's output holds besides that a reader should know of. */
export function remarksOf(printed: Printed, program: string = "ping"): Text[] {
  const remarks: Text[] = [];
  if (printed.duplicates > 0)
    remarks.push(
      text(
        `ping printed ${printed.duplicates} duplicate ${printed.duplicates === 1 ? "answer" : "answers"} (DUP!): something on the way doubles packets (a loop in the network, a mirror port), or several hosts answered a broadcast.`,
        `ping 打印了 ${printed.duplicates} 个重复应答（DUP!）：途中有东西在复制报文（网络环路、镜像端口），或者有多台主机应答了广播。`,
      ),
    );
  const strangers = printed.strangers.filter((address) => address !== "?");
  if (printed.strangers.length > 0) {
    const who = strangers.length === 0 ? null : strangers.join(", ");
    const target = printed.destination === null ? "" : formatIpv4(printed.destination);
    remarks.push(
      text(
        `Answers came from ${who ?? "another address"}, not from ${target || "the address that was asked"}: NAT without its way back, a host that answers with another of its addresses, or a broadcast.`,
        `应答来自 ${who ?? "别的地址"}，而不是被 ping 的 ${target || "地址"}：可能是 NAT 的回程没有还原、目标主机用自己的另一个地址应答，或者 ping 的是广播地址。`,
      ),
    );
  }
  if (printed.damaged.length > 0)
    remarks.push(
      text(
        `Answers came back damaged (“${printed.damaged[0]}”): their bytes were changed or cut on the way.`,
        `有的应答回来时已经损坏（“${printed.damaged[0]}”）：内容在途中被改动或截断。`,
      ),
    );
  for (const { call, line } of printed.refusals) {
    if (call === "device")
      remarks.push(
        text(
          `${program} could not bind to the interface (“${line}”): nothing was sent. ip -br link shows the names there are, in this namespace.`,
          `${program} 无法绑定到这个接口（“${line}”），什么也没有发出。用 ip -br link 查看这个命名空间里有哪些接口。`,
        ),
      );
  }
  return remarks;
}
