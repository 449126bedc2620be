// What closing an exchange does to its journeys and to its flow's span.

import type { Packet } from "../model/packet.ts";
import type { FlowRecord } from "./flow-record.ts";
import { type ExchangeRecord, firstOf, type OpenJourney } from "./records.ts";

type Visit<T> = (journey: OpenJourney, context: T) => void;

/** Puts the sightings of all its journeys in order. */
export function settleOrders(record: ExchangeRecord): void {
  visit(record, settleOrder, null);
}

/** Widens its flow over the times of all its sightings. */
export function coverTimes(record: ExchangeRecord, flow: FlowRecord): void {
  visit(record, cover, flow);
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

function cover(journey: OpenJourney, flow: FlowRecord): void {
  const { sightings } = journey;
  flow.cover(firstOf(journey).frame.time);
  if (sightings.length > 1) flow.cover((sightings[sightings.length - 1] as Packet).frame.time);
}
