// The answer's flow as a Mermaid sequence diagram: interfaces are participants, what was seen is arrows, and where it
// ended is a note.

import { ownValue } from "../model/own-value.ts";
import type { Report, ReportStep } from "../model/report.ts";
import { type Text, text } from "../model/text.ts";
import type { Leg } from "../model/trace.ts";
import { type PageOptions, pageDocument } from "./blocks.ts";
import type { AnswerLine, Document } from "./document/document.ts";
import { totalOf } from "./document/fold.ts";
import { framesOf } from "./document/frames.ts";
import type { Voice } from "./document/voice.ts";
import { mermaidWords } from "./mermaid-words.ts";
import { wrap } from "./width.ts";
import { BASIS, WORDS } from "./words.ts";

/** The diagram, ending in a newline. */
export function renderMermaid(report: Report, options: PageOptions): string {
  const { voice, told } = pageDocument(report, options);
  const scene = sceneOf(told);
  const lines = scene.steps.length === 0 && scene.answer === null ? ["participant p1 as pktwhy"] : null;
  return diagram(
    lines === null
      ? linesOf(voice, scene)
      : [...lines, ...scene.notes.map((note) => `Note over p1: ${mermaidWords(note)}`)],
  );
}

/** What of the document is drawn: the answer's flow, and what is said before it. */
interface Scene {
  readonly notes: readonly string[];
  readonly answer: AnswerLine | null;
  readonly steps: readonly ReportStep[];
  readonly only: string | null;
}

function sceneOf({ sections, main, only }: Document): Scene {
  const parts = sections.flatMap(({ flow, parts }) => (flow === null || flow === main ? parts : []));
  return {
    notes: parts.flatMap((part) => (part.kind === "title" || part.kind === "no-answer" ? [part.sentence] : [])),
    answer: parts.find((part) => part.kind === "answer") ?? null,
    steps: parts.flatMap((part) =>
      part.kind === "steps" ? part.rows.flatMap(({ step }) => (step === null ? [] : [step])) : [],
    ),
    only,
  };
}

function diagram(lines: readonly string[]): string {
  return ["sequenceDiagram", ...lines.map((line) => `  ${line}`), ""].join("\n");
}

interface Participant {
  readonly id: string;
  readonly netns: string | null;
  readonly name: string;
}

function linesOf(voice: Voice, scene: Scene): string[] {
  const { notes, answer, steps } = scene;
  const places = placesOf(voice, scene);
  const ordered = [...boxesOf(places.values()).values()].flat();
  const whole = ordered.length > 1 ? `${ordered[0]?.id},${ordered.at(-1)?.id}` : `${ordered[0]?.id}`;
  const told = crossingsOf(steps, places).map((one) => ({ at: one.at, line: arrow(voice, one) }));
  const stop = stopOf(scene);
  const stopped = steps[stop];
  const over = (stopped && places.get(keyOf(stopped)))?.id ?? whole;
  const last = stop < 0 ? steps.length : stop;
  return [
    ...participants(places.values()),
    ...notes.map((note) => `Note over ${whole}: ${mermaidWords(note)}`),
    ...told.filter(({ at }) => at <= last).map(({ line }) => line),
    ...(answer === null ? [] : [`Note over ${over}: ${mermaidWords(answer.sentence)}`]),
    ...told.filter(({ at }) => at > last).map(({ line }) => line),
  ];
}

function keyOf(step: ReportStep): string {
  return `${step.netns ?? ""}:${step.interface}`;
}

// Interfaces at which something passes; where nothing does, the place of the cause alone.
function placesOf(voice: Voice, { steps, answer, only }: Scene): Map<string, Participant> {
  const places = new Map<string, Participant>();
  // Where the only namespace's name is taken out of places it is the box around them.
  const boxOf = (netns: string | null): string | null => (netns === "" ? (only ?? netns) : netns);
  for (const step of steps) {
    if (step.interface === null || step.direction === null || places.has(keyOf(step))) continue;
    places.set(keyOf(step), { id: `p${places.size + 1}`, netns: boxOf(step.netns), name: step.interface });
  }
  if (places.size === 0) {
    const name = answer?.interface ?? voice.say(WORDS.stack);
    places.set("", { id: "p1", netns: boxOf(answer?.netns ?? null), name });
  }
  return places;
}

interface Crossing {
  /** Place of its step among all. */
  readonly at: number;
  readonly from: Participant;
  readonly to: Participant;
  readonly steps: readonly [ReportStep, ...ReportStep[]];
}

// What goes out here and comes in there next is one arrow; anything else stays where it was seen.
function crossingsOf(all: readonly ReportStep[], places: ReadonlyMap<string, Participant>): Crossing[] {
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
function stopOf({ steps, answer }: Scene): number {
  if (answer === null || answer.interface === null) return -1;
  const { netns } = answer;
  return steps.findLastIndex(
    (step) => step.interface === answer.interface && (netns === null || step.netns === null || step.netns === netns),
  );
}

// Interfaces of one namespace stand in one box, in order of first sight.
function boxesOf(places: Iterable<Participant>): Map<string | null, Participant[]> {
  const boxes = new Map<string | null, Participant[]>();
  for (const place of places) boxes.set(place.netns, [...(boxes.get(place.netns) ?? []), place]);
  return boxes;
}

function participants(places: Iterable<Participant>): string[] {
  return [...boxesOf(places)].flatMap(([netns, inside]) => {
    const lines = inside.map(({ id, name }) => `participant ${id} as ${named(name)}`);
    // A first word that is a colour would be taken for one.
    return netns === null || netns === "" ? lines : [`box transparent ${named(netns)}`, ...lines, "end"];
  });
}

// A name of blanks alone ends the diagram with a syntax error.
function named(name: string): string {
  return name.trim() === "" ? "?" : mermaidWords(name);
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

function arrow(voice: Voice, { from, to, steps }: Crossing): string {
  // Half of a way that nobody watched makes the whole of it no sighting.
  const weakest = steps.find((step) => step.basis !== "seen") ?? steps[0];
  const frames = framesOf(
    steps.flatMap((step) => step.frames),
    totalOf(steps),
  );
  const [{ walk, text: said }] = steps;
  const label = (walk && ownValue(NAMES, walk.leg)) ?? said;
  const known = weakest.basis === "seen" ? frames : voice.say(BASIS[weakest.basis]);
  return `${from.id}${ARROWS[weakest.basis]}${to.id}: ${[...wrap(voice.say(label), LABEL), known].map(mermaidWords).join("<br/>")}`;
}
