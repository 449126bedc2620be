// The sequence as SVG: interfaces as columns under their hosts, time downwards, each sighting an arrow that leads to its
// row in the table of steps.

import { text } from "../../model/text.ts";
import type { Leg } from "../../model/trace.ts";
import type { Voice } from "../document/voice.ts";
import { wrap } from "../width.ts";
import { linesOf } from "./card.ts";
import { keyOf } from "./crossings.ts";
import { shortened, widthOf } from "./measure.ts";
import type { DrawnCrossing, Host, Scene, Spot, Stop, Way } from "./shapes.ts";
import { boxAt, crossAt, escaped, headAt, type Picture, pathAt, svgOf, textAt } from "./svg.ts";

const ROW = 38;
const HEAD = 84;
const EDGE = 12;
const LOOP = 34;
const STUB = 46;
const NOTE_GAP = 16;
const LABEL_COLUMNS = 34;
const NOTE_COLUMNS = 34;
const NOTE_LINE = 15;

/** What is known of a step by its number. */
export interface StepWords {
  readonly time: string;
  readonly said: string;
  /** Where it stands on the page. */
  readonly target: string;
}

interface Column {
  readonly host: Host;
  readonly spot: Spot;
  readonly x: number;
  readonly w: number;
}

interface Row {
  readonly kind: "arrow" | "stop";
  readonly crossing: DrawnCrossing | null;
  readonly y: number;
  readonly n: number;
}

/** The picture; null where nothing passed any interface. */
export function sequenceSvg(
  voice: Voice,
  scene: Scene,
  stepOf: (n: number) => StepWords | null,
  named: { id: string; title: string; description: string },
): Picture | null {
  const spots = columnsOf(scene);
  if (spots.length === 0 || scene.crossings.length === 0) return null;
  const labels = scene.crossings.map((crossing) => labelOf(voice, crossing));
  const gutter = gutterOf(scene, stepOf);
  const columns = placed(scene, spots, labels, gutter);
  const note = scene.stop === null ? [] : wrap(voice.say(scene.stop.headline), NOTE_COLUMNS).slice(0, 3);
  const rows = rowsOf(scene, note.length);
  const h = (rows.at(-1)?.y ?? HEAD) + Math.max(ROW, note.length * NOTE_LINE + 14);
  const w = widthNeeded(scene, columns, labels, note);
  const parts = [
    ...heads(columns, h),
    ...rows.flatMap((row) => {
      if (row.crossing === null) return stopParts(columns, scene.stop as Stop, row, note);
      const label = labels[scene.crossings.indexOf(row.crossing)] ?? "";
      return linked(voice, stepOf(row.n), row, [
        textAt("step", gutter.n, row.y + 4, `${row.n}`),
        textAt("time", gutter.n + 10, row.y + 4, stepOf(row.n)?.time ?? ""),
        ...arrowParts(columns, row.crossing, label, row.y),
      ]);
    }),
  ];
  return { svg: svgOf("sequence", { id: named.id, w, h, role: "group" }, named, parts), w };
}

function columnsOf({ hosts, crossings, stop }: Scene): { host: Host; spot: Spot }[] {
  const passed = new Set(
    crossings.flatMap(({ from, to }) => [from, to]).flatMap((one) => (one === null ? [] : [keyOf(one)])),
  );
  if (stop?.spot) passed.add(keyOf(stop.spot));
  return hosts.flatMap((host) => host.spots.filter(({ key }) => passed.has(key)).map((spot) => ({ host, spot })));
}

function labelOf(voice: Voice, { label, count }: DrawnCrossing): string {
  const times = count > 1 ? ` ×${count}` : "";
  return `${shortened(voice.say(label), LABEL_COLUMNS)}${times}`;
}

interface Gutter {
  /** Where numbers end. */
  readonly n: number;
  /** Where the first column may begin. */
  readonly end: number;
}

function gutterOf({ crossings }: Scene, stepOf: (n: number) => StepWords | null): Gutter {
  const numbers = crossings.map(({ steps: [first] }) => first.n);
  const n = EDGE + Math.max(...numbers.map((one) => widthOf(`${one}`, "small")));
  const time = Math.max(0, ...numbers.map((one) => widthOf(stepOf(one)?.time ?? "", "small")));
  return { n, end: n + 10 + time + (time === 0 ? 0 : 16) };
}

