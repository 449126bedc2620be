// The ways of the packets through the scene: what was asked and what came back, each as a chain of places.

import type { FlowReport, ReportStep } from "../../model/report.ts";
import type { Leg } from "../../model/trace.ts";
import { keyOf } from "./crossings.ts";
import type { DrawnCrossing, DrawnWire, Host, Stop, Way, Waypoint } from "./shapes.ts";

const THERE: readonly Leg[] = ["request"];
const BACK: readonly Leg[] = ["reply"];

interface Ground {
  readonly hosts: readonly Host[];
  readonly wires: readonly DrawnWire[];
}

/** The way there, the way back, the error's, and copies that ended beside them. */
export function waysOf(
  { steps }: FlowReport,
  crossings: readonly DrawnCrossing[],
  stop: Stop | null,
  ground: Ground,
): Way[] {
  const own = crossings.filter(({ branch }) => branch === 0);
  const stoppedIn = kindOf(stop?.leg ?? null);
  const chains: [Way["kind"], readonly DrawnCrossing[]][] = [
    ["there", chainOf(own, THERE, "arp-request", "arp-reply", stop)],
    ["back", chainOf(own, BACK, "reply-arp-request", "reply-arp-reply", stop)],
    ["error", own.filter(({ leg }) => leg === "error")],
  ];
  const ways = chains.flatMap(([kind, some]): Way[] => {
    const isStopped = stop !== null && (stoppedIn === kind || (stoppedIn === null && kind === "there"));
    if (some.length === 0 && !isStopped) return [];
    const way = wayOf(kind, some, steps, isStopped ? stop : null, ground);
    return way.points.length < 2 && way.end !== "stopped" ? [] : [way];
  });
  const copies = [...new Set(crossings.map(({ branch }) => branch))].filter((branch) => branch > 0);
  return [
    ...ways,
    ...copies.flatMap((branch): Way[] => {
      const some = crossings.filter((one) => one.branch === branch);
      const points = some.flatMap(({ from, to, steps: [step] }) => [
        ...(from === null ? [] : [{ kind: "spot", key: keyOf(from), step: null, isMissing: false } as const]),
        ...(to === null ? [] : [{ kind: "spot", key: keyOf(to), step, isMissing: false } as const]),
      ]);
      return points.length < 2 ? [] : [{ kind: "copy", label: null, points, end: "open" }];
    }),
  ];
}

function kindOf(leg: Leg | null): Way["kind"] | null {
  if (leg === null) return null;
  if (leg === "error") return "error";
  return leg === "request" || leg === "arp-request" || leg === "arp-reply" ? "there" : "back";
}

// The packet itself; the ARP round that ended it behind it; of a flow of ARP alone, its question. Without legs, all of it.
function chainOf(
  own: readonly DrawnCrossing[],
  main: readonly Leg[],
  ask: Leg,
  tell: Leg,
  stop: Stop | null,
): DrawnCrossing[] {
  if (own.every(({ leg }) => leg === null)) return main === THERE ? alone(own) : [];
  const all = own.filter(({ leg }) => leg !== null && main.includes(leg));
  // Of a connection's packets one way is drawn: the first, or the one that was stopped.
  const before = stop !== null && stop.leg !== null && main.includes(stop.leg) ? stop.step.n : null;
  const told = before === null ? all[0] : all.findLast(({ steps: [first] }) => first.n <= before);
  const packets = all.filter(({ label }) => label.en === told?.label.en);
  const isStoppedAsking = stop?.leg === ask || stop?.leg === tell;
  const last = packets.at(-1);
  const from = last === undefined ? 0 : own.indexOf(last) + 1;
  if (isStoppedAsking) {
    const round = own.slice(from).filter(({ leg }) => leg === ask || (leg === tell && stop?.leg === tell));
    return [...packets, ...round];
  }
  if (packets.length > 0) return packets;
  return main === THERE && own.every(({ leg }) => leg !== "reply") ? own.filter(({ leg }) => leg === ask) : [];
}

