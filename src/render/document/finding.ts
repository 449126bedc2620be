// What a finding rests on and what a person can do next: its evidence, what else it could be and how to tell, what to
// type, and what it is not.

import { type Evidence, formatFrame } from "../../model/evidence.ts";
import type { Finding, Fix, Settle } from "../../model/finding.ts";
import type { ReportStep } from "../../model/report.ts";
import { printable, text } from "../../model/text.ts";
import { changes } from "../../model/typed-change.ts";
import { basisOf, WORDS } from "../words.ts";
import { BRIEF, type CommandItem, DETAIL, type Part, type Span, USUAL } from "./document.ts";
import { framesOf } from "./frames.ts";
import { literal, spansOf, words } from "./spans.ts";
import type { Voice } from "./voice.ts";

/** Everything it rests on. */
export function evidencePart(voice: Voice, { evidence }: Finding, levels: Part["levels"]): Part {
  const items = evidence.map((one) => ({ levels, spans: evidenceSpans(voice, one) }));
  return { kind: "list", levels, label: voice.say(WORDS.evidence), items };
}

function evidenceSpans(voice: Voice, one: Evidence): Span[] {
  const said = voice.say(one.text);
  const line = one.state === undefined ? null : printable(one.state.line);
  const basis = voice.say(basisOf(one.basis, one.state ? [one.state] : []));
  const spans: Span[] = [words(`${basis}${voice.say(WORDS.colon)}`)];
  // A line of state that is its own sentence is quoted, not told.
  spans.push(...(line === said ? [literal(said)] : spansOf(said)));
  const [frame] = one.frames ?? [];
  if (frame && !said.includes(formatFrame(frame)))
    spans.push(words(" "), { kind: "frames", text: framesOf(one.frames ?? []) });
  if (line !== null && !said.includes(line)) spans.push(words(" "), { kind: "code", text: line });
  const netns = one.state?.netns ?? one.counter?.netns ?? "";
  if (netns !== "") spans.push({ kind: "aside", text: voice.say(text(` (${netns})`, `（${netns}）`)) });
  if (one.counter) {
    const { name, before, after } = one.counter;
    const moved = `${before} -> ${after}`;
    spans.push(words(" "), literal(said.includes(printable(name)) ? moved : `${printable(name)} ${moved}`));
  }
  return spans;
}

/** What the kernel itself counted or reported, but for what the steps tell in the same words. */
export function kernelPart(voice: Voice, { evidence }: Finding, steps: readonly ReportStep[]): Part {
  const told = new Set(steps.flatMap(({ basis, text: said }) => (basis === "kernel" ? said.en : [])));
  const counted = evidence.filter((one) => one.basis === "kernel" && !told.has(one.text.en));
  const items = counted.map((one) => {
    const said = one.counter
      ? `${voice.say(one.text)} ${one.counter.before} -> ${one.counter.after}`
      : voice.say(one.text);
    const place = one.counter?.netns ? ` (${printable(one.counter.netns)})` : "";
    return { levels: BRIEF, spans: [words(`${said}${place}`)] };
  });
  return { kind: "list", levels: BRIEF, label: voice.say(WORDS.kernel), items };
}

/** The causes that look the same and that nothing read so far excludes. */
export function lookalikesPart(voice: Voice, { lookalikes }: Finding): Part {
  const items = lookalikes.map((code) => {
    const title = voice.titleOf(code);
    return { levels: USUAL, code, said: title === undefined ? "" : voice.say(title) };
  });
  return { kind: "lookalikes", levels: USUAL, label: voice.say(WORDS.couldBe), items, more: null };
}

/** The commands whose output would decide, and apart from them what changes something and a person must judge first. */
export function settleParts(voice: Voice, { settle }: Finding): Part[] {
  const itemOf = ({ command, because }: Settle): CommandItem => ({
    levels: USUAL,
    command: printable(command),
    said: spansOf(voice.say(because)),
    proof: [],
  });
  const [looks, byHand] = [false, true].map((some) => settle.filter(({ command }) => changes(command) === some));
  return [
    { kind: "settle", levels: USUAL, label: voice.say(WORDS.settle), items: (looks ?? []).map(itemOf) },
    { kind: "by-hand", levels: USUAL, label: voice.say(WORDS.byHand), items: (byHand ?? []).map(itemOf) },
  ];
}

/** The commands that fix it, what each does and what a walk with it said; for the first one how to undo and keep it. */
export function fixesPart(voice: Voice, { fixes }: Finding): Part {
  const items = fixes.flatMap((fix, index): CommandItem[] => {
    const said = [fix.effect, ...(fix.outcome === undefined ? [] : [fix.outcome])];
    const item: CommandItem = {
      levels: USUAL,
      command: printable(fix.command),
      said: spansOf(said.map((one) => voice.say(one)).join(voice.say(WORDS.semicolon))),
      proof: fix.outcome === undefined ? [] : spansOf(voice.say(fix.outcome)),
    };
    return index === 0 ? [item, ...afterwards(voice, fix)] : [item];
  });
  return { kind: "fixes", levels: USUAL, label: voice.say(WORDS.try), items };
}

function afterwards(voice: Voice, { undo = [], keep = [] }: Fix): CommandItem[] {
  const undone = undo.length === 0 ? [] : [{ command: printable(undo.join(" && ")), said: text("undoes it", "撤销") }];
  const kept = keep.map(({ file, lines, reload }) => {
    const whole = lines.map((line) => `\`${printable(line)}\``);
    const then = reload === undefined ? "" : ` \`${printable(reload)}\``;
    const [en, zh] =
      file === null
        ? ["keeps it over a reboot:", "重启后保持："]
        : [`keeps it over a reboot, in ${printable(file)}:`, `重启后保持，写进 ${printable(file)}：`];
    return {
      command: "",
      said: text(
        `${en} ${whole.join(" / ")}${then === "" ? "" : `, then${then}`}`,
        `${zh}${whole.join(" / ")}${then === "" ? "" : `，然后执行${then}`}`,
      ),
    };
  });
  return [...undone, ...kept].map(({ command, said }) => ({
    levels: DETAIL,
    command,
    said: spansOf(voice.say(said)),
    proof: [],
  }));
}

/** The causes that are ruled out, each with the reason. */
export function ruledOutPart(voice: Voice, { ruledOut }: Finding): Part {
  const items = ruledOut.map(({ code, because }) => ({ levels: DETAIL, code, said: voice.say(because) }));
  return { kind: "ruled-out", levels: DETAIL, label: voice.say(WORDS.ruledOut), items, more: null };
}
