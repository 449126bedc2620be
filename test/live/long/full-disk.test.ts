// What cannot be written is said in one sentence with status 2, the report goes where it still can, and nothing is lost
// that could be kept: on a full disk, a device that is always full, a read-only one, and to a reader that has gone.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, inject, it } from "vitest";
import { whyNoCaptures } from "../run-world.ts";

const fixtures = join(import.meta.dirname, "../../../fixtures");
const failing = join(fixtures, "veth-one-address");
const state = join(failing, "state.json.gz");
const working = join(fixtures, "veth-both-addresses/state.json.gz");
const SENTENCE = /could not be written|Whoever read the output has gone/g;

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What lies on the small disk afterwards. */
  readonly left: string;
}

// In namespaces of its own, where a small disk can be mounted and lo be up.
function onSmallDisk(words: string, { size = "64k", fill = true, readOnly = false } = {}): Ended {
  const disk = mkdtempSync(join(tmpdir(), "pktwhy-full-"));
  const script = [
    "ip link set lo up",
    `mount -t tmpfs -o size=${size} none "$1"`,
    fill ? 'head -c 1M /dev/zero > "$1/fill" 2>/dev/null' : "true",
    readOnly ? 'mount -o remount,ro "$1"' : "true",
    `pktwhy() { "${process.execPath}" "${inject("program")}" "$@"; }`,
    `D="$1"; ${words}`,
    'status=$?; ls "$1" > "$1.left"; exit $status',
  ].join("\n");
  try {
    const run = spawnSync("unshare", ["-mn", "bash", "-o", "pipefail", "-c", script, "sh", disk], {
      encoding: "utf8",
      timeout: 60_000,
    });
    const { stdout: left } = spawnSync("cat", [`${disk}.left`], { encoding: "utf8" });
    return { status: run.status, stdout: run.stdout, stderr: run.stderr, left };
  } finally {
    rmSync(disk, { recursive: true, force: true });
    rmSync(`${disk}.left`, { force: true });
  }
}

const PING = "-- ping -c 1 127.0.0.1";
const REPORT = /own address: the ping stays on lo|ARP dropped: no local owner/;

function onFull(name: string, words: string, told: RegExp | null = null) {
  return { name, words, told, readOnly: false };
}

function onReadOnly(name: string, words: string) {
  return { name, words, told: null, readOnly: true };
}

// Commands that tell of something else than a ping: their words, and what is told all the same on standard output.
const OTHERS = [
  onFull("explain -f html -o", `pktwhy explain -f html ${failing} -o $D/report`, /<!doctype html>/i),
  onFull("explain -f json -o", `pktwhy explain -f json ${failing} -o $D/report`, /"schema": "pktwhy\/1"/),
  onFull("explain -f pcapng -o", `pktwhy explain -f pcapng ${failing} -o $D/told.pcapng`),
  onFull("explain -f parquet -o", `pktwhy explain -f parquet ${failing} -o $D/tables/`),
  onReadOnly("explain -f parquet, read-only", `pktwhy explain -f parquet ${failing} -o $D/t/`),
  onFull("run -f parquet -o", `pktwhy run -f parquet -o $D/tables/ ${PING}`),
  onFull("run -f html -o", `pktwhy run -f html -o $D/report ${PING}`, /<!doctype html>/i),
  onFull("run where there is no room for what it keeps meanwhile", `TMPDIR=$D pktwhy run ${PING}`),
  onFull("watch -w into a file", "pktwhy watch -w $D/case.pcapng"),
  onFull("snapshot -o", "pktwhy snapshot -o $D/state.json", /"pktwhy": "state\/1"/),
  onFull("snapshot to a full device", "pktwhy snapshot > /dev/full"),
  onFull("predict -o", `pktwhy predict 192.168.2.1 --state ${state} -o $D/report`, REPORT),
  onFull("predict to a full device", `pktwhy predict 192.168.2.1 --state ${state} > /dev/full`),
  onFull("diff -o", `pktwhy diff ${working} ${state} 192.168.2.1 -I veth0 -o $D/report`, /192\.168\.2\.1/),
  onFull("diff to a full device", `pktwhy diff ${working} ${state} 192.168.2.1 -I veth0 > /dev/full`),
  onFull("audit -o", `pktwhy audit ${state} -o $D/report`, /./),
  onFull("audit to a full device", `pktwhy audit ${state} > /dev/full`),
  onFull("lab run -o", "pktwhy lab run own-address -o $D/report", REPORT),
  onFull("lab run to a full device", "pktwhy lab run own-address > /dev/full"),
  onFull("lab run where there is no room meanwhile", "TMPDIR=$D pktwhy lab run own-address"),
  onFull("lab record -o", "pktwhy lab record own-address -o $D/case"),
  onReadOnly("lab record, read-only", "pktwhy lab record own-address -o $D/case"),
  onFull("lab from -o", `pktwhy lab from ${failing} -o $D/report`, REPORT),
  onFull("lab from where there is no room meanwhile", `TMPDIR=$D pktwhy lab from ${failing}`),
  onReadOnly("collect -o, read-only", "pktwhy collect --host root@127.0.0.1 -o $D/case/ --for 1s"),
  ...["causes", "causes no-route", "doctor", "help run", "lab list", "completion bash"].map((words) =>
    onFull(`${words} to a full device`, `pktwhy ${words} > /dev/full`),
  ),
];

