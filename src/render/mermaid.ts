// The answer's flow as a Mermaid sequence diagram: interfaces are participants, what was seen is arrows, and where it
// ended is a note.

import type { FlowReport, Report, ReportStep } from "../model/report.ts";
import { printable, type Text } from "../model/text.ts";
import { noAnswerLines, outcomeLines } from "./answer.ts";
import { type DocumentOptions, widePage } from "./document.ts";
import type { Page } from "./page.ts";
import { framesOf } from "./steps.ts";
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
  const places = new Map<string, Place>();
  const placeOf = (netns: string | null, name: string): Place => {
    const key = `${netns ?? ""}:${name}`;
    const known = places.get(key) ?? { id: `p${places.size + 1}`, netns, name };
    places.set(key, known);
    return known;
  };
  const sightings = flow.steps.filter((step) => step.interface !== null && step.direction !== null);
  for (const step of sightings) placeOf(step.netns, step.interface as string);
  const first = flow.findings[0];
  const stop = first === undefined ? -1 : stopOf(flow, places);
  const at = first?.interface ?? null;
  if (places.size === 0) placeOf(first?.netns ?? flow.flow.netns, at ?? page.say(WORDS.stack));
  const note = first === undefined ? null : page.say(first.headline);
  const lines: string[] = [];
  let told = false;
  let out: { place: Place; step: ReportStep } | null = null;
  const flush = (): void => {
    if (out !== null) lines.push(arrow(page, out.place, out.place, out.step));
    out = null;
  };
  const here = (step: ReportStep): Place => placeOf(step.netns, step.interface as string);
  flow.steps.forEach((step, index) => {
    if (step.interface !== null && step.direction !== null) {
      const place = here(step);
      const before: { place: Place; step: ReportStep } | null = out;
      // What goes out here and comes in there is one arrow.
      if (step.direction === "in" && before !== null) {
        lines.push(arrow(page, before.place, place, step, before.step));
        out = null;
      } else {
        flush();
        if (step.direction === "out") out = { place, step };
        else lines.push(arrow(page, place, place, step));
      }
    }
    if (index !== stop || note === null) return;
    flush();
    const last = [...places.values()].find((place) => place.name === at) ?? ([...places.values()].at(-1) as Place);
    lines.push(`Note over ${last.id}: ${escaped(note)}`);
    told = true;
  });
  flush();
  const all = [...places.values()];
  if (note !== null && !told) lines.push(`Note over ${span(all)}: ${escaped(note)}`);
  const outcome = outcomeLines(page, flow, true).join("");
  return [...participants(all), `Note over ${span(all)}: ${escaped(outcome)}`, ...lines];
}

// The last step at the place where the cause acts, so that what the kernel does afterwards stands below it.
function stopOf({ steps, findings }: FlowReport, places: ReadonlyMap<string, Place>): number {
  const [first] = findings;
  if (first === undefined || first.interface === null) return -1;
  const names = new Set([...places.values()].map(({ name }) => name));
  if (!names.has(first.interface)) return -1;
  const netns = first.netns;
  return steps.findLastIndex(
    (step) => step.interface === first.interface && (netns === null || step.netns === null || step.netns === netns),
  );
}

function span(places: readonly Place[]): string {
  const [first, last] = [places[0], places.at(-1)];
  return first === last ? `${first?.id}` : `${first?.id},${last?.id}`;
}

// Interfaces of one namespace stand in one box, in order of first sight.
function participants(places: readonly Place[]): string[] {
  const boxes = new Map<string | null, Place[]>();
  for (const place of places) boxes.set(place.netns, [...(boxes.get(place.netns) ?? []), place]);
  return [...boxes].flatMap(([netns, inside]) => {
    const lines = inside.map(({ id, name }) => `participant ${id} as ${escaped(name)}`);
    return netns === null || netns === "" ? lines : [`box ${escaped(netns)}`, ...lines, "end"];
  });
}

const ARROWS: Record<ReportStep["basis"], string> = {
  seen: "->>",
  kernel: "->>",
  missing: "--x",
  state: "-->>",
  inferred: "-->>",
  "out-of-view": "-->>",
};

function arrow(page: Page, from: Place, to: Place, step: ReportStep, before?: ReportStep): string {
  // Half of a way that nobody watched makes the whole of it no sighting.
  const weakest = before !== undefined && step.basis === "seen" ? before : step;
  const frames = framesOf([...(before?.frames ?? []), ...step.frames]);
  const said = page.say(shortened(before?.text ?? step.text));
  const known = weakest.basis === "seen" ? frames : page.say(BASIS[weakest.basis]);
  return `${from.id}${ARROWS[weakest.basis]}${to.id}: ${escaped(`${said} (${known})`)}`;
}

const LONGEST = 90;

function shortened(said: Text): Text {
  const cut = (words: string): string => (words.length <= LONGEST ? words : `${words.slice(0, LONGEST - 1)}…`);
  return { en: cut(said.en), zh: cut(said.zh) };
}

// Mermaid's own way to write a character by its number; what could end a line, begin a comment or be taken for markup.
function escaped(words: string): string {
  return printable(words).replace(/[#;<>%&]/g, (character) => `#${character.charCodeAt(0)};`);
}
