// Two projects: pure tests run side by side, live ones (real namespaces, real captures) one after another.

import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "pure",
          include: ["test/**/*.test.ts"],
          exclude: ["test/live/**"],
          // No test is timed: this only ends one that hangs, on however busy a machine.
          testTimeout: 180_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: "live",
          include: ["test/live/**/*.test.ts"],
          // Live tests share one kernel: a second one at the same time would move its counters and steal its CPU.
          sequence: { groupOrder: 1 },
          fileParallelism: false,
          maxWorkers: 1,
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
