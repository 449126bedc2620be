// A host as a card: its interfaces on two edges, between them bridges and the like and the IP stack, below them lo. All is
// measured along the way of the packets (`m`) and across it (`c`), so that a card serves pictures that run to the right
// and such that run down.

import { shortened, widthOf } from "./measure.ts";
import type { DrawnWire, Host, Spot } from "./shapes.ts";

/** Which way a picture runs. */
export type Course = "right" | "down";

/** A rectangle on the page. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** Which edge of its host an interface stands at: the one that the packets come to, or the one that they leave by. */
export type Edge = "near" | "far";

/** A card with its corner at 0, 0. */
export interface Card {
  readonly host: Host;
  readonly title: string;
  /** The card itself; what is beside it belongs to wires that come back into it. */
  readonly frame: Box;
  readonly w: number;
  readonly h: number;
  readonly spots: ReadonlyMap<string, { readonly box: Box; readonly edge: Edge | "inside" | "lo" }>;
  readonly stack: Box | null;
}

/** What a card is made for. */
export interface CardPlan {
  readonly course: Course;
  readonly edges: ReadonlyMap<string, Edge>;
  /** Order of the interfaces on an edge. */
  readonly order: (key: string) => number;
  readonly wires: readonly DrawnWire[];
  /** Whether packets come to the host's stack, or start there. */
  readonly hasStack: boolean;
  /** Words for the stack. */
  readonly stackLabel: string;
}

const SPOT_HEIGHT = 42;
const GAP = 18;
const LANE = 30;
const PAD = 16;
const TITLE = 34;
/** How far an interface stands out of its host. */
const OUT = 12;
/** Room for wires that go back into the same host. */
const RETURN = 44;
const NAME_COLUMNS = 18;
const TITLE_COLUMNS = 24;
const NARROW_TITLE_COLUMNS = 13;

/** The two lines of an interface. */
export function linesOf({ name, addresses, kind, role }: Spot): readonly [string, string] {
  const more = addresses.length > 1 ? ` +${addresses.length - 1}` : "";
  const [first] = addresses;
  const detail = first === undefined ? (role === "inner" ? (kind ?? "") : "") : `${first}${more}`;
  return [shortened(name === "" ? "?" : name, NAME_COLUMNS), detail];
}

/** The card of a host. */
export function cardOf(host: Host, plan: CardPlan): Card {
  const { course, edges, hasStack } = plan;
  const isRight = course === "right";
  const ports = host.spots.filter(({ role }) => role === "port");
  const inner = host.spots.filter(({ role }) => role === "inner");
  const loops = host.spots.filter(({ role }) => role === "lo");
  const wide = Math.max(68, ...ports.map(widthOfSpot));
  const port = isRight ? { m: wide, c: SPOT_HEIGHT } : { m: SPOT_HEIGHT, c: wide };
  const core = isRight ? coreWidth(inner, loops, plan) : SPOT_HEIGHT;
  const bands = bandsOf(ports, inner, plan);
  const has = (edge: Edge): boolean => ports.some(({ key }) => edges.get(key) === edge);
  const hasCore = inner.length > 0 || hasStack || loops.length > 0;
  const coreAt = has("near") ? port.m - OUT + (hasCore ? LANE : 0) : PAD;
  const coreEnd = coreAt + (hasCore ? core : 0);
  const m = has("far") ? coreEnd + (hasCore ? LANE : PAD) + port.m - OUT : coreEnd + PAD;
  const title = shortened(host.title, isRight ? TITLE_COLUMNS : NARROW_TITLE_COLUMNS);
  const head = isRight ? TITLE : widthOf(title, "title") + 2 * PAD;
  const placed = new Map<string, { box: Box; edge: Edge | "inside" | "lo" }>();
  const put = (key: string, edge: Edge | "inside" | "lo", at: Span2): void => {
    placed.set(key, { edge, box: boxOf(course, at) });
  };
  let c = head;
  let stack: Box | null = null;
  for (const band of bands) {
    const count = (edge: Edge): number => band.ports.filter(({ key }) => edges.get(key) === edge).length;
    const most = Math.max(count("near"), count("far"), 1);
    const size = Math.max(most * (port.c + GAP) - GAP, isRight ? SPOT_HEIGHT : Math.max(port.c, 76));
    for (const edge of ["near", "far"] as const) {
      const own = band.ports.filter(({ key }) => edges.get(key) === edge);
      const used = own.length * (port.c + GAP) - GAP;
      own.forEach(({ key }, k) => {
        const at = c + (size - used) / 2 + k * (port.c + GAP);
        put(key, edge, { m: edge === "near" ? -OUT : m - port.m + OUT, c: at, dm: port.m, dc: port.c });
      });
    }
    const middle: Span2 = { m: coreAt, c, dm: core, dc: size };
    if (band.spot !== null) put(band.spot.key, "inside", middle);
    else if (hasStack || loops.length > 0) stack = boxOf(course, middle);
    c += size + GAP + 6;
  }
  for (const lo of loops) {
    const size = isRight ? SPOT_HEIGHT : Math.max(widthOfSpot(lo), 76);
    c += 12;
    put(lo.key, "lo", { m: coreAt, c, dm: core, dc: size });
    c += size + GAP + 6;
  }
  const across = Math.max(c - GAP - 6 + PAD, head + PAD);
  const along = isRight ? Math.max(m, widthOf(title, "title") + 2 * PAD) : m;
  return finished({ host, title, course, along, across, placed, stack }, plan);
}

