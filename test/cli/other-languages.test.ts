// What is shipped reads what is not ASCII: its scripts are read one byte a character.

import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");

describe("the built command reads", () => {
  let place: string;
  beforeAll(() => {
    place = mkdtempSync(join(root, "node_modules/.pktwhy-"));
    copyFileSync(join(root, "package.json"), join(place, "package.json"));
    execFileSync(process.execPath, ["--import", "tsx", "scripts/build.ts", join(place, "dist")], { cwd: root });
  }, 120_000);
  afterAll(() => rmSync(place, { recursive: true, force: true }));

  it.each([
    ["a ping in Chinese", "$ ping -c 2 8.8.8.8\nping: connect: 网络不可达\n"],
    ["a ping in German", "$ ping -c 2 8.8.8.8\nping: connect: Das Netzwerk ist nicht erreichbar\n"],
    ["a ping in Japanese", "$ ping -c 2 8.8.8.8\nping: connect: ネットワークに届きません\n"],
    ["an arrow as a prompt", "➜ ~ ping -c 2 8.8.8.8\nping: connect: Network is unreachable\n"],
  ])("%s", (_, pasted) => {
    const argv = [join(place, "dist/start.cjs"), "explain", "-"];
    const ran = spawnSync(process.execPath, argv, { input: pasted, encoding: "utf8" });
    expect(ran.stderr).toBe("");
    expect(ran.stdout).toContain("no-route, likely");
  });
});
