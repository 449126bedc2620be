// The sentences for what can be wrong with the bytes of a capture: where, what, and what to do about it.

import type { Problem } from "../model/problem.ts";
import { printable, type Text, text } from "../model/text.ts";
import { refusedName } from "./link-type.ts";
import { foreignFormat, recognise } from "./magic.ts";

function problem(kind: string, severity: Problem["severity"], place: string, sentence: Text): Problem {
  return { kind, severity, place, text: sentence };
}

function explained(packets: number): Text {
  if (packets === 0) return text("no packet before it is whole", "在此之前没有完整的报文");
  const en = packets === 1 ? "the 1 packet before it is explained" : `the ${packets} packets before it are explained`;
  return text(en, `在此之前的 ${packets} 个报文照常解释`);
}

function severityAfter(packets: number): Problem["severity"] {
  return packets === 0 ? "error" : "warning";
}

/** The file holds nothing at all. */
export function emptyFile(place: string): Problem {
  const name = printable(place);
  return problem(
    "empty-file",
    "error",
    place,
    text(
      `${name} is empty (0 bytes): was the capture stopped before its first packet was written? Capture again with tcpdump -U -w FILE.`,
      `${name} 是空文件（0 字节）：是不是在写入第一个报文之前抓包就被终止了？请用 tcpdump -U -w FILE 重新抓包。`,
    ),
  );
}

/** The first bytes are those of no capture; says what they look like. */
export function notACapture(place: string, head: Uint8Array): Problem {
  const name = printable(place);
  const foreign = foreignFormat(head);
  const content = recognise(head);
  let what = text("its first bytes are those of no known capture format", "开头的字节不属于任何已知的抓包格式");
  if (foreign !== null) what = text(`it looks like ${foreign.name} data`, `看起来是 ${foreign.name} 数据`);
  else if (content === "json") what = text("it looks like JSON", "看起来是 JSON");
  else if (content === "text") {
    const quote = printable(new TextDecoder().decode(head.subarray(0, 40)).split(/\r?\n/, 1)[0] ?? "").trim();
    what = quote
      ? text(`it looks like text ("${quote}")`, `看起来是文本（“${quote}”）`)
      : text("it looks like text", "看起来是文本");
  }
  const command = foreign?.command?.replaceAll("FILE", () => asWord(place)) ?? null;
  const advice =
    command === null
      ? text(
          "Give a file written by tcpdump -w, dumpcap or Wireshark (gzip is fine).",
          "请提供 tcpdump -w、dumpcap 或 Wireshark 保存的文件（gzip 压缩的也可以）。",
        )
      : command.startsWith("editcap")
        ? text(`Rewrite it: ${command}`, `请转换格式：${command}`)
        : text(`Unpack it: ${command}`, `请解压后读取：${command}`);
  return problem(
    "not-a-capture",
    "error",
    place,
    text(
      `${name} is not a pcap or pcapng capture: ${what.en}. ${advice.en}`,
      `${name} 不是 pcap 或 pcapng 抓包文件：${what.zh}。${advice.zh}`,
    ),
  );
}

