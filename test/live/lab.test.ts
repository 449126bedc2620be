// The lab itself: what it builds is what was asked for, and nothing is left of it, however it ends.

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { afterAll, describe, expect, it, test } from "vitest";
import { sweep } from "../../src/lab/build.ts";
import { down, record, runScenario, up } from "../../src/lab/lab.ts";
import { namedNamespaces, namespacesOfDeadRuns } from "../../src/lab/registry.ts";
import { ownerOf } from "../../src/lab/run-name.ts";
import { runLab, withLab } from "../../src/lab/runner.ts";
import { scenarios } from "../../src/lab/scenarios.ts";
import { longIt } from "../only-long.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const missing = whatIsMissing();

function whatIsMissing(): string | null {
  if (process.getuid?.() !== 0) return "root";
  for (const [tool, option] of [
    ["ip", "-V"],
    ["tcpdump", "--version"],
    ["ping", "-V"],
    ["nft", "-v"],
    ["nsenter", "-V"],
    ["setpriv", "-V"],
  ] as const) {
    try {
      execFileSync(tool, [option], { stdio: "ignore" });
    } catch {
      return tool;
    }
  }
  try {
    execFileSync("ip", ["netns", "add", `pwprobe${process.pid}`], { stdio: "ignore" });
    execFileSync("ip", ["netns", "delete", `pwprobe${process.pid}`], { stdio: "ignore" });
    return null;
  } catch {
    return "network namespaces";
  }
}

if (missing !== null) {
  test("the lab needs root and its tools", ({ skip }) => {
    expect(process.env.PKTWHY_REQUIRE_ALL, `PKTWHY_REQUIRE_ALL=1 demands ${missing}`).not.toBe("1");
    skip(`${missing} is not there`);
  });
}

/** Namespaces of runs that this process made, or the process `pid`. */
function ownNamespaces(pid = process.pid): string[] {
  return namedNamespaces().filter((name) => ownerOf(name)?.pid === pid);
}

function scenarioOf(name: string) {
  const found = scenarios.find((scenario) => scenario.name === name);
  if (!found) throw new Error(`no scenario ${name}`);
  return found;
}

/** A process of its own that builds a scenario and then holds it. */
async function holder(): Promise<ChildProcess & { pid: number }> {
  const program = `
    const { withLab } = await import("./src/lab/runner.ts");
    const { scenarios } = await import("./src/lab/scenarios.ts");
    const scenario = scenarios.find(({ name }) => name === "two-namespaces");
    await withLab(scenario, () => { console.log("standing"); return new Promise((end) => setTimeout(end, 60_000)); });`;
  const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", program], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout.once("data", () => resolve());
    child.once("exit", (code) => reject(new Error(`the holder ended with ${code}`)));
  });
  return child as ChildProcess & { pid: number };
}

function ended(child: ChildProcess): Promise<NodeJS.Signals | null> {
  return new Promise((resolve) => child.once("exit", (_code, signal) => resolve(signal)));
}

