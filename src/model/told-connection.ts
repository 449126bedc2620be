// What the words of a program tell of a connection of which no packet was seen.

import { formatIpv4 } from "./address.ts";
import type { PacketVerdict } from "./cause.ts";
import type { Code } from "./code.ts";
import type { Flow, SocketFailure } from "./flow.ts";
import { sightingsOf } from "./observed.ts";
import { printable, text } from "./text.ts";
import type { TransportProtocol } from "./transport.ts";

// An answer of the other side came, whatever it was; silence has many reasons.
const SAYS_WHAT_CAME: ReadonlySet<SocketFailure | null> = new Set(["ECONNREFUSED", "ECONNRESET", "EOF"]);

/** The verdict, where the program said one of these of a connection over this protocol and nothing was seen; else null. */
export function byWords(
  flow: Flow,
  protocol: TransportProtocol | "any",
  failures: readonly (SocketFailure | null)[],
  alike: readonly Code[] = [],
): PacketVerdict | null {
  const { told, dstPort, kind } = flow;
  if (protocol !== "any" && kind !== protocol) return null;
  if (told === undefined || dstPort === undefined || !failures.includes(told.failure)) return null;
  if (sightingsOf(flow).length > 0) return null;
  const line = printable(told.line);
  return {
    certainty: SAYS_WHAT_CAME.has(told.failure) ? "likely" : "possible",
    netns: null,
    interface: null,
    facts: {
      basis: "told",
      target: formatIpv4(flow.dst),
      service: String(dstPort),
      protocol: kind === "udp" ? "udp" : "tcp",
      ...(flow.src === null ? {} : { source: formatIpv4(flow.src) }),
      ...(told.failure === null ? {} : { value: told.failure }),
    },
    evidence: [{ basis: "seen", text: text(`the program printed: ${line}`, `程序的输出：${line}`) }],
    ruledOut: [],
    ...(alike.length === 0 ? {} : { alike }),
  };
}