// A file's name as one word of a shell's line, and no option.
function asWord(place: string): string {
  if (place === "-") return "FILE";
  const path = printable(place.startsWith("-") ? `./${place}` : place);
  return /^[\w./@%+,:=-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

/** Where a file is wrong: its byte, and how many packets come before it. */
export interface FaultyPlace {
  readonly place: string;
  readonly offset: number;
  readonly packets: number;
}

/** The file ends inside something that had begun. */
export function cutOff({ place, offset, packets }: FaultyPlace, inside: Text, needed: number, had: number): Problem {
  const name = printable(place);
  const before = explained(packets);
  return problem(
    "cut-off",
    severityAfter(packets),
    place,
    text(
      `${name} is cut off in ${inside.en} at byte ${offset} (${needed} bytes needed, ${had} there); ${before.en}. Copy it again, or stop the capture with Ctrl-C before copying.`,
      `${name} 在第 ${offset} 字节处的${inside.zh}中被截断（需要 ${needed} 字节，只有 ${had} 字节）；${before.zh}。请重新复制该文件，或先用 Ctrl-C 停止抓包再复制。`,
    ),
  );
}

/** A length field claims more (or less) than any record can have; nothing after it can be found. */
export function impossibleLength(
  { place, offset, packets }: FaultyPlace,
  field: string,
  value: number,
  rule: Text,
): Problem {
  const name = printable(place);
  const before = explained(packets);
  // What is wrong from the first record on is rather another format than damage.
  const isOther = packets <= 1;
  const also = isOther
    ? text(
        ` If it was written by an old tcpdump of Nokia, Red Hat or SuSE, whose records have other headers, rewrite it: editcap -F pcapng ${asWord(place)} - | pktwhy explain -`,
        `如果它是由 Nokia、Red Hat 或 SuSE 的旧版 tcpdump 写出的（记录头不同），请转换格式：editcap -F pcapng ${asWord(place)} - | pktwhy explain -`,
      )
    : text("", "");
  return problem(
    "impossible-length",
    severityAfter(packets),
    place,
    text(
      `${name} is damaged at byte ${offset}: ${field} says ${value} bytes, ${rule.en}; ${before.en} and the rest cannot be found. Copy the file again in binary mode.${also.en}`,
      `${name} 在第 ${offset} 字节处损坏：${field} 的值为 ${value} 字节，${rule.zh}；${before.zh}，其后的内容无法定位。请以二进制方式重新复制该文件。${also.zh}`,
    ),
  );
}

/** Something in the file contradicts its format at this byte; nothing after it can be trusted. */
export function damaged({ place, offset, packets }: FaultyPlace, kind: string, fault: Text): Problem {
  const name = printable(place);
  const before = explained(packets);
  return problem(
    kind,
    severityAfter(packets),
    place,
    text(
      `${name} is damaged at byte ${offset}: ${fault.en}; ${before.en}. Copy the file again, or rewrite it with editcap.`,
      `${name} 在第 ${offset} 字节处损坏：${fault.zh}；${before.zh}。请重新复制该文件，或用 editcap 重写。`,
    ),
  );
}

/** A format version that nobody writes today. */
export function unsupportedVersion(
  { place, offset, packets }: FaultyPlace,
  format: string,
  major: number,
  minor: number,
): Problem {
  const name = printable(place);
  return problem(
    "unsupported-version",
    severityAfter(packets),
    place,
    text(
      `${name} says ${format} version ${major}.${minor} at byte ${offset}, which pktwhy cannot read. Convert it with editcap -F pcapng.`,
      `${name} 在第 ${offset} 字节处声明的 ${format} 版本为 ${major}.${minor}，pktwhy 无法读取。请用 editcap -F pcapng 转换。`,
    ),
  );
}

/** The link-layer field of a pcap header has bits set that must be zero, so that its link type is unknown. */
export function badLinkField(place: string, field: number): Problem {
  const name = printable(place);
  const hex = `0x${field.toString(16).padStart(8, "0")}`;
  return problem(
    "bad-link-type",
    "error",
    place,
    text(
      `${name} has reserved bits set in its link-type field at byte 20 (${hex}), so what its packets start with is unknown. Copy the file again in binary mode.`,
      `${name} 第 20 字节处的链路类型字段含有必须为零的保留位（${hex}），无法得知报文以什么头部开始。请以二进制方式重新复制该文件。`,
    ),
  );
}

/** Packets of a link type that is counted, but not decoded. */
export function unknownLinkType(place: string, number: number, name: string | null): Problem {
  const file = printable(place);
  const known = refusedName(number);
  const type = known === null ? String(number) : `${number}, ${known}`;
  const on = name === null ? text("", "") : text(` on ${printable(name)}`, `接口 ${printable(name)} 的`);
  return problem(
    "unknown-link-type",
    "warning",
    place,
    text(
      `${file} has packets of link type ${type}${on.en}, which are counted but not decoded. Capture on an Ethernet interface, or with tcpdump -i any -y LINUX_SLL2.`,
      `${file} 中${on.zh}报文的链路类型为 ${type}，只计数而不解码。请在以太网接口上抓包，或使用 tcpdump -i any -y LINUX_SLL2。`,
    ),
  );
}

/** A time stamp whose fraction is a second or more: it is carried over into the seconds. */
export function badFraction(place: string, offset: number, fraction: number, unit: "µs" | "ns"): Problem {
  const name = printable(place);
  return problem(
    "bad-time",
    "warning",
    place,
    text(
      `${name} has a time stamp with ${fraction} ${unit} beside its seconds at byte ${offset}, more than a second; it is added to the seconds, so order and times around it may be wrong. Capture again if they matter.`,
      `${name} 第 ${offset} 字节处的时间戳在秒之外还有 ${fraction} ${unit}，超过一秒；已累加到秒上，因此其前后的顺序和时间可能有误。若时间重要，请重新抓包。`,
    ),
  );
}

/** An option that reaches beyond its pcapng block; the block's other contents are kept. */
export function badOption(place: string, offset: number, code: number, length: number): Problem {
  const name = printable(place);
  return problem(
    "bad-option",
    "warning",
    place,
    text(
      `${name} has option ${code} of ${length} bytes in the block at byte ${offset}, longer than the block; the rest of that block's options is left out. Rewrite the file with editcap if names are missing.`,
      `${name} 第 ${offset} 字节处的块含有长 ${length} 字节的选项 ${code}，超出了该块；该块其余选项被略去。若缺少名称，请用 editcap 重写该文件。`,
    ),
  );
}
