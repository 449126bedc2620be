// Times are nanoseconds since the Unix epoch, as bigint (they exceed 2^53).

/** Nanoseconds since 1970-01-01T00:00:00Z. */
export type Nanoseconds = bigint;

export const SECOND = 1_000_000_000n;
export const MILLISECOND = 1_000_000n;
export const MICROSECOND = 1_000n;

/** RFC 3339 in UTC with nine fractional digits. */
export function formatTime(time: Nanoseconds): string {
  let seconds = time / SECOND;
  let nanoseconds = time % SECOND;
  if (nanoseconds < 0n) {
    seconds -= 1n;
    nanoseconds += SECOND;
  }
  const date = new Date(Number(seconds) * 1000);
  if (Number.isNaN(date.getTime())) return `${seconds}.${nanoseconds.toString().padStart(9, "0")}`;
  return `${date.toISOString().slice(0, -5)}.${nanoseconds.toString().padStart(9, "0")}Z`;
}

/** Parses what formatTime prints (any number of fractional digits); null where the text is no such time. */
export function parseTime(textual: string): Nanoseconds | null {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/.exec(textual);
  if (!match) return null;
  const ms = Date.parse(`${match[1]}Z`);
  if (Number.isNaN(ms)) return null;
  return BigInt(ms) * MILLISECOND + BigInt((match[2] ?? "").padEnd(9, "0") || "0");
}

/** A span for people: `+0 µs`, `+812 µs`, `+3.1 ms`, `+1.01 s`; three significant digits. */
export function formatSpan(span: Nanoseconds): string {
  const sign = span < 0n ? "-" : "+";
  const ns = Number(span < 0n ? -span : span);
  if (ns < 1e6) return `${sign}${Math.round(ns / 1e3)} µs`;
  if (ns < 1e9) return `${sign}${Number((ns / 1e6).toPrecision(3))} ms`;
  return `${sign}${(ns / 1e9).toFixed(2)} s`;
}
