// "Did that fix it?": what changed since an earlier case of the same ping, and which of it decided how the ping ended.

import type { Code } from "../../model/code.ts";
import type { Report, Since, Verdict } from "../../model/report.ts";
import type { SystemState } from "../../model/system-state.ts";
import { printable, type Text, text } from "../../model/text.ts";
import type { Attempt } from "../../model/trace.ts";
import { predict } from "../../predict/predict.ts";
import { type Change, changesBetween } from "./changes.ts";
import { withFollowing } from "./following.ts";

/** The earlier case, as far as it matters now. */
export interface Earlier {
  /** As it was named. */
  readonly name: string;
  readonly state: SystemState;
  readonly verdict: Verdict | null;
  readonly code: Code | null;
  /** Whether it pinged the same address from the same namespace. */
  readonly samePing: boolean;
  /** Whether ping had the same options, too. */
  readonly sameOptions: boolean;
}

/** A report has a budget of walks; beyond it, differences are listed and none is called the fix. */
const MOST_WALKS = 200;

/** What there is to tell. */
export function sinceOf(earlier: Earlier, report: Report, state: SystemState, attempt: Attempt | null): Since {
  const { changes, because } = findings(earlier, report, state, attempt);
  const told = changes.map((change) => ({
    change,
    decides: because.kind === "found" && because.changes.includes(change),
  }));
  return {
    case: earlier.name,
    before: { verdict: earlier.verdict, code: earlier.code },
    now: { verdict: report.answer?.verdict ?? null, code: report.answer?.code ?? null },
    samePing: earlier.samePing,
    outcome: outcomeOf(earlier, report),
    proven: because.kind === "found",
    changes: told.map(({ change, decides }) => ({
      netns: change.netns,
      part: change.part,
      text: change.text,
      decides,
    })),
    notes: notesOf(earlier, report, changes, because),
  };
}

type Because =
  | { readonly kind: "found"; readonly changes: readonly Change[] }
  | { readonly kind: "same" | "another-ping" | "options" | "nothing" | "not-foreseen" | "too-many" };

interface Findings {
  /** Those worth a line: what somebody has changed, and whatever decided. */
  readonly changes: readonly Change[];
  readonly because: Because;
}

function findings(earlier: Earlier, report: Report, state: SystemState, attempt: Attempt | null): Findings {
  const all = changesBetween(earlier.state, state);
  const made = all.filter((change) => !change.follows);
  const told = (because: Because): Findings => ({
    changes: because.kind === "found" ? all.filter((one) => !one.follows || because.changes.includes(one)) : made,
    because,
  });
  if (!earlier.samePing) return told({ kind: "another-ping" });
  const outcome = outcomeOf(earlier, report);
  if (outcome !== "fixed" && outcome !== "broken") return told({ kind: "same" });
  if (attempt === null) return told({ kind: "not-foreseen" });
  const answered = outcome === "fixed";
  if (!earlier.sameOptions && ends(earlier.state, attempt, answered)) return told({ kind: "options" });
  if (all.length === 0) return told({ kind: "nothing" });
  return told(decisive(earlier.state, all, attempt, answered));
}

function outcomeOf({ verdict }: Earlier, report: Report): Since["outcome"] {
  const now = report.answer?.verdict ?? report.flows[0]?.verdict ?? null;
  const [was, is] = [isAnswered(verdict), isAnswered(now)];
  if (was === null || is === null) return "unknown";
  if (was === is) return is ? "still-answered" : "still-fails";
  return is ? "fixed" : "broken";
}

function isAnswered(verdict: Verdict | null): boolean | null {
  if (verdict === null || verdict === "cannot-tell") return null;
  return verdict !== "failed";
}

// Whether the walk of the ping is answered, or stopped, by this state; what it cannot follow is neither.
function ends(state: SystemState, attempt: Attempt, answered: boolean): boolean {
  return predict(state, attempt).disposition.kind === (answered ? "answered" : "stopped");
}

// The smallest set of differences that turns the end of the walk: each that is not needed is left out, one after another.
function decisive(before: SystemState, all: readonly Change[], attempt: Attempt, answered: boolean): Because {
  const turns = (changes: readonly Change[]): boolean =>
    ends(
      changes.reduce((one, change) => change.make(one), before),
      attempt,
      answered,
    );
  if (all.length + 4 > MOST_WALKS) return { kind: "too-many" };
  if (turns([]) || !turns(all)) return { kind: "not-foreseen" };
  const made = all.filter((change) => !change.follows);
  const followed = all.filter((change) => change.follows);
  let needed: readonly Change[] = made;
  // What the kernel does by itself goes with what it follows from; alone it is no change of anybody.
  const together = (changes: readonly Change[]) => withFollowing(all, changes, made);
  if (!turns(together(needed))) needed = [...made, ...followed];
  for (const change of [...needed].reverse()) {
    const without = needed.filter((one) => one !== change);
    if (turns(together(without))) needed = without;
  }
  return needed.length === 0 ? { kind: "not-foreseen" } : { kind: "found", changes: needed };
}

