// Reads a state file, plain or gzip, and what it says of names of interfaces.

import { statSync } from "node:fs";
import { type Problem, ProblemError } from "../model/problem.ts";
import type { SystemState } from "../model/system-state.ts";
import { printable, text } from "../model/text.ts";
import type { Naming } from "../savefile/inputs/drive.ts";
import type { Companions } from "../savefile/open.ts";
import { openFile } from "../savefile/open-bytes.ts";
import { interfaceOfCooked } from "../system/cooked-place.ts";
import { parseState } from "../system/parse.ts";
import { LARGEST_PART } from "./bundle.ts";

/** The companions of which something was written: a run that was cut off leaves those empty that come at its end. */
export function writtenOnly(companions: Companions): Companions {
  const written = (path: string | null): string | null =>
    path !== null && statSync(path, { throwIfNoEntry: false })?.size === 0 ? null : path;
  const { state, stateAfter, run, kernelEvents } = companions;
  return {
    state: written(state),
    stateAfter: written(stateAfter),
    run: written(run),
    kernelEvents: written(kernelEvents),
  };
}

/** Text of a file that lies beside captures, unpacked; throws a ProblemError where it cannot be read. */
export async function readText(path: string): Promise<string> {
  return new TextDecoder().decode(await wholeFile(path));
}

/** JSON of a file that lies beside captures or was named; throws a ProblemError where it is none. */
export async function readJson(path: string): Promise<unknown> {
  const bytes = await wholeFile(path);
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as unknown;
  } catch (error) {
    const why = printable(error instanceof Error ? error.message : String(error));
    const name = printable(path);
    throw new ProblemError({
      kind: "not-json",
      severity: "error",
      place: path,
      text: text(
        `${name} is no JSON (${why}). Make a state file with: pktwhy snapshot -o state.json`,
        `${name} 不是 JSON（${why}）。可以这样生成状态文件：pktwhy snapshot -o state.json`,
      ),
    });
  }
}

/** All bytes of a file, unpacked; a device without end, or zeros packed a thousand times over, is refused. */
async function wholeFile(path: string): Promise<Uint8Array> {
  const source = openFile(path, path);
  const chunks: Uint8Array[] = [];
  let total = 0;
  try {
    for (let chunk = await source.read(); chunk !== null; chunk = await source.read()) {
      total += chunk.length;
      if (total > LARGEST_PART) throw new ProblemError(tooLarge(path));
      chunks.push(chunk.slice());
    }
  } finally {
    await source.close();
  }
  // Compressed data that ends early is no JSON either, which says what to do.
  const [fault] = source.problems;
  if (fault?.severity === "error") throw new ProblemError(fault);
  return Buffer.concat(chunks);
}

function tooLarge(path: string): Problem {
  const name = printable(path);
  const most = `${LARGEST_PART / 2 ** 20} MB`;
  return {
    kind: "json-too-large",
    severity: "error",
    place: path,
    text: text(
      `${name} unpacks to more than ${most}, which is no state of a machine. Make a state file with: pktwhy snapshot -o state.json`,
      `${name} 解压后超过 ${most}，不可能是一台机器的状态。可以这样生成状态文件：pktwhy snapshot -o state.json`,
    ),
  };
}

/** The state in a file that `pktwhy snapshot` wrote, plain or gzip; throws a ProblemError where it is none. */
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
    cookedName: (netns, header) => interfaceOfCooked(state, netns, header),
  };
}
