// Facts and evidence that the causes about connections share.

import { formatIpv4 } from "./address.ts";
import type { PacketVerdict, PacketView } from "./cause.ts";
import { type ConnectionEnd, type Ended, endsOf } from "./connection.ts";
import type { Evidence } from "./evidence.ts";
import type { Facts } from "./finding.ts";
import type { Journey } from "./journey.ts";
import { framesOf, interfacesOf } from "./observed.ts";
import { type Text, text } from "./text.ts";
import { formatVantage } from "./vantage.ts";

/** The first connection of a flow that ended so, where none before it ended better explained; null where there is none. */
export function firstEnd<Kind extends ConnectionEnd["kind"]>(
  { flow }: Pick<PacketView, "flow">,
  kind: Kind,
  protocol: "tcp" | "udp",
): (Ended & { readonly end: Extract<ConnectionEnd, { kind: Kind }> }) | null {
  if (flow.kind !== protocol) return null;
  const found = endsOf(flow).find(({ end }) => end.kind === kind);
  return found === undefined ? null : (found as never);
}

/** Who asked whom for which port, and where the question was seen. */
export function connectionFacts({ exchange, count }: Ended): Facts {
  const asked = exchange.kind === "tcp" ? exchange.syns : exchange.questions;
  return {
    target: formatIpv4(exchange.destination),
    source: formatIpv4(exchange.source),
    protocol: exchange.kind,
    service: String(exchange.destinationPort),
    ...(count > 1 ? { count: String(count) } : {}),
    ...interfacesOf(asked[0]),
  };
}

/** Where a journey was seen last. */
export function lastPlace(
  journey: Journey | undefined,
): Pick<PacketVerdict, "netns" | "interface"> & { readonly state?: string } {
  const vantage = journey?.sightings.at(-1)?.frame.vantage;
  if (vantage === undefined) return { netns: null, interface: null };
  return { netns: vantage.netns, interface: vantage.interface, state: formatVantage(vantage) };
}

/** Evidence of packets that were seen. */
export function sightOf(words: Text, journeys: readonly Journey[]): Evidence {
  return { basis: "seen", text: words, frames: framesOf(journeys) };
}

/** Evidence of data that stayed unacknowledged: what was sent again, or what came behind the gap. */
export function sightOfStall({ gap, journey }: Extract<ConnectionEnd, { kind: "stalled" }>): Evidence {
  return sightOf(
    gap === undefined
      ? text("data sent again, and never acknowledged", "反复重传、始终没有确认的数据段")
      : text("what came behind the gap", "缺口之后到达的报文段"),
    [journey],
  );
}

/** Time between the first sights of two journeys, in milliseconds as text; null where one has no time. */
export function millisecondsBetween(a: Journey | undefined, b: Journey | undefined): string | null {
  const [one, two] = [a?.sightings[0]?.frame.time ?? null, b?.sightings[0]?.frame.time ?? null];
  if (one === null || two === null || two < one) return null;
  const ms = Number(two - one) / 1e6;
  return ms < 10 ? ms.toFixed(2) : ms.toFixed(0);
}

/** `10.0.0.2:80`, or what stands for it where the facts do not tell. */
export function addressOfService({ target, service }: Facts): Text {
  if (target === undefined) return text("the target", "目标");
  const whole = service === undefined ? target : `${target}:${service}`;
  return text(whole, whole);
}
