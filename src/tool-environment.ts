// With what environment the system's own tools are run: messages in English, and as root from the system's directories
// alone. Root's caller may have a PATH with `.` in it, or a NODE_OPTIONS that loads a file of his.

import { existsSync } from "node:fs";
import { join } from "node:path";

declare const PKTWHY_FILES: unknown;

/** Whether this is the executable that holds node, the program and its files (scripts/executable.ts). */
function isOneFile(): boolean {
  return typeof PKTWHY_FILES !== "undefined";
}

const SYSTEM = [
  "/usr/sbin",
  "/usr/bin",
  "/sbin",
  "/bin",
  "/run/current-system/sw/bin",
  "/usr/local/sbin",
  "/usr/local/bin",
];
// What tells an interpreter or the loader to run something first.
const LOADS_MORE = /^(?:NODE_|LD_|PYTHON|PERL|BASH_ENV$|ENV$|IFS$)/;

/** The environment of a tool. */
export function toolEnvironment(): NodeJS.ProcessEnv {
  if (!isRoot()) {
    return {
      ...process.env,
      LC_ALL: "C",
      PATH: `${process.env.PATH ?? "/usr/bin:/bin"}:/usr/local/sbin:/usr/sbin:/sbin`,
    };
  }
  const kept = Object.entries(process.env).filter(([name]) => !LOADS_MORE.test(name));
  return { ...Object.fromEntries(kept), LC_ALL: "C", PATH: SYSTEM.join(":") };
}

/** A tool as it is to be started where its environment must stay the caller's: as root by its absolute path. */
export function toolPath(name: string): string {
  if (!isRoot()) return name;
  return SYSTEM.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? name;
}

/** How this program is started once more, as the one file that it may be, or by node from its script. */
export function ownCommand(): readonly [file: string, ...args: string[]] {
  return isOneFile() ? [process.execPath] : [process.execPath, ...process.execArgv, process.argv[1] ?? ""];
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}
