// One line of what a ping printed, read: iputils in the languages of its users, busybox, BSD and Windows.

import { type Ipv4, parseIpv4 } from "./address.ts";
import { ownValue } from "./own-value.ts";
import { inEnglish } from "./ping-languages.ts";
import { errnoOfWords, type IcmpWords, icmpOfWords, NO_NAME } from "./ping-words.ts";

/** The call of ping's own that failed. `resolve` is the look-up of a name, `device` the binding to an interface. */
export type RefusedCall = "resolve" | "socket" | "device" | "bind" | "connect" | "sendmsg";

export type PingLine =
  | {
      readonly kind: "head";
      readonly name: string;
      readonly destination: Ipv4 | null;
      /** With -I only: the address, and the interface where one was named. */
      readonly source: Ipv4 | null;
      readonly device: string | null;
      readonly windows: boolean;
      /** Bytes of the whole packet. */
      readonly length: number | null;
    }
  /** The first line of a ping over IPv6. */
  | { readonly kind: "ipv6"; readonly destination: string }
  | {
      readonly kind: "reply";
      readonly from: Ipv4 | null;
      /** icmp_seq, or busybox's seq; null where it is not printed. */
      readonly sequence: number | null;
      readonly duplicate: boolean;
      readonly otherAddress: boolean;
      readonly damaged: boolean;
    }
  | ({ readonly kind: "error"; readonly from: Ipv4 | null; readonly name: string; readonly words: string } & {
      /** Null for words nobody here knows. */
      readonly icmp: IcmpWords | null;
      /** icmp_seq of the request it is about; null where it is not printed. */
      readonly sequence: number | null;
    })
  | {
      readonly kind: "refusal";
      readonly call: RefusedCall;
      readonly errno: string | null;
      readonly mtu: number | null;
      /** The name that was not found, the interface that is not there. */
      readonly name: string | null;
    }
  /** A request that is still unanswered, or whose time is over. */
  | { readonly kind: "silence" }
  | {
      readonly kind: "summary";
      readonly transmitted: number;
      readonly received: number;
      readonly windows: boolean;
      /** Where the hosts that answer a broadcast differ, only the summary counts their further answers. */
      readonly duplicates: number;
    }
  | { readonly kind: "statistics"; readonly destination: Ipv4 | null }
  /** Requests that were under way at once: `pipe 3`. */
  | { readonly kind: "pipe"; readonly depth: number }
  | { readonly kind: "damage" }
  /** Times, dumps, warnings: ping's, and of no use here. */
  | { readonly kind: "rest" };

const A = "\\d{1,3}(?:\\.\\d{1,3}){3}";
const HEAD = new RegExp(`^PING (\\S+) \\((${A})\\)(?: (?:from|来自) (${A})(?: ([^\\s:：]+))?)?[:： ]`);
const IPV6_HEAD = /^PING .{1,300}\(([0-9a-f]{0,4}:[0-9a-f:.]{1,45})(?:%\S{1,32})?\)/i;
const WINDOWS_HEAD = new RegExp(
  `^(?:Pinging|正在 Ping) (\\S+?)(?: \\[(${A})\\])?(?: (?:from|从) (${A}))? (?:with \\d+ bytes of data|具有 \\d+ 字节的数据)`,
);
const REPLY = new RegExp(
  `^\\d+ (?:bytes from|(?:字节|比特)，来自) ([^\\s:：]+)(?: \\((${A})\\))?[:：]? (?:icmp_)?seq=\\d`,
);
const SPLIT_REPLY = new RegExp(`^ {0,1}来自 ([^\\s:：]+)(?: \\((${A})\\))?[:：]? icmp_seq=\\d+ ttl=`);
const WINDOWS_REPLY = new RegExp(`^(?:Reply from|来自) (${A})(?: 的回复)?[:：] ?(.{1,200})$`);
const ERROR = new RegExp(`^(?:From|来自) ?([^\\s:：]+)(?: \\((${A})\\))? ?[:：]?(?: icmp_seq=\\d+)? (.{1,300})$`);
const BSD_ERROR = new RegExp(`^\\d+ bytes from ([^\\s:]+)(?: \\((${A})\\))?: (\\D.{1,200})$`);
const SUMMARY = /^(\d+) packets transmitted, (\d+) (?:packets )?received|^已发送 (\d+) 个包， {0,1}已接收 (\d+) 个包/;
const WINDOWS_SUMMARY = /^\s*(?:Packets: Sent|数据包[:] 已发送) = (\d+)(?:, Received|，已接收) = (\d+)/;
const STATISTICS = /^--- (\S+) ping (?:statistics|统计)|^Ping statistics for (\S+?):|^(\S+) 的 Ping 统计信息/;
const SILENCE =
  /^(?:no answer yet for icmp_seq=\d|icmp_seq=\d+ 未响应|Request timed out\.?$|请求超时。?$|Request timeout for icmp_seq \d)/;
