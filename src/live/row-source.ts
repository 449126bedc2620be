// Where rows for a fleet come from when they are written here and now.

import { hostname } from "node:os";
import { now } from "../clock.ts";
import type { RowSource } from "../render/export/rows.ts";

/** `source` is the case as it was named. */
export function rowSource(source: string): RowSource {
  return { host: hostname(), source, time: now() };
}
