// The lines of an arranged scene: each wire, and each way as pieces between the boxes that it passes.

import { type ArrangedScene, onPage, type PlacedCard, type Point } from "./arrange.ts";
import type { Box, Course, Edge } from "./card.ts";
import { aside, type Cubic, curveThrough, moved, straight } from "./curve.ts";
import type { DrawnWire, Scene, Way, Waypoint } from "./shapes.ts";

/** A box on the page. */
export interface Site {
  readonly card: PlacedCard;
  readonly box: Box;
  readonly edge: Edge | "inside" | "lo" | "stack";
}

/** Part of a way. */
export interface WayPiece {
  readonly line: readonly Cubic[];
  /** Where it goes to. */
  readonly to: Waypoint;
  readonly isWire: boolean;
}

/** How far the ways keep from the middle of a wire where there are several. */
const OFFSET: Readonly<Record<Way["kind"], number>> = { there: -6, back: 6, error: 6, copy: 0 };

const LOOP = 11;

/** How far a way keeps from the middle of its wires. */
export function offsetOf(ways: readonly Way[], { kind }: Way): number {
  const others = ways.filter((way) => way.kind !== kind && way.kind !== "copy");
  return others.some(({ points }) => points.some(({ step }) => step !== null)) ? OFFSET[kind] : 0;
}

/** Finds the boxes of a page. */
export class Sites {
  readonly #spots = new Map<string, Site>();
  readonly #stacks = new Map<string, Site>();

  constructor({ cards }: ArrangedScene) {
    for (const placed of cards) {
      const { card } = placed;
      for (const [key, { box, edge }] of card.spots)
        this.#spots.set(key, { card: placed, box: onPage(placed, box), edge });
      if (card.stack !== null)
        this.#stacks.set(card.host.key, { card: placed, box: onPage(placed, card.stack), edge: "stack" });
    }
  }

