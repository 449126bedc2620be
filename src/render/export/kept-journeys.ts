// The journeys that a report keeps: of exchanges that went alike the first and the latest, with how many there were.

import type { Exchange, TransportExchange } from "../../model/exchange.ts";
import type { Flow } from "../../model/flow.ts";
import type { Journey } from "../../model/journey.ts";
import type { Report } from "../../model/report.ts";

/** A journey with its part in an exchange. */
export interface KeptJourney {
  /** Of the journey within the report; a journey may have a part in exchanges of several flows. */
  readonly number: number;
  readonly flow: number;
  /** Of the exchange within the report. */
  readonly exchange: number;
  /** What it is to the exchange: `request`, `reply`, `error`, `syn`. */
  readonly role: string;
  /** Exchanges that it stands for: of those that went alike the latest stands for itself, the first for all others. */
  readonly alike: number;
  readonly journey: Journey;
}

/** All of them, in the order of flows and outcomes. */
export function keptJourneys({ flows }: Report): KeptJourney[] {
  const numbers = new Map<Journey, number>();
  const numberOf = (journey: Journey): number => {
    const number = numbers.get(journey) ?? numbers.size + 1;
    numbers.set(journey, number);
    return number;
  };
  return flows
    .flatMap(({ flow }) => exchangesOf(flow).map((one) => ({ ...one, flow: flow.id })))
    .flatMap(({ flow, exchange, alike }, at) =>
      partsOf(exchange).map(([role, journey]) => ({
        ...{ number: numberOf(journey), flow, exchange: at + 1 },
        ...{ role, alike, journey },
      })),
    );
}

interface Example {
  readonly exchange: Exchange | TransportExchange;
  readonly alike: number;
}

function exchangesOf({ arpOutcomes, echoOutcomes, loneOutcomes, transportOutcomes = [] }: Flow): Example[] {
  return [...arpOutcomes, ...echoOutcomes, ...loneOutcomes, ...transportOutcomes].flatMap(({ first, last, count }) =>
    last === null
      ? [{ exchange: first, alike: count }]
      : [
          { exchange: first, alike: count - 1 },
          { exchange: last, alike: 1 },
        ],
  );
}

type Parts = readonly (readonly [role: string, journey: Journey])[];

function partsOf(exchange: Exchange | TransportExchange): Parts {
  switch (exchange.kind) {
    case "arp":
      return [...all("request", exchange.requests), ...all("reply", exchange.replies)];
    case "echo": {
      const { request, replies, errors, fragments, copies = [] } = exchange;
      return [
        ...all("request", request === null ? [] : [request]),
        ...[...all("reply", replies), ...all("error", errors)],
        ...[...all("fragment", fragments), ...all("copy", copies)],
      ];
    }
    case "lone":
      return [["message", exchange.journey]];
    case "tcp":
      return [
        ...[...all("syn", exchange.syns), ...all("syn-ack", exchange.synAcks), ...all("reset", exchange.resets)],
        ...[...all("fin", exchange.fins), ...all("segment", exchange.segments), ...all("repeat", exchange.repeats)],
        ...[...all("closed-window", exchange.closedWindows), ...all("error", exchange.errors)],
      ];
    case "udp":
      return [
        ...[...all("question", exchange.questions), ...all("answer", exchange.answers)],
        ...all("error", exchange.errors),
      ];
  }
}

const all = (role: string, journeys: readonly Journey[]): Parts => journeys.map((journey) => [role, journey] as const);