const REST =
  /^(?:rtt |round-trip |PATTERN: |Approximate round trip|往返行程的估计|\s+Minimum = |\s+最短 = |(?:ping4?: )?(?:WARNING|Warning|警告)[:：]|\d+ 字节的数据$|Vr HL TOS|\d+\/\d+ (?:packets|个包)[,，])/;

/** Null where ping prints no such line. */
export function readPingLine(printed: string): PingLine | null {
  // -D puts the time in front; a terminal shows Ctrl-C.
  const line = inEnglish(printed.replace(/^\[\d{9,11}\.\d{1,9}\] ?/, "").replace(/^\^[CZ\\]/, ""));
  const head = HEAD.exec(line);
  if (head)
    return { ...headOf(head[1], head[2], head[3], head[4], false), length: lengthOf(line.slice(head[0].length)) };
  const overIpv6 = IPV6_HEAD.exec(line)?.[1];
  if (overIpv6 !== undefined) return { kind: "ipv6", destination: overIpv6 };
  const windows = WINDOWS_HEAD.exec(line);
  if (windows) return headOf(windows[1], windows[2] ?? windows[1], windows[3], undefined, true);
  const reply = REPLY.exec(line) ?? SPLIT_REPLY.exec(line);
  if (reply) return replyOf(line, reply[2] ?? reply[1]);
  const answer = WINDOWS_REPLY.exec(line);
  if (answer?.[1] !== undefined && answer[2] !== undefined) {
    if (/^(?:bytes|字节)[=<]/.test(answer[2])) return replyOf(line, answer[1]);
    const icmp = icmpOfWords(answer[2]);
    if (icmp)
      return { kind: "error", from: parseIpv4(answer[1]), name: answer[1], words: answer[2], icmp, sequence: null };
  }
  const error = ERROR.exec(line) ?? BSD_ERROR.exec(line);
  if (error?.[1] !== undefined && error[3] !== undefined) {
    const [, name, address, words] = error;
    const icmp = icmpOfWords(words);
    if (icmp !== null || / icmp_seq=\d/.test(line))
      return {
        kind: "error",
        from: parseIpv4(address ?? name),
        name,
        words: words.trim(),
        icmp,
        sequence: sequenceOf(line),
      };
  }
  return summaryOf(line) ?? refusalOf(line);
}

function sequenceOf(line: string): number | null {
  const printed = / (?:icmp_)?seq=(\d{1,9})/.exec(line)?.[1];
  return printed === undefined ? null : Number(printed);
}

function headOf(
  name = "",
  address = "",
  from = "",
  device: string | undefined,
  windows: boolean,
): PingLine & { kind: "head" } {
  const destination = parseIpv4(address);
  return { kind: "head", name, destination, source: parseIpv4(from), device: device ?? null, windows, length: null };
}

// `56(84) bytes of data`, in busybox `56 data bytes`.
function lengthOf(size: string): number | null {
  const [, payload, whole] = /^\s*(\d{1,6})(?:\((\d{1,6})\))?/.exec(size) ?? [];
  return whole !== undefined ? Number(whole) : payload === undefined ? null : Number(payload) + 28;
}

function replyOf(line: string, from = ""): PingLine {
  return {
    kind: "reply",
    from: parseIpv4(from),
    sequence: sequenceOf(line),
    duplicate: /\(DUP!\)|\(重复[!]\)/.test(line),
    otherAddress: /DIFFERENT ADDRESS|地址不同/i.test(line),
    damaged: /\(truncated\)|\(已截断\)|BAD CHECKSUM|CHECKSUM 错误/.test(line),
  };
}

