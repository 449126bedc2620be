// What a watch has told, as numbers: Prometheus' text exposition format, version 0.0.4. No label holds an address or a name
// of the network, so that their number is bounded and nothing of it is given away.

import { packageVersion } from "../../case/package-root.ts";
import type { WatchEvent } from "../../render/watch-line.ts";

// Round trips of a veth pair take tens of microseconds, those around the world some tenths of a second.
const BUCKETS = [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1];

/** Counts what is told. */
export class WatchMetrics {
  readonly #exchanges = new Counter(
    "pktwhy_exchanges_total",
    "Exchanges, each counted when its outcome was first known.",
  );
  readonly #corrections = new Counter(
    "pktwhy_corrections_total",
    "Exchanges told again: answered late, answered twice, explained again with the current state.",
  );
  readonly #marks = new Counter(
    "pktwhy_marks_total",
    "Changes that were marked: first losses, recoveries, new MAC addresses, links, state, captures.",
  );
  readonly #roundTrips = new Histogram("pktwhy_rtt_seconds", "Round-trip times of answered exchanges.", BUCKETS);

  /** Takes note of a line. */
  note(event: WatchEvent): void {
    if (event.kind === "mark") {
      this.#marks.add({ change: event.change });
      return;
    }
    const { type: kind, outcome, answer, correction, rttMs } = event;
    if (correction !== null) {
      this.#corrections.add({ kind, correction });
      return;
    }
    this.#exchanges.add({ kind, outcome, code: answer?.code ?? "", certainty: answer?.certainty ?? "" });
    if (outcome === "answered" && rttMs !== null) this.#roundTrips.observe({ kind }, rttMs / 1000);
  }

  /** All of it as it is read. */
  text(): string {
    const all = [this.#exchanges, this.#corrections, this.#marks, this.#roundTrips];
    const version = labelsOf({ version: packageVersion() });
    return [
      ...head("pktwhy_build_info", "gauge", "The version that watches."),
      `pktwhy_build_info${version} 1`,
      ...all.flatMap((one) => one.lines()),
      "",
    ].join("\n");
  }
}

type Labels = Readonly<Record<string, string>>;

class Counter {
  readonly #name: string;
  readonly #help: string;
  readonly #counts = new Map<string, number>();

  constructor(name: string, help: string) {
    this.#name = name;
    this.#help = help;
  }

  add(labels: Labels): void {
    const key = labelsOf(labels);
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  lines(): string[] {
    const told = [...this.#counts].map(([labels, count]) => `${this.#name}${labels} ${count}`);
    return [...head(this.#name, "counter", this.#help), ...told];
  }
}

class Histogram {
  readonly #name: string;
  readonly #help: string;
  readonly #bounds: readonly number[];
  readonly #series = new Map<
    string,
    { readonly labels: Labels; readonly below: number[]; sum: number; count: number }
  >();

  constructor(name: string, help: string, bounds: readonly number[]) {
    this.#name = name;
    this.#help = help;
    this.#bounds = bounds;
  }

  observe(labels: Labels, value: number): void {
    const key = labelsOf(labels);
    const one = this.#series.get(key) ?? { labels, below: this.#bounds.map(() => 0), sum: 0, count: 0 };
    this.#series.set(key, one);
    one.sum += value;
    one.count++;
    for (const [at, bound] of this.#bounds.entries()) if (value <= bound) one.below[at] = (one.below[at] ?? 0) + 1;
  }

  lines(): string[] {
    const told = [...this.#series].flatMap(([key, { labels, below, sum, count }]) => [
      ...this.#bounds.map(
        (le, at) => `${this.#name}_bucket${labelsOf({ ...labels, le: String(le) })} ${below[at] ?? 0}`,
      ),
      `${this.#name}_bucket${labelsOf({ ...labels, le: "+Inf" })} ${count}`,
      `${this.#name}_sum${key} ${sum}`,
      `${this.#name}_count${key} ${count}`,
    ]);
    return [...head(this.#name, "histogram", this.#help), ...told];
  }
}

function head(name: string, type: string, help: string): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
}

function labelsOf(labels: Labels): string {
  const told = Object.entries(labels).map(([name, value]) => `${name}="${value.replace(/[\\"\n]/g, escaped)}"`);
  return `{${told.join(",")}}`;
}

function escaped(character: string): string {
  return character === "\n" ? "\\n" : `\\${character}`;
}
