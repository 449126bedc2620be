// Takes the state of namespaces with the system's own tools; looks only, changes nothing.

import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { availableParallelism, release } from "node:os";
import { formatTime, MICROSECOND } from "../model/time.ts";
import { modulesThere } from "./collect-modules.ts";
import {
  currentNamespace,
  findNamespace,
  findNamespaces,
  isStillThere,
  type NamespaceTarget,
} from "./collect-namespaces.ts";
import { namespaceFromOutput, parseJson } from "./collect-parts.ts";
import { COLLECT_SCRIPT } from "./collect-script.ts";
import { type NamespaceFile, STATE_FORMAT, type StateFile } from "./state-file.ts";

export { findNamespace, findNamespaces, type NamespaceTarget } from "./collect-namespaces.ts";

/** Which namespaces to look at. */
export interface CollectOptions {
  /** Keys, names, PIDs or paths; absent: all that can be seen. One that does not exist is left out. */
  readonly namespaces?: readonly string[];
  /** Whether the namespace we run in is among them; by default only where `namespaces` is absent or holds "". */
  readonly current?: boolean;
  /** Keep the kernel's log lines younger than this uptime in seconds (`/proc/uptime`); absent: no log is read. */
  readonly kernelLogSince?: number;
}

// Each namespace is some ten short processes, one after another: more at once only wait for each other.
const AT_ONCE = Math.min(16, 2 * Math.max(2, availableParallelism()));
const LONGEST_MS = 30_000;
const LARGEST_BYTES = 512 * 1024 * 1024;

/** The state file of this machine, raw: `JSON.stringify` of it is what `pktwhy snapshot` prints. */
export async function collectState(options: CollectOptions = {}): Promise<StateFile> {
  const takenAt = formatTime(BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)) * MICROSECOND);
  const targets = await chooseTargets(options);
  const files = new Map<string, NamespaceFile>();
  const waiting = [...targets];
  const worker = async () => {
    for (let target = waiting.shift(); target; target = waiting.shift()) {
      const file = await collectNamespace(target);
      // One whose last process has ended meanwhile is none that could not be read.
      if (file.link !== undefined || (await isStillThere(target))) files.set(target.key, file);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, targets.length) }, worker));
  const read = targets.flatMap(({ key }) => (files.has(key) ? [[key, files.get(key) as NamespaceFile] as const] : []));
  const namespaces = Object.fromEntries(read);
  if (options.kernelLogSince !== undefined) await addKernelLog(namespaces, options.kernelLogSince);
  return { pktwhy: STATE_FORMAT, takenAt, kernel: release(), namespaces };
}

/** One namespace of a state file; what cannot be had is told in its `missing`. */
export async function collectNamespace(target: NamespaceTarget): Promise<NamespaceFile> {
  const modules = await modulesThere();
  const { file, output } = (await ask(target, modules, "")) ?? ((await ask(target, modules, "1")) as Answer);
  if (file.missing?.namespace !== undefined && output.error !== "") file.missing.namespace = output.error;
  if (target.inode !== null) file.netnsInode = target.inode;
  await addFilters(target, file);
  return file;
}

interface Answer {
  readonly file: NamespaceFile;
  readonly output: Output;
}

// Null where one process for several questions did not answer each of them; one by one there is always an answer.
async function ask(target: NamespaceTarget, modules: string, oneByOne: "" | "1"): Promise<Answer | null> {
  const mark = `pktwhy-${randomBytes(16).toString("hex")}`;
  const told = { PKTWHY_MARK: mark, PKTWHY_MODULES: modules, PKTWHY_ONE_BY_ONE: oneByOne };
  const output = await run(target, ["sh", "-c", COLLECT_SCRIPT], told);
  const file = namespaceFromOutput(output.text, mark);
  return file === null ? null : { file, output };
}

async function chooseTargets(options: CollectOptions): Promise<NamespaceTarget[]> {
  const all = await findNamespaces();
  const current = options.current ?? (options.namespaces === undefined || options.namespaces.includes(""));
  const chosen = new Map<string, NamespaceTarget>();
  if (current) chosen.set("", await currentNamespace());
  if (options.namespaces === undefined) {
    for (const target of all) if (target.key !== "") chosen.set(target.key, target);
  } else {
    for (const wanted of options.namespaces.filter((key) => key !== "")) {
      const target = await findNamespace(wanted, all);
      if (target === null) continue;
      // Ours under a name that was asked for: it keeps that name where "" is not wanted.
      if (target.key === "" && !current) chosen.set(wanted, { ...target, key: wanted });
      else chosen.set(target.key, target);
    }
  }
  return [...chosen.values()];
}

// Only devices with a clsact or ingress qdisc have these hooks; their names go as arguments, never through a shell.
async function addFilters(target: NamespaceTarget, file: NamespaceFile): Promise<void> {
  if (!Array.isArray(file.qdisc)) return;
  const devices = new Set<string>();
  for (const qdisc of file.qdisc as readonly { kind?: unknown; dev?: unknown }[]) {
    if ((qdisc.kind === "clsact" || qdisc.kind === "ingress") && typeof qdisc.dev === "string") devices.add(qdisc.dev);
  }
  file.filter = {};
  for (const device of devices) {
    const hooks: { ingress?: unknown; egress?: unknown } = {};
    for (const hook of ["ingress", "egress"] as const) {
      const output = await run(target, ["tc", "-j", "-s", "filter", "show", "dev", device, hook], {});
      const json = output.status === 0 ? parseJson(output.text) : undefined;
      if (json !== undefined) hooks[hook] = json;
      else file.missing = { ...file.missing, [`filter.${device}.${hook}`]: output.error || "its output was no JSON" };
    }
    file.filter[device] = hooks;
  }
}

// The log is one for the whole machine: it stands in the first namespace only.
async function addKernelLog(namespaces: Record<string, NamespaceFile>, since: number): Promise<void> {
  const first = namespaces[""] ?? Object.values(namespaces)[0];
  if (!first) return;
  const output = await run({ key: "", path: null, inode: null }, ["dmesg"], { LC_ALL: "C" });
  if (output.status !== 0) {
    first.missing = { ...first.missing, kernelLog: output.error.split("\n")[0] || "dmesg failed" };
    return;
  }
  first.kernelLog = output.text.split("\n").filter((line) => {
    const stamp = /^\[\s*(\d+\.\d+)\]/.exec(line)?.[1];
    return stamp !== undefined && Number(stamp) >= since;
  });
}

interface Output {
  readonly text: string;
  readonly error: string;
  readonly status: number;
}

function run(
  target: NamespaceTarget,
  command: readonly string[],
  environment: Record<string, string>,
): Promise<Output> {
  const argv = target.path === null ? command : ["nsenter", `--net=${target.path}`, "--", ...command];
  const [file = "", ...args] = argv;
  const path = `${process.env.PATH ?? "/usr/bin:/bin"}:/usr/local/sbin:/usr/sbin:/sbin`;
  const settings = {
    env: { ...process.env, PATH: path, ...environment },
    timeout: LONGEST_MS,
    maxBuffer: LARGEST_BYTES,
    encoding: "utf8" as const,
  };
  return new Promise((resolve) => {
    execFile(file, args, settings, (error, text, errorText) => {
      const code = error?.code;
      const status = error === null ? 0 : typeof code === "number" ? code : code === "ENOENT" ? 127 : 1;
      const missing = code === "ENOENT" ? "not installed" : (error?.message.split("\n")[0] ?? "");
      resolve({ text, error: errorText.trim() || missing, status });
    });
  });
}
