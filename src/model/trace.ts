// The path a packet should take by the state: what `predict` yields, in the shape of batfish's traces
// (trace, hops, steps, disposition). The kernel's decisions are steps; a way to stop is a cause code.

import type { Ipv4, Mac } from "./address.ts";
import type { Code } from "./code.ts";
import type { Evidence, StateLine } from "./evidence.ts";
import type { CauseHit } from "./finding.ts";
import type { Direction } from "./packet.ts";
import type { Text } from "./text.ts";
import type { Transport, TransportPacket } from "./transport.ts";

/** What somebody tried to send: from a ping's command line, or read off the packets. */
export interface Attempt {
  readonly netns: string;
  readonly destination: Ipv4;
  /** Source the application bound (`-I ADDRESS`), or the one seen in the packets; null lets the kernel choose. */
  readonly source: Ipv4 | null;
  /** Interface the socket is bound to (`-I IF`), else null. */
  readonly outInterface: string | null;
  readonly ttl: number | null;
  /** Length of the whole IPv4 packet in bytes (84 for a plain ping). */
  readonly length: number;
  /** Of these, IP options (ping's -R and -T). */
  readonly options?: number;
  readonly dontFragment: boolean;
  /** ping's -M: "want" (the default: DF on what fits the first link), "do", "dont"; absent where only packets were seen. */
  readonly pathMtuDiscovery?: "want" | "do" | "dont" | "probe";
  /** The path MTU that ping's own kernel gave as the reason for not sending. */
  readonly toldMtu?: number;
  readonly broadcastAllowed: boolean;
  readonly mark: number;
  /** Type of service (ping's -Q); absent: 0. */
  readonly tos?: number;
  /** What ping printed where it got no socket: whether a process gets one is in no state. */
  readonly socketRefused?: string;
  /** What hands the packet to the stack; absent is a ping, null a program that is not known. */
  readonly program?: string | null;
  /** It asks by ARP alone, past the stack. */
  readonly byArp?: true;
  /** The TCP connection or UDP question; absent is a ping. */
  readonly transport?: Transport;
  /** How we know what was attempted. */
  readonly origin: "command" | "packets" | "asked";
}

/** Which packet of the conversation a step is about. */
export type Leg = "request" | "arp-request" | "arp-reply" | "reply" | "error" | "reply-arp-request" | "reply-arp-reply";

export type StepKind =
  | "socket"
  | "route"
  | "source"
  | "firewall"
  | "neighbour"
  | "arp-ask"
  | "transmit"
  | "cross"
  | "bridge"
  | "receive"
  | "arp-input"
  | "arp-answer"
  | "ip-input"
  | "validate-source"
  | "deliver"
  | "forward"
  | "icmp-echo"
  | "icmp-error"
  | "loopback"
  | "socket-receive"
  | "stop"
  | "open";

/** A frame that should be seen at an interface if the walk is right. */
export interface ExpectedSighting {
  readonly netns: string;
  readonly interface: string;
  readonly direction: Direction;
  readonly packet:
    | { readonly kind: "arp-request" | "arp-reply"; readonly sender: Ipv4 | null; readonly target: Ipv4 }
    | { readonly kind: "echo-request" | "echo-reply"; readonly source: Ipv4 | null; readonly destination: Ipv4 }
    | {
        readonly kind: "icmp-error";
        readonly source: Ipv4 | null;
        readonly destination: Ipv4;
        readonly type: number;
        readonly code: number;
      }
    | {
        readonly kind: "transport";
        readonly source: Ipv4 | null;
        readonly destination: Ipv4;
        /** Null where the kernel chooses it, or a translation does. */
        readonly sourcePort: number | null;
        readonly destinationPort: number | null;
        readonly what: TransportPacket;
      };
  /** Destination MAC where the walk knows it. */
  readonly destinationMac: Mac | null;
  /** It passes inside of another packet, which a capture of ARP and ICMP alone does not show. */
  readonly isInside?: true;
  /** It may be seen there; that it is not says nothing. */
  readonly isOptional?: true;
}

