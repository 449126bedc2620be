// Takes the state of namespaces with the system's own tools; looks only, changes nothing.

import { execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { availableParallelism, release } from "node:os";
import { now } from "../clock.ts";
import { putOwn } from "../model/own-value.ts";
import { ProblemError } from "../model/problem.ts";
import { text } from "../model/text.ts";
import { formatTime, SECOND } from "../model/time.ts";
import { toolEnvironment } from "../tool-environment.ts";
import { holdersOf } from "./collect-holders.ts";
import { managerOfHost } from "./collect-manager.ts";
import { type ModulesThere, modulesThere } from "./collect-modules.ts";
import {
  currentNamespace,
  findNamespace,
  findNamespaces,
  isStillThere,
  type NamespaceTarget,
} from "./collect-namespaces.ts";
import { namespaceFromOutput, parseJson } from "./collect-parts.ts";
import { heldPrograms } from "./collect-programs.ts";
import { COLLECT_SCRIPT } from "./collect-script.ts";
import { failedParts } from "./failed-parts.ts";
import { type NamespaceFile, STATE_FORMAT, type StateFile } from "./state-file.ts";

export { findNamespace, findNamespaces, type NamespaceTarget } from "./collect-namespaces.ts";

/** Which namespaces to look at. */
export interface CollectOptions {
  /** Keys, names, PIDs or paths; absent: all that can be seen. One that does not exist is left out. */
  readonly namespaces?: readonly string[];
  /** Whether the namespace we run in is among them; by default only where `namespaces` is absent or holds "". */
  readonly current?: boolean;
  /** These are read first, and whatever the others take. */
  readonly first?: readonly string[];
  /** Keep the kernel's log lines younger than this uptime in seconds (`/proc/uptime`); absent: no log is read. */
  readonly kernelLogSince?: number;
}

// Each namespace is some ten short processes, one after another: more at once only wait for each other.
const AT_ONCE = Math.min(16, 2 * Math.max(2, availableParallelism()));
const LONGEST_MS = 30_000;
// Hundreds of namespaces take seconds; tools that hang in each of them must not take hours.
const LONGEST_WHOLE = 90n * SECOND;
const TOO_LATE = "not read: those before it took too long";
const LARGEST_BYTES = 512 * 1024 * 1024;

/** The state file of this machine, raw: `JSON.stringify` of it is what `pktwhy snapshot` prints. */
export async function collectState(options: CollectOptions = {}): Promise<StateFile> {
  const takenAt = formatTime(now());
  const [found, targets, bpf] = await Promise.all([modulesThere(), chooseTargets(options), heldPrograms()]);
  const files = new Map<string, NamespaceFile>();
  const { first = [] } = options;
  const waiting = targets.toSorted((a, b) => Number(first.includes(b.key)) - Number(first.includes(a.key)));
  const begun = now();
  const worker = async () => {
    for (let target = waiting.shift(); target; target = waiting.shift()) {
      const isLate = now() - begun > LONGEST_WHOLE && !first.includes(target.key);
      const file = isLate ? { missing: { namespace: TOO_LATE } } : await collectNamespace(target, found);
      // One whose last process has ended meanwhile is none that could not be read.
      if (file.link !== undefined || (await isStillThere(target))) files.set(target.key, file);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, targets.length) }, worker));
  const read = targets.flatMap(({ key }) => (files.has(key) ? [[key, files.get(key) as NamespaceFile] as const] : []));
  const namespaces = Object.fromEntries(read);
  if (options.kernelLogSince !== undefined) await addKernelLog(namespaces, options.kernelLogSince);
  checkTools(namespaces);
  const failed = failedParts(namespaces);
  const { modules } = found;
  const holders = await holdersOf(Object.values(namespaces));
  return {
    pktwhy: STATE_FORMAT,
    takenAt,
    kernel: release(),
    ...(modules === undefined ? {} : { modules }),
    ...(bpf === undefined || bpf.length === 0 ? {} : { bpf }),
    ...(holders === null || Object.keys(holders).length === 0 ? {} : { holders }),
    manager: managerOfHost(),
    ...(Object.keys(failed).length === 0 ? {} : { failed }),
    namespaces,
  };
}

// Without ip nothing is known of any namespace, whoever asks.
function checkTools(namespaces: Readonly<Record<string, NamespaceFile>>): void {
  const files = Object.values(namespaces);
  if (files.length === 0 || files.some(({ link, missing }) => link !== undefined || missing?.link !== "not installed"))
    return;
  throw new ProblemError({
    kind: "no-iproute2",
    severity: "error",
    place: "ip",
    text: text(
      "The tool ip is not installed, and without it no link, address or route can be read. Install it: sudo apt install iproute2",
      "没有安装 ip 工具，无法读取链路、地址和路由。请安装：sudo apt install iproute2",
    ),
  });
}

