// ICMP errors by the names people know them by (RFC 792, RFC 1812), by ping's, and by the firewall's.

import { ownValue } from "./own-value.ts";
import { type Text, text } from "./text.ts";

interface Named {
  readonly code: number;
  /** The field's words. */
  readonly name: Text;
  /** What iputils' ping prints (pr_icmph). */
  readonly ping: Text;
  /** nft's datatype icmp_code; iptables writes `icmp-` before most of them. */
  readonly nft: string;
}

// Of type 3, destination unreachable.
const UNREACHABLE: readonly Named[] = [
  {
    code: 0,
    name: text("network unreachable", "网络不可达"),
    ping: text("Destination Net Unreachable", "目标网络不可达"),
    nft: "net-unreachable",
  },
  {
    code: 1,
    name: text("host unreachable", "主机不可达"),
    ping: text("Destination Host Unreachable", "目标主机不可达"),
    nft: "host-unreachable",
  },
  {
    code: 2,
    name: text("protocol unreachable", "协议不可达"),
    ping: text("Destination Protocol Unreachable", "目标协议不可达"),
    nft: "prot-unreachable",
  },
  {
    code: 3,
    name: text("port unreachable", "端口不可达"),
    ping: text("Destination Port Unreachable", "目标端口不可达"),
    nft: "port-unreachable",
  },
  {
    code: 4,
    name: text("fragmentation needed and DF set", "需要分片但设置了 DF"),
    ping: text("Frag needed and DF set", "需要分片但设置了 DF"),
    nft: "frag-needed",
  },
  {
    code: 9,
    name: text("network administratively prohibited", "网络被管理策略禁止"),
    ping: text("Packet filtered", "被管理策略禁止"),
    nft: "net-prohibited",
  },
  {
    code: 10,
    name: text("host administratively prohibited", "主机被管理策略禁止"),
    ping: text("Packet filtered", "被管理策略禁止"),
    nft: "host-prohibited",
  },
  {
    code: 13,
    name: text("communication administratively prohibited", "通信被管理策略禁止"),
    ping: text("Packet filtered", "被管理策略禁止"),
    nft: "admin-prohibited",
  },
];

/** Codes of destination unreachable by nft's names. */
export const UNREACHABLE_CODES: Readonly<Record<string, number>> = Object.fromEntries(
  UNREACHABLE.map(({ nft, code }) => [nft, code]),
);

/** Code of an error that iptables' REJECT sends; null for a name that is none of its. */
export function codeOfIptables(name: string): number | null {
  const nft = name.replace(/^icmp-/, "").replace(/^proto-/, "prot-");
  return name.startsWith("icmp-") ? (ownValue(UNREACHABLE_CODES, nft) ?? null) : null;
}

/** The field's words for an error; the code is null where the packet was cut off before it. */
export function icmpErrorName(type: number, code: number | null): Text {
  if (type === 3) {
    const known = UNREACHABLE.find((one) => one.code === code);
    return known?.name ?? text(`unreachable, code ${code}`, `不可达，代码 ${code}`);
  }
  if (type === 11)
    return code === 1
      ? text("fragment reassembly time exceeded", "分片重组超时")
      : text("time to live exceeded", "TTL 超时");
  if (type === 5) return text("redirect", "重定向");
  if (type === 12) return text("parameter problem", "参数错误");
  return text(`type ${type}`, `类型 ${type}`);
}

/** ICMP errors by the name ping prints. */
export function pingErrorName(type: number, code: number): Text {
  const known = type === 3 ? UNREACHABLE.find((one) => one.code === code) : undefined;
  if (known !== undefined) return known.ping;
  if (type === 11)
    return code === 1
      ? text("Frag reassembly time exceeded", "分片重组超时")
      : text("Time to live exceeded", "TTL 超时");
  if (type === 5) return text("Redirect Host", "主机重定向");
  return text(`type ${type} code ${code}`, `类型 ${type} 代码 ${code}`);
}