describe.skipIf(missing !== null)("lab", () => {
  afterAll(async () => {
    await down("tap-names");
  });

  it("runs a scenario with its own names, and leaves nothing", async () => {
    const { state, stateAfter, commands, taps } = await runScenario("two-namespaces");
    expect(Object.keys(state.namespaces)).toEqual(["net0", "net1"]);
    expect(Object.keys(stateAfter.namespaces)).toEqual(["net0", "net1"]);
    expect(JSON.stringify([state, stateAfter])).not.toContain("pktwhy-");
    expect(commands.map(({ netns, exitCode }) => [netns, exitCode])).toEqual([["net0", 0]]);
    expect(commands[0]?.output).toContain("3 received");
    const packets = Object.fromEntries(taps.map((tap) => [`${tap.netns}:${tap.interface}`, tap.captured]));
    expect(packets).toEqual({ "net0:veth0": 8, "net0:lo": 0, "net1:veth1": 8, "net1:lo": 0 });
    expect(ownNamespaces()).toEqual([]);
  });

  longIt("runs several at once without disturbing each other", async () => {
    const runs = await Promise.all([1, 2, 3].map(() => runScenario("two-namespaces")));
    for (const { commands, taps } of runs) {
      expect(commands[0]?.exitCode).toBe(0);
      expect(taps.map((tap) => tap.captured)).toEqual([8, 0, 8, 0]);
    }
    expect(ownNamespaces()).toEqual([]);
  });

  it("leaves nothing where a scenario cannot be built, or its work fails", async () => {
    const sound = scenarioOf("two-namespaces");
    const broken = { ...sound, namespaces: { ...sound.namespaces, net1: { routes: ["default via 198.51.100.1"] } } };
    await expect(withLab(broken, async () => {})).rejects.toThrow("198.51.100.1");
    await expect(
      withLab(sound, async () => {
        expect(ownNamespaces()).toHaveLength(2);
        throw new Error("of the work");
      }),
    ).rejects.toThrow("of the work");
    expect(ownNamespaces()).toEqual([]);
    // A capture that cannot start ends the others too: their processes would keep this test from ending.
    const capture = { ...sound, capture: ["net0:veth0", "net0:absent"] as const };
    await expect(runLab(capture)).rejects.toThrow("absent");
    expect(ownNamespaces()).toEqual([]);
  });

  it.each(["SIGINT", "SIGTERM"] as const)("is gone after %s", async (signal) => {
    const child = await holder();
    expect(ownNamespaces(child.pid)).toHaveLength(2);
    const end = ended(child);
    child.kill(signal);
    expect(await end).toBe(signal);
    expect(ownNamespaces(child.pid)).toEqual([]);
  });

  it("sweeps what a killed run left, and only that", async () => {
    const [killed, living] = await Promise.all([holder(), holder()]);
    const end = ended(killed);
    killed.kill("SIGKILL");
    await end;
    expect(ownNamespaces(killed.pid)).toHaveLength(2);
    expect(namespacesOfDeadRuns()).toEqual(expect.arrayContaining(ownNamespaces(killed.pid)));
    await sweep();
    expect(ownNamespaces(killed.pid)).toEqual([]);
    expect(ownNamespaces(living.pid)).toHaveLength(2);
    const other = ended(living);
    living.kill("SIGTERM");
    await other;
    expect(ownNamespaces(living.pid)).toEqual([]);
  });

  longIt("leaves a scenario standing until it is taken down", async () => {
    const names = await up("tap-names");
    expect([...names]).toEqual([
      ["ns1", "pktwhy-up-tap-names.ns1"],
      ["ns2", "pktwhy-up-tap-names.ns2"],
    ]);
    await expect(up("tap-names")).rejects.toThrow("is up already");
    await sweep();
    const ping = ["netns", "exec", names.get("ns1") as string, "ping", "-c", "1", "10.1.1.2"];
    expect(execFileSync("ip", ping, { encoding: "utf8" })).toContain("1 received");
    expect(await down("tap-names")).toEqual(expect.arrayContaining([...names.values()]));
    expect(namedNamespaces()).not.toContain(names.get("ns1"));
  });

  longIt("records a bundle without a name of the run", async () => {
    const directory = mkdtempSync(join(tmpdir(), "pktwhy-lab-"));
    try {
      const files = await record("own-address", join(directory, "own-address"));
      expect(files.sort()).toEqual([
        "README.md",
        "lo.pcap",
        "run.json",
        "state.after.json.gz",
        "state.json.gz",
        "veth0.pcap",
        "veth1.pcap",
      ]);
      expect(readdirSync(directory)).toEqual(["own-address"]);
      for (const file of files) {
        const bytes = readFileSync(join(directory, "own-address", file));
        const words = (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("latin1");
        expect(words, file).not.toContain("pktwhy-");
        expect(words, file).not.toContain(directory);
      }
      const run = JSON.parse(readFileSync(join(directory, "own-address/run.json"), "utf8"));
      expect(run).toMatchObject({ argv: ["ping", "-c", "3", "192.168.2.11"], netns: "", exitCode: 0 });
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it("names the nearest scenario when asked for another", async () => {
    await expect(runScenario("two-namespace")).rejects.toThrow("Did you mean two-namespaces?");
  });
});