// Columns far enough apart for their names, the words on the arrows between them, and loops.
function placed(
  { crossings }: Scene,
  spots: readonly { host: Host; spot: Spot }[],
  labels: readonly string[],
  gutter: Gutter,
): Column[] {
  const index = new Map(spots.map(({ spot }, at) => [spot.key, at]));
  const columns: Column[] = [];
  spots.forEach(({ host, spot }, k) => {
    const [name, detail] = linesOf(spot);
    const own = Math.max(widthOf(name, "name"), widthOf(detail, "small"), 60) + 16;
    const alone = spots.filter((one) => one.host === host).length === 1;
    const w = alone ? Math.max(own, widthOf(shortened(host.title, 24), "title") + 20) : own;
    const before = columns[k - 1];
    let x = before === undefined ? gutter.end + w / 2 : before.x + (before.w + w) / 2 + (before.host === host ? 8 : 20);
    crossings.forEach((crossing, at) => {
      const [a, b] = [crossing.from, crossing.to].map((one) => (one === null ? null : (index.get(keyOf(one)) ?? null)));
      const label = widthOf(labels[at] ?? "", "small");
      const [left, right] = [Math.min(a ?? b ?? 0, b ?? a ?? 0), Math.max(a ?? b ?? 0, b ?? a ?? 0)];
      const start = columns[left];
      if (start === undefined) return;
      if (right === k && left < k) x = Math.max(x, start.x + label + 36);
      // A loop, or an arrow that leads nowhere, has its words beside it.
      if (left === right && left === k - 1) x = Math.max(x, start.x + STUB + label + 24);
    });
    columns.push({ host, spot, x: Math.round(x), w });
  });
  return columns;
}

function widthNeeded(
  { crossings, stop }: Scene,
  columns: readonly Column[],
  labels: readonly string[],
  note: readonly string[],
): number {
  const at = (key: string | null): number => columns.find(({ spot }) => spot.key === key)?.x ?? columns[0]?.x ?? 0;
  const loops = crossings.map(({ from, to }, k) => {
    const isAlone = from === null || to === null || keyOf(from) === keyOf(to);
    const key = from ?? to;
    return isAlone && key !== null ? at(keyOf(key)) + STUB + 12 + widthOf(labels[k] ?? "", "small") : 0;
  });
  const noted = stop === null ? 0 : notePlace(columns, stop, note).reach;
  return Math.ceil(Math.max(...columns.map(({ x, w }) => x + w / 2), ...loops, noted) + EDGE);
}

function rowsOf({ crossings, stop }: Scene, noteLines: number): Row[] {
  const rows: Row[] = [];
  let y = HEAD + ROW - 6;
  const put = (row: Omit<Row, "y">, size: number): void => {
    rows.push({ ...row, y });
    y += size;
  };
  let isStopped = stop === null;
  const mark = (): void => {
    isStopped = true;
    put({ kind: "stop", crossing: null, n: stop?.step.n ?? 0 }, Math.max(ROW, noteLines * NOTE_LINE + 22));
  };
  for (const crossing of crossings) {
    const n = crossing.steps[0].n;
    if (!isStopped && stop !== null && n > stop.step.n) mark();
    put({ kind: "arrow", crossing, n }, ROW);
  }
  if (!isStopped) mark();
  return rows;
}

function heads(columns: readonly Column[], h: number): string[] {
  const hosts = new Map<Host, Column[]>();
  for (const column of columns) hosts.set(column.host, [...(hosts.get(column.host) ?? []), column]);
  return [...hosts].flatMap(([host, own]) => {
    const left = Math.min(...own.map(({ x, w }) => x - w / 2));
    const right = Math.max(...own.map(({ x, w }) => x + w / 2));
    const columnsWide = Math.max(6, Math.floor((right - left - 16) / 8.2));
    return [
      boxAt(host.isKnown ? "host" : "host unknown", { x: left, y: 6, w: right - left, h: HEAD - 16 }, 8),
      textAt("title middle", (left + right) / 2, 25, shortened(host.title, columnsWide)),
      ...own.flatMap(({ spot, x }) => {
        const [name, detail] = linesOf(spot);
        return [
          pathAt("life", `M${x} ${HEAD - 10}V${h - 6}`),
          textAt("name", x, 46, name),
          textAt("small", x, 62, detail),
        ];
      }),
    ];
  });
}

