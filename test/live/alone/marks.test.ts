// Marks against the running kernel: scenarios are run anew with its drops traced, and what it said is held against the
// marks and the report, both ways. `npm run test:long` runs every scenario.

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { scenarios } from "../../../src/lab/scenarios.ts";
import { howMany } from "../../how-long.ts";
import { disagreements } from "../../marks/said.ts";
import { canBeBuiltHere } from "../buildable.ts";
import { whyNoCaptures } from "../run-world.ts";

const TRACEFS = "/sys/kernel/tracing";
const AT_ONCE = 4;
/** Ends in different rooms of the kernel. */
const SHORT = [
  "bridge-port-mtu-smaller",
  "forward-broadcast-frame",
  "multicast-no-member",
  "src-valid-mark",
  "unicast-in-l2-broadcast",
  "veth-one-address",
];

const names = [
  ...SHORT,
  ...scenarios
    .filter(canBeBuiltHere)
    .map(({ name }) => name)
    .filter((name) => !SHORT.includes(name)),
].slice(0, howMany(SHORT.length, scenarios.length));

/** Runs a command for which tracefs is mounted, for it alone. */
function traced(...words: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  const mount = `while umount ${TRACEFS} 2>/dev/null; do :; done; mount -t tracefs nodev ${TRACEFS}; exec "$@"`;
  const cwd = fileURLToPath(new URL("../../../", import.meta.url));
  return spawnSync("unshare", ["-m", "sh", "-c", mount, "sh", ...words], { cwd, encoding: "utf8" });
}

function whyNoTracing(): string | null {
  const none = whyNoCaptures();
  if (none !== null) return none;
  if (traced("ls", `${TRACEFS}/events/skb`).stdout.includes("kfree_skb")) return null;
  const reason = "no tracefs can be mounted here";
  if (process.env.PKTWHY_REQUIRE_ALL === "1") throw new Error(reason);
  console.warn(`SKIPPED: ${reason}`);
  return reason;
}

// A process of its own, so that it sees tracefs from its first file on.
const RECORDS = `
  const { record } = await import("./src/lab/lab.ts");
  const [directory, atOnce, ...waiting] = process.argv.slice(1);
  await Promise.all(Array.from({ length: Number(atOnce) }, async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) await record(name, directory + "/" + name);
  }));`;

function recordAnew(directory: string, which: readonly string[]): void {
  const program = [process.execPath, "--import", "tsx", "--input-type=module", "--eval", RECORDS];
  const ran = traced(...program, directory, String(AT_ONCE), ...which);
  expect(ran.stderr).toBe("");
  expect(ran.status).toBe(0);
}

describe.skipIf(whyNoTracing() !== null)("the running kernel, the marks and the report agree on", () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "pktwhy-marks-"));
    recordAnew(directory, names);
  }, 900_000);
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it.each(names)("%s", async (name) => {
    const first = await disagreements(join(directory, name));
    if (first.length === 0) return;
    // Several are recorded at once: what a busy machine has delayed past the end of a capture comes in time on its own.
    const again = join(directory, "again");
    mkdirSync(again, { recursive: true });
    recordAnew(again, [name]);
    expect(await disagreements(join(again, name)), `first: ${first.join("; ")}`).toEqual([]);
  });
});
