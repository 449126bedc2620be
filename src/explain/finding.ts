// Gives a hit the words of its cause, and adds what follows from the walk it came from.

import { fixesAndAdvice } from "../edits/fixes.ts";
import { formatIpv4 } from "../model/address.ts";
import { spoken } from "../model/asked-words.ts";
import type { Cause } from "../model/cause.ts";
import type { Code } from "../model/code.ts";
import type { Evidence } from "../model/evidence.ts";
import type { CauseHit, Finding, Settle } from "../model/finding.ts";
import type { Flow } from "../model/flow.ts";
import { selfMadeError } from "../model/observed.ts";
import { ownUnreachable, quotedLine } from "../model/printed-verdict.ts";
import { text } from "../model/text.ts";
import type { Vantage } from "../model/vantage.ts";

/** As many look-alikes are told. */
export const MOST_ALIKE = 7;

/**
 * Null where no file speaks for the code yet: a code without words is never shown. `alike`: the causes that fit what was
 * seen as well, and `telling` what tells them apart, where the cause's own file does not say it.
 */
export function findingOf(
  hit: CauseHit,
  causes: readonly Cause[],
  alike: readonly Code[],
  telling: readonly Settle[] | null = null,
): Finding | null {
  const cause = causes.find((c) => c.code === hit.code);
  if (!cause) return null;
  const excluded = new Set(hit.ruledOut.map((r) => r.code));
  const lookalikes = [...new Set(alike)]
    .filter((code) => !excluded.has(code) && code !== hit.code)
    .slice(0, MOST_ALIKE);
  const { fixes, advice } = fixesAndAdvice(cause, hit.facts, hit.netns);
  const told = lookalikes.length === 0 ? [] : (telling ?? cause.settle?.(hit.facts, hit.netns) ?? []);
  return {
    ...hit,
    severity: cause.severity,
    title: cause.title,
    headline: spoken(cause.headline(hit.facts), hit.facts),
    summary: spoken(cause.summary(hit.facts), hit.facts),
    why: spoken(cause.why(hit.facts), hit.facts),
    settle: [...told, ...advice.filter(({ command }) => !told.some((one) => one.command === command))].map((step) => ({
      ...step,
      because: spoken(step.because, hit.facts),
    })),
    fixes,
    lookalikes,
    search: cause.search,
  };
}

/** The error that one's own kernel made, by a frame or by what ping printed: a note beside the cause that made it. */
export function errorFinding(flow: Flow): CauseHit[] {
  const error = selfMadeError(flow);
  if (error !== null && error.type === 3 && error.code === 1) {
    const own = formatIpv4(error.address);
    const said = text(`ICMP host unreachable from ${own} to itself`, `${own} 发给自己的 ICMP 主机不可达`);
    return [hostUnreachable(flow, own, error.frame.vantage, { basis: "seen", text: said, frames: [error.frame] })];
  }
  const printed = ownUnreachable(flow);
  if (printed === null || printed.error.from === null || flow.printed?.windows) return [];
  const evidence: Evidence = { basis: "seen", text: quotedLine(printed.error) };
  const hit = hostUnreachable(flow, formatIpv4(printed.error.from), null, evidence);
  return [printed.known ? hit : { ...hit, certainty: "likely" }];
}

function hostUnreachable(flow: Flow, source: string, vantage: Vantage | null, evidence: Evidence): CauseHit {
  return {
    code: "host-unreachable-is-local",
    netns: vantage?.netns ?? flow.netns,
    interface: vantage?.interface ?? null,
    facts: { source, target: formatIpv4(flow.dst) },
    evidence: [evidence],
    ruledOut: [],
    certainty: "certain",
  };
}
