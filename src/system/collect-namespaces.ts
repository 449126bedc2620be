// The network namespaces of this machine: one key for each inode, by name where it has one.

import { readlinkSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename } from "node:path";
import type { Container } from "../model/container.ts";
import { containerOfProcess } from "./collect-containers.ts";

/** A namespace that can be entered. */
export interface NamespaceTarget {
  /** "" is the namespace we run in, else its name, that of its container or pod, or `pid-N`. */
  readonly key: string;
  /** What `nsenter --net=` takes; null is the namespace we run in. */
  readonly path: string | null;
  readonly inode: number | null;
  /** The container or pod that it belongs to. */
  readonly container?: Container;
}

// Of a container's id people type the beginning.
const SHORTEST_ID = 4;
const NAMED = "/run/netns";

/** The namespace this process runs in. */
export async function currentNamespace(): Promise<NamespaceTarget> {
  return { key: "", path: null, inode: await inodeOf("/proc/self/ns/net") };
}

/** All namespaces the caller may see: ours, named ones, and those of running processes. */
export async function findNamespaces(): Promise<NamespaceTarget[]> {
  const current = await currentNamespace();
  const found = new Map<number, NamespaceTarget>();
  if (current.inode !== null) found.set(current.inode, current);
  for (const name of (await namesIn(NAMED)).sort()) {
    const path = `${NAMED}/${name}`;
    const inode = await inodeOf(path);
    if (inode !== null && !found.has(inode)) found.set(inode, { key: name, path, inode });
  }
  const pids = (await namesIn("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const keys = new Set([...found.values()].map(({ key }) => key));
  for (const pid of pids.sort((a, b) => a - b)) {
    const path = `/proc/${pid}/ns/net`;
    const inode = inodeOfProcess(path);
    const known = inode === null ? undefined : found.get(inode);
    if (inode === null || (known !== undefined && !isMadeUp(known))) continue;
    const container = containerOfProcess(pid);
    if (container === null) {
      if (known === undefined) found.set(inode, { key: `pid-${pid}`, path, inode });
      continue;
    }
    const free = [container.name, `${container.runtime}-${container.name}`].find((name) => !keys.has(name));
    const key = free ?? `pid-${pid}`;
    keys.add(key);
    found.set(inode, { key, path: known?.path ?? path, inode, container });
  }
  return current.inode === null ? [current, ...found.values()] : [...found.values()];
}

// The number of a process, and the names that CNI and podman give: a container's or pod's own says more.
function isMadeUp({ key, container }: NamespaceTarget): boolean {
  return container === undefined && /^(?:pid-\d+|(?:cni|netns)-[0-9a-f-]{20,})$/.test(key);
}

/**
 * The namespace a person means by a name, a PID, `pid-N` or a path ("" is ours); null where there is none.
 * The key is that of `findNamespaces` for the same inode.
 */
export async function findNamespace(
  wanted: string,
  among?: readonly NamespaceTarget[],
): Promise<NamespaceTarget | null> {
  if (wanted === "") return currentNamespace();
  const all = among ?? (await findNamespaces());
  const exact = all.find((target) => target.key === wanted);
  if (exact) return exact;
  const byId = all.find(({ container }) => wanted.length >= SHORTEST_ID && container?.id.startsWith(wanted));
  if (byId) return byId;
  const pid = /^(?:pid-)?(\d+)$/.exec(wanted)?.[1];
  for (const path of wanted.includes("/")
    ? [wanted]
    : [`${NAMED}/${wanted}`, ...(pid ? [`/proc/${pid}/ns/net`] : [])]) {
    const inode = await inodeOf(path);
    if (inode === null) continue;
    return all.find((target) => target.inode === inode) ?? { key: basename(path), path, inode };
  }
  return null;
}

/** Whether it is still there: the process it was named for may have ended, or its name been taken down. */
export async function isStillThere({ path, inode }: NamespaceTarget): Promise<boolean> {
  return path === null || inode === null || (await inodeOf(path)) === inode;
}

// There may be thousands: reading a link is one call of microseconds, and `net:[4026532177]` tells all.
function inodeOfProcess(path: string): number | null {
  try {
    const found = /^net:\[(\d+)\]$/.exec(readlinkSync(path))?.[1];
    return found === undefined ? null : Number(found);
  } catch {
    return null;
  }
}

// A name in the directory that is no longer a mount has an inode of the directory's file system, not of nsfs.
async function inodeOf(path: string): Promise<number | null> {
  try {
    const [file, own] = await Promise.all([stat(path), stat("/proc/self/ns/net")]);
    return file.dev === own.dev ? file.ino : null;
  } catch {
    return null;
  }
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch {
    return [];
  }
}
