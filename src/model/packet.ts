// A decoded packet. Fields that pasted text may not tell are null there; packets decoded from bytes always have them
// unless the frame ends too early.

import type { Ipv4, Mac } from "./address.ts";
import type { Nanoseconds } from "./time.ts";
import type { Vantage } from "./vantage.ts";

/** Where decoding stopped and why: data, never an exception. */
export interface DecodeFault {
  readonly layer: "link" | "vlan" | "arp" | "ipv4" | "icmp" | "quoted";
  /** Bytes this layer needed and had, and what limited it (snap length, frame, or a length field by name). */
  readonly needed: number;
  readonly had: number;
  readonly limitedBy: string;
  readonly what: "truncated" | "bad-value";
}

/** Which frame a packet was decoded from. Written `net0:veth0#20`. */
export interface FrameRef {
  readonly vantage: Vantage;
  /** 1 for the first packet of this vantage in its input. */
  readonly number: number;
  /** Null only for records without a time stamp (pcapng SPB, some pasted text). */
  readonly time: Nanoseconds | null;
  /** Bytes captured and bytes on the wire; null where text does not tell. */
  readonly captured: number | null;
  readonly length: number | null;
  /** As the capture says it (SLL, SLL2, pcapng epb_flags); null where nothing says it. */
  readonly direction: Direction | null;
}
export type Direction = "in" | "out";

export interface VlanTag {
  readonly tpid: number;
  readonly id: number;
  readonly priority: number;
  readonly dei: boolean;
}

export type LinkHeader =
  | { readonly kind: "ethernet"; readonly destination: Mac; readonly source: Mac; readonly etherType: number }
  /** Linux cooked capture: no destination address, but how the kernel classified the frame. */
  | {
      readonly kind: "cooked";
      readonly packetType: "host" | "broadcast" | "multicast" | "other-host" | "outgoing" | "unknown";
      readonly source: Mac | null;
      readonly etherType: number;
      readonly hardwareType: number;
      /** Interface index, LINUX_SLL2 only. */
      readonly interfaceIndex: number | null;
    }
  | { readonly kind: "none" };

export interface Arp {
  readonly kind: "arp";
  /** 1 request, 2 reply; others survive as they are. RFC 826 ar$op. */
  readonly operation: number;
  readonly hardwareType: number;
  readonly protocolType: number;
  /** Null where text does not tell, or addresses are not 6 and 4 bytes long. */
  readonly senderMac: Mac | null;
  readonly senderIp: Ipv4 | null;
  readonly targetMac: Mac | null;
  readonly targetIp: Ipv4 | null;
}

export interface Ipv4Header {
  readonly source: Ipv4;
  readonly destination: Ipv4;
  readonly protocol: number;
  readonly headerLength: number | null;
  /** The raw total-length field (0 with TSO or BIG TCP). */
  readonly totalLength: number | null;
  readonly identification: number | null;
  readonly dontFragment: boolean | null;
  readonly moreFragments: boolean | null;
  /** In units of 8 bytes, as in the header. */
  readonly fragmentOffset: number | null;
  readonly ttl: number | null;
  readonly dscp: number | null;
  readonly ecn: number | null;
  readonly checksum: number | null;
  /** Null where it cannot be computed (header not whole, or text). */
  readonly checksumOk: boolean | null;
  readonly options: Uint8Array | null;
}

export interface Icmp {
  readonly type: number;
  readonly code: number | null;
  readonly checksum: number | null;
  /** Null where the whole message was not captured, or fragments hold the rest. */
  readonly checksumOk: boolean | null;
  readonly body: IcmpBody;
}
export type IcmpBody =
  | {
      readonly kind: "echo";
      readonly reply: boolean;
      readonly id: number;
      readonly sequence: number;
      readonly payloadLength: number | null;
      readonly payloadHash: number;
    }
  | {
      readonly kind: "error";
      readonly what: "unreachable" | "time-exceeded" | "redirect" | "parameter-problem" | "source-quench";
      /** Next-hop MTU of fragmentation needed (RFC 1191), else null. */
      readonly mtu: number | null;
      /** Gateway of a redirect, else null. */
      readonly gateway: Ipv4 | null;
      readonly pointer: number | null;
      readonly quoted: Quoted | null;
    }
  | {
      readonly kind: "timestamp";
      readonly reply: boolean;
      readonly id: number;
      readonly sequence: number;
      readonly originate: number;
      readonly receive: number;
      readonly transmit: number;
    }
  | { readonly kind: "other"; readonly payloadHash: number };

/** The datagram quoted inside an ICMP error: its header and as much of the ICMP header as was quoted. */
export interface Quoted {
  readonly ip: Ipv4Header;
  readonly icmp: {
    readonly type: number;
    readonly code: number | null;
    readonly id: number | null;
    readonly sequence: number | null;
  } | null;
}

export type Network =
  | Arp
  /** ICMP over IPv4; `icmp` is null in a later fragment and where the frame ends before it. */
  | { readonly kind: "icmp"; readonly ip: Ipv4Header; readonly icmp: Icmp | null; readonly payloadHash: number }
  /** Recognised and counted, not explained. */
  | {
      readonly kind: "other";
      readonly protocol: "ipv6" | "tcp" | "udp" | "ipv4-other" | "llc" | "other";
      readonly ip: Ipv4Header | null;
    };

export interface Packet {
  readonly frame: FrameRef;
  readonly link: LinkHeader;
  readonly vlans: readonly VlanTag[];
  readonly network: Network;
  readonly faults: readonly DecodeFault[];
}
