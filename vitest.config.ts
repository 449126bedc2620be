// Three projects, one after another: pure tests; live ones (real namespaces, real captures) side by side; and the few live
// ones that need the machine for themselves. test/live/README.md says how a live test is written that disturbs no other.

import { defineConfig } from "vitest/config";
import { howMany } from "./test/how-long.ts";
import { LongestFirst } from "./test/program/longest-first.ts";
import { roomsOfTheirOwn } from "./test/program/room-of-its-own.ts";
import { sameInBoth } from "./test/program/same-in-both.ts";
import { SecondAttempts } from "./test/program/second-attempts.ts";

// Live tests wait more than they compute: more of them at once than there are processors, but not many more.
const LIVE_FILES_AT_ONCE = 4;
const LIVE_TESTS_AT_ONCE_IN_A_FILE = 8;

// No test is timed: this only ends one that hangs, on however busy a machine.
const HANGS = howMany(180_000, 3_000_000);

// What the kernel's clock and a busy machine do to a live test once, they do not do three times: docs/decisions/0016.
const AGAIN = 2;

// `npm test` leaves these out; naming one of them runs it.
const long = process.env.PKTWHY_LONG === "0" ? ["test/live/long/**"] : [];
// Where `npm test` has just run, the long run leaves out what that has tested whole.
const tested = process.env.PKTWHY_TESTED === "1" ? sameInBoth() : [];
const alone = ["test/live/alone/**", "test/live/long/alone/**"];

export default defineConfig({
  test: {
    globalSetup: ["test/program/bundle.ts"],
    reporters: ["default", new SecondAttempts()],
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: "pure",
          include: ["test/**/*.test.ts"],
          exclude: ["test/live/**", ...tested],
          // Without this one processor would stay idle.
          maxWorkers: "100%",
          // Files that share a process share the modules of src and the reports of the recorded cases (test/recorded.ts): half of
          // a run was importing and explaining the same again. No test of these changes anything beyond its own file.
          isolate: false,
          testTimeout: HANGS,
          hookTimeout: 120_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: "live",
          include: ["test/live/**/*.test.ts"],
          exclude: [...alone, ...long, ...tested],
          pool: roomsOfTheirOwn,
          sequence: { groupOrder: 1 },
          maxWorkers: LIVE_FILES_AT_ONCE,
          maxConcurrency: LIVE_TESTS_AT_ONCE_IN_A_FILE,
          retry: AGAIN,
          testTimeout: HANGS,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: "alone",
          include: alone.map((folder) => `${folder}/*.test.ts`),
          exclude: [...long, ...tested],
          sequence: { groupOrder: 2 },
          fileParallelism: false,
          maxWorkers: 1,
          retry: AGAIN,
          testTimeout: HANGS,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
