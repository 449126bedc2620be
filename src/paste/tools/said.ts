// What a program around ping said, in the terms in which a ping's words are told.

import type { Ipv4 } from "../../model/address.ts";
import type { RefusedCall } from "../../model/ping-line.ts";
import { errnoOfWords, NO_NAME } from "../../model/ping-words.ts";
import type { Printed, PrintedError, PrintedRefusal } from "../../model/printed.ts";
import type { PrintedPath } from "../../model/printed-path.ts";

/** One question of such a program, with all that it said of it. */
export interface ToolSaid {
  /** Its command line: as it was typed, else made from its first line. */
  readonly argv: readonly string[];
  readonly printed: Printed;
  readonly path: PrintedPath | null;
}

/** Nothing but what is given. */
export function printedOf(destination: Ipv4 | null, told: Partial<Printed>): Printed {
  return {
    destination,
    source: null,
    boundInterface: null,
    transmitted: null,
    received: null,
    duplicates: 0,
    answers: 0,
    errors: [],
    refusals: [],
    socketRefused: null,
    silences: 0,
    strangers: [],
    damaged: [],
    late: null,
    summaryLine: null,
    windows: false,
    ipv6: false,
    ttl: null,
    length: null,
    ...told,
  };
}

/** Adds an error, or counts one that is known. */
export function addError(
  errors: PrintedError[],
  error: Omit<PrintedError, "count" | "first" | "own">,
  count = 1,
): void {
  const at = errors.findIndex((one) => one.from === error.from && one.words === error.words);
  const known = errors[at];
  if (known === undefined) errors.push({ ...error, count, first: null, own: null });
  else errors[at] = { ...known, count: known.count + count };
}

const CALLS: readonly (readonly [words: RegExp, call: RefusedCall])[] = [
  [/\bbind\b|\bsource\b/i, "bind"],
  [/\bsend(?:to|msg)?\b|error while sending/i, "sendmsg"],
  [/\bsocket\b.*(?:not permitted|denied)|root/i, "socket"],
];

/** A call that the program was refused, told in strerror's words; null where the line tells of none. */
export function refusalOf(text: string, at: number): PrintedRefusal | null {
  const words = /[:：] ?([^:：]+)$/.exec(text)?.[1]?.trim() ?? "";
  const name = /^(?:\S+: )?(?:Failed to resolve host: )?(\S+): /.exec(text)?.[1] ?? null;
  const told = { mtu: null, count: 1, line: text.trim(), at };
  if (NO_NAME.test(words)) return { ...told, call: "resolve", errno: null, name };
  const unresolved = /^arping: Can't resolve (\S+)|^Unable to resolve target system name (\S+?)\.?\s*$/.exec(text);
  if (unresolved) return { ...told, call: "resolve", errno: null, name: unresolved[1] ?? unresolved[2] ?? null };
  const device = /Device (\S+) not available/.exec(text)?.[1];
  if (device !== undefined) return { ...told, call: "device", errno: "ENODEV", name: device };
  const errno = errnoOfWords(words);
  if (errno === null) return null;
  const call = CALLS.find(([pattern]) => pattern.test(text))?.[1] ?? "connect";
  // That no route fits is refused to whichever call asks first; of raw sockets that is the one that sends.
  return { ...told, call: errno === "ENETUNREACH" ? "connect" : call, errno, name: null };
}
