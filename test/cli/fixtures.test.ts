// The command line on recorded fixtures: exit status, formats, the demo, predictions; nothing that needs root.

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, inject, it } from "vitest";
import { pktwhy, root } from "./run-cli.ts";

const failing = "fixtures/veth-one-address";
const working = "fixtures/veth-both-addresses";
const recorded = existsSync(join(root, failing)) && existsSync(join(root, working));

it("has the fixtures it runs on", ({ skip }) => {
  if (!recorded && process.env.PKTWHY_REQUIRE_ALL !== "1") skip("the fixtures are not recorded here");
  expect(recorded).toBe(true);
});

describe.skipIf(!recorded)("explain on fixtures", () => {
  it("ends with 1 where a ping failed and 0 where all worked", () => {
    const failed = pktwhy(["explain", failing]);
    expect(failed.stdout).toMatch(/^ping 192\.168\.2\.11 -> 192\.168\.2\.1 failed/);
    expect(failed.stderr).toBe("");
    expect(failed.status).toBe(1);
    expect(pktwhy(["explain", working]).status).toBe(0);
  });

  it("--expect ends with 0 or 3, whatever the verdict", () => {
    expect(pktwhy(["explain", failing, "--expect", "arp-no-local-owner"]).status).toBe(0);
    expect(pktwhy(["explain", working, "--expect", "arp-no-local-owner"]).status).toBe(3);
  });

  it("--json and -f json are the contract, in a file too", () => {
    const run = pktwhy(["explain", failing, "--json"]);
    const report = JSON.parse(run.stdout);
    expect(report.schema).toBe("pktwhy/1");
    expect(report.answer).toMatchObject({ verdict: "failed", code: "arp-no-local-owner", certainty: "certain" });
    expect(report.inputs.map((input: { interface: string }) => input.interface).sort()).toEqual([
      "lo",
      "veth0",
      "veth1",
    ]);
    const directory = mkdtempSync(join(tmpdir(), "pktwhy-out-"));
    try {
      const file = join(directory, "report.json");
      expect(pktwhy(["explain", failing, "-f", "json", "-o", file]).stdout).toBe("");
      expect(readFileSync(file, "utf8")).toBe(run.stdout);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });

  it("uses state beside single captures only when told to, and says so", () => {
    const captures = ["lo", "veth0", "veth1"].map((name) => `${failing}/${name}.pcap`);
    const alone = pktwhy(["explain", ...captures]);
    expect(alone.stderr).toMatch(/state\.json(\.gz)? lies beside these captures and was not used/);
    expect(alone.stdout).toMatch(/ arp-no-local-owner, (likely|possible)$/m);
    const state = existsSync(join(root, failing, "state.json.gz")) ? "state.json.gz" : "state.json";
    const decided = pktwhy(["explain", ...captures, "--state", `${failing}/${state}`]);
    expect(decided.stdout).toContain("arp-no-local-owner, certain");
  });

  it("PKTWHY_LANG sets the language, --lang wins over it", () => {
    expect(pktwhy(["explain", failing], { env: { PKTWHY_LANG: "zh" } }).stdout).toContain("可以试试");
    expect(pktwhy(["--lang", "en", "explain", failing], { env: { PKTWHY_LANG: "zh" } }).stdout).toContain("Try ");
  });

  it("ends quietly when its reader goes away", () => {
    const pipe = 'for i in 1 2 3; do "$0" "$1" explain -v "$2" | head -c 1 >/dev/null; done';
    const run = spawnSync("sh", ["-c", pipe, process.execPath, inject("program"), failing], {
      cwd: root,
      encoding: "utf8",
    });
    expect(run.stderr).toBe("");
  });
});

describe.skipIf(!recorded)("demo", () => {
  it("tells both experiments in their order and says that it used recordings", () => {
    const run = pktwhy(["demo", "--recorded"]);
    expect(run.status).toBe(0);
    expect(run.stdout.split("\n")[0]).toContain("captures that come with pktwhy");
    const [first, second] = ["ARP dropped: no local owner", "reply looped via lo"].map((title) =>
      run.stdout.indexOf(title),
    );
    expect(first).toBeGreaterThan(0);
    expect(second).toBeGreaterThan(first as number);
    expect(pktwhy(["demo", "--recorded", "--lang", "zh"]).stdout).toContain("实验 2");
  });
});

describe.skipIf(!recorded)("predict", () => {
  const state = (fixture: string) =>
    [`${fixture}/state.json.gz`, `${fixture}/state.json`].find((f) => existsSync(join(root, f)));

  it("tells what would happen by the state alone", () => {
    const run = pktwhy(["predict", "192.168.2.1", "--state", state(failing) as string]);
    expect(run.stdout).toMatch(/^ping 192\.168\.2\.11 -> 192\.168\.2\.1 would fail\n/);
    expect(run.stdout).toContain("arp-no-local-owner");
    expect(run.status).toBe(1);
  });

  it("a ping that would work is an answer, and a success", () => {
    const two = ["--netns", "net0", "--state", state("fixtures/two-namespaces") as string];
    const { stdout, status } = pktwhy(["predict", "192.168.2.1", ...two, "--json"]);
    expect(JSON.parse(stdout).answer).toMatchObject({ verdict: "worked", code: "answered", flow: 1 });
    expect(status).toBe(0);
  });

  it("names the namespaces there are where a wrong one is asked for", () => {
    const run = pktwhy(["predict", "192.168.2.1", "--netns", "nowhere", "--state", state(failing) as string]);
    expect(run.stderr).toContain("The state holds no namespace nowhere.");
    expect(run.status).toBe(2);
  });
});
