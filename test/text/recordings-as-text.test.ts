// Recordings of the lab, printed by tcpdump and read back: the answer must be the one that the bytes give.
// A sample of them; `npm run test:long` reads every one.

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { howMany, sampled } from "../how-long.ts";
import { answerOfFiles, answerOfText } from "./recorded-answer.ts";

const root = fileURLToPath(new URL("../../fixtures/", import.meta.url));
const scenarios = existsSync(root) ? readdirSync(root) : [];
const able = scenarios.length > 0 && spawnSync("tcpdump", ["--version"]).status === 0;

test("tcpdump and the recordings are here", () => {
  if (!able) console.warn("SKIPPED: tcpdump or the recordings are not here");
  expect(able || process.env.PKTWHY_REQUIRE_ALL !== "1").toBe(true);
});

const same: boolean[] = [];

function connects(scenario: string): boolean {
  const { argv } = JSON.parse(readFileSync(`${root}${scenario}/run.json`, "utf8")) as {
    readonly argv: readonly string[];
  };
  return ["nc", "curl", "python3"].includes(argv[0] ?? "");
}

describe.skipIf(!able)("printed by tcpdump", () => {
  test.each(sampled(scenarios, "as text", 32))("%s", async (scenario) => {
    const files = readdirSync(root + scenario).filter((file) => file.endsWith(".pcap"));
    const paths = files.map((file) => `${root}${scenario}/${file}`);
    const byBytes = await answerOfFiles(paths);
    for (const style of [["-n"], ["-n", "-e"], ["-n", "-v"]]) {
      const read = byText(scenario, files, style);
      // Text tells less than bytes (no MAC address without -e, so no direction): another answer may be, a certain one not.
      if (read !== byBytes) expect(`${style.join(" ")}: ${read}`).not.toMatch(/, certain$/);
      // Of a connection in text its segments are counted only.
      if (style.includes("-e") && !connects(scenario)) same.push(read === byBytes);
    }
  });

  test("with -e nearly all give the very same answer", () => {
    expect(same.length).toBeGreaterThanOrEqual(howMany(2, 100));
    expect(same.filter(Boolean).length / same.length).toBeGreaterThanOrEqual(0.9);
  });
});

function byText(scenario: string, files: readonly string[], style: readonly string[]): string {
  const pasted = files.map((file) => {
    const printed = execFileSync("tcpdump", [...style, "-r", `${root}${scenario}/${file}`], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [name = "", netns] = file
      .replace(/\.pcap$/, "")
      .split(".")
      .reverse();
    const wrapper = netns === undefined ? "" : `ip netns exec ${netns} `;
    return `# ${wrapper}tcpdump ${style.join(" ")} -i ${name}\nlistening on ${name}, link-type EN10MB (Ethernet), snapshot length 262144 bytes\n${printed}`;
  });
  return answerOfText(pasted.join("\n")).answer;
}
