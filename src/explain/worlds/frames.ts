// Systems in which a ping would be answered, by its frames alone: a row of the hosts that saw the question, and the usual
// ones where nobody looked.

import type { Ipv4 } from "../../model/address.ts";
import { arpExamples, echoExamples, type Flow } from "../../model/flow.ts";
import type { Journey } from "../../model/journey.ts";
import { isLoopbackVantage } from "../../model/observed.ts";
import type { Vantage } from "../../model/vantage.ts";
import { localOwner } from "../../system/lookup/owner.ts";
import type { Case } from "../case.ts";
import { type ChainEnds, type ChainLink, chained } from "./chain.ts";
import { type Base, bridged, type Made, plugged, type Socket, withDevice, withHost } from "./made.ts";
import {
  isBridgeName,
  isRouted,
  type Placed,
  placed,
  quietHost,
  type Seen,
  type Sender,
  type SenderAt,
  seenHosts,
  UNSEEN,
} from "./row.ts";
import { namedPlaces, type SpotOf, spotsOf } from "./spots.ts";
import { edited, given, neighbourOf, sharedLength } from "./wiring.ts";

/** The likeliest first. Hosts that were shown stand in the row as they are. */
export function basesOfFrames(made: Made, subject: Case, flow: Flow): Base[] {
  const journey = questionOf(flow);
  const spotOf = spotsOf(subject);
  const seen = seenHosts(journey, answerTo(flow, journey), spotOf);
  const lines = linesOf({ subject, journey, spotOf }, seen);
  const senderAt = sendersOf(subject, spotOf);
  const asker = subject.asked.get(flow)?.netns ?? flow.netns ?? "(asker)";
  // A ping whose output is known was typed where it was captured, unless a capture says that it came in.
  const isAskers = subject.asked.has(flow);
  const bases = endsOf(subject, flow).flatMap((ends) =>
    lines.flatMap((line) =>
      startsOf(line.hosts, isAskers)
        .flatMap((start) => rowsOf(made, start, line.next, ends))
        .flatMap((row) => baseOf(made, row, { subject, ends, asker, spotOf, senderAt, line }) ?? [])
        .map((base, rank) => ({ ...base, rank })),
    ),
  );
  const seenAt = [...new Set((journey?.sightings ?? []).map(({ frame }) => frame.vantage))];
  const lo = subject.inputs.map(({ vantage }) => vantage).filter(isLoopbackVantage);
  const together = subject.state === null ? oneHost(made, flow, { asker, seen: seenAt, lo }) : null;
  return [...bases, ...(together === null ? [] : [together])];
}

/** The first question that was seen: the echo request, what opens a connection, else who was asked for. */
export function questionOf(flow: Flow): Journey | null {
  return (
    echoExamples(flow).flatMap(({ request }) => request ?? [])[0] ??
    openingsOf(flow)[0] ??
    arpExamples(flow).flatMap(({ requests }) => requests)[0] ??
    null
  );
}

function openingsOf({ transportOutcomes = [] }: Flow): readonly Journey[] {
  return transportOutcomes.flatMap(({ first }) => (first.kind === "tcp" ? first.syns : first.questions));
}

// Who told its MAC address before the echo request left is the next one on its way.
function answerTo(flow: Flow, journey: Journey | null): Journey | null {
  const isEcho = journey?.sightings[0]?.network.kind === "icmp";
  if (!isEcho) return null;
  const source = flow.src;
  const answered = arpExamples(flow).find(
    ({ asker, replies }) => replies.length > 0 && (source === null || asker === source),
  );
  return answered?.replies[0] ?? null;
}

// The addresses that a device's own ARP packets name as their sender's: each was first seen where it was sent.
function sendersOf({ flows }: Case, spotOf: SpotOf): SenderAt {
  const known = new Map<Vantage, Sender>();
  for (const flow of flows)
    for (const { requests, replies } of arpExamples(flow))
      for (const { sightings } of [...requests, ...replies]) {
        const [first, second] = sightings;
        if (first?.network.kind !== "arp" || spotOf(first.frame.vantage).host === null) continue;
        const isSent = first.frame.direction === "out" || (first.frame.direction === null && second !== undefined);
        const { senderIp: address, senderMac: mac } = first.network;
        if (isSent && address !== null && address !== 0 && !known.has(first.frame.vantage))
          known.set(first.frame.vantage, { address, mac });
      }
  return (vantage) => known.get(vantage) ?? null;
}

