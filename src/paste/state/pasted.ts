// What a paste hands over: commands as typed, with the lines that came out of them.

import type { PastedLine } from "../clean.ts";

export interface PastedCommand {
  /** Words behind sudo and namespace wrappers. */
  readonly argv: readonly string[];
  readonly netns: string | null;
  /** As it was typed. */
  readonly line: string;
}

export interface PastedBlock {
  readonly command: PastedCommand | null;
  /** Where it was shown, by a line above it that says so; a command knows better. */
  readonly place?: string;
  readonly lines: readonly PastedLine[];
}

/** The namespace that a block is about; null where nothing names it. */
export function placeOf({ command, place }: Pick<PastedBlock, "command" | "place">): string | null {
  return command?.netns ?? place ?? null;
}
