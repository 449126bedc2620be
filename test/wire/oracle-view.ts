// A decoded packet under the keys that the corpus's oracle (tshark) uses.

import { formatIpv4, formatMac, type Ipv4, type Mac } from "../../src/model/address.ts";
import type { Icmp, Ipv4Header, Packet, Quoted } from "../../src/model/packet.ts";
import { packetTypeNumber } from "../../src/wire/linux-sll.ts";

export type OracleLine = Readonly<Record<string, unknown>>;

type Fields = Record<string, unknown>;

/** What we say of a packet; keys whose value we do not know are absent, as in the oracle. */
export function oracleView(packet: Packet): Fields {
  return known({
    "frame.cap_len": packet.frame.captured,
    "frame.len": packet.frame.length,
    "frame.time_epoch": packet.frame.time === null ? null : epoch(packet.frame.time),
    ...linkView(packet),
    ...vlanView(packet),
    ...networkView(packet),
  });
}

function linkView({ link }: Packet): Fields {
  if (link.kind === "ethernet") {
    return { "eth.dst": formatMac(link.destination), "eth.src": formatMac(link.source), "eth.type": link.etherType };
  }
  if (link.kind === "none") return {};
  return {
    "sll.pkttype": packetTypeNumber(link.packetType),
    "sll.hatype": link.hardwareType,
    "sll.halen": link.source === null ? 0 : 6,
    "sll.src.eth": mac(link.source),
    "sll.etype": link.etherType,
    "sll.ifindex": link.interfaceIndex,
  };
}

function vlanView({ vlans, network }: Packet): Fields {
  if (vlans.length === 0) return {};
  const inner = network.kind === "arp" ? 0x0806 : 0x0800;
  const view: Fields = {
    "vlan.id": vlans.map((tag) => tag.id),
    "vlan.etype": [...vlans.slice(1).map((tag) => tag.tpid), inner],
  };
  if (vlans.some((tag) => tag.priority !== 0)) view["vlan.priority"] = vlans.map((tag) => tag.priority);
  if (vlans.some((tag) => tag.dei)) view["vlan.dei"] = vlans.map((tag) => Number(tag.dei));
  return view;
}

function networkView({ network }: Packet): Fields {
  if (network.kind === "arp") {
    return {
      "arp.hw.type": network.hardwareType,
      "arp.proto.type": network.protocolType,
      "arp.opcode": network.operation,
      "arp.src.hw_mac": mac(network.senderMac),
      "arp.src.proto_ipv4": address(network.senderIp),
      "arp.dst.hw_mac": mac(network.targetMac),
      "arp.dst.proto_ipv4": address(network.targetIp),
    };
  }
  if (network.ip === null) return {};
  const view = ipv4View(network.ip);
  return network.kind === "icmp" && network.icmp !== null ? { ...view, ...icmpView(network.icmp) } : view;
}

function ipv4View(ip: Ipv4Header): Fields {
  const options = ip.options === null ? [] : optionsOf(ip.options);
  const lengths = options.flatMap((option) => (option.length === null ? [] : [option.length]));
  return {
    "ip.hdr_len": ip.headerLength,
    "ip.dsfield": ip.dscp === null || ip.ecn === null ? null : (ip.dscp << 2) | ip.ecn,
    "ip.len": ip.totalLength,
    "ip.id": ip.identification,
    "ip.flags.df": Number(ip.dontFragment),
    "ip.flags.mf": Number(ip.moreFragments),
    "ip.frag_offset": ip.fragmentOffset,
    "ip.ttl": ip.ttl,
    "ip.proto": ip.protocol,
    "ip.checksum": ip.checksum,
    "ip.checksum.status": verdict(ip.checksumOk),
    "ip.src": address(ip.source),
    "ip.dst": address(ip.destination),
    "ip.opt.type": options.length === 0 ? null : options.map((option) => option.type),
    "ip.opt.len": lengths.length === 0 ? null : lengths,
  };
}

function icmpView(icmp: Icmp): Fields {
  const { body } = icmp;
  const view: Fields = {
    "icmp.type": icmp.type,
    "icmp.code": icmp.code,
    "icmp.checksum": icmp.checksum,
    "icmp.checksum.status": verdict(icmp.checksumOk),
  };
  if (body.kind === "echo") {
    return { ...view, "icmp.ident": body.id, "icmp.seq": body.sequence, "data.len": body.payloadLength };
  }
  if (body.kind === "timestamp") {
    return {
      ...view,
      "icmp.ident": body.id,
      "icmp.seq": body.sequence,
      "icmp.originate_timestamp": body.originate,
      "icmp.receive_timestamp": body.receive,
      "icmp.transmit_timestamp": body.transmit,
    };
  }
  if (body.kind === "other") return view;
  return {
    ...view,
    "icmp.mtu": body.mtu,
    "icmp.redir_gw": address(body.gateway),
    "icmp.pointer": body.pointer,
    "icmp.inner": body.quoted === null ? null : quotedView(body.quoted),
  };
}

function quotedView({ ip, icmp }: Quoted): Fields {
  const view = ipv4View(ip);
  if (icmp === null) return known(view);
  return known({
    ...view,
    "icmp.type": icmp.type,
    "icmp.code": icmp.code,
    "icmp.ident": icmp.id,
    "icmp.seq": icmp.sequence,
  });
}

// Options as RFC 791 section 3.1 lays them out: type alone for 0 (which ends the list) and 1, else type and length.
function optionsOf(bytes: Uint8Array): { type: number; length: number | null }[] {
  const options: { type: number; length: number | null }[] = [];
  for (let at = 0; at < bytes.length; ) {
    const type = bytes[at] ?? 0;
    const length = type < 2 ? null : (bytes[at + 1] ?? 0);
    options.push({ type, length });
    if (type === 0) break;
    at += Math.max(1, length ?? 1);
  }
  return options;
}

function known(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

function epoch(time: bigint): string {
  return `${time / 1_000_000_000n}.${(time % 1_000_000_000n).toString().padStart(9, "0")}`;
}

function verdict(ok: boolean | null): string {
  if (ok === null) return "unverified";
  return ok ? "good" : "bad";
}

function mac(value: Mac | null): string | null {
  return value === null ? null : formatMac(value);
}

function address(value: Ipv4 | null): string | null {
  return value === null ? null : formatIpv4(value);
}
