// The true owner of an address hangs on the segment and does not hear the question: who does hear it is a bystander.

import { formatIpv4 } from "../../model/address.ts";
import type { CauseHit, Facts } from "../../model/finding.ts";
import type { Link, Namespace } from "../../model/system-state.ts";
import { type Text, text } from "../../model/text.ts";
import type { Leg } from "../../model/trace.ts";
import { ownersOf } from "../../system/lookup/owner.ts";
import { leadsOut, linkOf, otherEnd } from "../../system/lookup/peer.ts";
import { isHostsEnd, type LinkPlace, segmentFrom } from "../../system/lookup/segment.ts";
import type { At } from "../at.ts";
import { type Halt, makeHit, stateOf } from "../hits.ts";
import { linkLine } from "../lines.ts";
import type { Loss } from "../link/delivery.ts";
import { typeset } from "../typeset.ts";
import type { ArpHearer } from "./arp-listen.ts";
import type { UnansweredArp } from "./arp-purpose.ts";

/** Namespaces that own the address asked for and that the question did not come to. */
export function unheardOwners({ at, route }: UnansweredArp, heard: readonly ArpHearer[]): string[] {
  // A host that asks for the address of the very interface it asks by does not hear itself.
  const others = ownersOf(at.walk.state, route.nextHop).filter(
    ({ netns, interface: name }) => netns !== at.ns.key || name !== route.device,
  );
  const owners = others.map((o) => o.netns);
  return owners.filter((owner) => !heard.some((h) => h.at.ns.key === owner));
}

/** The copy that was on its way to one of these owners when it was lost. */
export function lossTowards(
  asked: UnansweredArp,
  losses: readonly Loss[],
  owners: readonly string[],
): Loss | undefined {
  if (owners.length === 0) return undefined;
  return (
    losses.find(({ towards }) => towards && owners.includes(towards.netns)) ??
    losses.find((loss) => leadsTo(asked, loss, owners))
  );
}

// Where the copy ended, or would have come out, leads on to an owner.
function leadsTo(asked: UnansweredArp, { towards, hit }: Loss, owners: readonly string[]): boolean {
  const { state } = asked.at.walk;
  const ns = hit.netns === null ? undefined : state.namespaces.get(hit.netns);
  if (!ns || hit.interface === null) return false;
  const master = linkOf(ns, hit.interface)?.master ?? null;
  const onward = towards ?? (master === null ? null : { netns: ns.key, interface: master });
  if (onward === null) return false;
  return endOf(asked, segmentFrom(state, onward, [{ netns: ns.key, interface: hit.interface }]), owners) !== undefined;
}

function endOf(
  { at }: Pick<UnansweredArp, "at">,
  segment: readonly LinkPlace[],
  owners: readonly string[],
): LinkPlace | undefined {
  return segment.find((place) => owners.includes(place.netns) && isHostsEnd(at.walk.state, place));
}

/** Whether one of these owners hangs on the asker's segment at all. */
export function isJoined(asked: UnansweredArp, owners: readonly string[]): boolean {
  const { at, route } = asked;
  // Where it asks it does not hear itself; by another of its interfaces it may.
  const segment = segmentFrom(at.walk.state, { netns: at.ns.key, interface: route.device }).filter(
    (place) => place.netns !== at.ns.key || place.interface !== route.device,
  );
  return owners.length > 0 && endOf(asked, segment, owners) !== undefined;
}

// The links of the asker's segment that lead out of what is known, whatever would keep a frame from them.
function waysOut({ at, route }: UnansweredArp): LinkPlace[] {
  const { state } = at.walk;
  return segmentFrom(state, { netns: at.ns.key, interface: route.device }).filter(({ netns, interface: name }) =>
    leadsOut(otherEnd(state, netns, name)),
  );
}

/**
 * That nobody has an address is certain only if the whole segment is known: what kept the question from a link that leads
 * out of it may keep it from the owner.
 */
export function asFarAsKnown(asked: UnansweredArp, hit: CauseHit): CauseHit {
  const [end] = waysOut(asked);
  if (end === undefined) return hit;
  const place = end.netns === "" ? end.interface : `${end.netns}:${end.interface}`;
  const said = text(
    `${place} leads out of what the state knows, and the question did not go there: somebody beyond it may have the address`,
    `${place} 通往状态之外，而询问没有到达那里：那一侧可能有主机拥有这个地址`,
  );
  return {
    ...hit,
    certainty: "likely",
    evidence: [hit.evidence[0], ...hit.evidence.slice(1), { basis: "inferred", text: typeset(said) }],
  };
}