function linked(voice: Voice, step: StepWords | null, { y, n }: Row, parts: readonly string[]): string[] {
  if (step === null) return [...parts];
  const label = voice.say(text(`Step ${n}: ${step.said}`, `第 ${n} 步：${step.said}`));
  const hit = `<rect class="hit" x="2" y="${y - ROW / 2 - 2}" width="100%" height="${ROW - 2}" rx="6"/>`;
  return [`<a href="#${step.target}" aria-label="${escaped(label)}">${hit}${parts.join("")}</a>`];
}

const KINDS: Readonly<Record<Leg, Way["kind"]>> = {
  request: "there",
  "arp-request": "there",
  "reply-arp-request": "there",
  reply: "back",
  "arp-reply": "back",
  "reply-arp-reply": "back",
  error: "error",
};

function arrowParts(columns: readonly Column[], crossing: DrawnCrossing, label: string, y: number): string[] {
  const { from, to, basis, leg, branch } = crossing;
  const xOf = (one: DrawnCrossing["from"]): number | null =>
    one === null ? null : (columns.find(({ spot }) => spot.key === keyOf(one))?.x ?? null);
  const [a, b] = [xOf(from), xOf(to)];
  const kind = branch > 0 ? "copy" : leg === null ? "there" : KINDS[leg];
  const known = basis === "seen" || basis === "kernel" ? "" : basis === "missing" ? " missing" : " guessed";
  const look = `way ${kind}${known}`;
  const isLost = basis === "missing";
  if (a !== null && b !== null && a !== b) {
    const way = a < b ? 1 : -1;
    return [
      pathAt(look, `M${a} ${y}H${b - way * (isLost ? 12 : 7)}`),
      isLost ? crossAt(b - way * 12, y, 8) : headAt(kind, { x: a, y }, { x: b - way * 2, y }),
      textAt("label", (a + b) / 2, y - 7, label),
    ];
  }
  const x = a ?? b;
  if (x === null) return [];
  if (a !== null && b !== null) {
    const path = `M${x} ${y - 11}h${LOOP - 10}a11 11 0 0 1 0 22h${-(LOOP - 16)}`;
    return [
      pathAt(look, path),
      headAt(kind, { x: x + 20, y: y + 11 }, { x: x + 3, y: y + 11 }),
      textAt("label beside", x + STUB, y + 4, label),
    ];
  }
  const [start, end] = a === null ? [x - 2 - LOOP, x - 2] : [x, x + LOOP];
  const arrow = isLost ? crossAt(end, y, 8) : headAt(kind, { x: start, y }, { x: end, y });
  return [
    pathAt(look, `M${start} ${y}H${end - (isLost ? 8 : 5)}`),
    arrow,
    `<circle class="spot-seen ${kind}" cx="${x}" cy="${y}" r="3"/>`,
    textAt("label beside", x + STUB, y + 4, label),
  ];
}

// On the right of its column; on the left where the picture would have to grow for it.
function notePlace(
  columns: readonly Column[],
  { spot, netns }: Stop,
  note: readonly string[],
): { readonly x: number; readonly isLeft: boolean; readonly reach: number } {
  const own = columns.find((column) => spot !== null && column.spot.key === keyOf(spot));
  const { x } = own ?? columns.find(({ host }) => host.key === `=${netns}`) ?? (columns[0] as Column);
  const size = NOTE_GAP + Math.max(0, ...note.map((line) => widthOf(line, "name")));
  const [first] = columns;
  const right = Math.max(...columns.map((column) => column.x + column.w / 2));
  const isLeft = x + size > right && first !== undefined && x - size > first.x - first.w / 2;
  return { x, isLeft, reach: isLeft ? 0 : x + size };
}

function stopParts(columns: readonly Column[], stop: Stop, { y }: Row, note: readonly string[]): string[] {
  const { x, isLeft } = notePlace(columns, stop, note);
  const at = isLeft ? x - NOTE_GAP : x + NOTE_GAP;
  const look = isLeft ? "verdict before" : "verdict";
  return [crossAt(x, y), ...note.map((line, k) => textAt(look, at, y + 4.5 + k * NOTE_LINE, line))];
}
