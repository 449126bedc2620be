// Where the rules were told by the program that keeps them, that program opens the port: what iptables or nft put in would be
// gone with its next change.

import { fixesOf } from "../../edits/fixes.ts";
import type { Evidence } from "../../model/evidence.ts";
import type { Finding, Fix } from "../../model/finding.ts";
import { assumedDefault, opensPort } from "../../model/front-end.ts";
import { shellWords } from "../../model/shell-word.ts";

/** The findings, the first with that program's own command in front, and with what was taken for granted of it. */
export function withFrontEnd([first, ...others]: readonly Finding[]): Finding[] {
  if (first === undefined) return [];
  const { facts, netns } = first;
  const own = fixesOf({ fixes: opensPort }, facts, netns === null ? null : shellWords(netns)).map((fix) =>
    walkedAs(fix, first.fixes[0]),
  );
  const assumed = first.evidence.flatMap(({ state }): Evidence[] => {
    const said = state && assumedDefault(state.line);
    return said ? [{ basis: "inferred", text: said }] : [];
  });
  const told: Finding = { ...first, evidence: [first.evidence[0], ...first.evidence.slice(1), ...assumed] };
  return [own.length === 0 ? told : { ...told, fixes: [...own, ...told.fixes] }, ...others];
}

// What it puts in is the same as the rule that was walked with.
function walkedAs(fix: Fix, rule: Fix | undefined): Fix {
  return rule?.outcome === undefined || rule.proof === "unproven" ? fix : { ...fix, outcome: rule.outcome };
}
