// Another program in place of one of the system's tools, seen by one command alone: as root no PATH of the caller's counts.

import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The words that run a command in a mount namespace where `name` is this script; `REAL` in it is the tool itself. */
export function insteadOf(name: string, script: string, directory: string): readonly string[] {
  const other = join(directory, name);
  const real = join(directory, `real-${name}`);
  writeFileSync(other, script.replaceAll("REAL", real));
  chmodSync(other, 0o755);
  chmodSync(directory, 0o755);
  const replace = `tool=$(readlink -f "$(command -v ${name})"); [ -e "${real}" ] || cp "$tool" "${real}"; mount --bind "$0" "$tool"; exec "$@"`;
  return ["unshare", "--mount", "--propagation", "private", "sh", "-ec", replace, other];
}
