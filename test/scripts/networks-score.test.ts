// The score of the networks is compared with an earlier one without hiding what got worse.

import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { certainLines, compareScores, readBaseline } from "../../scripts/networks-score.ts";

const root = join(import.meta.dirname, "../..");

describe("compareScores", () => {
  const baseline = readBaseline(
    "# scenario, predict, run, first fix\none\tagrees\tright\tfixed\ntwo\tWRONG: says works\thonest\t-\nthree\t-\tCONFIDENTLY WRONG\tHARMFUL\n",
  );

  it("counts what is better and names what is worse", () => {
    const words = compareScores(baseline, [
      { id: "one", predict: "agrees", run: "CONFIDENTLY WRONG", fix: "NOT FIXED" },
      { id: "two", predict: "open", run: "right" },
      { id: "three", run: "wrong", fix: "fixed" },
      { id: "new", run: "wrong" },
    ]).join("\n");
    expect(words).toContain("3 of 3 networks");
    expect(words).toContain("better 2, worse 1\n    one: right -> CONFIDENTLY WRONG");
    expect(words).toContain("better 1, worse 1\n    one: fixed -> NOT FIXED");
    expect(words).not.toContain("two: ");
  });
});

describe("certainLines", () => {
  it("counts the right answers that are certain, and names the others", () => {
    const scores = [
      { id: "one", run: "right", rcode: "failed/no-route/certain" },
      { id: "two", run: "right", rcode: "failed/no-route/likely" },
      { id: "three", run: "honest", rcode: "failed/echo-no-reply/possible" },
    ];
    const recorded = [
      { name: "no-route", certainty: "certain" },
      { name: "kernel-drop", certainty: "likely" },
    ];
    expect(certainLines(scores, recorded)).toEqual([
      "Certain: 1 of 2 right networks; 1 of 2 recordings.",
      "  not certain: two",
      "  not certain: kernel-drop (recordings)",
    ]);
  });
});

describe("npm run networks", () => {
  // A copy of the scripts where no networks lie beside, or a program of our own does.
  function inCopy(work: (root: string) => void): void {
    const directory = mkdtempSync(join(tmpdir(), "pktwhy-networks-"));
    try {
      const copy = join(directory, "project");
      mkdirSync(join(copy, "dist"), { recursive: true });
      cpSync(join(root, "scripts"), join(copy, "scripts"), { recursive: true });
      symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
      writeFileSync(join(copy, "package.json"), '{ "type": "module" }\n');
      writeFileSync(join(copy, "dist/start.cjs"), "");
      work(copy);
    } finally {
      rmSync(directory, { recursive: true });
    }
  }

  function networks(copy: string, args: readonly string[], environment: Record<string, string> = {}) {
    const { PKTWHY_REQUIRE_ALL: _, ...rest } = process.env;
    const argv = ["--import", "tsx", join(copy, "scripts/networks.ts"), ...args];
    return spawnSync(process.execPath, argv, { cwd: copy, encoding: "utf8", env: { ...rest, ...environment } });
  }

  it("says that they are not there, and fails only where all is demanded", () => {
    inCopy((copy) => {
      const ran = networks(copy, []);
      expect(ran.stdout).toContain("The networks are not there");
      expect(ran.status).toBe(0);
      expect(networks(copy, [], { PKTWHY_REQUIRE_ALL: "1" }).status).toBe(1);
    });
  });

  it("passes its arguments on and compares", ({ skip }) => {
    if (spawnSync("python3", ["--version"]).error !== undefined) skip("python3 is not there");
    inCopy((copy) => {
      const beside = join(copy, "../shared/cases/networks");
      mkdirSync(beside, { recursive: true });
      writeFileSync(join(beside, "baseline.tsv"), "one\tagrees\thonest\t-\n");
      const program =
        "import sys, json, os\nout = sys.argv[sys.argv.index('--out') + 1]\njson.dump([{'id': 'one', 'run': 'right', 'predict': 'agrees'}], open(os.path.join(out, 'score.json'), 'w'))\nprint('asked for', sys.argv[1:], flush=True)\n";
      writeFileSync(join(beside, "run.py"), program);
      const ran = networks(copy, ["--only", "one", "--out", copy]);
      expect(ran.stderr).toBe("");
      expect(ran.stdout).toContain("'--only', 'one'");
      expect(ran.stdout).toContain("--pktwhy");
      expect(ran.stdout).toContain("better 1, worse 0");
      expect(ran.status).toBe(0);
    });
  });
});
