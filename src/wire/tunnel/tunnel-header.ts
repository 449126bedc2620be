// What the header of an encapsulation says of the packet in it.

/** What follows a header, as far as the header tells. */
export interface TunnelHeader {
  /** Bytes of the header. */
  readonly length: number;
  /** EtherType of what follows it; ETHERTYPE_ETHERNET is a whole Ethernet frame, 0 nothing that is followed. */
  readonly type: number;
  /** VNI, key, TEID, call or session; null where there is none. */
  readonly number: number | null;
  /** MPLS labels, outermost first. */
  readonly labels?: readonly number[];
  /** Bytes that follow by the header's own length field; absent where it has none. */
  readonly payload?: number;
}

/** A header that ends too early, and how many bytes it needs. */
export interface ShortHeader {
  readonly needed: number;
}

/** Whether so many bytes are missing that the header cannot be read. */
export function isShort(read: TunnelHeader | ShortHeader): read is ShortHeader {
  return "needed" in read;
}
