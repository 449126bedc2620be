// What a paste hands over: commands as typed, with the lines that came out of them.

export interface PastedLine {
  readonly number: number;
  readonly text: string;
}

export interface PastedCommand {
  /** Words behind sudo and namespace wrappers. */
  readonly argv: readonly string[];
  readonly netns: string | null;
  /** As it was typed. */
  readonly line: string;
}

export interface PastedBlock {
  readonly command: PastedCommand | null;
  readonly lines: readonly PastedLine[];
}
