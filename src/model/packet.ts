// A decoded packet. Fields that pasted text may not tell are null there; packets decoded from bytes always have them
// unless the frame ends too early.

import type { Ipv4, Mac } from "./address.ts";
import type { Nanoseconds } from "./time.ts";
import type { Vantage } from "./vantage.ts";

/** Where decoding stopped and why: data, never an exception. */
export interface DecodeFault {
  readonly layer: "link" | "vlan" | "tunnel" | "arp" | "ipv4" | "icmp" | "tcp" | "udp" | "dns" | "dhcp" | "quoted";
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
  /** What somebody noted on it in the capture. */
  readonly comments?: readonly string[];
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
  /** Of UDP and TCP; text may not tell the asker's. */
  readonly ports?: { readonly source: number | null; readonly destination: number };
  /** Sequence number of a TCP segment, where that much was quoted. */
  readonly sequence?: number;
}

/** TCP options that decide how a connection goes (RFC 9293, 7323, 2018, 2385). */
export interface TcpOptions {
  readonly mss: number | null;
  readonly windowScale: number | null;
  readonly sackPermitted: boolean;
  /** Blocks that arrived beyond a gap, as first and one-past-last sequence number. */
  readonly sack: readonly (readonly [from: number, to: number])[];
  readonly timestamps: { readonly value: number; readonly echo: number } | null;
  /** An MD5 or authentication option (RFC 2385, 5925): a peer that does not expect it drops the segment. */
  readonly signed: boolean;
}

/** A TCP header (RFC 9293). */
export interface Tcp {
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** Null where text does not tell; after the handshake text counts from the first number. */
  readonly sequence: number | null;
  readonly acknowledgement: number | null;
  readonly headerLength: number | null;
  /** The flag bits as in the header, FIN 1 to CWR 128 and AE 256. */
  readonly flags: number;
  readonly window: number | null;
  readonly checksum: number | null;
  /** Null where it cannot be computed, and where the card has still to fill it in. */
  readonly checksumOk: boolean | null;
  /** The checksum is the pseudo-header's sum alone: the stack has left the rest to the device (CHECKSUM_PARTIAL). */
  readonly checksumPartial: boolean;
  readonly payloadLength: number | null;
  readonly options: TcpOptions | null;
}

/** A UDP header (RFC 768), and what it carries where that is known. */
export interface Udp {
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly length: number | null;
  /** 0: the sender has computed none. */
  readonly checksum: number | null;
  /** Null where it cannot be computed, where there is none, and where the card has still to fill it in. */
  readonly checksumOk: boolean | null;
  readonly checksumPartial: boolean;
  readonly payloadLength: number | null;
  readonly application: Dns | Dhcp | null;
}

/** A DNS message (RFC 1035): whom it asks for, and what came of it. */
export interface Dns {
  readonly kind: "dns";
  readonly id: number;
  readonly response: boolean;
  /** 0 no error, 2 server failure, 3 no such name, 5 refused. */
  readonly responseCode: number;
  readonly truncated: boolean;
  /** The first question; names are as a person writes them, odd bytes as `\\DDD`. Null where there is none or text tells none. */
  readonly question: { readonly name: string; readonly type: number } | null;
  /** Answer records, and the IPv4 addresses among them. */
  readonly answers: number | null;
  readonly addresses: readonly Ipv4[];
}

/** A DHCP message (RFC 2131). */
export interface Dhcp {
  readonly kind: "dhcp";
  /** 1 a client's request, 2 a server's reply. */
  readonly operation: number;
  readonly transaction: number;
  readonly clientMac: Mac | null;
  /** ciaddr, yiaddr, and the relay's giaddr; null is 0.0.0.0. */
  readonly clientAddress: Ipv4 | null;
  readonly offeredAddress: Ipv4 | null;
  readonly relay: Ipv4 | null;
  /** Option 53: 1 discover, 2 offer, 3 request, 4 decline, 5 ack, 6 nak, 7 release, 8 inform; null is BOOTP, or not read. */
  readonly message: number | null;
  readonly requestedAddress: Ipv4 | null;
  readonly server: Ipv4 | null;
}

export type Network =
  | Arp
  /** ICMP over IPv4; `icmp` is null in a later fragment and where the frame ends before it. */
  | { readonly kind: "icmp"; readonly ip: Ipv4Header; readonly icmp: Icmp | null; readonly payloadHash: number }
  /** TCP and UDP over IPv4; null in a later fragment and where the frame ends before the ports. */
  | { readonly kind: "tcp"; readonly ip: Ipv4Header; readonly tcp: Tcp | null; readonly payloadHash: number }
  | { readonly kind: "udp"; readonly ip: Ipv4Header; readonly udp: Udp | null; readonly payloadHash: number }
  /** Recognised and counted, not explained; TCP and UDP only where not even their IPv4 header could be read. */
  | {
      readonly kind: "other";
      readonly protocol: "ipv6" | "tcp" | "udp" | "ipv4-other" | "llc" | "other" | Encapsulation | Sealed;
      readonly ip: Ipv4Header | null;
    };

/** How one packet travels inside another, where it can be followed. */
export type Encapsulation = "gre" | "pptp" | "vxlan" | "geneve" | "gtp-u" | "mpls" | "ipip" | "6in4" | "pppoe";

/** What carries packets and is only counted: it is encrypted, or shows what passed elsewhere, or nobody here reads it. */
export type Sealed =
  | "esp"
  | "ah"
  | "wireguard"
  | "macsec"
  | "erspan"
  | "l2tp"
  | "vxlan-gpe"
  | "etherip"
  | "mac-in-mac"
  | "encrypted-wlan"
  | "nsh";

/** What a packet was seen inside of: one header around it, and what that is in turn inside of. */
export interface OuterHeader {
  readonly kind: Encapsulation;
  /** Its ends as a person writes them: IP addresses, or MAC addresses where no IP packet is around it. */
  readonly from: string | null;
  readonly to: string | null;
  /** VNI, key, TEID, call or session; null where there is none. */
  readonly number: number | null;
  /** MPLS labels, outermost first. */
  readonly labels: readonly number[];
  /** The link header and tags in front of it. */
  readonly link: LinkHeader;
  readonly vlans: readonly VlanTag[];
  /** Bytes of the frame in front of what it carries. */
  readonly headers: number;
  readonly outer: OuterHeader | null;
}

export interface Packet {
  readonly frame: FrameRef;
  readonly link: LinkHeader;
  readonly vlans: readonly VlanTag[];
  readonly network: Network;
  /** Absent where the frame carries the packet itself; then `link` and `vlans` are those of the frame. */
  readonly outer?: OuterHeader;
  readonly faults: readonly DecodeFault[];
}
