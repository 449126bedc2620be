// What changed while a namespace was looked at: the lines of the monitors and what was read again, each with its time.

import type { Namespace, StateChange } from "../../model/system-state.ts";
import { parseTime } from "../../model/time.ts";
import { type Fields, isFields, textField } from "./shape.ts";

const SOURCES = ["ip monitor", "nft monitor", "reading"] as const;

/** The changes of a namespace; an entry without a time or a source says nothing and is left out. */
export function parseChanges(json: unknown, netns: string, read: (part: Fields) => Namespace): StateChange[] {
  if (!Array.isArray(json)) return [];
  return json.filter(isFields).flatMap((fields): StateChange[] => {
    const at = parseTime(textField(fields, "at") ?? "");
    const by = SOURCES.find((one) => one === fields.by);
    if (at === null || by === undefined) return [];
    const since = parseTime(textField(fields, "since") ?? "") ?? at;
    const line = textField(fields, "line");
    return [
      { netns, at, since: since < at ? since : at, by, line, read: isFields(fields.read) ? read(fields.read) : null },
    ];
  });
}

/** What each namespace tells by itself, put together. */
export function inOrderOfTime(changes: readonly StateChange[]): StateChange[] {
  return changes.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}
