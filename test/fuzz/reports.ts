// Reports with hostile words wherever a name, a line or a sentence can stand: whatever a file may bring in, and more.

import { redacted } from "../../src/model/redact.ts";
import type { Report } from "../../src/model/report.ts";
import { parseState } from "../../src/system/parse.ts";
import type { Family } from "./family.ts";
import { withHostileWords } from "./hostile-words.ts";
import { keepsPromises } from "./promises.ts";
import { type Random, randomOf } from "./random.ts";
import { type Recording, reportOn } from "./recordings.ts";

// Words of the code's own, which no file can bring in.
const OWN = new Set([
  ..."kind code basis severity certainty verdict format linkType direction end timeSource lookalikes".split(" "),
]);
// What a flow knows of its packets is told by findings and steps.
const DEEP = new Set(["echoOutcomes", "arpOutcomes", "loneOutcomes", "transportOutcomes", "otherProtocols"]);

/** Cases are made of the reports on these. */
export async function reportFamily(recorded: readonly Recording[]): Promise<Family> {
  const reports: Report[] = [];
  for (const one of recorded) {
    const parsed = (value: unknown) => (value === undefined ? null : parseState(value, one.name).state);
    const beside = { state: parsed(one.state), stateAfter: parsed(one.stateAfter), run: one.run };
    reports.push(await reportOn(one, beside, []));
    reports.push(await reportOn(one, { state: null, stateAfter: null, run: null }, []));
  }
  const caseOf = (seed: number, number: number) => {
    const random = randomOf(seed, number);
    return { random, report: withHostileParts(random.pick(reports), random.pick([0.02, 0.2, 1]), random) };
  };
  return {
    name: "report",
    async run(seed, number) {
      const { random, report } = caseOf(seed, number);
      keepsPromises(random.chance(0.05) ? (redacted(report, []).report as Report) : report, random);
      return true;
    },
    inputsOf(seed, number) {
      const plain = (_: string, value: unknown) => (typeof value === "bigint" ? `${value}` : value);
      return [Buffer.from(JSON.stringify(caseOf(seed, number).report, plain, 1))];
    },
  };
}

/** The report with hostile words in a share of its strings. */
export function withHostileParts<T>(value: T, share: number, random: Random): T {
  if (typeof value === "string") return (random.chance(share) ? withHostileWords(value, random) : value) as T;
  if (Array.isArray(value)) return value.map((one) => withHostileParts(one, share, random)) as T;
  if (typeof value !== "object" || value === null || value instanceof Map || value instanceof Set) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [
      key,
      OWN.has(key) || DEEP.has(key) ? part : withHostileParts(part, share, random),
    ]),
  ) as T;
}
