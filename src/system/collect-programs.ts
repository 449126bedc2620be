// BPF programs on the way of packets, as far as processes hold them: no tool that lists them all is usually there, but
// /proc/PID/fdinfo tells of each link to which interface or hook it belongs.

import { execFile } from "node:child_process";
import { readFileSync, readlinkSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { toolEnvironment } from "../tool-environment.ts";
import type { HeldProgram } from "./state-file.ts";

const LONGEST_MS = 5000;
// One `find` reads tens of thousands of links in a fraction of a second.
const FIND = [
  "/proc",
  "-mindepth",
  "3",
  "-maxdepth",
  "3",
  "-path",
  "/proc/[0-9]*/fd/*",
  "-lname",
  "anon_inode:bpf[-_]*",
];

/** Those that can be seen; undefined where nobody could look. */
export async function heldPrograms(): Promise<HeldProgram[] | undefined> {
  const paths = await held();
  if (paths === null) return undefined;
  const cgroups = ownCgroups();
  const found = await Promise.all(paths.map((path) => programAt(path, cgroups)));
  const distinct = new Map<string, HeldProgram>();
  for (const program of found) if (program) distinct.set(JSON.stringify(program), program);
  return [...distinct.values()];
}

function held(): Promise<string[] | null> {
  return new Promise((resolve) => {
    // It ends with a complaint about each process that has gone meanwhile.
    execFile("find", FIND, { env: toolEnvironment(), timeout: LONGEST_MS, encoding: "utf8" }, (error, text) => {
      const looked = error === null || (typeof error.code === "number" && !error.killed);
      resolve(looked ? text.split("\n").filter((line) => line !== "") : null);
    });
  });
}

async function programAt(path: string, cgroups: ReadonlySet<number>): Promise<HeldProgram | null> {
  const [, pid = "", descriptor = ""] = /^\/proc\/(\d+)\/fd\/(\d+)$/.exec(path) ?? [];
  const [text, name] = await Promise.all(
    [`fdinfo/${descriptor}`, "comm"].map((file) => readFile(`/proc/${pid}/${file}`, "utf8").catch(() => null)),
  );
  if (text === null || text === undefined) return null;
  const isManager = Number(pid) === INIT || name?.trim() === "systemd";
  return programOf(text, { isManager, netnsInode: namespaceOf(pid), cgroups });
}

interface Holder {
  /** It is a service manager: init, or the one of a container or of a user's session. */
  readonly isManager: boolean;
  readonly netnsInode: number | null;
  /** Ids of the control groups that we, and what we start, are in. */
  readonly cgroups: ReadonlySet<number>;
}

// BPF_PROG_TYPE_CGROUP_SKB.
const CGROUP_SKB = "8";
const INIT = 1;

/** What the text of an fdinfo tells of a packet's way; null where it is no program of that. */
export function programOf(text: string, { isManager, netnsInode, cgroups }: Holder): HeldProgram | null {
  const fields = new Map(
    [...text.matchAll(/(\w+):\t([^\t\n]*)/g)].map(([, key = "", value = ""]) => [key, value] as const),
  );
  const number = (key: string): number | null => (fields.has(key) ? Number.parseInt(fields.get(key) ?? "", 10) : null);
  const base = { program: number("prog_id"), netnsInode };
  const kind = fields.get("link_type");
  if (kind === "tcx" || kind === "netkit") {
    const attach = /\((\w+)\)/.exec(fields.get("attach_type") ?? "")?.[1] ?? kind;
    return { kind, ...base, ifindex: number("ifindex") ?? 0, attach };
  }
  if (kind === "netfilter") return { kind, ...base, family: number("pf") ?? 0, hook: number("hooknum") ?? 0 };
  if (kind === "cgroup") return cgroups.has(number("cgroup_id") ?? -1) ? { kind, ...base } : null;
  // Attached without a link it does not say where. Those of the service manager are for its own services.
  if (kind === undefined && fields.get("prog_type") === CGROUP_SKB && !isManager) return { kind: "cgroup", ...base };
  return null;
}

function namespaceOf(pid: string): number | null {
  try {
    const found = /^net:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/ns/net`))?.[1];
    return found === undefined ? null : Number(found);
  } catch {
    return null;
  }
}

function ownCgroup(): string {
  const path = /^0::(\/.*)$/m.exec(readFileSync("/proc/self/cgroup", "utf8"))?.[1] ?? "";
  return path === "/" ? "" : path;
}

// The number of a control group's directory is its id. /sys/fs/cgroup is where it is mounted everywhere.
function ownCgroups(): Set<number> {
  const ids = new Set<number>();
  try {
    for (let path = ownCgroup(); ; path = path.slice(0, path.lastIndexOf("/"))) {
      ids.add(statSync(`/sys/fs/cgroup${path}`).ino);
      if (path === "") return ids;
    }
  } catch {
    return ids;
  }
}
