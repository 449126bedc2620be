// Rebuilds a case in throw-away namespaces, pings as it did, and says whether it came out as reported.

import { reportOf } from "../../case/read-report.ts";
import { inTemporaryDirectory } from "../../case/temporary-directory.ts";
import { askedCommand, type CaseCommand, readCase, reportedOf, type WholeCase } from "../../case/whole-case.ts";
import { changesBetween } from "../../explain/since/changes.ts";
import type { Code } from "../../model/code.ts";
import type { Fix } from "../../model/finding.ts";
import { type Problem, ProblemError } from "../../model/problem.ts";
import type { Report, Verdict } from "../../model/report.ts";
import { printable, text } from "../../model/text.ts";
import { joinedTo } from "../../system/lookup/joined.ts";
import { writeParts } from "../record.ts";
import { recordStanding, runCommand, type Staged, withRun } from "../runner.ts";
import type { LabCommand, Place } from "../scenario.ts";
import { layNetwork } from "./lay.ts";
import type { LeftOut } from "./left-out.ts";
import { labNames } from "./names.ts";
import { boundedPing, inTypingOrder, typedFix } from "./typed.ts";

/** How a ping came out: what was decided, and the code of the answer. */
export interface PingOutcome {
  readonly verdict: Verdict | null;
  readonly code: Code | null;
  /** Exit status of the last ping; null where none was recorded. */
  readonly exitCode: number | null;
}

/** A fix that was typed, or why it was not. */
export type FixTried =
  | {
      readonly kind: "typed";
      readonly command: string;
      readonly refused: string | null;
      readonly exitCode: number | null;
    }
  | { readonly kind: "not-typed"; readonly command: string }
  | { readonly kind: "none" };

/** What became of a rebuilt case. */
export interface Rebuilt {
  readonly report: Report | null;
  readonly problems: readonly Problem[];
  readonly reported: PingOutcome;
  readonly now: PingOutcome;
  /** Verdict and code are as reported, and so is ping's exit status where it was recorded. */
  readonly same: boolean;
  readonly leftOut: readonly LeftOut[];
  readonly fix: FixTried | null;
}

/** What is asked of it. */
export interface FromOptions {
  /** Another ping than the one that the case holds. */
  readonly ping?: readonly string[];
  /** Type the first fix that was reported, and ping again. */
  readonly fix?: boolean;
}

/** Builds, pings, explains, takes down. */
export async function rebuild(path: string, options: FromOptions = {}): Promise<Rebuilt> {
  const one = await readCase(path);
  const asked = options.ping === undefined ? null : askedCommand(options.ping, one);
  const reported = await reportedOf(one, asked);
  const commands = asked === null ? one.commands : [asked];
  const joined = joinedTo(
    one.state,
    commands.map(({ netns }) => netns),
  );
  const names = labNames(joined);
  const file = {
    ...one.file,
    namespaces: Object.fromEntries(Object.entries(one.file.namespaces).filter(([key]) => names.has(key))),
  };
  const pings = commands.flatMap((command) => labPing(command, names) ?? []);
  const [first, ...further] = pings;
  if (first === undefined) throw new ProblemError(nothingToPing(one));
  const staged: Staged = {
    name: "rebuilt",
    namespaces: Object.fromEntries([...names.values()].map((name) => [name, {}])),
    links: [],
    commands: [first, ...further],
    stamps: "nano",
  };
  return withRun(async (realNameOf) => {
    const laid = await layNetwork(file, one.state, names, realNameOf);
    const leftOut = [...laid.leftOut, ...midRun(one), ...notTyped(commands)];
    const recording = await recordStanding({ ...staged, capture: placesOf(laid.standing) }, realNameOf);
    const told = await inTemporaryDirectory(async (directory) => {
      await writeParts(recording, directory);
      return reportOf([directory]);
    });
    const before = outcomeOf(reported, commands.at(-1)?.exitCode ?? null);
    const now = outcomeOf(told.report, recording.commands.at(-1)?.exitCode ?? null);
    const fix = options.fix === true ? await tryFix(reported, names, pings.at(-1) as LabCommand, realNameOf) : null;
    return {
      report: told.report,
      problems: told.problems,
      reported: before,
      now,
      same: isSame(before, now),
      leftOut,
      fix,
    };
  });
}

