// In which language a report is told, and what it may call things.

import { type Language, printable, type Text } from "../../model/text.ts";

/** What a voice is made from. */
export interface VoiceOptions {
  readonly language: Language;
  /** Titles of causes by code, so that look-alikes read as more than their codes. */
  readonly titleOf?: (code: string) => Text | undefined;
  /** A forecast from state alone: what would happen, not what did. */
  readonly predicted?: boolean;
}

/** Says things in one language. */
export interface Voice {
  readonly language: Language;
  readonly predicted: boolean;
  readonly titleOf: (code: string) => Text | undefined;
  /** A text in the voice's language, safe for a terminal. */
  say(text: Text): string;
}

/** The voice of one report. */
export function voiceOf(options: VoiceOptions): Voice {
  return {
    language: options.language,
    predicted: options.predicted ?? false,
    titleOf: options.titleOf ?? (() => undefined),
    say: (text) => printable(text[options.language]),
  };
}
