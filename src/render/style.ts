// Terminal colours (ECMA-48 SGR), or none at all. Neither cyan nor yellow: on a light ground nobody can read them.

/** What a piece of a report is, as far as its looks go. */
export type Look = "strong" | "good" | "bad" | "unsure" | "faint" | "label";

const SGR: Record<Look, string> = { strong: "1", good: "1;32", bad: "1;31", unsure: "1;35", faint: "2", label: "1" };

/** Dresses a piece of text that stands on one line. */
export type Style = (look: Look, piece: string) => string;

/** A style that colours, or one that leaves everything as it is. */
export function styleOf(color: boolean): Style {
  return color ? (look, piece) => (piece === "" ? "" : `\u001b[${SGR[look]}m${piece}\u001b[0m`) : (_, piece) => piece;
}
