// The state of another host as a pktwhy there tells it. It is trusted no more than a file that somebody sent.

import { putOwn } from "../model/own-value.ts";
import { STATE_FORMAT, type StateFile } from "../system/state-file.ts";
import { chosenSpaces, type RemoteSpace } from "./remote-state.ts";
import type { Session } from "./session.ts";

/** What came is not what was asked for. */
export class NotAState extends Error {}

/** The namespaces there. */
export async function farSpaces(session: Session): Promise<{ spaces: readonly RemoteSpace[]; all: number }> {
  const told = parsed(await session.ask("spaces"));
  if (!Array.isArray(told)) throw new NotAState("no list of namespaces");
  return chosenSpaces(
    told.flatMap((one: unknown) => {
      const { inode, key } = (one ?? {}) as Record<string, unknown>;
      const isOne = typeof inode === "string" && /^\d{1,12}$/.test(inode) && typeof key === "string";
      return isOne ? [{ inode, key }] : [];
    }),
  );
}

/** Their state, its keys those by which we call them. */
export async function farState(session: Session, spaces: readonly RemoteSpace[]): Promise<StateFile> {
  const told = parsed(await session.ask(`state ${spaces.map(({ inode }) => inode).join(" ")}`));
  const { pktwhy, namespaces, problem } = (told ?? {}) as Record<string, unknown>;
  if (typeof problem === "string") throw new NotAState(problem);
  if (pktwhy !== STATE_FORMAT || typeof namespaces !== "object" || namespaces === null)
    throw new NotAState("no state file");
  const keys = new Map(spaces.map(({ inode, key }) => [inode, key]));
  const named: StateFile["namespaces"] = {};
  for (const [, file] of Object.entries(namespaces as StateFile["namespaces"])) {
    const key = keys.get(String(file?.netnsInode));
    if (key !== undefined) putOwn(named, key, file);
  }
  return { ...(told as StateFile), namespaces: named };
}

function parsed(words: string): unknown {
  try {
    return JSON.parse(words);
  } catch {
    throw new NotAState("no JSON");
  }
}
