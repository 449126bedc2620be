// What a command did that is not explained is said, and never passes for an answer.

import { formatIpv4 } from "../model/address.ts";
import type { Flow } from "../model/flow.ts";
import { sightingsOf } from "../model/observed.ts";
import type { Answer, FlowReport } from "../model/report.ts";
import { printable, type Text, text, verbatim } from "../model/text.ts";
import type { PlacedCommand } from "./case.ts";
import { isExplained, programOf } from "./command/asked-command.ts";
import { innerCommands } from "./command/wrappers.ts";
import type { OwnFlows } from "./own-flows.ts";

/** The answer as it may stand, and what is to be said beside it. */
export interface JudgedAnswer {
  readonly answer: Answer | null;
  readonly notes: readonly Text[];
}

/** Of a command that asks nothing by ICMP or ARP itself only the ARP and ICMP around it is known. */
export function judged(
  command: PlacedCommand | null,
  answer: Answer | null,
  { reports, mine }: { readonly reports: readonly FlowReport[]; readonly mine: readonly Flow[] },
): JudgedAnswer {
  // Where nobody knows the namespace, it is a case that somebody has put together by hand.
  if (command === null || command.netns == null || command.amongOthers || mine.length > 0) return { answer, notes: [] };
  if (asksItself(command)) return { answer, notes: [] };
  const name = nameOf(command);
  const { exitCode } = command;
  const connected = reports.some(({ flow }) => flow.id === answer?.flow && flow.transportOutcomes !== undefined);
  if (connected && answer !== null) return ofConnection(answer, name, exitCode);
  const went = answer !== null && answer.verdict === "worked";
  if (exitCode !== null && exitCode !== 0 && (answer === null || went))
    return { answer: null, notes: [failedUnexplained(name, exitCode, reports.length > 0 && went)] };
  return answer === null ? { answer, notes: [] } : { answer, notes: [aroundOnly(name)] };
}

// The network did its part; what the programs told each other is theirs.
function ofConnection(answer: Answer, { en, zh }: Text, exitCode: number | null): JudgedAnswer {
  if (answer.verdict !== "worked" || exitCode === null || exitCode === 0) return { answer, notes: [] };
  const note = text(
    `${capital(en)} ended with status ${exitCode} although its connection stood: the reason is in what the programs told each other, or in something that went over another way.`,
    `${zh} 的连接已经建立，却以状态 ${exitCode} 结束：原因在程序之间交换的内容里，或者在别的途径上。`,
  );
  return { answer: { ...answer, verdict: "cannot-tell" }, notes: [note] };
}

function asksItself(command: PlacedCommand): boolean {
  const all = command.ran ?? [{ argv: command.argv }];
  return all.some(({ argv }) => isExplained(argv));
}

function nameOf({ argv }: PlacedCommand): Text {
  const [only, ...others] = new Set(innerCommands(argv).map((one) => programOf(one.argv)));
  return only === undefined || others.length > 0 ? text("the command", "该命令") : verbatim(printable(only));
}

/** Ports at which a host of its own accord said that nobody listens. */
export function refusedPorts(reports: readonly FlowReport[], own: OwnFlows): Text[] {
  const told = new Map<string, Text>();
  for (const { flow } of reports) {
    if (flow.kind !== "icmp-error" || !own.holds(flow)) continue;
    for (const { network } of sightingsOf(flow)) {
      const error = network.kind === "icmp" ? network.icmp : null;
      if (error?.type !== 3 || error.code !== 3 || error.body.kind !== "error" || network.kind !== "icmp") continue;
      const port = error.body.quoted?.ports?.destination;
      if (port === undefined || network.ip.source !== flow.dst) continue;
      told.set(`${flow.dst} ${port}`, nobodyListens(formatIpv4(flow.dst), port));
    }
  }
  return [...told.values()].slice(0, MOST_PORTS);
}

const MOST_PORTS = 4;

function nobodyListens(host: string, port: number): Text {
  return text(
    `${host} answered UDP to port ${port} with "port unreachable": it got there, and nobody listens on that port (or a reject rule says so).`,
    `${host} 对发往 UDP 端口 ${port} 的报文回了“端口不可达”：报文到了，只是该端口没有程序监听（或者有 reject 规则这样回应）。`,
  );
}

function failedUnexplained({ en, zh }: Text, exitCode: number, wentWell: boolean): Text {
  return wentWell
    ? text(
        `${capital(en)} ended with status ${exitCode}, and ARP and ICMP around it went well; no connection of its was seen that tells what went wrong.`,
        `${zh} 以状态 ${exitCode} 结束，而相关的 ARP 和 ICMP 都正常；没有看到能说明问题的连接。`,
      )
    : text(
        `${capital(en)} ended with status ${exitCode}, and nothing of its was seen that tells why: no ARP, ICMP, TCP or UDP.`,
        `${zh} 以状态 ${exitCode} 结束，而没有看到任何能说明原因的报文（ARP、ICMP、TCP、UDP）。`,
      );
}

function aroundOnly({ en, zh }: Text): Text {
  return text(
    `No connection of ${en} was seen; only the ARP and ICMP around it is told.`,
    `没有看到 ${zh} 的连接；这里只解释相关的 ARP 和 ICMP。`,
  );
}

// A program's name is written as it is.
function capital(words: string): string {
  return words === "the command" ? "The command" : words;
}
