// Pieces of sentences as a terminal shows them.

import type { Span } from "./document/document.ts";

/** One sentence; what only a page has room for is left out. */
export function plain(spans: readonly Span[]): string {
  return spans
    .map(({ kind, text }) => {
      if (kind === "aside") return "";
      if (kind === "code") return `\`${text}\``;
      return kind === "frames" ? `(${text})` : text;
    })
    .join("");
}