function labPing(command: CaseCommand, names: ReadonlyMap<string, string>): LabCommand | null {
  const argv = boundedPing(command.argv);
  const netns = names.get(command.netns);
  return argv === null || netns === undefined ? null : { netns, argv };
}

// Each interface that is up, lo last, as the lab's own recordings have it.
function placesOf(standing: ReadonlyMap<string, readonly string[]>): Place[] {
  return [...standing].flatMap(([name, devices]) =>
    devices.toSorted((a, b) => Number(a === "lo") - Number(b === "lo")).map((device): Place => `${name}:${device}`),
  );
}

function outcomeOf(report: Report | null, exitCode: number | null): PingOutcome {
  const first = report?.flows[0];
  return { verdict: report?.answer?.verdict ?? first?.verdict ?? null, code: report?.answer?.code ?? null, exitCode };
}

function isSame(before: PingOutcome, now: PingOutcome): boolean {
  const sameEnd = before.exitCode === null || before.exitCode === now.exitCode;
  return before.verdict === now.verdict && before.code === now.code && sameEnd;
}

const MOST_TOLD = 4;

// The network is rebuilt as it was first; what changed while the case was recorded is told.
function midRun({ state, stateAfter }: WholeCase): LeftOut[] {
  const made = stateAfter === null ? [] : changesBetween(state, stateAfter).filter((change) => !change.follows);
  if (made.length === 0) return [];
  const list = (language: "en" | "zh") => {
    const told = made.slice(0, MOST_TOLD).map((change) => change.text[language]);
    return [...told, ...(made.length > MOST_TOLD ? ["…"] : [])].join(language === "en" ? "; " : "；");
  };
  return [
    {
      reason: "mid-run",
      text: text(
        `While the case was recorded this changed, and it stays as it was first: ${list("en")}.`,
        `案例记录期间有以下变化，重建的网络保持最初的样子：${list("zh")}。`,
      ),
    },
  ];
}

// Commands beside the pings changed the network in mid-run; what they were is only told.
function notTyped(commands: readonly CaseCommand[]): LeftOut[] {
  return commands
    .filter(({ argv }) => boundedPing(argv) === null)
    .map(({ argv }) => {
      const typed = printable(argv.join(" "));
      return {
        reason: "command",
        text: text(
          `${typed} is not typed again: only pings of a case are.`,
          `${typed} 不会再次执行：只执行案例里的 ping。`,
        ),
      };
    });
}

async function tryFix(
  report: Report | null,
  names: ReadonlyMap<string, string>,
  ping: LabCommand,
  realNameOf: (logical: string) => string,
): Promise<FixTried> {
  const fix = firstFix(report);
  if (fix === null) return { kind: "none" };
  const keyOf = (printed: string) => names.get(printed) ?? (names.size === 1 ? ([...names.values()][0] ?? null) : null);
  // Without a namespace it is typed where the ping is.
  const commands = typedFix(fix, (printed) => (printed === "" && !names.has("") ? ping.netns : keyOf(printed)));
  if (commands === null) return { kind: "not-typed", command: fix.command };
  const { edits, question } = inTypingOrder(commands);
  for (const edit of edits) {
    const { exitCode, output } = await runCommand(edit, realNameOf);
    if (exitCode !== 0) return { kind: "typed", command: fix.command, refused: output.trim(), exitCode: null };
  }
  const again = await runCommand(question ?? ping, realNameOf);
  return { kind: "typed", command: fix.command, refused: null, exitCode: again.exitCode };
}

function firstFix(report: Report | null): Fix | null {
  const flow = report?.flows.find((one) => one.flow.id === report.answer?.flow);
  return flow?.findings[0]?.fixes[0] ?? null;
}

function nothingToPing({ path }: WholeCase): Problem {
  const name = printable(path);
  return {
    kind: "no-ping",
    severity: "error",
    place: path,
    text: text(
      `${name} does not say what was pinged. Put the ping behind --, for instance: pktwhy lab from ${name} -- ip netns exec net0 ping -c 2 192.168.2.1`,
      `${name} 没有说明 ping 了什么。请把 ping 命令写在 -- 之后，例如：pktwhy lab from ${name} -- ip netns exec net0 ping -c 2 192.168.2.1`,
    ),
  };
}
