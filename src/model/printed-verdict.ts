// What follows from the words of a ping alone: whose error it is, and what a refused call says of the pinging host.

import { formatIpv4, type Ipv4, inPrefix, parsePrefix } from "./address.ts";
import type { PacketVerdict, PacketView } from "./cause.ts";
import { type Certainty, weaker } from "./evidence.ts";
import type { Facts } from "./finding.ts";
import type { Flow } from "./flow.ts";
import type { RefusedCall } from "./ping-line.ts";
import type { Printed, PrintedError, PrintedRefusal } from "./printed.ts";
import { type Text, text } from "./text.ts";

/** An ICMP error by type and code. */
export type IcmpKind = readonly [type: number, code: number];

/** The verdict that rests on one printed line. */
export function verdictOfLine(
  flow: Flow,
  printed: { readonly line: string; readonly count: number },
  certainty: Certainty,
  facts: Facts,
): PacketVerdict {
  return {
    certainty,
    netns: flow.netns,
    interface: null,
    facts: {
      target: formatIpv4(flow.dst),
      ...(flow.src === null ? {} : { source: formatIpv4(flow.src) }),
      ...(flow.program === undefined ? {} : { asking: flow.program }),
      ...facts,
      basis: "ping",
    },
    evidence: [{ basis: "seen", text: quotedLine(printed, flow.program) }],
    ruledOut: [],
  };
}

/** `ping printed: …`, with how often. */
export function quotedLine(
  { line, count }: { readonly line: string; readonly count: number },
  program: string = "ping",
): Text {
  return count > 1
    ? text(`${program} printed: ${line} (${count} times alike)`, `${program} 的输出：${line}（这样的共 ${count} 行）`)
    : text(`${program} printed: ${line}`, `${program} 的输出：${line}`);
}

/** Whether the address that speaks and the one asked for are neighbours by the commonest mask: then there is no router. */
function sameLink(a: Ipv4, b: Ipv4): boolean {
  const prefix = parsePrefix(`${formatIpv4(a)}/24`);
  return prefix !== null && a !== b && inPrefix(b, prefix);
}

/**
 * The "host unreachable" that the pinging host's own kernel made: its ARP failed. Known where the address is known to
 * be its own; likely where it is a neighbour of the target, which a router would have no reason to be.
 */
export function ownUnreachable({ dst, printed }: Flow): { error: PrintedError; known: boolean } | null {
  const error = printed?.errors.find(
    ({ icmp, own, from }) =>
      icmp?.type === 3 && icmp.code === 1 && from !== null && (own ?? (from !== dst && sameLink(from, dst))),
  );
  return error === undefined ? null : { error, known: error.own === true };
}

/** A "host unreachable" that came late from an address of which nobody knows whether it is the asker's own. */
export function lateUnreachable(flow: Flow): PrintedError | null {
  if (flow.printed?.late === false || ownUnreachable(flow) !== null) return null;
  const error = flow.printed?.errors.find(({ icmp, own }) => icmp?.type === 3 && icmp.code === 1 && own === null);
  return error ?? null;
}

/** An error that somebody else sent, of one of these kinds: a router, or with `byTarget` the target itself. */
function foreignLine(flow: Flow, wanted: readonly IcmpKind[], byTarget: boolean): PrintedError | null {
  const own = ownUnreachable(flow)?.error;
  return (
    flow.printed?.errors.find(
      (error) =>
        error !== own &&
        error.own !== true &&
        (error.from === flow.dst) === byTarget &&
        wanted.some(([type, code]) => error.icmp?.type === type && error.icmp.code === code),
    ) ?? null
  );
}

/** What a cause says where ping's words name an error of another host; null where they do not. */
export function verdictOfPrintedError(
  { flow }: PacketView,
  wanted: readonly IcmpKind[],
  certainty: Certainty,
  when: "at once" | "after a wait" | null,
  byTarget = false,
): PacketVerdict | null {
  const { printed } = flow;
  const error = foreignLine(flow, wanted, byTarget);
  if (error === null || !printed || nothingLost(printed)) return null;
  if (when === "at once" && printed.late !== false) return null;
  if (when === "after a wait" && printed.late === false) return null;
  // Whose address it is decides between the pinging host's ARP and a router's.
  if (when === "after a wait" && error.own === null) return null;
  const doubtful = when === "after a wait" && printed.late === null;
  const mtu = error.icmp?.mtu;
  return verdictOfLine(flow, error, weaker(certainty, doubtful ? "possible" : certainty), {
    ...(error.from === null ? {} : { router: formatIpv4(error.from) }),
    error: error.words,
    ...(mtu === undefined ? {} : { mtu: String(mtu) }),
    ...(printed.length === null ? {} : { size: String(printed.length) }),
  });
}

function nothingLost({ answers, transmitted }: Printed): boolean {
  return transmitted === null ? answers > 0 : answers > 0 || transmitted === 0;
}

/** The call that the kernel refused ping, where it is one of these. */
function refusalOf(
  { printed }: Flow,
  wanted: readonly (readonly [call: RefusedCall, errno: string])[],
): PrintedRefusal | null {
  if (!printed || printed.answers > 0) return null;
  return printed.refusals.find((r) => wanted.some(([call, errno]) => r.call === call && r.errno === errno)) ?? null;
}

/** What a cause says where ping's words name a call that failed; null where they do not. */
export function verdictOfRefusal(
  { flow }: PacketView,
  wanted: readonly (readonly [call: RefusedCall, errno: string])[],
  certainty: Certainty,
  facts: Facts = {},
): PacketVerdict | null {
  const refusal = refusalOf(flow, wanted);
  if (refusal === null) return null;
  const device = flow.printed?.boundInterface ?? null;
  return verdictOfLine(flow, refusal, certainty, {
    error: refusal.line.replace(/^ping4?: /, ""),
    ...(device === null ? {} : { outInterface: device }),
    ...(refusal.mtu === null ? {} : { mtu: String(refusal.mtu) }),
    ...facts,
  });
}

/** Whether an address ends like the broadcast address of a usual subnet. */
export function looksLikeBroadcast(address: Ipv4): boolean {
  // The lowest address of a subnet is one, too, before Linux 5.14.
  return (address & 0xff) === 0xff || (address & 0xff) === 0;
}