// Packets alone: the first packet as far as it was seen.
function alone(own: readonly DrawnCrossing[]): DrawnCrossing[] {
  const end = own.findIndex(({ steps: [first] }, index) => index > 0 && first.packet?.again !== true);
  return own.slice(0, end < 0 ? own.length : end);
}

function wayOf(
  kind: Way["kind"],
  chain: readonly DrawnCrossing[],
  steps: readonly ReportStep[],
  stop: Stop | null,
  ground: Ground,
): Way {
  const points: Waypoint[] = [];
  const label = chain.at(-1)?.label ?? null;
  const hostOf = (key: string): string | null =>
    ground.hosts.find(({ spots }) => spots.some((spot) => spot.key === key))?.key ?? null;
  const known = new Set(ground.hosts.filter(({ isKnown }) => isKnown).map((host) => host.key));
  const stack = (host: string | null): void => {
    const last = points.at(-1);
    if (host === null || !known.has(host) || (last?.kind === "stack" && last.key === host)) return;
    points.push({ kind: "stack", key: host, step: null, isMissing: false });
  };
  const go = (key: string, step: ReportStep | null, isMissing = false): void => {
    const last = points.at(-1);
    if (last?.kind === "spot" && last.key === key) return;
    if (last === undefined && step === null) stack(hostOf(key));
    const before = points.at(-1);
    if (before?.kind === "spot" && hostOf(before.key) === hostOf(key) && step === null) {
      const bridge = between(ground, before.key, key);
      if (bridge === "stack") stack(hostOf(key));
      else if (bridge !== null) points.push({ kind: "spot", key: bridge, step: null, isMissing: false });
    }
    points.push({ kind: "spot", key, step, isMissing });
  };
  for (const { from, to, steps: own, basis } of chain) {
    if (from !== null) go(keyOf(from), null);
    if (to !== null && from !== null && keyOf(to) === keyOf(from)) stack(hostOf(keyOf(to)));
    else if (to !== null) go(keyOf(to), own[0], basis === "missing");
  }
  if (stop !== null) {
    endAt(points, stop, { go, stack, hostOf });
    const lost = chain.at(-1);
    const isBeyond = lost?.to === null && lost.from !== null && points.at(-1)?.key === keyOf(lost.from);
    return { kind, label, points, end: isBeyond ? "beyond" : "stopped" };
  }
  const last = points.at(-1);
  const lastTo = chain.at(-1)?.to ?? null;
  const isTaken = last?.kind === "spot" && lastTo !== null && steps.some(({ walk }) => walk !== undefined);
  if (isTaken) stack(hostOf(last.key));
  return { kind, label, points, end: lastTo === null ? "open" : "arrives" };
}

interface Moves {
  readonly go: (key: string, step: ReportStep | null) => void;
  readonly stack: (host: string | null) => void;
  readonly hostOf: (key: string) => string | null;
}

function endAt(points: Waypoint[], stop: Stop, { go, stack, hostOf }: Moves): void {
  const host = stop.netns === null ? null : `=${stop.netns}`;
  if (points.length === 0) stack(host);
  const spot = stop.spot === null ? null : keyOf(stop.spot);
  const last = points.at(-1);
  const at = last === undefined ? null : last.kind === "stack" ? last.key : hostOf(last.key);
  if (spot !== null && hostOf(spot) === at && !(last?.kind === "spot" && last.key === spot) && !stop.isInStack)
    go(spot, null);
  else if (stop.isInStack && last?.kind === "spot") stack(hostOf(last.key));
}

// What two interfaces of a host are joined by: the bridge of both, nothing where one stands on the other, or the stack.
function between({ wires }: Ground, a: string, b: string): string | null {
  const beside = (key: string): string[] =>
    wires.filter(({ isInner }) => isInner).flatMap(({ from, to }) => (from === key ? [to] : to === key ? [from] : []));
  if (beside(a).includes(b)) return null;
  return beside(a).find((one) => beside(b).includes(one)) ?? "stack";
}
