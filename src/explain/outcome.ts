// How the flow ended, as far as packets and ping's own words tell.

import { circleOf } from "../model/circle.ts";
import { endsOf, isGood } from "../model/connection.ts";
import type { TransportExchange } from "../model/exchange.ts";
import type { Flow, Outcome } from "../model/flow.ts";
import {
  answeredArp,
  cameBack,
  selfMadeError,
  sightingsOf,
  strayReplies,
  unansweredArp,
  vantagesOf,
} from "../model/observed.ts";
import { traceReached } from "../model/ordinary-errors.ts";
import type { Printed } from "../model/printed.ts";
import type { Verdict } from "../model/report.ts";
import type { InputSummary, Vantage } from "../model/vantage.ts";
import { wantedConnections } from "./command/connect-command.ts";

export interface Observed {
  readonly verdict: Verdict;
  readonly sent: number;
  readonly answered: number;
  /** ping's own words decide where there are any; packets else. */
  readonly by: "ping" | "packets";
  /** Any packet of the flow was seen. */
  readonly anything: boolean;
}

/** What was captured, and at which vantages there was any ICMP. */
export interface Captured {
  readonly inputs: readonly InputSummary[];
  readonly withIcmp: ReadonlySet<Vantage>;
  /** The watched command, with its status. */
  readonly command?: { readonly argv: readonly string[]; readonly exitCode: number | null } | null;
}

/** Judges a flow by what ping printed, else by its packets. `watchedLo`: whether some capture looked at a loopback device. */
export function observe(flow: Flow, ping: Printed | null, watchedLo: boolean, captured: Captured): Observed {
  const anything = sightingsOf(flow).length > 0;
  const printed = ping === null ? null : observePrinted(ping, anything);
  if (printed !== null) return { ...printed, by: "ping", anything };
  // Who asks why it is not answered says that it is not.
  if (typeof flow.wondered === "string" && !anything)
    return { verdict: "failed", sent: 0, answered: 0, by: "ping", anything };
  if ((flow.told !== undefined || isAskedByLog(flow)) && !anything)
    return { verdict: "failed", sent: 0, answered: 0, by: "packets", anything };
  const seen = flow.kind === "arp" ? observeArp(flow, captured) : observePackets(flow, watchedLo, captured);
  return { ...seen, by: "packets", anything };
}

// A line of a firewall's log is all that is known to have gone wrong.
function isAskedByLog({ logged, printed, wondered }: Flow): boolean {
  return logged !== undefined && printed === undefined && wondered === undefined;
}

type Counted = Pick<Observed, "verdict" | "sent" | "answered">;

// Null where its words decide nothing.
function observePrinted(ping: Printed, anything: boolean): Counted | null {
  if (ping.transmitted !== null && ping.received !== null) {
    const { transmitted: sent, received: answered } = ping;
    const trouble = ping.duplicates > 0 || ping.errors.length > 0 || answered < sent || ping.damaged.length > 0;
    return { verdict: answered === 0 ? "failed" : trouble ? "worked-with-trouble" : "worked", sent, answered };
  }
  if (ping.transmitted === null && ping.answers === 0 && ping.refusals.length > 0) {
    return { verdict: "failed", sent: 0, answered: 0 };
  }
  if (anything || spokenOf(ping) === 0) return null;
  const answered = ping.answers - ping.duplicates;
  const verdict = answered === 0 ? "failed" : spokenOf(ping) > answered ? "worked-with-trouble" : "worked";
  return { verdict, sent: spokenOf(ping), answered };
}

function observeArp(flow: Flow, captured: Captured): Counted {
  const open = unansweredArp(flow).reduce((sum, a) => sum + a.count, 0);
  const closed = flow.arpOutcomes.reduce((sum, o) => sum + o.count, 0) - open;
  const verdict = open > 0 ? (closed > 0 ? "worked-with-trouble" : "failed") : "worked";
  return {
    verdict: verdict === "worked" && isAboutNothing(flow, captured) ? "cannot-tell" : verdict,
    sent: open + closed,
    answered: closed,
  };
}

function observePackets(flow: Flow, watchedLo: boolean, captured: Captured): Counted {
  // A reply that was seen, but not where its question left, may have died on its way back.
  const stray = strayReplies(flow).reduce((sum, s) => sum + s.count, 0);
  const sent = flow.requests;
  const answered = Math.max(0, flow.replies - stray);
  // What a traceroute sends with a small TTL is meant to expire.
  if (traceReached(flow) !== null)
    return { verdict: "worked", sent: Math.max(1, answered), answered: Math.max(1, answered) };
  if (flow.transportOutcomes !== undefined) return observeConnections(flow, captured.command ?? null);
  if (flow.kind === "icmp-error") return { verdict: "failed", sent, answered };
  if (flow.kind === "other") return { verdict: answered > 0 ? "worked" : "cannot-tell", sent, answered };
  if (answered === 0) {
    const failed =
      flow.errors > 0 ||
      selfMadeError(flow) !== null ||
      flow.echoOutcomes.some(({ first }) => first.kind === "echo" && circleOf(first) !== null) ||
      (unansweredArp(flow).length > 0 &&
        flow.echoOutcomes.every((o) => o.first.kind !== "echo" || o.first.request === null)) ||
      (watchedLo && stray === 0);
    return { verdict: failed && (sent > 0 || flow.errors > 0) ? "failed" : "cannot-tell", sent, answered };
  }
  const trouble = answered < sent || flow.duplicates > 0 || flow.errors > 0;
  return { verdict: trouble ? "worked-with-trouble" : "worked", sent, answered };
}

