// ARP that nothing was sent after: questions that were answered, and what hosts said of themselves.

import type { ArpExchange } from "./exchange.ts";
import type { Flow } from "./flow.ts";

/** Counts of what was seen. */
export interface ArpOnly {
  /** A host that asks whether its own address is taken among them. */
  readonly questions: number;
  readonly answered: number;
  readonly announcements: number;
}

/** Null where anything else was asked, too, or nothing at all. */
export function arpOnly(flows: readonly Flow[]): ArpOnly | null {
  if (flows.length === 0 || flows.some(({ kind }) => kind !== "arp")) return null;
  const all = flows.flatMap(({ arpOutcomes }) =>
    arpOutcomes.flatMap(({ first, count }) => (first.kind === "arp" ? [{ exchange: first, count }] : [])),
  );
  if (all.length === 0) return null;
  const asked = all.filter(({ exchange }) => exchange.requests.length > 0 && exchange.purpose !== "gratuitous");
  const unasked = all.filter(({ exchange }) => exchange.requests.length === 0 || exchange.purpose === "gratuitous");
  // An answer to a probe (RFC 5227) may be for everybody, and then names no asker.
  const probed = asked.filter(({ exchange }) => exchange.purpose === "probe" && exchange.replies.length === 0);
  const used = new Set(
    unasked
      .filter(({ exchange }) => probed.some((one) => isAnswer(one.exchange, exchange)))
      .map(({ exchange }) => exchange),
  );
  const isAnswered = (one: ArpExchange): boolean =>
    one.replies.length > 0 || [...used].some((other) => isAnswer(one, other));
  const sum = (of: readonly { readonly count: number }[]): number => of.reduce((total, { count }) => total + count, 0);
  return {
    questions: sum(asked),
    answered: sum(asked.filter(({ exchange }) => isAnswered(exchange))),
    announcements: sum(unasked.filter(({ exchange }) => !used.has(exchange))),
  };
}

function isAnswer(probe: ArpExchange, reply: ArpExchange): boolean {
  return probe.purpose === "probe" && reply.requests.length === 0 && reply.target === probe.target;
}

/** Whether there is nothing in it that went without an answer. */
export function isSettled(only: ArpOnly | null): boolean {
  return only !== null && only.answered === only.questions;
}
