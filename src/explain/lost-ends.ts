// Where the packets of a flow that were lost were seen last.

import { type Ended, endsOf } from "../model/connection.ts";
import type { Exchange } from "../model/exchange.ts";
import type { Flow, Outcome } from "../model/flow.ts";
import type { Journey } from "../model/journey.ts";
import { cameBack } from "../model/observed.ts";
import type { Packet } from "../model/packet.ts";
import type { Observed } from "./outcome.ts";

/** The last sights of what was lost: of a question, or of the answer where one was made. */
export function lostEnds(flow: Flow, observed: Observed): Packet[] {
  if (flow.transportOutcomes !== undefined) return lastOf(endsOf(flow).flatMap(lostJourneys));
  return lostOutcomes(flow, observed).flatMap(({ first, last }) =>
    [first, ...(last === null ? [] : [last])].flatMap(echoEnds),
  );
}

// A reset or an error tells its sender how the question ended: it is not lost.
function lostJourneys({ exchange, end }: Ended): readonly Journey[] {
  if (end.kind === "stalled") return [end.journey];
  if (end.kind !== "silent") return [];
  const [asked, back] =
    exchange.kind === "tcp"
      ? [exchange.syns, [...exchange.synAcks, ...exchange.resets]]
      : [exchange.questions, exchange.answers];
  return end.answered ? back : asked;
}

function lastOf(journeys: readonly Journey[]): Packet[] {
  return journeys.flatMap(({ sightings }) => sightings.slice(-1));
}

function lostOutcomes(flow: Flow, { answered }: Observed): Outcome[] {
  const lost = ({ first }: Outcome): boolean =>
    first.kind === "echo"
      ? answered === 0 || !cameBack(first, flow.netns)
      : first.kind === "arp" && first.purpose === "resolve" && !cameBack(first);
  // What the asker's own kernel says of a request that never left is no packet of its way.
  const echoes = flow.echoOutcomes.filter((one) => lost(one) && echoEnds(one.first).length > 0);
  return echoes.length > 0 ? echoes : flow.arpOutcomes.filter(lost);
}

// An answer that was made ended after its question; a bridge's copies of a question end each by itself.
/** Where an echo or a question of ARP, or its answer, was seen last. */
export function echoEnds(exchange: Exchange): Packet[] {
  if (exchange.kind === "lone") return [];
  const journeys: readonly Journey[] =
    exchange.replies.length > 0
      ? exchange.replies
      : exchange.kind === "arp"
        ? exchange.requests
        : exchange.request === null
          ? []
          : [exchange.request];
  return journeys.flatMap(({ sightings }) => sightings.slice(-1));
}