interface Span2 {
  readonly m: number;
  readonly c: number;
  readonly dm: number;
  readonly dc: number;
}

function boxOf(course: Course, { m, c, dm, dc }: Span2): Box {
  return course === "right" ? { x: m, y: c, w: dm, h: dc } : { x: c, y: m, w: dc, h: dm };
}

interface Band {
  /** Null is the stack. */
  readonly spot: Spot | null;
  readonly ports: readonly Spot[];
}

// Each bridge with its ports beside it, and last the stack with all others.
function bandsOf(ports: readonly Spot[], inner: readonly Spot[], { wires, order, hasStack }: CardPlan): Band[] {
  const left = new Set([...ports].sort((a, b) => order(a.key) - order(b.key)));
  const bands = inner.map((spot): Band => {
    const own = [...left].filter((port) =>
      wires.some(
        ({ from, to, isInner }) =>
          isInner && ((from === port.key && to === spot.key) || (to === port.key && from === spot.key)),
      ),
    );
    for (const port of own) left.delete(port);
    return { spot, ports: own };
  });
  return hasStack || left.size > 0 || bands.length === 0 ? [...bands, { spot: null, ports: [...left] }] : bands;
}

function widthOfSpot(spot: Spot): number {
  const [name, detail] = linesOf(spot);
  return Math.max(widthOf(name, "name"), widthOf(detail, "small")) + 20;
}

function coreWidth(inner: readonly Spot[], loops: readonly Spot[], { stackLabel }: CardPlan): number {
  return Math.max(widthOf(stackLabel, "small") + 24, ...[...inner, ...loops].map(widthOfSpot));
}

interface Unfinished {
  readonly host: Host;
  readonly title: string;
  readonly course: Course;
  readonly along: number;
  readonly across: number;
  readonly placed: Map<string, { box: Box; edge: Edge | "inside" | "lo" }>;
  readonly stack: Box | null;
}

// Moved so that everything, also what stands out, begins at 0, 0.
function finished({ host, title, course, along, across, placed, stack }: Unfinished, { wires, edges }: CardPlan): Card {
  const own = new Set(host.spots.map(({ key }) => key));
  const returns = wires.some(({ from, to, isInner }) => !isInner && own.has(from) && own.has(to));
  const isOut = (edge: Edge): boolean => host.spots.some(({ key, role }) => role === "port" && edges.get(key) === edge);
  const before = isOut("near") ? OUT : 0;
  const after = Math.max(isOut("far") ? OUT : 0, returns ? RETURN + OUT : 0);
  const shift = (box: Box): Box => (course === "right" ? { ...box, x: box.x + before } : { ...box, y: box.y + before });
  const spots = new Map([...placed].map(([key, one]) => [key, { ...one, box: shift(one.box) }]));
  const frame = shift(boxOf(course, { m: 0, c: 0, dm: along, dc: across }));
  const whole = boxOf(course, { m: 0, c: 0, dm: along + before + after, dc: across });
  return { host, title, frame, w: whole.w, h: whole.h, spots, stack: stack === null ? null : shift(stack) };
}
