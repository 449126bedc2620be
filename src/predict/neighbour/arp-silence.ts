// Nobody answers an ARP question: which of the silent listeners, or which lost copy of the frame, is the story.

import { formatIpv4 } from "../../model/address.ts";
import { weaker } from "../../model/evidence.ts";
import type { CauseHit } from "../../model/finding.ts";
import { text } from "../../model/text.ts";
import { type Halt, makeHit } from "../hits.ts";
import { linkLine } from "../lines.ts";
import type { Delivery, Exit, Loss } from "../link/delivery.ts";
import { deviceOf } from "../lookup.ts";
import { noteEntryUpdate } from "../receive/arp-entry-update.ts";
import type { Walk } from "../walk.ts";
import { type ArpHearer, tellBystander, tellListener } from "./arp-listen.ts";
import { macvlanIsolation, tellPurpose, type UnansweredArp } from "./arp-purpose.ts";
import { asFarAsKnown, cutOff, isJoined, lossTowards, unattached, unattachedBeyond, unheardOwners } from "./cut-off.ts";
import type { Resolution } from "./resolution.ts";

interface Silent {
  readonly heard: ArpHearer;
  readonly hit: CauseHit;
  /** The address is this listener's own, and it keeps silent all the same. */
  readonly mine: boolean;
}

const NOBODY = ["arp-no-local-owner", "target-has-no-address"];

/** What tells most: an owner that keeps silent, a copy lost on its way to the owner, else that there is none. */
export function unanswered(asked: UnansweredArp, delivery: Delivery, heard: readonly ArpHearer[]): Resolution {
  const { walk } = asked.at;
  const program = heard.find(({ verdict }) => verdict.kind === "open" && verdict.program);
  if (program?.verdict.kind === "open") return { kind: "halt", halt: program.verdict.halt };
  const silent = silentListeners(walk, heard);
  const refusing = silent.find((s) => s.mine);
  const unheard = refusing ? [] : unheardOwners(asked, heard);
  const loss = refusing ? undefined : lossOnTheWay(asked, delivery, heard, unheard);
  const cut = loss ? undefined : bareEnd(asked, silent, unheard);
  const beyond = refusing || loss || cut ? null : unattachedBeyond(asked, unheard);
  const telling = silent.find((s) => !NOBODY.includes(s.hit.code));
  const chosen = loss || beyond ? undefined : (refusing ?? cut ?? telling ?? silent[0]);
  // Beyond a link that leads out of what is known, somebody may own it.
  const exit = loss || beyond || (chosen && !NOBODY.includes(chosen.hit.code)) ? undefined : delivery.exits[0];
  tellOthers(walk, delivery, heard, { chosen, loss, exit });
  if (beyond) {
    beyond.tell();
    return failed(asked, beyond.hit, false);
  }
  // Who hears the question beside a cut towards the owner, and stays silent, is not at fault.
  const beside =
    !refusing && !loss && !cut && !macvlanIsolation(asked) && isJoined(asked, unheard) ? cutOff(asked, unheard) : null;
  const undecided = undecidedBy(heard, delivery) ?? beside;
  if (undecided && !refusing && !loss) {
    if (chosen) tellBystander(chosen.heard, []);
    return { kind: "halt", halt: undecided };
  }
  if (loss) {
    walk.follow(loss.trail);
    return failed(asked, loss.hit, false);
  }
  if (exit) return leavesView(asked, exit, chosen, silent);
  return chosen ? keptSilent(asked, chosen, silent) : nobodyListens(asked);
}

// A copy that would have reached an owner, or the only one there was.
function lossOnTheWay(
  asked: UnansweredArp,
  { losses, exits }: Delivery,
  heard: readonly ArpHearer[],
  owners: readonly string[],
): Loss | undefined {
  const missed = lossTowards(asked, losses, owners);
  return missed ?? (heard.length === 0 && exits.length === 0 ? losses[0] : undefined);
}

function bareEnd(asked: UnansweredArp, silent: readonly Silent[], owners: readonly string[]): Silent | undefined {
  for (const one of silent) {
    const hit = unattached(asked, one.heard, owners);
    if (hit) return { ...one, hit };
  }
  return undefined;
}

// The copy that counts.
interface Counting {
  readonly chosen: Silent | undefined;
  readonly loss: Loss | undefined;
  readonly exit: Exit | undefined;
}

