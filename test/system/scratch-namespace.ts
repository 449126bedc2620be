// Real network namespaces for tests: made with a unique prefix, gone afterwards even when the test fails.

import { execFileSync, spawnSync } from "node:child_process";

let made = 0;

/** Why namespaces cannot be made here; null where they can. With PKTWHY_REQUIRE_ALL=1 a reason is an error. */
export function whyNoNamespaces(): string | null {
  const name = `pwprobe${process.pid}`;
  const result = spawnSync("ip", ["netns", "add", name], { encoding: "utf8" });
  if (result.status === 0) {
    spawnSync("ip", ["netns", "del", name]);
    return null;
  }
  const reason = `no namespaces here: ${result.error?.message ?? result.stderr.trim()}`;
  if (process.env.PKTWHY_REQUIRE_ALL === "1") throw new Error(reason);
  console.warn(`skipped: ${reason}`);
  return reason;
}

/** Runs `use` with fresh namespaces of unique names and removes them whatever happens. */
export async function withNamespaces<T>(count: number, use: (names: string[]) => T | Promise<T>): Promise<T> {
  const names: string[] = [];
  try {
    for (let index = 0; index < count; index++) {
      const name = `pwsys${process.pid}x${made++}`;
      execFileSync("ip", ["netns", "add", name]);
      names.push(name);
    }
    return await use(names);
  } finally {
    for (const name of names) spawnSync("ip", ["netns", "del", name]);
  }
}

/** Runs many `ip` commands of one namespace in one process; those the kernel refuses are passed over. */
export function ipBatch(
  name: string,
  lines: readonly string[],
  options: readonly string[] = [],
): { output: string; errors: string } {
  const result = spawnSync("ip", ["-n", name, ...options, "-force", "-batch", "-"], {
    input: `${lines.join("\n")}\n`,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  return { output: result.stdout, errors: result.stderr };
}

/** Runs a command in a namespace and returns what it prints; throws where it fails. */
export function inNamespaceRun(name: string, argv: readonly string[]): string {
  return execFileSync("nsenter", [`--net=/run/netns/${name}`, "--", ...argv], { encoding: "utf8" });
}
