// How the flow ended, as far as packets and ping's own words tell.

import type { Flow } from "../model/flow.ts";
import { selfMadeError, sightingsOf, unansweredArp } from "../model/observed.ts";
import type { Verdict } from "../model/report.ts";
import type { PingOutput } from "./ping-output.ts";

export interface Observed {
  readonly verdict: Verdict;
  readonly sent: number;
  readonly answered: number;
  /** ping's own words decide where there are any; packets else. */
  readonly by: "ping" | "packets";
  /** Any packet of the flow was seen. */
  readonly anything: boolean;
}

/** Judges a flow by what ping printed, else by its packets. `watchedLo`: whether some capture looked at a loopback device. */
export function observe(flow: Flow, ping: PingOutput | null, watchedLo: boolean, asker: string | null): Observed {
  const anything = sightingsOf(flow).length > 0;
  if (ping !== null && ping.transmitted !== null && ping.received !== null) {
    const { transmitted: sent, received: answered } = ping;
    const trouble = ping.duplicates > 0 || ping.errors.length > 0 || answered < sent;
    return {
      verdict: answered === 0 ? "failed" : trouble ? "worked-with-trouble" : "worked",
      sent,
      answered,
      by: "ping",
      anything,
    };
  }
  if (ping !== null && ping.transmitted === null && ping.answers === 0 && ping.complaints.length > 0) {
    return { verdict: "failed", sent: 0, answered: 0, by: "ping", anything };
  }
  const by = "packets";
  if (flow.kind === "arp") {
    const open = unansweredArp(flow).reduce((sum, a) => sum + a.count, 0);
    const closed = flow.arpOutcomes.reduce((sum, o) => sum + o.count, 0) - open;
    return {
      verdict: open === 0 ? "worked" : closed > 0 ? "worked-with-trouble" : "failed",
      sent: open + closed,
      answered: closed,
      by,
      anything,
    };
  }
  const { requests: sent, replies: answered } = flow;
  if (flow.kind === "icmp-error") return { verdict: "failed", sent, answered, by, anything };
  if (flow.kind === "other") return { verdict: answered > 0 ? "worked" : "cannot-tell", sent, answered, by, anything };
  if (answered === 0) {
    const failed =
      flow.errors > 0 ||
      selfMadeError(flow) !== null ||
      (unansweredArp(flow).length > 0 &&
        flow.echoOutcomes.every((o) => o.first.kind !== "echo" || o.first.request === null)) ||
      watchedLo;
    return {
      verdict: sent === 0 && flow.errors === 0 ? "cannot-tell" : failed ? "failed" : "cannot-tell",
      sent,
      answered,
      by,
      anything,
    };
  }
  void asker;
  const trouble = answered < sent || flow.duplicates > 0 || flow.errors > 0;
  return { verdict: trouble ? "worked-with-trouble" : "worked", sent, answered, by, anything };
}
