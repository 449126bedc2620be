// The topology as SVG: wires below, ways over them, boxes on top, and marks and numbers above all.

import { text } from "../../model/text.ts";
import type { Voice } from "../document/voice.ts";
import { type ArrangedScene, arranged, onPage, type PlacedCard, type Point } from "./arrange.ts";
import { type Box, type Course, linesOf } from "./card.ts";
import { type Cubic, pathOf, pointAt } from "./curve.ts";
import { lineOfWire, offsetOf, piecesOf, Sites, stubOf, type WayPiece } from "./route.ts";
import type { Scene, Spot, Way } from "./shapes.ts";
import { boxAt, chipAt, crossAt, headAt, type Picture, pathAt, svgOf, textAt } from "./svg.ts";

const STACK = text("IP stack", "IP 协议栈");
const DOWN = text("down", "未启用");
const STUB = 24;

/** The picture of a scene that runs one way. */
export function topologySvg(
  voice: Voice,
  scene: Scene,
  course: Course,
  { id, title, description }: { id: string; title: string; description: string },
): Picture {
  const page = arranged(scene, course, voice.say(STACK));
  const sites = new Sites(page);
  const spots = new Map(scene.hosts.flatMap((host) => host.spots.map((spot) => [spot.key, spot] as const)));
  const wires = scene.wires.map((wire) => {
    const isDown = [wire.from, wire.to].some((key) => spots.get(key)?.isDown === true);
    const look = `wire${wire.isInner ? " inner" : ""}${wire.isGuessed ? " guessed" : ""}${isDown ? " down" : ""}`;
    return pathAt(look, pathOf(lineOfWire(page, sites, wire)));
  });
  const taken: Point[] = [];
  // Copies lie below what counts.
  const ways = [...scene.ways].sort((a, b) => Number(b.kind === "copy") - Number(a.kind === "copy"));
  const drawn = ways.map((way) => wayParts(page, sites, scene, way, taken));
  const parts = [
    ...page.cards.map((placed) => frameOf(placed)),
    ...stubs(page, sites, scene),
    ...wires,
    ...drawn.flatMap(({ lines }) => lines),
    ...page.cards.flatMap((placed) => boxesOf(voice, course, placed, spots)),
    ...drawn.flatMap(({ marks }) => marks),
  ];
  return {
    svg: svgOf(course, { id, w: page.w, h: page.h, role: "img" }, { title, description }, parts),
    w: page.w,
  };
}

function frameOf(placed: PlacedCard): string {
  const look = placed.card.host.isKnown ? "host" : "host unknown";
  return boxAt(look, onPage(placed, placed.card.frame), 10);
}

function boxesOf(voice: Voice, course: Course, placed: PlacedCard, spots: ReadonlyMap<string, Spot>): string[] {
  const { card } = placed;
  const frame = onPage(placed, card.frame);
  const title =
    course === "right"
      ? textAt("title", frame.x + 16, frame.y + 22, card.title)
      : textAt("title", frame.x + 16, frame.y + frame.h / 2 + 4.5, card.title);
  const stack = card.stack === null ? [] : stackOf(voice, onPage(placed, card.stack));
  return [
    title,
    ...stack,
    ...[...card.spots].flatMap(([key, { box, edge }]) => {
      const spot = spots.get(key);
      return spot === undefined ? [] : spotParts(voice, spot, onPage(placed, box), edge);
    }),
  ];
}

function stackOf(voice: Voice, box: Box): string[] {
  return [boxAt("stack", box, 6), textAt("small", box.x + box.w / 2, box.y + box.h / 2 + 4, voice.say(STACK))];
}

function spotParts(voice: Voice, spot: Spot, box: Box, edge: string): string[] {
  const [name, detail] = linesOf(spot);
  const look = `spot ${edge}${spot.isUsed ? " used" : ""}${spot.isDown && spot.role !== "lo" ? " down" : ""}${spot.isOwner ? " owner" : ""}`;
  const middle = box.x + box.w / 2;
  const second = spot.isDown && spot.role !== "lo" ? voice.say(DOWN) : detail;
  const lines =
    second === ""
      ? [textAt("name", middle, box.y + box.h / 2 + 4, name)]
      : [textAt("name", middle, box.y + box.h / 2 - 3, name), textAt("small", middle, box.y + box.h / 2 + 12, second)];
  return [boxAt(look, box, 6), ...lines];
}

