// What a program that runs as root owes to whoever runs it: it starts no file of somebody else's, lets nobody in, keeps
// what it wrote from others, and overwrites nothing that is not its own.

import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { startPktwhy, whyNoCaptures } from "../run-world.ts";

const program = inject("program");
let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "pktwhy-root-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// In a network namespace of its own with lo up, so that a capture has something to show.
function alone(words: string, env: Record<string, string> = {}) {
  const script = `ip link set lo up; exec ${words}`;
  return spawnSync("unshare", ["-n", "/bin/sh", "-c", script], {
    encoding: "utf8",
    timeout: 60_000,
    env: { ...process.env, ...env },
  });
}

describe.skipIf(whyNoCaptures() !== null)("as root", () => {
  it("runs the system's tools, whatever PATH names before them", () => {
    const traps = ["ip", "tcpdump", "nft", "nsenter", "setpriv", "find", "sh"];
    for (const tool of traps) {
      writeFileSync(join(folder, tool), `#!/bin/sh\ntouch ${folder}/sprung-${tool}\nexit 1\n`);
      chmodSync(join(folder, tool), 0o755);
    }
    // A script is started by its interpreter's own path, so that PATH may hold nothing but traps.
    const words = `cd ${folder}; exec env "PATH=.:${folder}:$PATH" ${process.execPath} ${program}`;
    const state = spawnSync("unshare", ["-n", "/bin/sh", "-c", `${words} snapshot`], { encoding: "utf8" });
    expect(state.status).toBe(0);
    expect(JSON.parse(state.stdout).namespaces[""].link.length).toBeGreaterThan(0);
    const ran = alone(`/bin/sh -c '${words} run -- /bin/ping -c 1 127.0.0.1'`);
    expect(ran.stdout).toContain("own address: the ping stays on lo");
    expect(traps.filter((tool) => existsSync(join(folder, `sprung-${tool}`)))).toEqual([]);
  });

  it("hands no NODE_OPTIONS to the half that it starts, and opens no debugger at SIGUSR1", {
    timeout: 60_000,
  }, async () => {
    const log = join(folder, "required");
    writeFileSync(
      join(folder, "log.cjs"),
      `require("fs").appendFileSync(${JSON.stringify(log)}, process.argv[2] + "\\n");`,
    );
    const ran = alone(`${process.execPath} ${program} run -- ping -c 1 127.0.0.1`, {
      NODE_OPTIONS: `--require ${folder}/log.cjs`,
    });
    expect(ran.stdout).toContain("own address: the ping stays on lo");
    expect(readFileSync(log, "utf8").trim().split("\n")).toEqual(["run"]);

    const watching = startPktwhy(["watch"], { through: ["unshare", "-n", "--"] });
    await watching.said(/watching/);
    watching.child.kill("SIGUSR1");
    await sleep(300);
    watching.child.kill("SIGINT");
    const { stdout, stderr } = await watching.done;
    expect(stdout + stderr).not.toMatch(/Debugger listening|inspector/);
  });

  it("keeps a case for its owner alone", () => {
    const words = `${process.execPath} ${program} run -w ${folder}/case/ -- ping -c 1 127.0.0.1`;
    expect(alone(`/bin/sh -c 'umask 022; exec ${words}'`).stderr).not.toContain("could not");
    const modes = spawnSync("sh", ["-c", `stat -c '%a %F' ${folder}/case ${folder}/case/*`], {
      encoding: "utf8",
    }).stdout;
    const lines = modes.trim().split("\n");
    expect(lines.length).toBeGreaterThan(3);
    expect([...new Set(lines)].sort()).toEqual(["600 regular file", "700 directory"]);
    alone(`/bin/sh -c 'umask 022; exec ${words.replace("/case/", "/case.pcapng")}'`);
    expect(statSync(join(folder, "case.pcapng")).mode & 0o777).toBe(0o600);
  });

  it("says before the command what --redact leaves as it is, and keeps no case beside it", () => {
    const told = alone(`${process.execPath} ${program} run --redact -- ping -c 1 127.0.0.1`);
    expect(told.stderr.split("\n")[0]).toContain("--redact covers the report, not what the command itself prints");
    const refused = alone(`${process.execPath} ${program} run --redact -w ${folder}/redacted/ -- ping -c 1 127.0.0.1`);
    expect([refused.status, refused.stdout]).toEqual([2, ""]);
    expect(refused.stderr).toContain("Leave one of the two out");
    expect(existsSync(join(folder, "redacted"))).toBe(false);
  });

  it("a snapshot overwrites a state file, and nothing else", () => {
    const path = join(folder, "state.json");
    writeFileSync(path, '{ "mine": "for other ends" }\n');
    const refused = alone(`${process.execPath} ${program} snapshot -o ${path}`);
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain("is no state file: it is not overwritten");
    expect(readFileSync(path, "utf8")).toContain("for other ends");
    writeFileSync(path, '{\n "pktwhy": "state/1",\n "namespaces": {}\n}\n');
    expect(alone(`${process.execPath} ${program} snapshot -o ${path}`).status).toBe(0);
    expect(JSON.parse(readFileSync(path, "utf8")).namespaces[""]).toBeDefined();
  });
});
