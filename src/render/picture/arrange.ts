// Where the cards stand and how the wires run between them: dagre's layered drawing (Sugiyama), which is done at once and
// the same each time.

import { Graph, layout } from "@dagrejs/dagre";
import { type Box, type Card, type CardPlan, type Course, cardOf, type Edge } from "./card.ts";
import type { DrawnWire, Scene } from "./shapes.ts";

/** A point of the page. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A card in its place. */
export interface PlacedCard {
  readonly card: Card;
  readonly x: number;
  readonly y: number;
}

/** A scene with places. */
export interface ArrangedScene {
  readonly course: Course;
  readonly w: number;
  readonly h: number;
  readonly cards: readonly PlacedCard[];
  /** Where a wire bends on its way past other cards, from its `from` to its `to`. */
  readonly bends: ReadonlyMap<DrawnWire, readonly Point[]>;
}

const MARGIN = 10;

/** Lays a scene out. */
export function arranged(scene: Scene, course: Course, stackLabel: string): ArrangedScene {
  const stacks = new Set(
    scene.ways.flatMap(({ points }) => points.flatMap(({ kind, key }) => (kind === "stack" ? [key] : []))),
  );
  const plan = (before: ArrangedScene | null): ((host: string) => CardPlan) => {
    const edges = edgesOf(scene, before);
    const order = orderOf(scene, before);
    return (host) => ({ course, edges, order, wires: scene.wires, hasStack: stacks.has(host), stackLabel });
  };
  // Which edge an interface stands at is known only once its neighbours have places.
  const first = placed(scene, course, plan(null));
  const second = placed(scene, course, plan(first));
  return placed(scene, course, plan(second));
}

function placed(scene: Scene, course: Course, planOf: (host: string) => CardPlan): ArrangedScene {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({
    rankdir: course === "right" ? "LR" : "TB",
    nodesep: 26,
    edgesep: 16,
    ranksep: course === "right" ? 84 : 60,
    marginx: MARGIN,
    marginy: MARGIN,
  });
  graph.setDefaultEdgeLabel(() => ({}));
  // Numbers for names: what a file calls a thing is no key of an object.
  const cards = scene.hosts.map((host) => cardOf(host, planOf(host.key)));
  const numbers = new Map(scene.hosts.map(({ key }, index) => [key, index]));
  cards.forEach(({ w, h }, index) => {
    graph.setNode(`${index}`, { width: w, height: h });
  });
  const hosts = hostsOf(scene);
  const between = scene.wires.flatMap((wire, index) => {
    const from = numbers.get(hosts.get(wire.from) ?? "");
    const to = numbers.get(hosts.get(wire.to) ?? "");
    if (from === undefined || to === undefined || from === to) return [];
    // Towards the host that the packets come to later.
    const isForward = from < to;
    const [v, w] = isForward ? [from, to] : [to, from];
    graph.setEdge(`${v}`, `${w}`, { weight: isUsed(scene, wire) ? 4 : 1 }, `${index}`);
    return [{ wire, isForward, edge: { v: `${v}`, w: `${w}`, name: `${index}` } }];
  });
  layout(graph);
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  const bends = new Map(
    between.map(({ wire, isForward, edge }) => {
      const points = (graph.edge(edge) as { points?: Point[] }).points ?? [];
      // The first and the last are on the cards' edges, the middle one of three is where a label would be.
      const middle = points.length > 3 ? points.slice(1, -1).map(({ x, y }) => ({ x, y })) : [];
      return [wire, isForward ? middle : middle.toReversed()] as const;
    }),
  );
  const inPlace = cards.map((card, index): PlacedCard => {
    const { x = 0, y = 0 } = graph.node(`${index}`) as { x?: number; y?: number };
    return { card, x: Math.round(x - card.w / 2), y: Math.round(y - card.h / 2) };
  });
  return levelled(scene, { course, w: Math.ceil(width), h: Math.ceil(height), bends, cards: inPlace });
}