function summaryOf(line: string): PingLine | null {
  const summary = SUMMARY.exec(line);
  if (summary) {
    const duplicates = Number(/\+(\d{1,9}) (?:duplicates|个重复|重复)/.exec(line)?.[1] ?? 0);
    return counted(summary[1] ?? summary[3], summary[2] ?? summary[4], false, duplicates);
  }
  const windows = WINDOWS_SUMMARY.exec(line);
  if (windows) return counted(windows[1], windows[2], true, 0);
  const statistics = STATISTICS.exec(line);
  if (statistics)
    return { kind: "statistics", destination: parseIpv4(statistics[1] ?? statistics[2] ?? statistics[3] ?? "") };
  if (SILENCE.test(line)) return { kind: "silence" };
  const pipe = /^(?:rtt .{0,200})?[,，]?\s*(?:pipe|管道) (\d{1,6})/.exec(line)?.[1];
  if (pipe !== undefined) return { kind: "pipe", depth: Number(pipe) };
  if (/^(?:wrong data byte|错误的数据字节) #\d/.test(line)) return { kind: "damage" };
  return REST.test(line) ? { kind: "rest" } : null;
}

function counted(transmitted = "0", received = "0", windows: boolean, duplicates: number): PingLine {
  return { kind: "summary", transmitted: Number(transmitted), received: Number(received), windows, duplicates };
}

const CALLS: Readonly<Record<string, RefusedCall>> = {
  connect: "connect",
  bind: "bind",
  sendmsg: "sendmsg",
  sendto: "sendmsg",
  "sending packet": "sendmsg",
  socket: "socket",
  "icmp open socket": "socket",
  SO_BINDTODEVICE: "device",
  setsockopt: "device",
};

// `ping: connect: …`; versions before 2018 leave their name out.
function refusalOf(line: string): PingLine | null {
  const named = /^ping[46]?: ?(.{1,300})$/i.exec(line)?.[1];
  const words = named ?? line;
  const refusal = (call: RefusedCall, errno: string | null, name: string | null = null, mtu: number | null = null) =>
    ({ kind: "refusal", call, errno, mtu, name }) as const;
  const call =
    /^(connect|bind|sendmsg|sendto|sending packet|socket|icmp open socket|SO_BINDTODEVICE|setsockopt)\b([^:：]{0,60})[:：] ?(.+)$/;
  const said = call.exec(words);
  if (said?.[1] !== undefined && said[3] !== undefined) {
    const errno = errnoOfWords(said[3]);
    if (errno === null && named === undefined) return null;
    return refusal(ownValue(CALLS, said[1]) as RefusedCall, errno, said[2]?.trim() || null);
  }
  if (/Do you want to ping broadcast\?|您想要 ping 广播地址吗/.test(words)) return refusal("connect", "EACCES");
  const tooLong = /^(?:local error|本地错误)[:：] ?(?:message too long|消息太长)(?:[,，] ?mtu[=:] ?(\d{1,6}))?/i.exec(
    words,
  );
  if (tooLong) return refusal("sendmsg", "EMSGSIZE", null, tooLong[1] === undefined ? null : Number(tooLong[1]));
  const missing = /^Ping request could not find host (\S+?)\.? |^Ping 请求找不到主机 (\S+?)。/.exec(line);
  if (missing) return refusal("resolve", null, missing[1] ?? missing[2] ?? null);
  if (named === undefined) return /^(?:General failure|一般故障|常见故障)/.test(line) ? refusal("sendmsg", null) : null;
  if (/^(?:transmit failed|传输失败)/.test(named)) return refusal("sendmsg", null);
  const device = /^(?:unknown iface|未知界面)[:：]? ?(\S+)/.exec(named)?.[1];
  if (device !== undefined) return refusal("device", "ENODEV", device);
  if (/^permission denied|cap_net_raw|are you root|^Lacking privilege/i.test(named)) return refusal("socket", "EPERM");
  const name =
    /^(?:unknown host|bad address|cannot resolve) '?([^\s':]+)/.exec(named)?.[1] ??
    (/^([^\s:]+): (.+)$/.exec(named)?.slice(1) ?? []).find((_, at, all) => at === 0 && NO_NAME.test(all[1] ?? ""));
  if (name !== undefined) return refusal("resolve", null, name);
  return { kind: "rest" };
}