const MOST_TOLD = 8;

function notesOf(earlier: Earlier, report: Report, changes: readonly Change[], because: Because): Text[] {
  return [headOf(earlier, report, because), ...listOf(changes, because)];
}

function headOf(earlier: Earlier, report: Report, because: Because): Text {
  const name = printable(earlier.name);
  const was = causeWords(earlier);
  switch (because.kind) {
    case "another-ping":
      return text(
        `Since ${name}: it pinged something else, so that the two cannot be compared.`,
        `与 ${name} 相比：两次 ping 的对象不同，无法比较。`,
      );
    case "found": {
      const [first, ...more] = because.changes;
      const list = (language: "en" | "zh") =>
        because.changes.map((change) => change.text[language]).join(language === "en" ? "; " : "；");
      const what =
        more.length > 0
          ? text(`these together: ${list("en")}`, `以下几处合起来：${list("zh")}`)
          : (first as Change).text;
      return outcomeOf(earlier, report) === "fixed"
        ? text(
            `Since ${name}: it failed${was.en} and is answered now. That was the fix: ${what.en}. The earlier state with this change alone foretells an answer.`,
            `与 ${name} 相比：当时失败${was.zh}，现在有应答。修复它的是：${what.zh}。只在当时的状态上作这一改动，推算结果即为有应答。`,
          )
        : text(
            `Since ${name}: it was answered and fails now. This broke it: ${what.en}. The earlier state with this change alone foretells no answer.`,
            `与 ${name} 相比：当时有应答，现在失败。导致失败的是：${what.zh}。只在当时的状态上作这一改动，推算结果即为没有应答。`,
          );
    }
    case "options":
      return text(
        `Since ${name}: it ended otherwise because ping was given other options; by the earlier state this ping ends the same way.`,
        `与 ${name} 相比：结果不同是因为 ping 的选项不同；按当时的状态推算，这次的 ping 结果也一样。`,
      );
    case "same":
      return sameWords(earlier, report, name, was);
    case "nothing":
      return text(
        `Since ${name}: it ended otherwise, though nothing in the state differs.`,
        `与 ${name} 相比：结果不同，但状态没有任何差别。`,
      );
    case "too-many":
      return text(
        `Since ${name}: it ended otherwise; too much differs to try each change by itself.`,
        `与 ${name} 相比：结果不同；差别太多，没有逐一验证。`,
      );
    case "not-foreseen":
      return text(
        `Since ${name}: it ended otherwise, and the states do not show which change made the difference.`,
        `与 ${name} 相比：结果不同，但从状态看不出是哪一处改动造成的。`,
      );
  }
}

function sameWords(earlier: Earlier, report: Report, name: string, was: Text): Text {
  const code = report.answer?.code ?? null;
  switch (outcomeOf(earlier, report)) {
    case "still-answered":
      return text(`Since ${name}: it was answered then and is answered now.`, `与 ${name} 相比：当时和现在都有应答。`);
    case "still-fails":
      return earlier.code === code
        ? text(
            `Since ${name}: it still fails for the same reason${was.en}. What was changed did not help.`,
            `与 ${name} 相比：仍因同样的原因失败${was.zh}。所作的改动没有用。`,
          )
        : text(
            `Since ${name}: it still fails, for another reason: then${was.en}, now (${code ?? "?"}).`,
            `与 ${name} 相比：仍然失败，但原因不同：当时${was.zh}，现在（${code ?? "?"}）。`,
          );
    default:
      return text(
        `Since ${name}: how it ended then and now cannot be compared.`,
        `与 ${name} 相比：前后两次的结果无法比较。`,
      );
  }
}

function causeWords({ code }: Earlier): Text {
  return code === null ? text("", "") : text(` (${code})`, `（${code}）`);
}

// What decided stands in the head; the rest is what else was changed.
function listOf(changes: readonly Change[], because: Because): Text[] {
  const decided = because.kind === "found" ? because.changes : [];
  const others = changes.filter((change) => !decided.includes(change));
  if (others.length === 0) return [];
  const rest = others.length - MOST_TOLD;
  const list = (language: "en" | "zh") => {
    const shown = others.slice(0, MOST_TOLD).map((change) => change.text[language]);
    return [...shown, ...(rest > 0 ? ["…"] : [])].join(language === "en" ? "; " : "；");
  };
  return decided.length === 0
    ? [text(`Changed since then: ${list("en")}.`, `此后的改动：${list("zh")}。`)]
    : [text(`Changed as well: ${list("en")}.`, `另外还有改动：${list("zh")}。`)];
}
