// What `ip -j` and `bridge -j` print: an array of objects, on one line or indented (-p).

import type { Fields } from "../../system/parse/shape.ts";

/** One object of a listing, with what it is. */
export interface JsonEntry {
  readonly what: "link" | "route" | "rule" | "neighbour" | "port" | "fdb";
  readonly fields: Fields;
}

/** Collects the lines of one array; `feed` is false where the line belongs to none. */
export class JsonListing {
  readonly entries: JsonEntry[] = [];
  #lines: string[] = [];
  #depth = 0;

  feed(line: string): boolean {
    if (this.#depth === 0 && !/^\s*\[\s*(?:\{|\[?\]?\s*$)/.test(line)) return false;
    for (const char of line.replace(/"(?:[^"\\]|\\.)*"/g, "")) {
      this.#depth += "[{".includes(char) ? 1 : "]}".includes(char) ? -1 : 0;
    }
    this.#lines.push(line);
    if (this.#depth > 0) return true;
    const text = this.#lines.join("\n");
    this.#lines = [];
    this.#depth = 0;
    const listed = parsed(text);
    if (listed === null) return false;
    for (const fields of listed) {
      const what = whatIs(fields);
      if (what !== null) this.entries.push({ what, fields });
    }
    return true;
  }
}

function parsed(text: string): Record<string, unknown>[] | null {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.filter((one) => typeof one === "object" && one !== null) : null;
  } catch {
    return null;
  }
}

// iproute2 leaves an empty object where a filter took an entry out.
function whatIs(fields: Record<string, unknown>): JsonEntry["what"] | null {
  const has = (key: string) => Object.hasOwn(fields, key);
  if (has("mac")) return "fdb";
  if (has("ifname")) return has("operstate") || has("addr_info") || !has("cost") ? "link" : "port";
  if (has("priority") && has("src")) return "rule";
  if (has("dst") && Array.isArray(fields.state)) return "neighbour";
  return has("dst") ? "route" : null;
}
