// Options of pcapng blocks: code, length, value padded to four bytes; never read beyond their block.

import type { Window } from "./parser.ts";

/** One option's place in the window. */
export interface Option {
  readonly code: number;
  readonly start: number;
  readonly end: number;
}

/** An option that claims more bytes than its block has. */
export interface Overlong {
  readonly code: number;
  readonly length: number;
}

/** opt_comment, which every block may have, several times. */
export const COMMENT = 1;

const END = 0;
// As much of a name, filter or comment as anybody reads; a file must not fill memory with them.
const MAX_TEXT = 4096;
const MAX_COMMENTS = 16;
const utf8 = new TextDecoder();

/** Walks the options in `[start, end)`; the overlong one it stopped at, or null. */
export function eachOption(
  window: Window,
  start: number,
  end: number,
  little: boolean,
  take: (option: Option) => void,
): Overlong | null {
  const { view } = window;
  let at = start;
  while (at + 4 <= end) {
    const code = view.getUint16(at, little);
    const length = view.getUint16(at + 2, little);
    if (code === END) return null;
    if (at + 4 + length > end) return { code, length };
    take({ code, start: at + 4, end: at + 4 + length });
    at += 4 + length + (-length & 3);
  }
  return null;
}

/** The option's text; some writers end it with a zero byte. */
export function optionText(window: Window, option: Option, limit = MAX_TEXT): string {
  return decodeText(window.bytes.subarray(option.start, Math.min(option.end, option.start + limit)));
}

/** Adds a comment unless there are already more than anybody reads. */
export function addComment(comments: string[], window: Window, option: Option): void {
  if (comments.length < MAX_COMMENTS) comments.push(optionText(window, option));
}

/** A 64-bit option as a number; null where it is shorter, or larger than a number can tell exactly. */
export function optionNumber(window: Window, option: Option, little: boolean): number | null {
  if (option.end - option.start !== 8) return null;
  const value = window.view.getBigUint64(option.start, little);
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : null;
}

function decodeText(bytes: Uint8Array): string {
  const zero = bytes.indexOf(0);
  return utf8.decode(zero === -1 ? bytes : bytes.subarray(0, zero));
}
