// What of a state could not be read though it should have been: a tool that hung or broke, not one that is not there, that
// would load a module, or that this user may not ask.

import type { Problem } from "../model/problem.ts";
import { printable, text } from "../model/text.ts";
import { type Fields, isFields } from "./parse/shape.ts";
import type { NamespaceFile } from "./state-file.ts";

const ORDINARY =
  /^not (?:loaded|installed)|would load it|only root|must be root|not permitted|Permission denied|not supported|^more than/i;

/** By namespace and part, why. */
export function failedParts(
  namespaces: Readonly<Record<string, NamespaceFile>>,
): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const failed = Object.entries(namespaces).flatMap(([netns, { missing = {} }]) => {
    const parts = Object.entries(missing).filter(([, why]) => !ORDINARY.test(why));
    return parts.length === 0 ? [] : [[netns, Object.fromEntries(parts)] as const];
  });
  return Object.fromEntries(failed);
}

const MOST_TOLD = 4;

/** A sentence for each namespace of which something could not be read. */
export function failedProblems(failed: unknown, place: string): Problem[] {
  if (!isFields(failed)) return [];
  const told = Object.entries(failed).filter((entry): entry is [string, Fields] => isFields(entry[1]));
  const problems = told.slice(0, MOST_TOLD).map(([netns, parts]) => failedIn(netns, parts, place));
  const rest = told.length - problems.length;
  return rest === 0 ? problems : [...problems, restFailed(rest, place)];
}

function failedIn(netns: string, parts: Fields, place: string): Problem {
  const listed = Object.entries(parts).map(([part, why]) => `${printable(part)}: ${printable(String(why))}`);
  const reasons = listed.join("; ");
  const name = printable(netns);
  return {
    kind: "state-failed",
    severity: "warning",
    place,
    text:
      netns === ""
        ? text(
            `Part of the state could not be read (${reasons}); it is explained without that.`,
            `有一部分状态无法读取（${reasons}），只能在没有它的情况下解释。`,
          )
        : text(
            `Part of the state of the namespace ${name} could not be read (${reasons}); it is explained without that.`,
            `命名空间 ${name} 有一部分状态无法读取（${reasons}），只能在没有它的情况下解释。`,
          ),
  };
}

function restFailed(rest: number, place: string): Problem {
  return {
    kind: "state-failed",
    severity: "warning",
    place,
    text: text(
      `Part of the state of ${rest} more namespaces could not be read.`,
      `另有 ${rest} 个命名空间的状态有一部分无法读取。`,
    ),
  };
}
