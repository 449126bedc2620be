// One flow in the order in which a person reads it: how it went, the cause, the steps, why, what to do, and what it is not.

import type { Finding } from "../../model/finding.ts";
import type { NetworkMap } from "../../model/network-map.ts";
import type { FlowReport } from "../../model/report.ts";
import { printable } from "../../model/text.ts";
import { sceneOf } from "../picture/scene.ts";
import { CERTAINTY, WORDS } from "../words.ts";
import { ALWAYS, type AnswerLine, DETAIL, FULL, type Part, type Section, SHORT, USUAL } from "./document.ts";
import { evidencePart, fixesPart, kernelPart, lookalikesPart, ruledOutPart, settleParts } from "./finding.ts";
import { titleOf } from "./outcome.ts";
import { answerSpans, spansOf } from "./spans.ts";
import { stepsPart } from "./steps.ts";
import type { Voice } from "./voice.ts";
import { whyParts } from "./why.ts";

/** How namespaces are named. */
export interface FlowNaming {
  /** Whether the flow's own is said. */
  readonly withNamespace: boolean;
  /** The one in which everything happens. */
  readonly only: string | null;
  /** What is known of the interfaces. */
  readonly network: NetworkMap | null;
}

/** A finding's headline with its code, certainty and place. */
export function answerOf(voice: Voice, finding: Finding | undefined, only: string | null = null): AnswerLine | null {
  if (finding === undefined) return null;
  const netns = finding.netns === only ? "" : finding.netns;
  return {
    sentence: voice.say(finding.headline),
    code: finding.code,
    certainty: voice.say(CERTAINTY[finding.certainty]),
    netns,
    interface: finding.interface,
    place: finding.severity === "note" || !isDecided(finding) ? null : placeOf(netns, finding.interface),
  };
}

// Of packets alone the place is where they were seen, and not where it went wrong.
function isDecided({ evidence }: Finding): boolean {
  return evidence.some(({ basis }) => basis !== "seen" && basis !== "missing");
}

function placeOf(netns: string | null, name: string | null): string | null {
  if (name === null) return netns || null;
  return netns ? `${netns}:${name}` : name;
}

/** Everything about one flow. */
export function flowSections(
  voice: Voice,
  report: FlowReport,
  { withNamespace, only, network }: FlowNaming,
): Section[] {
  const [first, ...further] = report.findings;
  const answer = answerOf(voice, first, only);
  const title: Part = { kind: "title", levels: ALWAYS, ...titleOf(voice, report, withNamespace) };
  const drawing: Part[] =
    report.drawing === null
      ? []
      : // Beside a single line a terminal needs no picture.
        [{ kind: "drawing", levels: first === undefined ? DETAIL : USUAL, drawing: report.drawing }];
  const scene = sceneOf(voice, report, network, only);
  if (scene !== null) drawing.push({ kind: "picture", levels: DETAIL, scene, flow: report.flow.id });
  const why = whyParts(voice, report.why ?? []);
  const parts: Part[][] =
    first === undefined || answer === null
      ? [[title], drawing, stepsPart(voice, report), why]
      : [
          [title, { kind: "answer", levels: ALWAYS, ...answer }],
          [
            {
              kind: "paragraph",
              role: "summary",
              levels: USUAL,
              label: null,
              spans: spansOf(voice.say(first.summary)),
            },
          ],
          drawing,
          stepsPart(voice, report),
          reasons(voice, report, first),
          // One line each belongs near the answer; told in full they would part it from its remedy.
          ...further.map((one) => [alsoPart(voice, one, SHORT, answer.sentence)]),
          [fixesPart(voice, first), ...remedyOfFurther(voice, report)],
          [lookalikesPart(voice, first)],
          settleParts(voice, first),
          [ruledOutPart(voice, first)],
          ...further.map((one) => furtherParts(voice, one)),
          [{ kind: "search", levels: DETAIL, label: voice.say(WORDS.search), words: first.search.map(printable) }],
          why,
        ];
  return parts.map((some) => ({ flow: report.flow.id, parts: some }));
}

// Where only a further fault has a remedy, it stands where remedies are looked for; a note's is no remedy of this ping.
function remedyOfFurther(voice: Voice, { verdict, findings: [first, ...further] }: FlowReport): Part[] {
  if (verdict === "worked" || (first?.fixes.length ?? 0) > 0) return [];
  const mended = further.find(
    ({ severity, behind, fixes }) => severity === "problem" && behind !== true && fixes.length > 0,
  );
  return mended === undefined ? [] : [{ ...fixesPart(voice, mended), levels: SHORT }];
}

// The summary has said why; beside all the evidence there is room to say it in general.
function reasons(voice: Voice, { steps }: FlowReport, first: Finding): Part[] {
  const levels = steps.length === 0 ? USUAL : DETAIL;
  return [
    whyPart(voice, first, DETAIL),
    evidencePart(voice, first, levels),
    ...(steps.length === 0 ? [] : [kernelPart(voice, first, steps)]),
  ];
}

function whyPart(voice: Voice, { why }: Finding, levels: Part["levels"]): Part {
  return { kind: "paragraph", role: "why", levels, label: voice.say(WORDS.why), spans: spansOf(voice.say(why)) };
}

function alsoPart(voice: Voice, finding: Finding, levels: Part["levels"], above = ""): Part {
  const answer = answerOf(voice, finding);
  return {
    kind: "paragraph",
    role: "also",
    levels,
    label: voice.say(finding.behind === true ? WORDS.next : WORDS.also),
    spans: answer === null ? [] : answerSpans(voice, { ...answer, sentence: withoutLead(answer.sentence, above) }),
  };
}

// What the line above says before its colon is not said again.
function withoutLead(sentence: string, above: string): string {
  const [lead = ""] = /^[^:：]+(?:: |：)/.exec(sentence) ?? [];
  return above.startsWith(lead) ? sentence.slice(lead.length) : sentence;
}

// A second cause of the same flow, with all that is known of it.
function furtherParts(voice: Voice, finding: Finding): Part[] {
  const parts: Part[] = [
    alsoPart(voice, finding, FULL),
    { kind: "below", levels: FULL, spans: spansOf(voice.say(finding.summary)) },
    whyPart(voice, finding, FULL),
    evidencePart(voice, finding, FULL),
    fixesPart(voice, finding),
    ruledOutPart(voice, finding),
  ];
  return parts.map((part) => ({ ...part, levels: FULL }));
}
