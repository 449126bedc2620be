// Gives a hit the words of its cause, and adds what follows from the walk it came from.

import { formatIpv4 } from "../model/address.ts";
import type { Cause } from "../model/cause.ts";
import type { Evidence } from "../model/evidence.ts";
import type { CauseHit, Finding } from "../model/finding.ts";
import type { Flow } from "../model/flow.ts";
import { selfMadeError } from "../model/observed.ts";
import { text } from "../model/text.ts";
import type { Vantage } from "../model/vantage.ts";
import { mostAskedFirst } from "./asked-often.ts";
import type { PingOutput } from "./ping-output.ts";

/**
 * Null where no file speaks for the code yet: a code without words is never shown. `open`: the candidates that the
 * state leaves, where it does not decide.
 */
export function findingOf(
  hit: CauseHit,
  causes: readonly Cause[],
  open: readonly string[] | null,
  byState: boolean,
): Finding | null {
  const cause = causes.find((c) => c.code === hit.code);
  if (!cause) return null;
  const excluded = new Set(hit.ruledOut.map((r) => r.code));
  // What state decides has no look-alikes left; from packets alone every one that nothing excludes stays, in both
  // directions of the relation: what says it looks like this looks like this.
  const alike = [
    ...new Set([
      ...(open ?? []),
      ...cause.lookalikes,
      ...mostAskedFirst(causes.filter((c) => c.lookalikes.includes(hit.code) && !isAside(c)).map((c) => c.code)),
    ]),
  ];
  const lookalikes =
    byState && hit.certainty === "certain" ? [] : alike.filter((code) => !excluded.has(code) && code !== hit.code);
  return {
    ...hit,
    severity: cause.severity,
    title: cause.title,
    headline: cause.headline(hit.facts),
    summary: cause.summary(hit.facts),
    why: cause.why(hit.facts),
    settle: lookalikes.length === 0 ? [] : (cause.settle?.(hit.facts, hit.netns) ?? []),
    fixes: cause.fixes(hit.facts, hit.netns),
    lookalikes,
    search: cause.search,
  };
}

// What only ever stands beside an answer is none that could be given instead.
function isAside({ beside, severity }: Cause): boolean {
  return beside === true && severity === "note";
}

/** The error that one's own kernel made, by a frame or by what ping printed: a note beside the cause that made it. */
export function errorFinding(flow: Flow, output: PingOutput | null): CauseHit[] {
  const error = selfMadeError(flow);
  if (error !== null && error.type === 3 && error.code === 1) {
    const own = formatIpv4(error.address);
    const said = text(`ICMP host unreachable from ${own} to itself`, `${own} 发给自己的 ICMP 主机不可达`);
    return [hostUnreachable(flow, own, error.frame.vantage, { basis: "seen", text: said, frames: [error.frame] })];
  }
  const printed = output?.errors.find(
    (e) => e.from !== null && e.from === flow.src && /^Destination Host Unreachable/.test(e.words),
  );
  if (!printed || flow.src === null) return [];
  const said = text(`ping printed: ${printed.line}`, `ping 的输出：${printed.line}`);
  return [hostUnreachable(flow, formatIpv4(flow.src), null, { basis: "seen", text: said })];
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
