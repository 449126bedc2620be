// What a ping printed, all of it: words of a program about what came back to it and what its kernel refused it.

import type { Ipv4 } from "./address.ts";
import type { RefusedCall } from "./ping-line.ts";
import type { IcmpWords } from "./ping-words.ts";

/** An ICMP error that ping received, with the address that sent it; like ones are counted. */
export interface PrintedError {
  readonly from: Ipv4 | null;
  readonly words: string;
  readonly icmp: IcmpWords | null;
  readonly count: number;
  /** icmp_seq of the first of them. */
  readonly first: number | null;
  /** The first of them as printed, and its place among the lines. */
  readonly line: string;
  readonly at: number;
  /** Whether the address is the pinging host's own, so that its own kernel speaks; null where nothing tells. */
  readonly own: boolean | null;
}

/** A call that the kernel, or a resolver, refused ping. */
export interface PrintedRefusal {
  readonly call: RefusedCall;
  readonly errno: string | null;
  readonly mtu: number | null;
  /** The name that has no address, the interface that is not there. */
  readonly name: string | null;
  readonly count: number;
  readonly line: string;
  readonly at: number;
}

export interface Printed {
  /** From the first line, `PING name (address) from source interface:`. */
  readonly destination: Ipv4 | null;
  readonly source: Ipv4 | null;
  readonly boundInterface: string | null;
  /** By the summary; null where there is none. */
  readonly transmitted: number | null;
  readonly received: number | null;
  readonly duplicates: number;
  readonly answers: number;
  /** icmp_seq of the answers; absent where not each of them was printed with one, and where there are too many. */
  readonly heard?: readonly number[];
  readonly errors: readonly PrintedError[];
  readonly refusals: readonly PrintedRefusal[];
  /** The line that says that it got no socket; null where it got one, as far as it tells. */
  readonly socketRefused: string | null;
  /** Requests told to be unanswered, one by one. */
  readonly silences: number;
  /** Answers that came from an address that was not asked, and answers with damaged bytes. */
  readonly strangers: readonly string[];
  readonly damaged: readonly string[];
  /** Whether what came back came later than the next request left (`pipe 3`); null where nothing tells. */
  readonly late: boolean | null;
  /** The summary line, as printed. */
  readonly summaryLine: string | null;
  /** Windows has no Linux kernel: what it says of itself does not travel over lo. */
  readonly windows: boolean;
  /** The first line names an IPv6 address. */
  readonly ipv6: boolean;
  /** That address, in small letters. */
  readonly ipv6Destination?: string;
  /** Of the command, where it is known: -t, and the bytes of the whole packet. */
  readonly ttl: number | null;
  readonly length: number | null;
}