/** The hosts that passed the question on, the one that comes next, and those that heard it beside the way. */
interface Line {
  readonly hosts: readonly Seen[];
  readonly next: Seen | null;
  readonly beside: readonly Seen[];
}

interface Looked {
  readonly subject: Case;
  readonly journey: Journey | null;
  readonly spotOf: SpotOf;
}

const MOST_LINES = 3;

// Of several that only heard it, and of captures that did not, each may be at the host that comes next.
function linesOf(looked: Looked, seen: readonly Seen[]): Line[] {
  const hosts = seen.filter(({ out }, at) => at === 0 || out !== null);
  const heard = seen.filter((one, at) => at > 0 && one.out === null);
  const quiet = quietHosts(looked, seen);
  const [first, ...others] = quiet;
  if (hosts.length === 0 && first !== undefined) {
    const begins: Seen = { host: first.host, into: null, out: first.into };
    return [{ hosts: [begins], next: others[0] ?? null, beside: [] }];
  }
  if (heard.length + quiet.length === 0) return [{ hosts, next: null, beside: [] }];
  const passers = heard
    .flatMap((one) => byQuietPort(looked, [...hosts, one]).at(-1) ?? [])
    .filter(({ out }) => out !== null);
  return [
    ...passers.flatMap((one) => quiet.map((next) => ({ hosts: [...hosts, one], next, beside: besides(heard, one) }))),
    ...heard.map((one) => ({ hosts, next: one, beside: besides(heard, one) })),
    ...quiet.map((one) => ({ hosts: byQuietPort(looked, hosts), next: one, beside: heard })),
  ].slice(0, MOST_LINES);
}

function besides(heard: readonly Seen[], { host }: Seen): Seen[] {
  return heard.filter((other) => other.host !== host);
}

// Behind a switch, who heard nothing is at the port by which nothing left.
function byQuietPort({ subject, journey, spotOf }: Looked, hosts: readonly Seen[]): Seen[] {
  const last = hosts.at(-1);
  const saw = new Set((journey?.sightings ?? []).map(({ frame }) => frame.vantage));
  const port = subject.inputs.find(({ vantage }) => {
    const { host, device } = spotOf(vantage);
    return host !== null && host === last?.host && device !== "lo" && !isBridgeName(device) && !saw.has(vantage);
  });
  if (last === undefined || hosts.length < 2 || port === undefined) return [...hosts];
  return [...hosts.slice(0, -1), { ...last, out: { vantage: port.vantage, ttl: null } }];
}

// Captures that could have seen it and did not: only one that is on no host of the row says where on the way it is.
function quietHosts({ subject, journey, spotOf }: Looked, seen: readonly Seen[]): Seen[] {
  const saw = new Set((journey?.sightings ?? []).map(({ frame }) => frame.vantage));
  const hosts = new Set(seen.flatMap(({ host }) => host ?? []));
  const vantages = subject.inputs.map(({ vantage }) => vantage);
  const loopbacks = new Set(vantages.filter((one) => isLoopbackVantage(one) || spotOf(one).device === "lo"));
  const quiet = vantages
    .filter((one) => !saw.has(one) && !loopbacks.has(one))
    .map((one) => quietHost(one, spotOf))
    .filter(({ host }, at, all) => host === null || (!hosts.has(host) && all.findIndex((o) => o.host === host) === at));
  const unnamed = quiet.filter(({ host }) => host === null);
  if (unnamed.length === quiet.length) return saw.size === 0 || quiet.length === 1 ? quiet : [];
  return quiet.filter(({ host }) => host !== null && subject.state?.namespaces.has(host) !== true);
}

type Row = readonly { readonly seen: Seen; readonly kind: ChainLink["kind"] }[];

// Whether the first capture is the asker's own, or one that the question came in at, is told by its direction alone.
function startsOf(hosts: readonly Seen[], isAskers: boolean): Seen[][] {
  const [first, ...others] = hosts;
  if (first === undefined) return [[UNSEEN]];
  if (first.into !== null) return [[UNSEEN, first, ...others]];
  const isTold = first.out !== null && hosts.length > 1;
  if (isAskers || isTold || first.out === null || first.out.vantage.netns !== null) return [[...hosts]];
  return [[...hosts], [UNSEEN, { host: first.host, into: first.out, out: null }]];
}

