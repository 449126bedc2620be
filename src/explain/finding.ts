// Gives a hit the words of its cause, and adds what follows from the walk it came from.

import { formatIpv4 } from "../model/address.ts";
import type { Cause } from "../model/cause.ts";
import type { CauseHit, Finding } from "../model/finding.ts";
import type { Flow } from "../model/flow.ts";
import { selfMadeError } from "../model/observed.ts";
import { text } from "../model/text.ts";
import type { Comparison } from "./compare.ts";

/** Null where no file speaks for the code yet: a code without words is never shown. */
export function findingOf(
  hit: CauseHit,
  causes: readonly Cause[],
  walk: { readonly comparison: Comparison; readonly fits: boolean } | null,
  byState: boolean,
): Finding | null {
  const cause = causes.find((c) => c.code === hit.code);
  if (!cause) return null;
  const excluded = new Set(hit.ruledOut.map((r) => r.code));
  const open =
    walk && !walk.fits && walk.comparison.trace.disposition.kind === "open"
      ? walk.comparison.trace.disposition.candidates
      : [];
  // What state decides has no look-alikes left; from packets alone every one that nothing excludes stays, in both
  // directions of the relation: what says it looks like this looks like this.
  const alike = [
    ...new Set([
      ...open,
      ...cause.lookalikes,
      ...causes.filter((c) => c.lookalikes.includes(hit.code)).map((c) => c.code),
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

/** The error that one's own kernel made, where one was seen: a note beside the cause that made it. */
export function errorFinding(flow: Flow): CauseHit[] {
  const error = selfMadeError(flow);
  if (error === null || error.type !== 3 || error.code !== 1) return [];
  return [
    {
      code: "host-unreachable-is-local",
      netns: error.frame.vantage.netns,
      interface: error.frame.vantage.interface,
      facts: { source: formatIpv4(error.address), target: formatIpv4(flow.dst) },
      evidence: [
        {
          basis: "seen",
          text: text(
            `ICMP host unreachable from ${formatIpv4(error.address)} to itself`,
            `${formatIpv4(error.address)} 发给自己的 ICMP 主机不可达`,
          ),
          frames: [error.frame],
        },
      ],
      ruledOut: [],
      certainty: "certain",
    },
  ];
}
