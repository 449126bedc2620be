// Where tshark's account of the corpus and ours differ on purpose: file, packet, field and reason.

export interface Allowance {
  readonly file: string;
  readonly packet: number;
  /** Keys of the oracle's line. */
  readonly fields: readonly string[];
  readonly reason: string;
}

/** Differences of single packets. An allowance that nothing needs any more fails the test. */
export const allowances: readonly Allowance[] = [
  {
    file: "06-linux_dlt_sll2.pcap",
    packet: 6,
    fields: [
      "arp.hw.type",
      "arp.proto.type",
      "arp.opcode",
      "arp.src.hw_mac",
      "arp.src.proto_ipv4",
      "arp.dst.hw_mac",
      "arp.dst.proto_ipv4",
    ],
    reason: "RARP (EtherType 0x8035): tshark shows it with its ARP dissector, the kernel's arp_rcv never gets it",
  },
  ...[1, 2].map((packet) => ({
    file: "12-icmp-header-trunc.pcap",
    packet,
    fields: ["icmp.ident"],
    reason: "cut off between identifier and sequence number: an echo that cannot be paired is not told as an echo",
  })),
  ...[14, 15].map((packet) => ({
    file: "07-IcmpPackets.pcap",
    packet,
    fields: ["icmp.ident", "icmp.seq"],
    reason: "address mask request and reply (RFC 950) are counted, not taken apart",
  })),
  {
    file: "13-ip4-trunc.pcap",
    packet: 1,
    fields: ["ip.hdr_len", "ip.dsfield", "ip.len", "ip.id"],
    reason: "header cut after the id: without source and destination there is no header to tell of, only a fault",
  },
  {
    file: "14-ipv4_invalid_hdr_length.pcap",
    packet: 1,
    fields: ["ip.hdr_len"],
    reason: "a header length of 16: the layer is refused (ip_rcv drops it) and the fault names the length",
  },
];

/** Keys of the oracle that this test leaves to others or to nobody. */
export const notCompared: ReadonlyMap<string, string> = new Map([
  ...["n", "frame.number", "frame.protocols", "short", "expert"].map((key) => [key, "tshark's own words"] as const),
  ...[
    "frame.encap_type",
    "frame.section_number",
    "frame.interface_id",
    "frame.interface_name",
    "frame.packet_flags",
    "frame.comment",
  ].map((key) => [key, "the savefile's, compared by its own tests"] as const),
  ...["eth.padding", "eth.trailer", "vlan.trailer"].map((key) => [key, "bytes after the datagram"] as const),
  ...[
    "ipv6.plen",
    "ipv6.nxt",
    "ipv6.hlim",
    "ipv6.src",
    "ipv6.dst",
    "icmpv6.type",
    "icmpv6.code",
    "icmpv6.checksum.status",
    "icmpv6.echo.identifier",
    "icmpv6.echo.sequence_number",
    "tcp.srcport",
    "tcp.dstport",
    "udp.srcport",
    "udp.dstport",
    "udp.length",
  ].map((key) => [key, "layers that are recognised and counted, not explained"] as const),
  ...["icmp.num_addrs", "icmp.addr_entry_size", "icmp.lifetime", "icmp.address_mask", "icmp.unused"].map(
    (key) => [key, "router advertisements, address masks and unused words are not taken apart"] as const,
  ),
  ["ip.route_dst", "tshark's reading of a source route; the header's own destination is ip.dst"],
]);
