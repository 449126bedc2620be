// Which programs hold the sockets that the namespaces list: each process shows its sockets by their inode.

import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { putOwn } from "../model/own-value.ts";
import { toolEnvironment } from "../tool-environment.ts";
import type { NamespaceFile } from "./state-file.ts";

const LONGEST_MS = 5000;
const MOST = 2000;
const LARGEST_BYTES = 64 * 1024 * 1024;

/** Program by socket inode, of those that can be seen; null where nobody could look. */
export async function holdersOf(namespaces: readonly NamespaceFile[]): Promise<Record<string, string> | null> {
  const inodes = namespaces.flatMap(inodesOf).slice(0, MOST);
  if (inodes.length === 0) return {};
  const found = await find();
  if (found === null) return null;
  const wanted = new Set(inodes);
  const names = new Map<string, string | null>();
  const holders: Record<string, string> = {};
  for (const [, pid = "", inode = ""] of found.matchAll(/^\/proc\/(\d+)\/fd\/\d+ socket:\[(\d+)\]$/gm)) {
    if (!wanted.has(inode) || Object.hasOwn(holders, inode)) continue;
    if (!names.has(pid)) names.set(pid, await nameOf(pid));
    const name = names.get(pid) ?? null;
    if (name !== null) putOwn(holders, inode, name);
  }
  return holders;
}

// The inode is the last column of /proc/net/packet, and the tenth of /proc/net/raw and its like; ss writes `ino:`.
function inodesOf({ packetSockets, rawSockets, sockets = "", socketTables = {} }: NamespaceFile): string[] {
  const column = (text: string | undefined, at: number): string[] =>
    (text ?? "").split("\n").flatMap((line) => line.trim().split(/\s+/).at(at)?.match(/^\d+$/) ?? []);
  const listed = [...sockets.matchAll(/ ino:(\d+)/g)].map(([, inode = ""]) => inode);
  const tables = Object.values(socketTables).flatMap((table) => column(table, 9));
  return [...column(packetSockets, -1), ...column(rawSockets, 9), ...listed, ...tables];
}

function find(): Promise<string | null> {
  const where = ["/proc", "-mindepth", "3", "-maxdepth", "3", "-path", "/proc/[0-9]*/fd/*"];
  const args = [...where, "-lname", "socket:*", "-printf", "%p %l\n"];
  const settings = {
    env: toolEnvironment(),
    timeout: LONGEST_MS,
    maxBuffer: LARGEST_BYTES,
    encoding: "utf8",
  } as const;
  return new Promise((resolve) => {
    // It ends with a complaint about each process that has gone meanwhile.
    execFile("find", args, settings, (error, text) => {
      const looked = error === null || (typeof error.code === "number" && !error.killed);
      resolve(looked ? text : null);
    });
  });
}

// A capture of ours that does without tcpdump is a Node process as any other by its name.
async function nameOf(pid: string): Promise<string | null> {
  const [name, line] = await Promise.all(
    ["comm", "cmdline"].map((file) => readFile(`/proc/${pid}/${file}`, "utf8").catch(() => "")),
  );
  if (name === undefined || name.trim() === "") return null;
  return line?.includes("pktwhy") && /^node|^MainThread/.test(name) ? "pktwhy" : name.trim();
}
