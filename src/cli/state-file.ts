// Reads a state file, plain or gzip, and what it says of names of interfaces.

import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import type { Naming } from "../capture/drive.ts";
import { type Problem, ProblemError } from "../model/problem.ts";
import type { SystemState } from "../model/system-state.ts";
import { printable, text } from "../model/text.ts";
import { fileFault } from "../savefile/open-faults.ts";
import { parseState } from "../system/parse.ts";

/** JSON of a file that lies beside captures or was named; throws a ProblemError where it is none. */
export async function readJson(path: string): Promise<unknown> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new ProblemError(fileFault(path, (error as NodeJS.ErrnoException).code ?? String(error), 0));
  }
  try {
    if (bytes[0] === 0x1f && bytes[1] === 0x8b) bytes = gunzipSync(bytes);
    return JSON.parse(new TextDecoder().decode(bytes)) as unknown;
  } catch (error) {
    const why = printable(error instanceof Error ? error.message : String(error));
    const name = printable(path);
    throw new ProblemError({
      kind: "not-json",
      severity: "error",
      place: path,
      text: text(
        `${name} is no JSON (${why}). Make a state file with: pktwhy snapshot > ${name}`,
        `${name} 不是 JSON（${why}）。可以这样生成状态文件：pktwhy snapshot > ${name}`,
      ),
    });
  }
}

/** The state in a file. */
export async function readState(path: string): Promise<{ state: SystemState; problems: readonly Problem[] }> {
  return parseState(await readJson(path), path);
}

/** How captures are to be named, as far as state knows. */
export function namingOf(state: SystemState): Naming {
  const linksOf = (netns: string) => state.namespaces.get(netns)?.links ?? [];
  return {
    knowsInterface: (netns, name) => linksOf(netns).some((link) => link.name === name),
    knowsNamespace: (netns) => state.namespaces.has(netns),
    linkName: (netns, index) => {
      const places = netns === null ? [...state.namespaces.keys()] : [netns];
      const names = places.flatMap((place) => linksOf(place).filter((link) => link.index === index));
      // Indexes are numbered per namespace: where several could be meant, none is.
      return names.length === 1 ? (names[0]?.name ?? null) : null;
    },
  };
}
