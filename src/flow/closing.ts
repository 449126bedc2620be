// What closing an exchange does to its journeys.

import type { ExchangeRecord, OpenJourney } from "./records.ts";

type Visit<T> = (journey: OpenJourney, context: T) => void;

/** Puts the sightings of all its journeys in order. */
export function settleOrders(record: ExchangeRecord): void {
  visit(record, settleOrder, null);
}

/** Visits all its journeys; the context saves the hot path a closure. */
export function visit<T>(record: ExchangeRecord, each: Visit<T>, context: T): void {
  if (record.kind === "lone") each(record.journey, context);
  else if (record.kind === "arp") {
    visitAll(record.requests, each, context);
    visitAll(record.replies, each, context);
  } else {
    if (record.request !== null) each(record.request, context);
    visitAll(record.replies, each, context);
    visitAll(record.errors, each, context);
    visitAll(record.fragments, each, context);
    visitAll(record.copies, each, context);
  }
}

function visitAll<T>(journeys: readonly OpenJourney[], each: Visit<T>, context: T): void {
  for (let i = 0; i < journeys.length; i++) each(journeys[i] as OpenJourney, context);
}

function settleOrder(journey: OpenJourney): void {
  journey.settleOrder();
}
