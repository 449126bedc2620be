// The state of another host, as its own tools tell it, asked for namespace by namespace.

import { ownValue, putOwn } from "../model/own-value.ts";
import { formatTime, SECOND } from "../model/time.ts";
import { modulesOf } from "../system/collect-modules.ts";
import { namespaceFromOutput, parseJson } from "../system/collect-parts.ts";
import { failedParts } from "../system/failed-parts.ts";
import { type NamespaceFile, STATE_FORMAT, type StateFile } from "../system/state-file.ts";
import type { Session } from "./session.ts";

/** A network namespace of another host. */
export interface RemoteSpace {
  /** Digits only: it is said back to the host. */
  readonly inode: string;
  readonly key: string;
}

/** Namespaces that are looked at on one host. */
const MOST_SPACES = 64;

/** Those it has, the one that it logs us in to first, then those with names. */
export async function remoteSpaces(session: Session): Promise<{ spaces: readonly RemoteSpace[]; all: number }> {
  const lines = (await session.ask("spaces")).split("\n");
  return chosenSpaces(
    lines.flatMap((line): RemoteSpace[] => {
      const [, inode = "", kind, said = ""] = /^(\d{1,12}) (own|name|pid) ?(.*)$/.exec(line) ?? [];
      return inode === "" ? [] : [{ inode, key: kind === "own" ? "" : kind === "pid" ? `pid-${said}` : said }];
    }),
  );
}

/** Those that are looked at, each once, under names that can be a file's. */
export function chosenSpaces(told: readonly RemoteSpace[]): { spaces: readonly RemoteSpace[]; all: number } {
  const found = new Map<string, RemoteSpace>();
  const taken = new Set<string>();
  for (const { inode, key: wanted } of told) {
    if (found.has(inode)) continue;
    // A name becomes a file's name and part of what is told: what is none is told by its number.
    const key =
      wanted === "" || (/^[A-Za-z0-9_][\w.@:+-]{0,63}$/.test(wanted) && !taken.has(wanted)) ? wanted : `ns-${inode}`;
    taken.add(key);
    found.set(inode, { inode, key });
  }
  const all = [...found.values()];
  const rank = ({ key }: RemoteSpace): number => (key === "" ? 0 : key.startsWith("pid-") ? 2 : 1);
  return { spaces: all.sort((a, b) => rank(a) - rank(b)).slice(0, MOST_SPACES), all: all.length };
}

/** The state of these namespaces, as `pktwhy snapshot` has it. */
export async function remoteState(session: Session, spaces: readonly RemoteSpace[]): Promise<StateFile> {
  const about = (await session.ask("about")).split("\n");
  const said = (word: string): string[] =>
    about.flatMap((line) => (line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : []));
  const loaded = about.includes("modules")
    ? said("loaded")
        .map((name) => `${name} \n`)
        .join("")
    : null;
  const builtin = about.includes("builtins")
    ? said("builtin")
        .map((name) => `/${name}.ko`)
        .join("\n")
    : null;
  const { there, otherwise, modules } = modulesOf(loaded, builtin);
  await session.ask(`modules ${there}`);
  await session.ask(`otherwise ${otherwise}`);
  const namespaces: Record<string, NamespaceFile> = {};
  for (const space of spaces) putOwn(namespaces, space.key, await namespaceState(session, space));
  const failed = failedParts(namespaces);
  return {
    pktwhy: STATE_FORMAT,
    takenAt: formatTime(timeOf(said("time")[0] ?? "")),
    kernel: (said("kernel")[0] ?? "").slice(0, 100),
    ...(modules === undefined ? {} : { modules }),
    ...(Object.keys(failed).length === 0 ? {} : { failed }),
    namespaces,
  };
}

async function namespaceState(session: Session, { inode }: RemoteSpace): Promise<NamespaceFile> {
  const whole = namespaceFromOutput(await session.ask(`state ${inode}`), session.mark);
  const file = whole ?? namespaceFromOutput(await session.ask(`state ${inode} one`), session.mark);
  if (file === null) return { missing: { namespace: "its tools gave no answer" } };
  const read: NamespaceFile = { ...file, netnsInode: Number(inode) };
  if (Array.isArray(read.qdisc)) addFilters(read, await session.ask(`filters ${inode}`), session.mark);
  return read;
}

function addFilters(file: NamespaceFile, output: string, mark: string): void {
  const filter: NonNullable<NamespaceFile["filter"]> = {};
  for (const chunk of output.split(`\n${mark} filter `).slice(1)) {
    const [, hook, device = "", listed = ""] = /^(ingress|egress) ([^\n]*)\n([\s\S]*)$/.exec(chunk) ?? [];
    if (hook !== "ingress" && hook !== "egress") continue;
    const hooks = ownValue(filter, device) ?? {};
    const json = parseJson(listed);
    if (json !== undefined) hooks[hook] = json;
    putOwn(filter, device, hooks);
  }
  file.filter = filter;
}

// `date +%s.%N`; where it knows no nanoseconds there is something else behind the point.
function timeOf(said: string): bigint {
  const [, seconds = "0", fraction = ""] = /^(\d{1,12})(?:\.(\d{9}))?/.exec(said) ?? [];
  return BigInt(seconds) * SECOND + BigInt(fraction === "" ? 0 : fraction);
}
