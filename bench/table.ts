// The table that a bench prints: what was measured, against what, which target, and whether it was met.

/** One line. */
export interface Row {
  readonly what: string;
  readonly measured: string;
  readonly target: string;
  /** Null where there is no target. */
  readonly met: boolean | null;
}

/** The table in Markdown, aligned for a terminal. */
export function markdown(rows: readonly Row[]): string {
  const cells = [
    ["what", "measured", "target", "met"],
    ...rows.map((row) => [row.what, row.measured, row.target, row.met === null ? "" : row.met ? "yes" : "NO"]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(3, ...cells.map((line) => (line[column] ?? "").length)));
  const lines = cells.map((line) => `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`);
  lines.splice(1, 0, `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`);
  return lines.join("\n");
}

/** A ratio for people: `12.3×`. */
export function times(ratio: number): string {
  return `${ratio.toFixed(ratio < 10 ? 2 : 0)}×`;
}

/** Seconds or milliseconds. */
export function duration(seconds: number): string {
  return seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(2)} s`;
}