// A SYN that is asked again has not been answered where it was asked; one alone, or a datagram, may have been elsewhere.
function observeConnections(flow: Flow, command: NonNullable<Captured["command"]> | null): Counted {
  const exitCode = command?.exitCode ?? null;
  const ends = endsOf(flow);
  const good = ends.filter(({ end }) => isGood(end));
  const [sent, answered] = [ends, good].map((list) => list.reduce((sum, { count }) => sum + count, 0)) as [
    number,
    number,
  ];
  const isTold = command !== null && hasFailed(flow, command);
  const isKnown =
    isTold || ends.some(({ end, exchange }) => !isGood(end) && (end.kind !== "silent" || asksAgain(exchange)));
  // No packet of it was seen: how the command ended tells.
  if (ends.length === 0) return { verdict: exitCode ? "failed" : "cannot-tell", sent: 0, answered: 0 };
  const isMiddle = ends.every(({ end }) => end.kind === "midway");
  if (answered === sent) return { verdict: isMiddle ? "cannot-tell" : "worked", sent, answered };
  if (answered > 0) return { verdict: isKnown ? "worked-with-trouble" : "worked", sent, answered };
  return { verdict: isKnown ? "failed" : "cannot-tell", sent, answered };
}

// A command that asks for this connection and for nothing else has failed.
function hasFailed({ kind, dst, dstPort }: Flow, { argv, exitCode }: NonNullable<Captured["command"]>): boolean {
  const [only, ...more] = wantedConnections(argv);
  if (!exitCode || only === undefined || more.length > 0) return false;
  return only.protocol === kind && only.address === dst && only.port === dstPort;
}

function asksAgain(exchange: TransportExchange): boolean {
  if (exchange.kind === "tcp") return exchange.syns.length > 1;
  const [first] = exchange.questions;
  const network = first?.sightings[0]?.network;
  // A resolver, and a client that asks for an address, ask again because nothing came.
  return exchange.questions.length > 1 && network?.kind === "udp" && network.udp?.application != null;
}

// A ping that was stopped, or copied before its end, has no summary: its lines are what there is.
function spokenOf({ answers, duplicates, errors, silences }: Printed): number {
  return answers - duplicates + silences + errors.reduce((sum, e) => sum + (e.icmp?.type === 5 ? 0 : e.count), 0);
}

// What may pass that no ARP for an IPv4 address was meant for; all else, tunnels included, may be what it was about.
const NO_IPV4: readonly string[] = ["ipv6", "llc", "other"];

// Who asks by ARP wants to send something. Where the captures that saw the answer show no other packet, it did not come
// to that, or it was dropped before the capture point.
function isAboutNothing(flow: Flow, { inputs, withIcmp }: Captured): boolean {
  if (answeredArp(flow).length === 0) return false;
  const places = vantagesOf(flow);
  for (const place of places) if (withIcmp.has(place)) return false;
  const own = inputs.filter((input) => places.has(input.vantage));
  if (own.length === 0 || own.some((input) => input.filter !== null)) return false;
  return own.every(({ otherProtocols: other }) => [...other.keys()].every((name) => NO_IPV4.includes(name)));
}

/** A flow whose requests ended differently, parted: what failed, with all its ARP or only that which failed, and the rest. */
export function partsOf(flow: Flow): { failed: readonly Flow[]; answered: Flow } | null {
  const isAnswered = ({ first }: Outcome): boolean =>
    first.kind !== "lone" && cameBack(first, first.kind === "echo" ? flow.netns : null);
  const answeredEchoes = flow.echoOutcomes.filter(isAnswered);
  if (answeredEchoes.length === 0) return null;
  const echoOutcomes = flow.echoOutcomes.filter((o) => !isAnswered(o));
  const silent = flow.arpOutcomes.filter((o) => !isAnswered(o));
  if (echoOutcomes.length + silent.length === 0) return null;
  const failed = [
    ...(echoOutcomes.length > 0 ? [{ ...flow, echoOutcomes }] : []),
    { ...flow, echoOutcomes, arpOutcomes: silent },
  ];
  return {
    failed,
    answered: {
      ...flow,
      echoOutcomes: answeredEchoes,
      arpOutcomes: flow.arpOutcomes.filter(isAnswered),
      loneOutcomes: [],
    },
  };
}
