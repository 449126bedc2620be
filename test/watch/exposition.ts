// Prometheus' text exposition format 0.0.4, as a reader of it would take it: what is wrong with a page, and its samples.

/** One sample. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/y;

/** The samples of a page. */
export function samplesOf(page: string): Sample[] {
  return page.split("\n").flatMap((line) => (line === "" || line.startsWith("#") ? [] : (sampleOf(line) ?? [])));
}

function sampleOf(line: string): Sample | null {
  const [, name = "", list = "", value = ""] = SAMPLE.exec(line) ?? [];
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  let at = 0;
  for (let found = LABEL.exec(list); found !== null; found = LABEL.exec(list)) {
    const [, key = "", words = ""] = found;
    if (key in labels) return null;
    labels[key] = words;
    at = LABEL.lastIndex;
  }
  const number = value === "+Inf" ? Number.POSITIVE_INFINITY : Number(value);
  return name === "" || at !== list.length || value === "" || Number.isNaN(number)
    ? null
    : { name, labels, value: number };
}

/** What of a page is not as the format has it. */
export function misshapen(page: string): string[] {
  const wrong: string[] = [];
  if (!page.endsWith("\n")) wrong.push("the last line does not end");
  const types = new Map<string, string>();
  const families: string[] = [];
  const series = new Set<string>();
  for (const line of page.split("\n").slice(0, -1)) {
    const [, kind, name = "", rest = ""] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
    if (kind === "TYPE") {
      if (types.has(name)) wrong.push(`a second type: ${line}`);
      if (!/^(?:counter|gauge|histogram)$/.test(rest)) wrong.push(`type: ${line}`);
      types.set(name, rest);
    }
    if (kind !== undefined) {
      if (!NAME.test(name)) wrong.push(`name: ${line}`);
      continue;
    }
    const sample = sampleOf(line);
    if (sample === null) {
      wrong.push(`no sample: ${line}`);
      continue;
    }
    const family = types.has(sample.name) ? sample.name : sample.name.replace(/_(?:bucket|sum|count)$/, "");
    const type = types.get(family);
    if (type === undefined) wrong.push(`no type before ${line}`);
    if (family !== sample.name && type !== "histogram") wrong.push(`part of no histogram: ${line}`);
    if (type === "counter" && !sample.name.endsWith("_total")) wrong.push(`name of a counter: ${line}`);
    if (families.at(-1) !== family) {
      if (families.includes(family)) wrong.push(`family in pieces: ${line}`);
      families.push(family);
    }
    const key = JSON.stringify([sample.name, Object.entries(sample.labels).sort()]);
    if (series.has(key)) wrong.push(`twice: ${line}`);
    series.add(key);
  }
  return [...wrong, ...[...types].flatMap(([name, type]) => (type === "histogram" ? unlikeHistogram(name, page) : []))];
}

// Buckets hold all below them, and the last one is the count.
function unlikeHistogram(name: string, page: string): string[] {
  const samples = samplesOf(page);
  const keyOf = ({ labels: { le: _, ...labels } }: Sample): string => JSON.stringify(labels);
  const counts = samples.filter((one) => one.name === `${name}_count`);
  return counts.flatMap((count) => {
    const buckets = samples.filter((one) => one.name === `${name}_bucket` && keyOf(one) === keyOf(count));
    const bounds = buckets.map(({ labels }) => (labels.le === "+Inf" ? Number.POSITIVE_INFINITY : Number(labels.le)));
    const isRising = (list: readonly number[]) => list.every((one, at) => at === 0 || one >= (list[at - 1] ?? 0));
    const last = buckets.at(-1);
    const hasSum = samples.some((one) => one.name === `${name}_sum` && keyOf(one) === keyOf(count));
    const isWell =
      isRising(bounds) && isRising(buckets.map(({ value }) => value)) && last?.labels.le === "+Inf" && hasSum;
    return isWell && last?.value === count.value ? [] : [`histogram ${name} ${keyOf(count)}`];
  });
}