function rowsOf(made: Made, hosts: readonly Seen[], next: Seen | null, { asked, target }: ChainEnds): Row[] {
  const [asker = UNSEEN, ...others] = hosts;
  const passed = others.filter(({ out }) => out !== null);
  const last = next ?? others.find(({ out }) => out === null) ?? null;
  const start: Row = [{ seen: asker, kind: "host" }];
  const unseenStart = asker === UNSEEN && others.length > 0 ? [...start, unseen("switch")] : start;
  const isRemote = asked !== target;
  const way: Row = [...unseenStart, ...passed.map((seen) => ({ seen, kind: kindOf(made, seen, isRemote) }))];
  const needsRouter = isRemote && !way.some(({ kind }) => kind === "router");
  return tailsOf(made, last, { needsRouter, isAskerUnseen: asker === UNSEEN, target }).map((tail) => [...way, ...tail]);
}

// A host that was shown is what it was shown to be; of one that was not seen to pass anything on, the question tells.
function kindOf({ state }: Made, seen: Seen, isRemote: boolean): ChainLink["kind"] {
  const ns = state.namespaces.get(seen.host ?? "");
  const isQuiet = seen.out !== null && seen.out.ttl === null && isRemote;
  if (ns === undefined) return isRouted(seen) || isQuiet ? "router" : "switch";
  const device = seen.into?.vantage.interface;
  return ns.links?.find(({ name }) => name === device)?.master != null ? "switch" : "router";
}

interface Tail {
  readonly needsRouter: boolean;
  readonly isAskerUnseen: boolean;
  readonly target: Ipv4;
}

// What the next host is, by whatever it was seen of.
function tailsOf(made: Made, next: Seen | null, { needsRouter, isAskerUnseen, target }: Tail): Row[] {
  const end = unseen("host");
  if (next === null)
    return [needsRouter ? [unseen("switch"), unseen("router"), unseen("switch"), end] : [unseen("switch"), end]];
  const as = (kind: ChainLink["kind"]) => ({ seen: next, kind });
  const shown = made.state.namespaces.get(next.host ?? "");
  // What lies behind a host that was shown its own state tells.
  if (shown !== undefined) return [[as(localOwner(shown, target) ? "host" : kindOf(made, next, needsRouter))]];
  if (!needsRouter) return [[as("host")], [as("switch"), end]];
  return [
    ...(isAskerUnseen ? [[unseen("router"), unseen("switch"), as("host")]] : []),
    [as("router"), unseen("switch"), end],
    [as("switch"), unseen("router"), unseen("switch"), end],
  ];
}

function unseen(kind: ChainLink["kind"]): Row[number] {
  return { seen: UNSEEN, kind };
}

interface Around {
  readonly subject: Case;
  readonly ends: ChainEnds;
  readonly asker: string;
  readonly spotOf: SpotOf;
  readonly senderAt: SenderAt;
  readonly line: Line;
}

function baseOf(
  start: Made,
  row: Row,
  { subject, ends, asker, spotOf, senderAt, line }: Around,
): Omit<Base, "rank"> | null {
  const hosts = row.map(({ seen, kind }, at): Placed => {
    const key = at === 0 ? asker : at === row.length - 1 ? "(target)" : `(${kind} ${at})`;
    return placed(at === 0 ? { ...seen, into: null } : seen, kind, key, { spotOf, senderAt });
  });
  const links = hosts.map(({ link }) => link);
  if (links.some((link, at) => !fitsIn(start, link, { isFirst: at === 0, isLast: at === links.length - 1 })))
    return null;
  const first = (hosts[0] as Placed).link.netns;
  const system = withListeners(chained(start, links, ends), links, line.beside, { subject, spotOf });
  const lo = subject.inputs.map(({ vantage }) => vantage).filter((one) => isLoopbackVantage(one));
  return {
    ...system,
    asker: first,
    places: new Map([
      ...hosts.flatMap(({ places }) => places),
      ...loopbackPlaces(lo, first),
      ...namedPlaces(system, subject.inputs, spotOf),
    ]),
  };
}

// A host that was shown has the interfaces that it was shown to have.
function fitsIn(
  { state }: Made,
  { netns, inInterface, outInterface }: ChainLink,
  { isFirst, isLast }: { readonly isFirst: boolean; readonly isLast: boolean },
): boolean {
  const links = state.namespaces.get(netns)?.links;
  if (links === undefined) return true;
  const has = (device: string): boolean => links.some(({ name }) => name === device);
  return (isFirst || has(inInterface)) && (isLast || has(outInterface));
}

