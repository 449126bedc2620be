// Nobody answers an ARP question: which of the silent listeners, or which lost copy of the frame, is the story.

import { formatIpv4, type Ipv4 } from "../../model/address.ts";
import type { CauseHit } from "../../model/finding.ts";
import type { Namespace } from "../../model/system-state.ts";
import { text } from "../../model/text.ts";
import type { Leg } from "../../model/trace.ts";
import { ownersOf } from "../../system/lookup/owner.ts";
import { noteEntryUpdate } from "./arp-entry-update.ts";
import type { ArpQuestion } from "./arp-input.ts";
import { type Heard, tellListener } from "./arp-listen.ts";
import { tellPurpose } from "./arp-purpose.ts";
import { makeHit, open } from "./hits.ts";
import { linkLine } from "./lines.ts";
import { deviceOf } from "./lookup.ts";
import type { Resolution } from "./neighbour.ts";
import type { OutputRoute } from "./output-route.ts";
import type { Delivery } from "./transmit.ts";
import { arpLeg, type Datagram, type Halt, type Walk } from "./walk.ts";

/** The question as it was asked. */
export interface Asked {
  readonly ns: Namespace;
  readonly route: OutputRoute;
  readonly sender: Ipv4;
  readonly datagram: Datagram;
  readonly leg: Leg;
  readonly question: ArpQuestion;
}
interface Silent {
  readonly heard: Heard;
  readonly hit: CauseHit;
  /** The address is this listener's own, and it keeps silent all the same. */
  readonly mine: boolean;
}

const NOBODY = ["arp-no-local-owner", "target-has-no-address"];

/** What tells most: an owner that keeps silent, a copy lost on its way to the owner, else that there is none. */
export function unanswered(walk: Walk, asked: Asked, delivery: Delivery, heard: readonly Heard[]): Resolution {
  const owners = ownersOf(walk.state, asked.route.nextHop).map((o) => o.netns);
  const silent = silentListeners(walk, heard);
  const refusing = silent.find((s) => s.mine);
  const telling = silent.find((s) => !NOBODY.includes(s.hit.code));
  const lost =
    delivery.losses.find(
      (l) => l.towards && owners.includes(l.towards.netns) && !heard.some((h) => h.ns.key === l.towards?.netns),
    ) ?? (heard.length === 0 && delivery.exits.length === 0 ? delivery.losses[0] : undefined);
  const loss = refusing ? undefined : lost;
  const chosen = loss ? undefined : (refusing ?? telling ?? silent[0]);

  for (const listener of heard) if (listener !== chosen?.heard) tellListener(walk, listener, "arp-input");
  for (const exit of delivery.exits) walk.addAll(exit.trail);
  // Ports that were left out, none of which would have led to the owner.
  for (const other of delivery.losses)
    if (other !== loss)
      walk.addAll(other.trail.map((s) => (s.kind === "stop" ? { ...s, kind: "bridge" as const } : s)));

  const undecided = undecidedBy(heard, delivery);
  if (undecided && !refusing && !loss) {
    if (chosen) tellListener(walk, chosen.heard, "arp-input");
    return { kind: "halt", halt: undecided };
  }
  if (loss) {
    walk.addAll(loss.trail);
    return failed(walk, asked, loss.hit, false);
  }
  if (chosen) {
    tellListener(walk, chosen.heard, "stop");
    noteEntryUpdate(walk, chosen.heard, asked.question);
    const nobody = NOBODY.includes(chosen.hit.code);
    const hit = nobody
      ? withEverybody(
          chosen.hit,
          silent.map((s) => s.hit),
        )
      : chosen.hit;
    // Beyond a link that leads out of what is known, somebody may own it.
    if (nobody && delivery.exits[0]) {
      walk.remark({ ...hit, certainty: "likely" });
      return { kind: "halt", halt: exitsAt(delivery, asked) };
    }
    return failed(walk, asked, hit, nobody);
  }
  return { ...nobodyListens(walk, asked, delivery) };
}

function silentListeners(walk: Walk, heard: readonly Heard[]): Silent[] {
  const silent = heard.flatMap((h): Silent[] =>
    h.verdict.kind === "silent" ? [{ heard: h, hit: h.verdict.hit, mine: h.verdict.mine }] : [],
  );
  // Of several listeners without the address, a host that has other addresses tells more than a bare switch.
  const rank = (s: Silent): number => {
    const isBridge = deviceOf(s.heard.ns, s.heard.arrival.interface)?.kind === "bridge";
    return (
      (s.hit.code === "target-has-no-address" ? 4 : 0) +
      (isBridge ? 2 : 0) +
      (s.heard.ns.key === walk.attempt.netns ? 1 : 0)
    );
  };
  return silent.sort((a, b) => rank(a) - rank(b));
}

function undecidedBy(heard: readonly Heard[], delivery: Delivery): Halt | null {
  for (const h of heard) if (h.verdict.kind === "open") return h.verdict.halt;
  return delivery.open;
}

function exitsAt(delivery: Delivery, asked: Asked): Halt {
  const exit = delivery.exits[0] as Delivery["exits"][number];
  return { kind: "exits", netns: exit.netns, interface: exit.interface, leg: arpLeg(asked.leg, "arp-request") };
}

// Everybody's addresses together prove that nobody has the one asked for.
function withEverybody(hit: CauseHit, all: readonly CauseHit[]): CauseHit {
  const known = new Set(hit.evidence.map((e) => `${e.state?.netns} ${e.state?.line}`));
  const more = all.filter((o) => o !== hit && NOBODY.includes(o.code)).flatMap((o) => o.evidence);
  const added = more.filter((e) => {
    const key = `${e.state?.netns} ${e.state?.line}`;
    if (!e.state || known.has(key)) return false;
    known.add(key);
    return true;
  });
  const [first, ...rest] = hit.evidence;
  return { ...hit, evidence: [first, ...rest, ...added] };
}

function failed(walk: Walk, asked: Asked, hit: CauseHit, nobody: boolean): Resolution {
  const { ns, route, sender, datagram, leg } = asked;
  return {
    kind: "failed",
    hits: tellPurpose(walk, ns, route, sender, datagram, leg, hit, nobody),
    silent: false,
    sender,
    asked: true,
  };
}

// A bridge without any other port: the question reaches nobody.
function nobodyListens(walk: Walk, asked: Asked, delivery: Delivery): Resolution {
  const { ns, route, sender } = asked;
  if (delivery.exits[0]) return { kind: "halt", halt: exitsAt(delivery, asked) };
  if (ns.links === undefined)
    return {
      kind: "halt",
      halt: open(ns.key, ["link"], text("who is on the segment?", "链路上都有谁？"), ["arp-no-local-owner"]),
    };
  const own = deviceOf(ns, route.device);
  const hit = makeHit({
    code: "arp-no-local-owner",
    netns: ns.key,
    interface: route.device,
    facts: { target: formatIpv4(route.nextHop), source: formatIpv4(sender), outInterface: route.device, asker: ns.key },
    lines: own ? [linkLine(ns.key, own)] : [],
    because: text(`nobody else is on the segment of ${route.device}`, `${route.device} 所在的链路上没有别的主机`),
  });
  return failed(walk, asked, hit, true);
}
