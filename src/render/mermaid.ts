// The answer's flow as a Mermaid sequence diagram: interfaces are participants, what was seen is arrows, and where it
// ended is a note.

import type { FlowReport, Report, ReportStep } from "../model/report.ts";
import { printable, type Text, text } from "../model/text.ts";
import type { Leg } from "../model/trace.ts";
import { noAnswerLines, outcomeLines } from "./answer.ts";
import { type DocumentOptions, widePage } from "./document.ts";
import type { Page } from "./page.ts";
import { framesOf } from "./steps.ts";
import { wrap } from "./width.ts";
import { BASIS, WORDS } from "./words.ts";

/** The diagram, ending in a newline. */
export function renderMermaid(report: Report, options: DocumentOptions): string {
  const page = widePage(options);
  const main = report.flows.find(({ flow }) => flow.id === report.answer?.flow) ?? null;
  if (main === null) {
    const sentence = noAnswerLines(page, report).join("");
    return diagram(["participant p1 as pktwhy", `Note over p1: ${escaped(sentence)}`]);
  }
  return diagram(linesOf(page, main));
}

function diagram(lines: readonly string[]): string {
  return ["sequenceDiagram", ...lines.map((line) => `  ${line}`), ""].join("\n");
}

interface Place {
  readonly id: string;
  readonly netns: string | null;
  readonly name: string;
}

function linesOf(page: Page, flow: FlowReport): string[] {
  const [first] = flow.findings;
  const places = placesOf(page, flow);
  const ordered = [...boxesOf(places.values()).values()].flat();
  const whole = ordered.length > 1 ? `${ordered[0]?.id},${ordered.at(-1)?.id}` : `${ordered[0]?.id}`;
  const told = crossingsOf(flow.steps, places).map((one) => ({ at: one.at, line: arrow(page, one) }));
  const stop = stopOf(flow);
  const stopped = flow.steps[stop];
  const over = (stopped && places.get(keyOf(stopped)))?.id ?? whole;
  const last = stop < 0 ? flow.steps.length : stop;
  return [
    ...participants(places.values()),
    `Note over ${whole}: ${escaped(outcomeLines(page, flow, true).join(""))}`,
    ...told.filter(({ at }) => at <= last).map(({ line }) => line),
    ...(first === undefined ? [] : [`Note over ${over}: ${escaped(page.say(first.headline))}`]),
    ...told.filter(({ at }) => at > last).map(({ line }) => line),
  ];
}

function keyOf(step: ReportStep): string {
  return `${step.netns ?? ""}:${step.interface}`;
}

// Interfaces at which something passes; where nothing does, the place of the cause alone.
function placesOf(page: Page, { steps, findings, flow }: FlowReport): Map<string, Place> {
  const places = new Map<string, Place>();
  for (const step of steps) {
    if (step.interface === null || step.direction === null || places.has(keyOf(step))) continue;
    places.set(keyOf(step), { id: `p${places.size + 1}`, netns: step.netns, name: step.interface });
  }
  if (places.size === 0) {
    const [first] = findings;
    places.set("", { id: "p1", netns: first?.netns ?? flow.netns, name: first?.interface ?? page.say(WORDS.stack) });
  }
  return places;
}

interface Crossing {
  /** Place of its step among all. */
  readonly at: number;
  readonly from: Place;
  readonly to: Place;
  readonly steps: readonly [ReportStep, ...ReportStep[]];
}

// What goes out here and comes in there next is one arrow; anything else stays where it was seen.
function crossingsOf(all: readonly ReportStep[], places: ReadonlyMap<string, Place>): Crossing[] {
  const passing = all.flatMap((step, at) => {
    const place = step.direction === null ? undefined : places.get(keyOf(step));
    return place === undefined ? [] : [{ step, at, place }];
  });
  const crossings: Crossing[] = [];
  for (let k = 0; k < passing.length; k++) {
    const one = passing[k];
    const next = passing[k + 1];
    if (one === undefined) break;
    const { at, place: from, step } = one;
    if (step.direction === "out" && next?.step.direction === "in") {
      crossings.push({ at, from, to: next.place, steps: [step, next.step] });
      k++;
    } else crossings.push({ at, from, to: from, steps: [step] });
  }
  return crossings;
}

// The last step at the place where the cause acts, so that what the kernel does afterwards stands below it.
function stopOf({ steps, findings }: FlowReport): number {
  const [first] = findings;
  if (first === undefined || first.interface === null) return -1;
  const { netns } = first;
  return steps.findLastIndex(
    (step) => step.interface === first.interface && (netns === null || step.netns === null || step.netns === netns),
  );
}

// Interfaces of one namespace stand in one box, in order of first sight.
function boxesOf(places: Iterable<Place>): Map<string | null, Place[]> {
  const boxes = new Map<string | null, Place[]>();
  for (const place of places) boxes.set(place.netns, [...(boxes.get(place.netns) ?? []), place]);
  return boxes;
}

function participants(places: Iterable<Place>): string[] {
  return [...boxesOf(places)].flatMap(([netns, inside]) => {
    const lines = inside.map(({ id, name }) => `participant ${id} as ${named(name)}`);
    // A first word that is a colour would be taken for one.
    return netns === null || netns === "" ? lines : [`box transparent ${named(netns)}`, ...lines, "end"];
  });
}

// A name of blanks alone ends the diagram with a syntax error.
function named(name: string): string {
  return name.trim() === "" ? "?" : escaped(name);
}

// Columns of the words on an arrow: longer ones make the diagram too wide to read.
const LABEL = 36;

const ARROWS: Record<ReportStep["basis"], string> = {
  seen: "->>",
  kernel: "->>",
  missing: "--x",
  state: "-->>",
  inferred: "-->>",
  "out-of-view": "-->>",
};

// What goes from place to place by its short name; of an error the step's own words tell which one it is.
const NAMES: Partial<Record<Leg, Text>> = {
  request: text("echo request", "echo request"),
  "arp-request": text("ARP who-has", "ARP 请求"),
  "arp-reply": text("ARP reply", "ARP 应答"),
  reply: text("echo reply", "echo reply"),
  "reply-arp-request": text("ARP who-has", "ARP 请求"),
  "reply-arp-reply": text("ARP reply", "ARP 应答"),
};

function arrow(page: Page, { from, to, steps }: Crossing): string {
  // Half of a way that nobody watched makes the whole of it no sighting.
  const weakest = steps.find((step) => step.basis !== "seen") ?? steps[0];
  const frames = framesOf(steps.flatMap((step) => step.frames));
  const [{ walk, text: said }] = steps;
  const label = (walk && NAMES[walk.leg]) ?? said;
  const known = weakest.basis === "seen" ? frames : page.say(BASIS[weakest.basis]);
  return `${from.id}${ARROWS[weakest.basis]}${to.id}: ${[...wrap(page.say(label), LABEL), known].map(escaped).join("<br/>")}`;
}

// Mermaid's own way to write a character by its number; what could end a line, begin a comment or a formula, or be taken
// for markup.
function escaped(words: string): string {
  return printable(words).replace(/[#;<>%&$]/g, (character) => `#${character.charCodeAt(0)};`);
}
