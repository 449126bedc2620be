// What a connection or a question over UDP is made of besides its addresses.

/** A protocol with ports. */
export type TransportProtocol = "tcp" | "udp";

/** The TCP connection or the UDP question that somebody attempts; an attempt without one is a ping. */
export interface Transport {
  readonly protocol: TransportProtocol;
  /** The port that the program bound, or the one seen in the packets; null lets the kernel choose. */
  readonly sourcePort: number | null;
  readonly destinationPort: number;
  /** Bytes of the question that goes over UDP, or of the largest segment that follows a handshake; absent: nothing is sent. */
  readonly payload?: number;
  /** The answer over UDP that was seen: its whole length in bytes, and whether it may be cut. Absent: as long as the question. */
  readonly answer?: { readonly length: number; readonly dontFragment: boolean };
}

/** What a segment or datagram is to those who look at it. */
export type TransportPacket =
  | { readonly protocol: "tcp"; readonly kind: "syn" | "syn-ack" | "reset" | "data" }
  | { readonly protocol: "udp"; readonly kind: "question" | "answer" };
