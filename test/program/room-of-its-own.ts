// A worker for live tests in namespaces of its own (network, mount, process): it sees no name, process or counter of another
// one's, so what it makes, counts and tidies up is its own, and `run` looks only where its own test has built something.

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ForksPoolWorker, type PoolRunnerInitializer } from "vitest/node";

const ENTER = join(import.meta.dirname, "enter-room.sh");

let answer: boolean | null = null;

// Without root there are none, and the tests say themselves why they are skipped.
function able(): boolean {
  answer ??= spawnSync(ENTER, ["--version"]).status === 0;
  return answer;
}

class RoomOfItsOwn extends ForksPoolWorker {
  override async start(): Promise<void> {
    const own = process.execPath;
    this.env = { ...this.env, PKTWHY_NODE: own };
    // The worker is forked before super.start() first waits; nothing else is started in between.
    if (able()) process.execPath = ENTER;
    try {
      const started = super.start();
      process.execPath = own;
      await started;
    } finally {
      process.execPath = own;
    }
  }
}

/** The pool of such workers, for vitest.config.ts. */
export const roomsOfTheirOwn: PoolRunnerInitializer = {
  name: "rooms-of-their-own",
  createPoolWorker: (options) => new RoomOfItsOwn(options),
};
