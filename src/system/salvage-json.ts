// JSON as iproute2 prints it where a name breaks it: the interface of that name is lost, and no other.
//
// The kernel lets a name hold any byte but blanks, `/` and `:` (dev_valid_name); what the tools print of a control
// character is no JSON (jsonw_puts escapes a few of them only).

import { isFields } from "./parse/shape.ts";

/** What could be read, and how many entries could not. */
export interface Salvaged {
  readonly value: unknown;
  readonly lost: number;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what breaks it
const CONTROL = /[\u0000-\u0009\u000b-\u001f]/g;
// Longer entries hold lists of their own, of addresses or next hops: so many pieces are tried together.
const MOST_PIECES = 256;

/** The JSON; as much of a list as is JSON where the whole is none; null where nothing is. */
export function salvagedJson(text: string): Salvaged | null {
  const whole = parsed(text);
  if (whole !== undefined) return { value: whole, lost: 0 };
  // Outside of strings the tools print none but line feeds: escaped, each name stays what it is.
  const escaped = text.replace(CONTROL, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
  const readable = parsed(escaped);
  if (readable !== undefined) return { value: readable, lost: 0 };
  const list = /^\s*\[([\s\S]*)\]\s*$/.exec(escaped);
  return list === null ? null : entriesOf(list[1] as string);
}

// What entries of the tools' lists begin with; what is inside of one begins otherwise, but for members of a nexthop group.
const BEGINS = /^\s*\{\s*"(?:ifindex|ifname|dst|type|priority|nsid|id|mac|kind)"\s*:/;
const MEMBER = /^\s*\{\s*"id"\s*:/;

function entriesOf(inner: string): Salvaged | null {
  const pieces = inner.split(/(?<=\})\s*,\s*(?=\{)/);
  const found: unknown[] = [];
  let lost = 0;
  for (let at = 0; at < pieces.length; ) {
    const length = lengthOfEntry(pieces, at);
    const entry = parsed(pieces.slice(at, at + length).join(","));
    if (isFields(entry)) found.push(entry);
    else lost++;
    at += length;
  }
  return found.length === 0 ? null : { value: found, lost };
}

// As far as the next entry begins.
function lengthOfEntry(pieces: readonly string[], from: number): number {
  let length = 1;
  for (; length < MOST_PIECES && from + length < pieces.length; length++) {
    const next = pieces[from + length] as string;
    if (BEGINS.test(next) && !(MEMBER.test(next) && hasOpenList(pieces.slice(from, from + length)))) break;
  }
  return length;
}

function hasOpenList(pieces: readonly string[]): boolean {
  const text = pieces.join(",");
  return text.split("[").length > text.split("]").length;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
