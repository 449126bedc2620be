// Compares what the networks gave with an earlier version's.

/** What one network gave, in the words of its own program. */
export interface Score {
  readonly id: string;
  readonly predict?: string;
  readonly run?: string;
  readonly fix?: string;
  /** Verdict, code and certainty of what `run` said: `failed/arp-no-local-owner/certain`. */
  readonly rcode?: string;
}

const COLUMNS = ["run", "predict", "fix"] as const;
type Column = (typeof COLUMNS)[number];

/** From best to worst; what is not here stands between an honest answer and a wrong one. */
const GOOD: readonly RegExp[] = [/^(?:right|agrees|fixed)$/, /^(?:honest|open|partly)$/];
const BAD: readonly RegExp[] = [
  /^(?:wrong|WRONG|NOT FIXED|FAILS|NO RESULT|CRASH)/,
  /CONFIDENTLY WRONG|, certain|HARMFUL/,
];

function rank(value: string): number {
  for (const [index, pattern] of [...BAD.entries()].reverse()) if (pattern.test(value)) return -1 - index;
  const good = GOOD.findIndex((pattern) => pattern.test(value));
  return good < 0 ? 0 : GOOD.length - good;
}

/** Certainty is not bought by silence: how many of the right answers are certain, and which are not. */
export function certainLines(now: readonly Score[], fixtures: readonly Recorded[]): string[] {
  const right = now.filter(({ run }) => run === "right");
  const unsure = right.filter(({ rcode }) => rcode?.split("/")[2] !== "certain").map(({ id }) => id);
  const doubtful = fixtures.filter(({ certainty }) => certainty !== "certain").map(({ name }) => name);
  return [
    `Certain: ${right.length - unsure.length} of ${right.length} right networks; ${fixtures.length - doubtful.length} of ${fixtures.length} recordings.`,
    ...(unsure.length === 0 ? [] : [`  not certain: ${unsure.join(", ")}`]),
    ...(doubtful.length === 0 ? [] : [`  not certain: ${doubtful.join(", ")} (recordings)`]),
  ];
}

/** The answer of a recording's report. */
export interface Recorded {
  readonly name: string;
  readonly certainty: string | undefined;
}

/** The lines of a baseline: network, predict, run, first fix. */
export function readBaseline(words: string): ReadonlyMap<string, Score> {
  const scores = new Map<string, Score>();
  for (const line of words.split("\n")) {
    const [id = "", predict = "-", run = "-", fix = "-"] = line.split("\t");
    if (id !== "" && !id.startsWith("#")) scores.set(id, { id, predict, run, fix });
  }
  return scores;
}

/** For each column how many are better and worse than before, and which. */
export function compareScores(before: ReadonlyMap<string, Score>, now: readonly Score[]): string[] {
  const known = now.filter(({ id }) => before.has(id));
  return [
    `Compared with the baseline (${known.length} of ${before.size} networks):`,
    ...COLUMNS.flatMap((column) => compareColumn(column, before, known)),
  ];
}

function compareColumn(column: Column, before: ReadonlyMap<string, Score>, now: readonly Score[]): string[] {
  const pairs = now.map((score) => ({
    id: score.id,
    was: before.get(score.id)?.[column] ?? "-",
    is: score[column] ?? "-",
  }));
  // A fix that is not needed any more, or was not typed, is no worse and no better.
  const told = pairs.filter(({ was, is }) => was !== "-" && is !== "-" && was !== is);
  const better = told.filter(({ was, is }) => rank(is) > rank(was));
  const worse = told.filter(({ was, is }) => rank(is) < rank(was));
  const line = ({ id, was, is }: (typeof pairs)[number]) => `    ${id}: ${was} -> ${is}`;
  return [
    `  ${column}: ${count(pairs.map(({ is }) => is))}`,
    `  ${" ".repeat(column.length)}  was ${count(pairs.map(({ was }) => was))}; better ${better.length}, worse ${worse.length}`,
    ...worse.map(line),
  ];
}

function count(values: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([value, number]) => `${value} ${number}`)
    .join(", ");
}
