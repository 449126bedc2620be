// The one order of telling: the answer and its flow, the other flows, remarks, the command, and what was read.

import type { FlowReport, Report } from "../../model/report.ts";
import { printable, text } from "../../model/text.ts";
import { WORDS } from "../words.ts";
import { DETAIL, type Document, FULL, type Part, type Section, SHORT, USUAL } from "./document.ts";
import { answerOf, flowSections } from "./flow.ts";
import { countSentence, inputsPart } from "./inputs.ts";
import { withoutOnlyNamespace } from "./one-namespace.ts";
import { leavesOpen, mainFlow, noAnswer, titleOf } from "./outcome.ts";
import { literal, spansOf, words } from "./spans.ts";
import type { Voice } from "./voice.ts";

/** The document of a report, at all levels. */
export function documentOf(voice: Voice, whole: Report, version = ""): Document {
  const { report, only } = withoutOnlyNamespace(whole);
  const main = mainFlow(report, voice);
  const others = report.flows.filter((flow) => flow !== main);
  const manyPlaces = only !== null || new Set(report.flows.map(({ flow }) => flow.netns)).size > 1;
  const unanswered = main === null || (!voice.predicted && leavesOpen(report));
  const flowsOf = (flow: FlowReport): Section[] =>
    flowSections(voice, flow, { withNamespace: manyPlaces, only, network: report.network ?? null });
  return {
    main: main?.flow.id ?? null,
    only,
    madeBy: `pktwhy ${version}`,
    isWell: main !== null && isWell(main),
    sections: [
      ...(unanswered ? [about([noAnswer(voice, report)])] : []),
      ...(main === null ? [] : flowsOf(main)),
      about([otherFlows(voice, others, manyPlaces)]),
      ...others.flatMap((other) => onlyInFull([about([{ kind: "rule", levels: FULL }]), ...flowsOf(other)])),
      about(remarks(voice, report)),
      about(commandPart(voice, report)),
      about(inputsPart(voice, report.inputs)),
      about(countSentence(voice, report.inputs, report.flows)),
    ],
  };
}

// Nothing to do and nothing to doubt: such a flow needs few words.
function isWell({ verdict, findings: [first] }: FlowReport): boolean {
  if (verdict !== "worked" || first === undefined) return false;
  return first.severity === "note" && [first.fixes, first.settle, first.lookalikes].every(({ length }) => length === 0);
}

function about(parts: readonly Part[]): Section {
  return { flow: null, parts };
}

function onlyInFull(sections: readonly Section[]): Section[] {
  return sections.map((section) => ({
    ...section,
    parts: section.parts.flatMap((part) => (part.levels.includes("full") ? [{ ...part, levels: FULL }] : [])),
  }));
}

function otherFlows(voice: Voice, others: readonly FlowReport[], withNamespace: boolean): Part {
  return {
    kind: "flows",
    levels: SHORT,
    label: voice.say(WORDS.others),
    items: others.map((other) => ({
      levels: SHORT,
      title: titleOf(voice, other, withNamespace),
      answer: answerOf(voice, other.findings[0]),
    })),
    more: null,
  };
}

// Each sentence once, however many captures it is about; what a reader must know to believe the answer stands first.
function remarks(voice: Voice, report: Report): Part[] {
  const inputs = report.inputs.flatMap((input) => input.problems);
  const problems = new Map([...report.problems, ...inputs].reverse().map((problem) => [problem.text.en, problem]));
  const doubts = new Set(report.doubts?.map(({ en }) => en));
  return [
    ...report.notes.map((note) => ({ label: WORDS.note, note, role: doubts.has(note.en) ? DOUBT : REMARK })),
    ...[...problems.values()].reverse().map((problem) => ({
      label: problem.severity === "error" ? WORDS.error : WORDS.warning,
      note: problem.text,
      role: DOUBT,
    })),
  ].map(({ label, note, role }) => ({
    kind: "paragraph",
    role,
    levels: USUAL,
    label: voice.say(label),
    spans: spansOf(voice.say(note)),
  }));
}

const DOUBT = "doubt" as const;
const REMARK = "remark" as const;

function commandPart(voice: Voice, { command }: Report): Part[] {
  const typed = command === null ? "" : printable(command.argv.join(" "));
  if (command === null || typed === "") return [];
  const { exitCode } = command;
  const status = exitCode === null ? "" : voice.say(text(` (exit status ${exitCode})`, `（退出状态 ${exitCode}）`));
  const spans = [literal(typed), ...(status === "" ? [] : [words(status)])];
  return [{ kind: "paragraph", role: "command", levels: DETAIL, label: voice.say(WORDS.command), spans }];
}