/** A bare end of a pair beside a bridge that leads to the owner: it was meant to be one of its ports. */
export function unattached(asked: UnansweredArp, { at }: ArpHearer, owners: readonly string[]): CauseHit | null {
  const { ns } = at;
  const link = bareEndOf(ns, at.interface);
  if (owners.length === 0 || link === null) return null;
  for (const bridge of bridgesOf(ns)) {
    const behind = segmentFrom(at.walk.state, { netns: ns.key, interface: bridge.name });
    const end = endOf(asked, behind, owners);
    if (end) return bareHit(asked, { ns, link, bridge, end });
  }
  return null;
}

/** A port that is missing, and how its place is told. */
interface UnattachedEnd {
  readonly hit: CauseHit;
  readonly tell: () => void;
}

/** What is to come to an owner's host: a question, or a frame to a MAC that is known. */
export interface Sought extends Omit<UnansweredArp, "asking"> {
  readonly asking: At<unknown>;
}

/** The same from the other side: the asker hangs on the bridge, and the bare end beside it leads to the owner. Told where it is. */
export function unattachedBeyond(asked: Sought, owners: readonly string[]): UnattachedEnd | null {
  const { at, route } = asked;
  const { state } = at.walk;
  const near = segmentFrom(state, { netns: at.ns.key, interface: route.device });
  for (const { netns, interface: name } of near) {
    const ns = state.namespaces.get(netns);
    const bridge = ns && linkOf(ns, name);
    if (!ns || bridge?.kind !== "bridge") continue;
    for (const { name: other } of ns.links ?? []) {
      const link = bareEndOf(ns, other);
      if (link === null) continue;
      const end = endOf(asked, segmentFrom(state, { netns, interface: other }), owners);
      if (!end) continue;
      const hit = bareHit(asked, { ns, link, bridge, end }, { ownerSide: "bare" });
      const there = asked.asking.moved(ns, link.name);
      return { hit, tell: () => void there.stopBy(hit, notAPort(link, bridge, there.leg), stateOf(hit)) };
    }
  }
  return null;
}

function notAPort({ name }: Link, bridge: Link, leg: Leg): Text {
  if (!leg.includes("arp-"))
    return text(
      `${name} is no port of ${bridge.name}: the frame does not go out of it`,
      `${name} 不是 ${bridge.name} 的端口：帧不会从它发出`,
    );
  return text(
    `${name} is no port of ${bridge.name}: the question does not go out of it`,
    `${name} 不是 ${bridge.name} 的端口：询问不会从它发出`,
  );
}

function bridgesOf(ns: Namespace): Link[] {
  return ns.links?.filter(({ kind }) => kind === "bridge") ?? [];
}

// An interface without a master and without an address: nothing is done with what comes in by it.
function bareEndOf(ns: Namespace, name: string): Link | null {
  const link = linkOf(ns, name);
  if (!link || link.name === "lo" || link.kind === "bridge" || link.master !== null) return null;
  return (ns.addresses?.some((own) => own.interface === link.name) ?? true) ? null : link;
}

interface BareEnd {
  readonly ns: Namespace;
  readonly link: Link;
  readonly bridge: Link;
  /** Where the owner hangs. */
  readonly end: LinkPlace;
}

function bareHit(
  { at, route }: Omit<UnansweredArp, "asking">,
  { ns, link, bridge, end }: BareEnd,
  more: Facts = {},
): CauseHit {
  const facts = {
    target: formatIpv4(route.nextHop),
    inInterface: link.name,
    bridge: bridge.name,
    router: ns.key,
    owner: end.netns,
    ownerInterface: end.interface,
    ...more,
  };
  const owned = ownersOf(at.walk.state, route.nextHop).find(({ netns }) => netns === end.netns);
  const lines = [linkLine(ns.key, link), linkLine(ns.key, bridge), ...(owned ? [owned.line] : [])];
  return makeHit({
    code: "port-not-in-bridge",
    netns: ns.key,
    interface: link.name,
    facts,
    lines,
    certainty: "likely",
    because: text(
      `that ${link.name} was meant to be a port of ${bridge.name} is inferred: behind it hangs the owner`,
      `${link.name} 本应是 ${bridge.name} 的端口，这一点是推断：地址的拥有者接在它后面`,
    ),
  });
}

/** What stays open where the walk sees no reason why the owner does not hear the question. */
export function cutOff({ at, route }: UnansweredArp, owners: readonly string[]): Halt {
  const target = formatIpv4(route.nextHop);
  const names = owners.map((owner) => at.moved(at.walk.namespace(owner) ?? at.ns, null).host);
  const question = text(
    `why does the question for ${target} not reach ${names.map(({ en }) => en).join(", ")}, which has that address on this segment?`,
    `${names.map(({ zh }) => zh).join("、")}就在这个网段上并拥有 ${target}，询问为什么到不了那里？`,
  );
  return at.open(["link"], question, ["arp-no-answer"]);
}
