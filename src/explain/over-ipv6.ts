// A ping over IPv6 is not explained: what is told instead is what the same ping over IPv4 would meet.

import { formatIpv4, type Ipv4, parseIpv4 } from "../model/address.ts";
import type { Cause } from "../model/cause.ts";
import { type Flow, UNSEEN } from "../model/flow.ts";
import type { FlowReport } from "../model/report.ts";
import type { SystemState } from "../model/system-state.ts";
import { printable, type Text, text } from "../model/text.ts";
import type { Trace } from "../model/trace.ts";
import { predict } from "../predict/predict.ts";
import { attemptOfCommand } from "./attempt.ts";
import type { AskedPing } from "./case.ts";
import { forecastSteps } from "./forecast-steps.ts";

/** Its report, which decides nothing, and the sentence that says why; the report is null where IPv4 has no such address. */
export interface OverIpv6 {
  readonly report: FlowReport | null;
  readonly note: Text;
}

const LOCALHOST = 0x7f000001 as Ipv4;

/** Told of a ping over IPv6; null where it went over IPv4, as far as is known. */
export function overIpv6(
  by: AskedPing,
  state: SystemState | null,
  causes: readonly Cause[],
  id: number,
): OverIpv6 | null {
  if (!by.ipv6 && by.output?.ipv6 !== true) return null;
  const { netns, ping, program } = by;
  const there = addressOverIpv4(by, state);
  if (there === null || netns === null || state === null || !state.namespaces.has(netns))
    return { report: null, note: noteOf(by, null, null, causes) };
  const trace = predict(state, { ...attemptOfCommand(there, netns, ping), origin: "asked" });
  const flow: Flow = {
    ...UNSEEN,
    id,
    kind: "ping",
    netns,
    src: null,
    dst: there,
    program,
    ipv6: by.ping.target,
  };
  const report: FlowReport = {
    flow,
    verdict: "cannot-tell",
    findings: [],
    steps: forecastSteps(trace),
    drawing: null,
  };
  return { report, note: noteOf(by, there, trace, causes) };
}

// ::1 is 127.0.0.1; an IPv6 address is asked for by the IPv4 address of the interface that has it.
function addressOverIpv4({ ping, output }: AskedPing, state: SystemState | null): Ipv4 | null {
  const asked = (output?.ipv6Destination ?? ping.target).replace(/%.*$/, "").toLowerCase();
  if (asked === "::1" || /^(?:ip6-)?localhost6?$/.test(asked)) return LOCALHOST;
  const mapped = /^::ffff:(\d+(?:\.\d+){3})$/.exec(asked)?.[1];
  if (mapped !== undefined) return parseIpv4(mapped);
  for (const ns of state?.namespaces.values() ?? []) {
    const on = ns.addresses6?.find(({ local }) => local === asked)?.interface;
    const own = ns.addresses?.find((address) => address.interface === on);
    if (own !== undefined) return own.local;
  }
  return null;
}

function noteOf({ program, ping }: AskedPing, there: Ipv4 | null, trace: Trace | null, causes: readonly Cause[]): Text {
  const name = printable(ping.target);
  const first = text(
    `${program} ${name} went over IPv6, which is not explained: pktwhy follows IPv4 and ARP only.`,
    `${program} ${name} 走的是 IPv6，这里不作解释：pktwhy 只跟踪 IPv4 和 ARP。`,
  );
  if (there === null || trace === null)
    return text(
      `${first.en} To explain the IPv4 way: ping -4 ${name.includes(":") ? "NAME" : name}`,
      `${first.zh}要解释 IPv4 的情况，请用：ping -4 ${name.includes(":") ? "NAME" : name}`,
    );
  const to = formatIpv4(there);
  const ends = endOf(trace, causes);
  return text(
    `${first.en} Over IPv4, ping ${to} ${ends.en}; the steps show that way.`,
    `${first.zh}若走 IPv4，ping ${to} ${ends.zh}；步骤所示为 IPv4 的路径。`,
  );
}

function endOf({ disposition }: Trace, causes: readonly Cause[]): Text {
  if (disposition.kind === "answered") return text("would be answered", "会得到应答");
  if (disposition.kind !== "stopped") return text("is not decided by this state", "仅凭这份状态无法判断");
  const { code } = disposition.hit;
  const title = causes.find((cause) => cause.code === code)?.title ?? text(code, code);
  return text(`would fail (${code}: ${title.en})`, `会失败（${code}：${title.zh}）`);
}