describe.skipIf(whyNoCaptures() !== null)("what cannot be written", () => {
  // The words, whether the report is told all the same, and what is left behind.
  const cases: readonly (readonly [string, string, { report: boolean; left?: string; readOnly?: boolean }])[] = [
    ["explain to a full device", `pktwhy explain ${failing} > /dev/full`, { report: false }],
    ["explain -o on a full disk", `pktwhy explain ${failing} -o $D/report`, { report: true }],
    ["explain -o on a read-only disk", `pktwhy explain ${failing} -o $D/report`, { report: true, readOnly: true }],
    ["run -w into a directory", `pktwhy run -w $D/case/ ${PING}`, { report: false, left: "fill" }],
    ["run -w into a file", `pktwhy run -w $D/case.pcapng ${PING}`, { report: false, left: "fill" }],
    ["run -w into a full device", `pktwhy run -w /dev/full ${PING}`, { report: false }],
    ["run -w on a read-only disk", `pktwhy run -w $D/case/ ${PING}`, { report: false, readOnly: true }],
    ["run -o", `pktwhy run -o $D/report ${PING}`, { report: true }],
    ["run to a full device", `pktwhy run ${PING} > /dev/full`, { report: false }],
    ["watch -w", "pktwhy watch -w $D/case/", { report: false, left: "fill" }],
    ["watch to a full device", "pktwhy watch > /dev/full", { report: false }],
  ];
  it.each(cases)("%s", { timeout: 90_000 }, (_, words, { report, left, readOnly = false }) => {
    const ended = onSmallDisk(words, { readOnly });
    expect(ended.stderr.match(SENTENCE)).toHaveLength(1);
    // A stack trace, or the source of what was built.
    expect(ended.stderr).not.toMatch(/^\s+at |node:internal|"use strict"/m);
    expect(ended.status).toBe(2);
    expect(REPORT.test(ended.stdout)).toBe(report);
    if (left !== undefined) expect(ended.left.trim()).toBe(left);
  });

  it.each(OTHERS)("$name", { timeout: 90_000 }, ({ words, told, readOnly }) => {
    const ended = onSmallDisk(words, { readOnly });
    expect(ended.stderr.match(SENTENCE), ended.stderr).toHaveLength(1);
    expect(ended.stderr).not.toMatch(/^\s+at |node:internal|"use strict"/m);
    expect(ended.status, ended.stderr).toBe(2);
    if (told !== null) expect(ended.stdout).toMatch(told);
  });

  it("run into a pipe whose reader has gone keeps its case whole", { timeout: 90_000 }, () => {
    const words = `pktwhy run -w $D/case/ ${PING} | true; pktwhy explain $D/case/`;
    const ended = onSmallDisk(words, { size: "8m", fill: false });
    expect(ended.stderr.match(SENTENCE)).toHaveLength(1);
    expect(ended.stdout).toMatch(REPORT);
    expect(ended.stdout).not.toContain("cut off");
  });

  it("a disk that fills up while packets come ends the case there, and says so", { timeout: 90_000 }, () => {
    const flood = "-- ping -f -c 20000 -s 1400 127.0.0.1";
    const ended = onSmallDisk(`pktwhy run -w $D/case/ ${flood}; status=$?; pktwhy explain $D/case/; exit $status`, {
      size: "2m",
      fill: false,
    });
    expect(ended.stderr.match(/could not be written to its end \(ENOSPC\)/g)?.length).toBeGreaterThan(0);
    expect(ended.stderr).not.toMatch(/^\s+at |node:internal/m);
    expect(ended.status).toBe(2);
    expect(ended.stdout.match(/own address: the ping stays on lo/g)).toHaveLength(2);
  });
});