function tellOthers(
  walk: Walk,
  delivery: Delivery,
  heard: readonly ArpHearer[],
  { chosen, loss, exit }: Counting,
): void {
  const main = (loss ?? exit ?? chosen?.heard.arrival)?.trail ?? [];
  for (const listener of heard) if (listener !== chosen?.heard) tellBystander(listener, main);
  for (const other of delivery.exits)
    if (other !== exit) walk.beside({ trail: other.trail, rest: [], end: { kind: "exits" } }, main);
  // Ports that were left out, none of which would have led to the owner.
  for (const other of delivery.losses) {
    if (other === loss) continue;
    const [last, ...before] = [...other.trail].reverse();
    const rest = last === undefined ? [] : [last.kind === "stop" ? { ...last, kind: "bridge" as const } : last];
    walk.beside({ trail: before.reverse(), rest, end: { kind: "lost", code: other.hit.code } }, main);
  }
}

// Beyond a link that leads out of what is known, somebody may own it.
function leavesView(asked: UnansweredArp, exit: Exit, chosen: Silent | undefined, all: readonly Silent[]): Resolution {
  const { walk } = asked.at;
  if (chosen) {
    tellBystander(chosen.heard, exit.trail);
    const hits = all.map((s) => s.hit);
    walk.remark({ ...withEverybody(chosen.hit, hits), certainty: "likely" });
  }
  walk.follow(exit.trail);
  return { kind: "halt", halt: exitsAt(exit, asked) };
}

function keptSilent(asked: UnansweredArp, chosen: Silent, all: readonly Silent[]): Resolution {
  tellListener(chosen.heard, "stop");
  noteEntryUpdate(chosen.heard);
  if (!NOBODY.includes(chosen.hit.code)) return failed(asked, chosen.hit, false);
  const hit = withEverybody(
    chosen.hit,
    all.map((s) => s.hit),
  );
  return failed(asked, asFarAsKnown(asked, hit), true);
}

function silentListeners(walk: Walk, heard: readonly ArpHearer[]): Silent[] {
  const silent = heard.flatMap((h): Silent[] =>
    h.verdict.kind === "silent" ? [{ heard: h, hit: h.verdict.hit, mine: h.verdict.mine }] : [],
  );
  // Of several listeners without the address, a host that has other addresses tells more than a bare switch.
  const rank = (s: Silent): number => {
    const isBridge = deviceOf(s.heard.at.ns, s.heard.at.interface)?.kind === "bridge";
    return (
      (s.hit.code === "target-has-no-address" ? 4 : 0) +
      (isBridge ? 2 : 0) +
      (s.heard.at.ns.key === walk.attempt.netns ? 1 : 0)
    );
  };
  return silent.sort((a, b) => rank(a) - rank(b));
}

function undecidedBy(heard: readonly ArpHearer[], delivery: Delivery): Halt | null {
  for (const h of heard) if (h.verdict.kind === "open") return h.verdict.halt;
  return delivery.open;
}

function exitsAt(exit: Exit, { asking }: UnansweredArp): Halt {
  return { kind: "exits", netns: exit.netns, interface: exit.interface, leg: asking.leg };
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

function failed(asked: UnansweredArp, hit: CauseHit, nobody: boolean): Resolution {
  const { sender } = asked.asking.packet;
  const [first, ...others] = tellPurpose(asked, hit, nobody);
  const asSure = (one: CauseHit): CauseHit => ({ ...one, certainty: weaker(one.certainty, hit.certainty) });
  return { kind: "failed", hits: [asSure(first), ...others.map(asSure)], silent: false, sender, asked: true };
}

// A bridge without any other port: the question reaches nobody.
function nobodyListens(asked: UnansweredArp): Resolution {
  const { at, route, asking } = asked;
  const { ns } = at;
  const { device } = route;
  if (ns.links === undefined) {
    const question = text("who is on the segment?", "链路上都有谁？");
    return { kind: "halt", halt: at.open(["link"], question, ["arp-no-local-owner"]) };
  }
  const own = deviceOf(ns, device);
  const hit = makeHit({
    code: "arp-no-local-owner",
    netns: ns.key,
    interface: device,
    facts: {
      target: formatIpv4(route.nextHop),
      source: formatIpv4(asking.packet.sender),
      outInterface: device,
      asker: ns.key,
    },
    lines: own ? [linkLine(ns.key, own)] : [],
    because: text(`nobody else is on the segment of ${device}`, `${device} 所在的链路上没有别的主机`),
  });
  return failed(asked, asFarAsKnown(asked, hit), true);
}