export interface Step {
  readonly kind: StepKind;
  readonly leg: Leg;
  readonly netns: string;
  /** The interface the step happens at; null for the stack as a whole. */
  readonly interface: string | null;
  /** One plain sentence: what the kernel does here and why. */
  readonly text: Text;
  /** Lines of state this rests on; empty where it follows from the steps before (then `inferred`). */
  readonly state: readonly StateLine[];
  /** Set where a packet passes a capture point. */
  readonly expects: ExpectedSighting | null;
  /** Number of the copy that it happens to; absent on the way that counts, which the end of the walk is about. */
  readonly branch?: number;
  /** Milliseconds that pass before it, from the first question that the steps before it asked. */
  readonly waits?: number;
}

/** A copy of a frame that ends beside the way that counts. */
export interface Branch {
  /** From 1 on. */
  readonly n: number;
  /** The branch it is a copy of; 0 is the way that counts. */
  readonly of: number;
  /** Where it ends. */
  readonly netns: string;
  readonly interface: string | null;
  readonly end: BranchEnd;
}

export type BranchEnd =
  /** Somebody answers this copy too. */
  | { readonly kind: "answers" }
  /** A host takes it and says nothing, or a hook or port ends it. */
  | { readonly kind: "silent" | "lost"; readonly code: Code }
  /** It is addressed to somebody else. */
  | { readonly kind: "ignored" }
  | { readonly kind: "exits" }
  | { readonly kind: "open" };

/** All steps of one packet inside one namespace. */
export interface Hop {
  readonly netns: string;
  readonly leg: Leg;
  readonly steps: readonly Step[];
}

export type Disposition =
  /** The answer reached the socket. */
  | { readonly kind: "answered" }
  /** The kernel stops it for the first time here; `alsoAs` is the same stop under other names: the mechanism of a story. */
  | { readonly kind: "stopped"; readonly hit: CauseHit; readonly alsoAs?: readonly CauseHit[] }
  /** State does not tell what comes next: what is missing, and which causes stay possible. */
  | {
      readonly kind: "open";
      readonly netns: string;
      readonly missing: readonly string[];
      readonly question: Text;
      readonly candidates: readonly Code[];
    }
  /** It leaves through an interface whose other end is in no known namespace. */
  | { readonly kind: "exits"; readonly netns: string; readonly interface: string; readonly leg: Leg };

/** What the ping that was attempted gets to hear. Whether and how often it prints it depends on its own patience. */
export type Heard =
  | { readonly kind: "reply" }
  | { readonly kind: "nothing" }
  /** The connection stands, or it was refused by a reset. */
  | { readonly kind: "connected" }
  | { readonly kind: "reset" }
  /** A system call of ping's fails; ping keeps quiet about most errors of `sendmsg`. */
  | { readonly kind: "error"; readonly call: "socket" | "bind" | "connect" | "sendmsg"; readonly errno: string }
  | { readonly kind: "icmp-error"; readonly from: Ipv4; readonly type: number; readonly code: number };

export interface Trace {
  readonly attempt: Attempt;
  readonly hops: readonly Hop[];
  /** Copies that ended beside it, in the order of their steps. */
  readonly branches?: readonly Branch[];
  readonly disposition: Disposition;
  /** Worth telling though nothing stops (reply-via-lo, proxy-arp…), and later faults on the way, in order of mending. */
  readonly remarks: readonly CauseHit[];
  /** Source address the kernel would use, where it got that far. */
  readonly source: Ipv4 | null;
  /** Address that is asked for by ARP, where one is. */
  readonly nextHop: Ipv4 | null;
  readonly evidence: readonly Evidence[];
  /** What state did not tell and the walk took as absent or at its default: `nft`, `net1: net.ipv4.conf.veth1.arp_ignore`. */
  readonly assumed?: readonly string[];
  /** Absent where the walk ended open. */
  readonly heard?: Heard;
  /** How many ways were followed, where state leaves more than that. */
  readonly waysFollowed?: number;
}

/** All steps in order. */
export function stepsOf(trace: Trace): Step[] {
  return trace.hops.flatMap((hop) => hop.steps);
}