// What leads to where nothing is known.
function stubs({ course }: ArrangedScene, sites: Sites, { hosts, wires }: Scene): string[] {
  const wired = new Set(wires.filter(({ isInner }) => !isInner).flatMap(({ from, to }) => [from, to]));
  return hosts.flatMap(({ spots }) =>
    spots.flatMap((spot) => {
      const site = sites.of({ kind: "spot", key: spot.key });
      if (site === undefined || !spot.leadsOut || spot.role !== "port" || wired.has(spot.key)) return [];
      return [pathAt("wire guessed", pathOf(stubOf(course, site, 0, STUB)))];
    }),
  );
}

interface WayParts {
  readonly lines: readonly string[];
  readonly marks: readonly string[];
}

function wayParts(page: ArrangedScene, sites: Sites, scene: Scene, way: Way, taken: Point[]): WayParts {
  const pieces = piecesOf(page, sites, scene, way);
  const lines = pieces.flatMap(({ line, to }) => [
    pathAt(`way ${way.kind}${to.isMissing ? " missing" : ""}`, pathOf(line)),
  ]);
  if (way.kind === "copy") return { lines, marks: [] };
  const heads = pieces.flatMap(({ line, to }) => (to.isMissing ? [] : [headOf(way, line)]));
  const chips = pieces.flatMap(({ line, to, isWire }) =>
    isWire && to.step !== null ? chipOf(way, line, to.step.n, taken) : [],
  );
  const beyond =
    way.end === "beyond" || way.end === "open" ? beyondOf(page, sites, way, offsetOf(scene.ways, way)) : null;
  const stops = way.end === "stopped" || way.end === "beyond" ? [stopMark(sites, way, pieces, beyond)] : [];
  return {
    lines: [...lines, ...heads, ...(beyond === null ? [] : [pathAt(`way ${way.kind}`, pathOf(beyond))])],
    marks: [...startOf(way, pieces), ...chips, ...stops],
  };
}

function headOf({ kind }: Way, line: readonly Cubic[]): string {
  return headAt(kind, pointAt(line, 1 - 0.12 / line.length), line.at(-1)?.[3] ?? { x: 0, y: 0 });
}

// Not in the middle: what goes the other way has its number there, too. Where a wire is passed again and again there is
// no room for all of them.
const PLACES = [0.3, 0.7, 0.5, 0.12, 0.88];
const APART = 26;

function chipOf({ kind }: Way, line: readonly Cubic[], n: number, taken: Point[]): string[] {
  const free = PLACES.map((part) => pointAt(line, part)).find(({ x, y }) =>
    taken.every((other) => Math.abs(other.x - x) >= APART || Math.abs(other.y - y) >= 17),
  );
  if (free === undefined) return [];
  taken.push(free);
  return [chipAt(kind, free.x, free.y, `${n}`)];
}

function startOf({ kind, points: [first] }: Way, [piece]: readonly WayPiece[]): string[] {
  const at = piece?.line[0]?.[0];
  if (kind !== "there" || first?.kind !== "stack" || at === undefined) return [];
  return [`<circle class="start" cx="${at.x}" cy="${at.y}" r="4.5"/>`];
}

// As far as the first bit of the wire.
function beyondOf(page: ArrangedScene, sites: Sites, { points }: Way, offset: number): Cubic[] | null {
  const last = points.at(-1);
  const site = last === undefined ? undefined : sites.of(last);
  if (last?.kind !== "spot" || site === undefined || site.edge === "lo") return null;
  return stubOf(page.course, site, offset, STUB);
}

function stopMark(sites: Sites, { points }: Way, pieces: readonly WayPiece[], beyond: readonly Cubic[] | null): string {
  const missing = pieces.find(({ to }) => to.isMissing);
  const end =
    beyond?.at(-1)?.[3] ?? (missing === undefined ? pieces.at(-1)?.line.at(-1)?.[3] : pointAt(missing.line, 0.66));
  if (end !== undefined) return crossAt(end.x, end.y);
  const [only] = points;
  const box = only === undefined ? undefined : sites.of(only)?.box;
  return box === undefined ? "" : crossAt(box.x + box.w, box.y);
}