// Cards are centred on each other: moved across, so that the ends of a wire face each other where there is room for that.
function levelled(scene: Scene, page: ArrangedScene): ArrangedScene {
  const { course } = page;
  const isRight = course === "right";
  const hosts = hostsOf(scene);
  const index = new Map(scene.hosts.map(({ key }, at) => [key, at]));
  const cards = [...page.cards];
  const middle = (at: number, key: string): number => {
    const { card, x, y } = cards[at] as PlacedCard;
    const box = card.spots.get(key)?.box ?? card.frame;
    return isRight ? y + box.y + box.h / 2 : x + box.x + box.w / 2;
  };
  const wires = [...scene.wires].sort((a, b) => Number(isUsed(scene, b)) - Number(isUsed(scene, a)));
  const done = new Set<number>([0]);
  for (let at = 1; at < cards.length; at++) {
    for (const { from, to, isInner } of wires) {
      const [a, b] = [index.get(hosts.get(from) ?? ""), index.get(hosts.get(to) ?? "")];
      if (isInner || a === undefined || b === undefined || a === b || (a !== at && b !== at)) continue;
      const [other, own, theirs] = a === at ? [b, from, to] : [a, to, from];
      if (!done.has(other)) continue;
      const by = Math.round(middle(other, theirs) - middle(at, own));
      const { card, x, y } = cards[at] as PlacedCard;
      const there = isRight ? { card, x, y: y + by } : { card, x: x + by, y };
      if (cards.every((one, k) => k === at || !overlap(there, one))) cards[at] = there;
      break;
    }
    done.add(at);
  }
  return fromZero({ ...page, cards });
}

const BETWEEN = 22;

function overlap(a: PlacedCard, b: PlacedCard): boolean {
  return (
    a.x < b.x + b.card.w + BETWEEN &&
    b.x < a.x + a.card.w + BETWEEN &&
    a.y < b.y + b.card.h + BETWEEN &&
    b.y < a.y + a.card.h + BETWEEN
  );
}

function fromZero(page: ArrangedScene): ArrangedScene {
  const bent = [...page.bends.values()].flat();
  const left = Math.min(...page.cards.map(({ x }) => x), ...bent.map(({ x }) => x)) - MARGIN;
  const top = Math.min(...page.cards.map(({ y }) => y), ...bent.map(({ y }) => y)) - MARGIN;
  const moved = <P extends Point>(point: P): P => ({ ...point, x: point.x - left, y: point.y - top });
  const cards = page.cards.map(moved);
  return {
    ...page,
    cards,
    bends: new Map([...page.bends].map(([wire, points]) => [wire, points.map(moved)])),
    w: Math.ceil(Math.max(...cards.map(({ card, x }) => x + card.w), ...bent.map(({ x }) => x - left)) + MARGIN),
    h: Math.ceil(Math.max(...cards.map(({ card, y }) => y + card.h), ...bent.map(({ y }) => y - top)) + MARGIN),
  };
}

function hostsOf({ hosts }: Scene): Map<string, string> {
  return new Map(hosts.flatMap(({ key, spots }) => spots.map((spot) => [spot.key, key] as const)));
}

function isUsed({ hosts }: Scene, { from, to }: DrawnWire): boolean {
  const used = hosts.flatMap(({ spots }) => spots.filter((spot) => spot.isUsed).map(({ key }) => key));
  return used.includes(from) && used.includes(to);
}

// Interfaces look towards the other end of their wire; those without one look on.
function edgesOf(scene: Scene, before: ArrangedScene | null): Map<string, Edge> {
  const hosts = hostsOf(scene);
  const middles = new Map(scene.hosts.map(({ key }, index) => [key, index] as const));
  const along = (host: string): number => {
    const at = before?.cards[middles.get(host) ?? -1];
    if (before === null || at === undefined) return middles.get(host) ?? 0;
    return before.course === "right" ? at.x + at.card.w / 2 : at.y + at.card.h / 2;
  };
  const edges = new Map<string, Edge>();
  for (const { key, spots } of scene.hosts)
    for (const spot of spots) {
      const [other] = scene.wires.flatMap(({ from, to, isInner }) =>
        isInner ? [] : from === spot.key ? [to] : to === spot.key ? [from] : [],
      );
      const host = other === undefined ? key : (hosts.get(other) ?? key);
      edges.set(spot.key, along(host) < along(key) ? "near" : "far");
    }
  return edges;
}

// Beside each other as their neighbours are, so that wires do not cross.
function orderOf(scene: Scene, before: ArrangedScene | null): (key: string) => number {
  const hosts = hostsOf(scene);
  const index = new Map(scene.hosts.flatMap(({ spots }) => spots).map(({ key }, at) => [key, at]));
  const across = new Map<string, number>();
  for (const { from, to, isInner } of scene.wires) {
    if (isInner || before === null) continue;
    for (const [key, other] of [
      [from, to],
      [to, from],
    ] as const) {
      const at = before.cards.find(({ card }) => card.host.key === hosts.get(other));
      if (at === undefined) continue;
      const box = at.card.spots.get(other)?.box ?? at.card.frame;
      across.set(key, before.course === "right" ? at.y + box.y + box.h / 2 : at.x + box.x + box.w / 2);
    }
  }
  return (key) => (across.get(key) ?? 1e6) + (index.get(key) ?? 0) / 1e6;
}

/** A box of a card on the page. */
export function onPage({ x, y }: PlacedCard, box: Box): Box {
  return { ...box, x: box.x + x, y: box.y + y };
}
