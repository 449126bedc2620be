// A vantage is a place where packets are seen: one interface of one namespace, in one input.

import type { ClockFit } from "./clock-fit.ts";
import type { Nanoseconds } from "./time.ts";

/** Link types that few captures have, by their LINKTYPE_ names. */
export type RareLinkType =
  | "SLIP"
  | "PPP"
  | "ATM_RFC1483"
  | "PPP_HDLC"
  | "PPP_ETHER"
  | "C_HDLC"
  | "IEEE802_11"
  | "ENC"
  | "PFLOG"
  | "PRISM_HEADER"
  | "IEEE802_11_RADIOTAP"
  | "IEEE802_11_AVS"
  | "PPP_PPPD"
  | "PPI"
  | "PPP_WITH_DIR"
  | "C_HDLC_WITH_DIR"
  | "MPLS"
  | "NFLOG"
  | "PKTAP";

export type LinkType =
  | RareLinkType
  | "EN10MB"
  | "LINUX_SLL"
  | "LINUX_SLL2"
  | "NULL"
  | "LOOP"
  | "RAW"
  | "TEXT"
  | { readonly unknown: number };

/** One interface as one input saw it. Objects are compared by identity; `id` is their order of appearance. */
export interface Vantage {
  readonly id: number;
  /** Namespace by its key in the state file; "" is the one state was taken in; null is not known. */
  readonly netns: string | null;
  /** Interface name, or null where an input does not say (then `source` names it). */
  readonly interface: string | null;
  /** File name or other origin of the packets. */
  readonly source: string;
  /** Pasted text without a date: its times count from an unknown midnight and are shown as none. */
  readonly undated?: true;
}

/** How a vantage is written in reports: `net0:veth0`, `veth0`, or the source where no interface is known. */
export function formatVantage(vantage: Pick<Vantage, "netns" | "interface" | "source">): string {
  const name = vantage.interface ?? vantage.source;
  return vantage.netns ? `${vantage.netns}:${name}` : name;
}

/** What was looked at where, and how well: the ground for saying that something was *not* seen. */
export interface InputSummary {
  readonly vantage: Vantage;
  readonly format: "pcap" | "pcapng" | "tcpdump-text" | "live";
  readonly linkType: LinkType;
  /** All records read, of any protocol. */
  packets: number;
  /** ARP and ICMP packets that went into an explanation. */
  explained: number;
  /** By protocol, of those recognised but not explained (tcp, udp, ipv6, other…). */
  readonly otherProtocols: Map<string, number>;
  /** Packets the kernel dropped from the capture; null is not known. */
  droppedByKernel: number | null;
  snapLength: number | null;
  from: Nanoseconds | null;
  to: Nanoseconds | null;
  /** What the file calls its interface beside the name ("Wi-Fi"). */
  readonly description?: string;
  /** The capture filter, where the file or the command tells it. */
  filter: string | null;
  /** Whether time stamps come from the kernel or were made later, in user space. */
  readonly timeSource: "kernel" | "userspace" | "unknown";
  readonly problems: import("./problem.ts").Problem[];
  /** What was added to every time of this input, because its clock differs from the others'. */
  readonly clockOffset?: Nanoseconds;
  /** How its host's clock goes by that of the first host, where several hosts saw the same packets. */
  readonly clock?: ClockFit;
  /** How often its time stamps leapt back, the farthest leap, and the first frame after one. */
  readonly clockStepsBack?: { readonly count: number; readonly largest: Nanoseconds; readonly frame: number };
}
