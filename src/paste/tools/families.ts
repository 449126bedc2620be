// By which lines the output of the programs around ping is known: how it begins, and what belongs to it.

import { ownValue } from "../../model/own-value.ts";

/** Programs whose outputs look alike. */
export type Family = "traceroute" | "tracert" | "mtr" | "tracepath" | "arping" | "fping" | "hping" | "nping";

const A = String.raw`\d{1,3}(?:\.\d{1,3}){3}`;

interface Lines {
  /** Its first line, where it has one of its own. */
  readonly first: RegExp | null;
  /** A line that nothing else prints, and with which what was copied of it may begin. */
  readonly begins: RegExp;
  /** Any other line of it. */
  readonly holds: RegExp;
  /** Behind it nothing of the same output comes. */
  readonly ends: RegExp | null;
}

const PROBE = String.raw`(?:\*|<?\d+(?:\.\d+)? ?(?:ms|毫秒))`;
const LOST = String.raw`\d+(?:\.\d+)?%?`;

const LINES: Readonly<Record<Family, Lines>> = {
  traceroute: {
    first: new RegExp(String.raw`^\s*traceroute to \S+ \(${A}\)`),
    begins: new RegExp(
      String.raw`^\s*traceroute to \S+ \(${A}\)(?: from \S+)?, \d+ hops max|^\s*1\s{1,3}(?:\[AS\S*\] )?(?:\S+ \()?${A}\)?(?: \[\S+\])?(?:\s+${PROBE}(?: ![A-Z]\S*)?){2,}\s*$`,
    ),
    holds: new RegExp(
      String.raw`^\s*\d{1,3}\s{1,4}(?:\*|\S.*?\d ?ms)|^\s{3,}\S+(?: \(${A}\))?\s.*\d ms|^traceroute: |^(?:connect|send|sendto): |^Cannot handle "host"`,
    ),
    ends: null,
  },
  tracert: {
    first: /^\s*(?:Tracing route to \S|通过最多 \d+ 个跃点|Routenverfolgung zu \S)/,
    begins:
      /^\s*(?:Tracing route to \S|通过最多 \d+ 个跃点(?:跟踪)?|(?:到|跟踪到) \S+(?: \[\S+\])? 的路由|Routenverfolgung zu \S)/,
    holds: new RegExp(
      String.raw`^\s*(?:over a maximum of \d+ hops|到 \S+(?: \[\S+\])? 的路由|über maximal \d+ (?:Hops|Abschnitte))|^\s*\d{1,2}\s+(?:${PROBE}|\S+ +(?:reports|报告|meldet)\s?:|\S+(?: \[${A}\])?\s*$|(?:---|\d+ms)\s)|^\s+\d+/\s*\d+ =\s*\d+%|^\s*(?:Computing statistics for|Source to Here|Hop {2}RTT|Trace complete|跟踪完成|Ablaufverfolgung beendet|正在计算统计信息|Transmit error|Unable to resolve target|无法解析目标系统名称)`,
    ),
    ends: /^\s*(?:Trace complete|跟踪完成|Ablaufverfolgung beendet|Unable to resolve)/,
  },
  mtr: {
    first: /^\s*(?:Start: \S+|HOST: \S+ +Loss%|My traceroute {2}\[v|Mtr_Version,)/,
    begins:
      /^\s*(?:Start: \S+|HOST: \S+ +Loss%|Host +Loss% +Snt|\S+ \(\S+\)(?: -> \S+ \(\S+\))? +\d{4}-\d\d-\d\dT|My traceroute {2}\[v|Mtr_Version,)|^\s*1\.(?:\|--) /,
    holds: new RegExp(
      String.raw`^\s*\d{1,2}\.\s?(?:\|--)?\s+\S.*\s${LOST}(?:\s+\d+){1}|^\s*\d{1,2}\.\s?(?:\|--)?\s+(?:\?\?\?|\(waiting for reply\))|^\s+(?:\||\x60)[\s|\x60]*--|^MTR\.|^HOST: |^\s*Keys: |^\s*Packets\s+Pings|^\s*Host +Loss%|^mtr: |^\S+ \(\S+\).*\d{4}-\d\d-\d\dT`,
    ),
    ends: null,
  },
  tracepath: {
    first: /^\s*1\?:\s+\[LOCALHOST\]/,
    begins: /^\s*1(?:\?:\s+\[LOCALHOST\]|:\s+(?:\S+(?: \([\d.]+\))?\s+[\d.]+ ?ms|no reply|send failed))/,
    holds:
      /^\s*\d{1,2}\??:\s+(?:\[LOCALHOST\]|\S+(?: \([\d.]+\))?\s+[\d.]+ ?ms|no reply|send failed)|^\s*(?:Resume: pmtu|Too many hops: pmtu)|^tracepath: /,
    ends: /^\s*Resume: pmtu/,
  },
  arping: {
    first: new RegExp(String.raw`^\s*ARPING ${A}`),
    begins: new RegExp(String.raw`^\s*ARPING ${A}(?: from ${A} \S+)?\s*$`),
    holds: new RegExp(
      String.raw`^\s*(?:(?:Unicast|Broadcast) (?:reply|request) from ${A} \[|\d+ bytes from \S+ \((?:${A}|[0-9a-f:]{17})\): (?:index|icmp_seq)=|Timeout\s*$|Sent \d+ probes?(?:\(s\))? \(|Received \d+ (?:response|repl)|--- ${A} statistics ---|\d+ packets transmitted, \d+ packets received,\s+\d+% unanswered|rtt min/avg/max/std-dev = |arping: |Interface ".*" is not ARPable|.*arping: Device )`,
    ),
    ends: /^\s*(?:Received \d+ (?:response|repl)|rtt min\/avg\/max\/std-dev)/,
  },
  fping: {
    first: null,
    begins: new RegExp(
      String.raw`^\s*(?:${A} (?:is (?:alive|unreachable)(?: \([\d.]+ ms\))?|address not found)\s*$|${A}\s+: (?:\[\d+\], |xmt/rcv/%loss = |duplicate)|ICMP .{3,80} from ${A} for ICMP Echo sent to ${A}|${A}: error while sending ping)`,
    ),
    holds:
      /^\s*(?:\[<-|\S+ is (?:alive|unreachable)(?: \([\d.]+ ms\))?\s*$|\S+\s+: (?:\[\d+\], |xmt\/rcv)|\d+ (?:targets|alive|unreachable|unknown addresses|timeouts|ICMP Echos sent|ICMP Echo Replies|other ICMP)|[\d.]+ (?:ms \(|sec \()|\S+: (?:Temporary failure|Name or service))/,
    ends: null,
  },
  hping: {
    first: null,
    begins: new RegExp(String.raw`^\s*HPING \S+ \(\S+ ${A}\): |^\s*--- \S+ hping statistic ---`),
    holds:
      /^\s*(?:len=\d+ ip=|ICMP .{3,60} from ip=|TTL 0 during transit from ip=|--- \S+ hping statistic|\d+ packets (?:transmitted|tramitted), \d+ packets received|round-trip min\/avg\/max|\[send_ip\]|Warning: Unable to guess|HPING )/,
    ends: null,
  },
  nping: {
    first: /^\s*Starting Nping \d/,
    begins: /^\s*Starting Nping \d|^\s*SENT \([\d.]+s\) (?:ICMP|ARP|TCP|UDP) /,
    holds:
      /^\s*(?:(?:SENT|RCVD) \(|Max rtt: |Raw packets sent: |Nping done: |sendto in send_ip|Offending packet: |Statistics for host|\|_ )/,
    ends: /^\s*Nping done: /,
  },
};

const FAMILIES = Object.keys(LINES) as Family[];

const PROGRAMS: Readonly<Record<string, Family>> = {
  traceroute: "traceroute",
  "traceroute.db": "traceroute",
  "inetutils-traceroute": "traceroute",
  traceroute4: "traceroute",
  tcptraceroute: "traceroute",
  tracert: "tracert",
  pathping: "tracert",
  mtr: "mtr",
  "mtr-tiny": "mtr",
  tracepath: "tracepath",
  tracepath4: "tracepath",
  arping: "arping",
  fping: "fping",
  hping3: "hping",
  hping2: "hping",
  hping: "hping",
  nping: "nping",
};

/** The family of a program; null where it is none of these. */
export function familyOf(program: string): Family | null {
  return ownValue(PROGRAMS, program) ?? null;
}

/** Whose output begins with this line. */
export function beginsOutput(text: string): Family | null {
  return FAMILIES.find((family) => LINES[family].begins.test(text)) ?? null;
}

/** Whether the line is one of this family's, its first included. */
export function isLineOf(family: Family, text: string): boolean {
  return LINES[family].holds.test(text) || LINES[family].begins.test(text);
}

/** Whether the line is the first of an output that has one. */
export function isFirstLineOf(family: Family, text: string): boolean {
  return LINES[family].first?.test(text) ?? false;
}

/** Whether the output is over with this line. */
export function isLastLineOf(family: Family, text: string): boolean {
  return LINES[family].ends?.test(text) ?? false;
}

/** Whether some program around ping prints such a line. */
export function isOutputLine(text: string): boolean {
  return FAMILIES.some((family) => isLineOf(family, text));
}