// Who heard a broadcast beside the way is behind one more port of the switch that comes last.
function withListeners(
  made: Made,
  row: readonly ChainLink[],
  beside: readonly Seen[],
  { subject, spotOf }: Pick<Around, "subject" | "spotOf">,
): Made {
  const at = row.findLast(({ kind, netns }) => kind === "switch" && made.invented.has(netns));
  if (at === undefined) return made;
  const bridge = made.state.namespaces.get(at.netns)?.links?.find(({ kind }) => kind === "bridge")?.name;
  const ports = subject.inputs.flatMap(({ vantage }) => {
    const { host, device } = spotOf(vantage);
    const isOther = host === at.netns && ![at.inInterface, at.outInterface, bridge, "lo", null].includes(device);
    return isOther && device !== null ? [device] : [];
  });
  return beside.reduce((one, { host, into }, index) => {
    const device = into === null ? null : spotOf(into.vantage).device;
    if (host === null || device === null || bridge === undefined || one.state.namespaces.has(host)) return one;
    const port = { netns: at.netns, name: ports[index] ?? `port${index + 3}` };
    const hosted = withDevice(withHost(one, host), { netns: host, name: device });
    return plugged(bridged(hosted, at.netns, bridge, [port.name]), port, { netns: host, name: device });
  }, made);
}

function loopbackPlaces(lo: readonly Vantage[], asker: string): [Vantage, Socket][] {
  return lo.flatMap((vantage) =>
    vantage.netns === null || vantage.netns === asker
      ? [[vantage, { netns: asker, name: "lo" }] as [Vantage, Socket]]
      : [],
  );
}

/** Whom the asker asks for: the target itself, or its gateway; both where nobody knows. */
function endsOf({ flows, asked }: Case, flow: Flow): ChainEnds[] {
  const { dst: target } = flow;
  const own = flow.src || asked.get(flow)?.ping.bindAddress || flow.printed?.source || null;
  const direct = (source: Ipv4): ChainEnds => ({
    source,
    asked: target,
    target,
    length: sharedLength(source, target) || 24,
  });
  const byGateway = (source: Ipv4, gateway: Ipv4): ChainEnds => ({
    source,
    asked: gateway,
    target,
    length: sharedLength(source, gateway) || 24,
  });
  const questions = [flow, ...flows].flatMap((one) => arpExamples(one));
  const owns = questions.filter(({ asker }) => own === null || asker === own);
  // An address of another interface is not the one that ARP asks with.
  const question =
    owns.find((one) => one.target === target) ?? owns[0] ?? questions.find((one) => one.target === target);
  if (question !== undefined) {
    const { asker } = question;
    const ends = question.target === target ? direct(asker) : byGateway(asker, question.target);
    return [own === null || own === asker ? ends : { ...ends, alias: own }];
  }
  if (own !== null) {
    if (flow.kind === "arp" || sharedLength(own, target) === 24) return [direct(own)];
    return [byGateway(own, neighbourOf(own, [own]))];
  }
  const away = 0xc0a8de02 as Ipv4;
  return [direct(neighbourOf(target, [])), byGateway(away, neighbourOf(away, [away]))];
}

// Both ends in one namespace: only where no capture says that they are not.
function oneHost(
  start: Made,
  flow: Flow,
  { asker, seen, lo }: { readonly asker: string; readonly seen: readonly Vantage[]; readonly lo: readonly Vantage[] },
): Base | null {
  const namespaces = new Set(seen.map(({ netns }) => netns));
  if (flow.src === null || sharedLength(flow.src, flow.dst) < 24 || seen.length > 2 || namespaces.size !== 1)
    return null;
  const netns = [...namespaces][0] ?? asker;
  const own = { netns, name: seen[0]?.interface ?? "veth0" };
  const other = { netns, name: seen[1]?.interface ?? `${own.name}-peer` };
  const host = withDevice(withDevice(withHost(start, netns), own), other);
  const system = edited(plugged(host, own, other), [
    given(netns, own.name, flow.src, 24),
    given(netns, other.name, flow.dst, 24),
  ]);
  const places = new Map(seen.map((vantage, at) => [vantage, at === 0 ? own : other]));
  return { ...system, asker: netns, places: new Map([...places, ...loopbackPlaces(lo, netns)]), rank: 0 };
}