/** One namespace of a state file; what cannot be had is told in its `missing`. */
export async function collectNamespace(target: NamespaceTarget, found?: ModulesThere): Promise<NamespaceFile> {
  const modules = found ?? (await modulesThere());
  const { file, output } = await listing(target, modules);
  if (file.missing?.namespace !== undefined && output.error !== "") file.missing.namespace = output.error;
  if (target.inode !== null) file.netnsInode = target.inode;
  if (target.container !== undefined) file.container = target.container;
  await addFilters(target, file);
  return file;
}

interface ListingReply {
  readonly file: NamespaceFile;
  readonly output: Output;
}

// A tool that hangs costs its own part: the others are asked again without it, three times at most.
async function listing(target: NamespaceTarget, modules: ModulesThere): Promise<ListingReply> {
  const slow: string[] = [];
  let oneByOne = false;
  for (;;) {
    const output = await ask(target, modules, { oneByOne, slow });
    const file = namespaceFromOutput(output.text, output.mark);
    const [stuck] = output.stuckAt === null ? [] : [output.stuckAt];
    if (stuck === undefined && file !== null) return { file, output };
    // One process for several questions did not answer each of them; one by one there is always an answer.
    if (stuck === undefined || stuck.includes(" ")) {
      if (oneByOne) return { file: { missing: { namespace: "its tools gave no answer" } }, output };
      oneByOne = true;
    } else if (slow.length >= MOST_SLOW)
      return { file: { ...file, missing: { ...file?.missing, namespace: PATIENCE } }, output };
    else slow.push(stuck);
  }
}

const MOST_SLOW = 3;
const PATIENCE_MS = 10_000;
const PATIENCE = `gave no answer within ${PATIENCE_MS / 1000} s`;

interface Asked extends Output {
  readonly mark: string;
  /** The part at which nothing more came. */
  readonly stuckAt: string | null;
}

function ask(
  target: NamespaceTarget,
  modules: ModulesThere,
  { oneByOne, slow }: { readonly oneByOne: boolean; readonly slow: readonly string[] },
): Promise<Asked> {
  const mark = `pktwhy-${randomBytes(16).toString("hex")}`;
  const told = {
    PKTWHY_MARK: mark,
    PKTWHY_MODULES: modules.there,
    PKTWHY_OTHERWISE: modules.otherwise,
    PKTWHY_ONE_BY_ONE: oneByOne ? "1" : "",
    PKTWHY_SLOW: slow.join(" "),
    PKTWHY_PATIENCE: PATIENCE,
  };
  const [file = "", ...args] = entered(target, ["sh", "-c", COLLECT_SCRIPT]);
  // A group of its own, so that the tool that hangs ends with the shell.
  const child = spawn(file, args, {
    env: { ...toolEnvironment(), ...told },
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const chunks: Buffer[] = [];
  let size = 0;
  let error = "";
  let stuck = false;
  const end = () => {
    stuck = true;
    try {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    } catch {
      // It has ended, and we were too busy to hear of it.
    }
  };
  let patience = setTimeout(end, PATIENCE_MS);
  child.stdout.on("data", (chunk: Buffer) => {
    clearTimeout(patience);
    size += chunk.length;
    if (size > LARGEST_BYTES) end();
    else {
      chunks.push(chunk);
      patience = setTimeout(end, PATIENCE_MS);
    }
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    error += chunk;
  });
  return new Promise((resolve) => {
    const done = (status: number, why: string) => {
      clearTimeout(patience);
      const text = Buffer.concat(chunks).toString("utf8");
      resolve({ text, error: error.trim() || why, status, mark, stuckAt: stuck ? lastBegun(text, mark) : null });
    };
    child.on("error", ({ message }) => done(127, message));
    child.on("close", (status) => done(status ?? 1, stuck ? PATIENCE : ""));
  });
}

function lastBegun(text: string, mark: string): string {
  const begun = text
    .split(`\n${mark} `)
    .slice(1)
    .filter((chunk) => !chunk.startsWith("= "));
  return begun.at(-1)?.split("\n")[0] ?? "namespace";
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
      const json = output.status === 0 ? parseJson(withAllMatches(output.text)) : undefined;
      if (json !== undefined) hooks[hook] = json;
      else file.missing = { ...file.missing, [`filter.${device}.${hook}`]: output.error || "its output was no JSON" };
    }
    putOwn(file.filter, device, hooks);
  }
}

// tc prints a key of the same name for each match of a u32 filter, of which JSON keeps the last alone.
function withAllMatches(json: string): string {
  return json.replace(/("match":)(\{[^{}]*\}(?:,"match":\{[^{}]*\})+)/g, (_, key: string, all: string) => {
    return `${key}[${all.replaceAll(',"match":', ",")}]`;
  });
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

function entered(target: NamespaceTarget, command: readonly string[]): readonly string[] {
  return target.path === null ? command : ["nsenter", `--net=${target.path}`, "--", ...command];
}

function run(
  target: NamespaceTarget,
  command: readonly string[],
  environment: Record<string, string>,
): Promise<Output> {
  const [file = "", ...args] = entered(target, command);
  const settings = {
    env: { ...toolEnvironment(), ...environment },
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