  of({ kind, key }: Pick<Waypoint, "kind" | "key">): Site | undefined {
    return (kind === "spot" ? this.#spots : this.#stacks).get(key);
  }
}

/** The line of a wire; `offset` puts it beside the middle. */
export function lineOfWire(arranged: ArrangedScene, sites: Sites, wire: DrawnWire, offset = 0): Cubic[] {
  const { course } = arranged;
  const a = sites.of({ kind: "spot", key: wire.from });
  const b = sites.of({ kind: "spot", key: wire.to });
  if (a === undefined || b === undefined) return [];
  if (wire.isInner) return lineInside(course, a, b, offset);
  if (a.card === b.card) return lineBack(course, a, b, offset);
  const [from, to] = [outerEnd(course, a, b), outerEnd(course, b, a)];
  const bends = (arranged.bends.get(wire) ?? []).map((point) => aside(course, point, offset));
  return curveThrough(
    course,
    [aside(course, from.at, offset), ...bends, aside(course, to.at, offset)],
    from.way,
    -to.way,
  );
}

/** The pieces of a way. */
export function piecesOf(arranged: ArrangedScene, sites: Sites, { wires, ways }: Scene, way: Way): WayPiece[] {
  const offset = offsetOf(ways, way);
  return way.points.slice(1).flatMap((to, index): WayPiece[] => {
    const from = way.points[index] as Waypoint;
    const [a, b] = [sites.of(from), sites.of(to)];
    if (a === undefined || b === undefined) return [];
    const wire = wires.find((one) => !one.isInner && joins(one, from, to));
    if (wire !== undefined) {
      const line = lineOfWire(arranged, sites, wire, offset);
      return [{ line: wire.from === from.key ? line : reversed(line), to, isWire: true }];
    }
    if (a.card === b.card) return [{ line: lineInside(arranged.course, a, b, offset), to, isWire: false }];
    const [start, end] = [outerEnd(arranged.course, a, b), outerEnd(arranged.course, b, a)];
    const points = [start.at, end.at].map((point) => aside(arranged.course, point, offset));
    return [{ line: curveThrough(arranged.course, points, start.way, -end.way), to, isWire: true }];
  });
}

/** A line that leads out of the picture. */
export function stubOf(course: Course, site: Site, offset: number, length: number): Cubic[] {
  const { at, way } = outerEnd(course, site, null);
  const from = aside(course, at, offset);
  return straight(from, moved(course, from, way * length));
}

function joins({ from, to }: DrawnWire, a: Waypoint, b: Waypoint): boolean {
  return (from === a.key && to === b.key) || (from === b.key && to === a.key);
}

function reversed(line: readonly Cubic[]): Cubic[] {
  return line.map(([a, b, c, d]): Cubic => [d, c, b, a]).toReversed();
}

// Where a wire leaves a box, and which way.
function outerEnd(course: Course, site: Site, other: Site | null): { at: Point; way: 1 | -1 } {
  const { box, edge } = site;
  const isOn = other === null || (course === "right" ? other.box.x >= box.x : other.box.y >= box.y);
  const way = edge === "near" ? -1 : edge === "far" ? 1 : isOn ? 1 : -1;
  return { at: sideOf(course, box, way), way };
}

function sideOf(course: Course, { x, y, w, h }: Box, way: 1 | -1): Point {
  if (course === "right") return { x: way === 1 ? x + w : x, y: y + h / 2 };
  return { x: x + w / 2, y: way === 1 ? y + h : y };
}

// A wire between two interfaces of one host: out of it and back.
function lineBack(course: Course, a: Site, b: Site, offset: number): Cubic[] {
  const [from, to] = [outerEnd(course, a, b).at, outerEnd(course, b, a).at];
  const across = (point: Point): number => (course === "right" ? point.y : point.x);
  const sign = across(from) < across(to) ? 1 : -1;
  const start = aside(course, from, sign * offset);
  const end = aside(course, to, -sign * offset);
  const reach = 44 - offset;
  return [[start, moved(course, start, reach), moved(course, end, reach), end]];
}

// Inside a host: along the course between an edge and what is in the middle, across it between what is in the middle.
function lineInside(course: Course, a: Site, b: Site, offset: number): Cubic[] {
  const isEdge = ({ edge }: Site): boolean => edge === "near" || edge === "far";
  if (!isEdge(a) && !isEdge(b)) return lineAcross(course, a, b, offset);
  const [from, to] = [innerEnd(course, a, b), innerEnd(course, b, a)];
  const points = [from.at, to.at].map((point) => aside(course, point, offset));
  return curveThrough(course, points, from.way, -to.way);
}

function innerEnd(course: Course, site: Site, other: Site): { at: Point; way: 1 | -1 } {
  const { box, edge } = site;
  if (edge === "near" || edge === "far") {
    const way = edge === "near" ? 1 : -1;
    return { at: sideOf(course, box, way), way };
  }
  const way = other.edge === "near" ? -1 : 1;
  const side = sideOf(course, box, way);
  const reach = other.box;
  const room = 14;
  return course === "right"
    ? { way, at: { x: side.x, y: clamp(reach.y + reach.h / 2, box.y + room, box.y + box.h - room) } }
    : { way, at: { x: clamp(reach.x + reach.w / 2, box.x + room, box.x + box.w - room), y: side.y } };
}

// To lo and back are two lines.
function lineAcross(course: Course, a: Site, b: Site, offset: number): Cubic[] {
  const beside = b.edge === "lo" ? -LOOP : a.edge === "lo" ? LOOP : offset;
  const isOn = course === "right" ? a.box.y < b.box.y : a.box.x < b.box.x;
  const end = ({ box }: Site, isLast: boolean): Point =>
    course === "right"
      ? { x: box.x + box.w / 2 + beside, y: isLast ? box.y + box.h : box.y }
      : { x: isLast ? box.x + box.w : box.x, y: box.y + box.h / 2 + beside };
  return straight(end(a, isOn), end(b, !isOn));
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), Math.max(least, most));
}
