// The other side of a collection where a pktwhy runs there: it answers the orders that the plain script answers, and tells of
// the state what a shell cannot (containers, programs that hold sockets, the kernel's log, each change with its time).

import { createInterface } from "node:readline";
import { uptimeSeconds } from "../../clock.ts";
import { Monitors } from "../../live/monitors.ts";
import { ProblemError } from "../../model/problem.ts";
import { collectState, findNamespaces, type NamespaceTarget } from "../../system/collect.ts";
import type { StateFile } from "../../system/state-file.ts";
import { READY } from "../remotes.ts";

/** Answers until standard input ends, and with it the connection. */
export async function serveOrders(): Promise<void> {
  const began = uptimeSeconds();
  const looking = new Looking(began);
  // Whoever asked is gone: monitors die with this process.
  process.stdout.on("error", () => process.exit());
  const lines = createInterface({ input: process.stdin });
  lines.on("close", () => process.exit());
  process.stdout.write(READY);
  let mark: string | null = null;
  for await (const line of lines) {
    if (mark === null) mark = line;
    else process.stdout.write(`${await looking.answer(line)}\n${mark} over\n`);
  }
}

/** What was looked at so far. */
class Looking {
  readonly #began: number;
  #targets: readonly NamespaceTarget[] = [];
  #monitors: Monitors | null = null;

  constructor(began: number) {
    this.#began = began;
  }

  async answer(order: string): Promise<string> {
    const [word, ...inodes] = order.split(" ");
    if (word === "spaces") return await this.#spaces();
    if (word !== "state") return "";
    try {
      return JSON.stringify(await this.#state(inodes));
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      return JSON.stringify({ problem: error.problem.text.en });
    }
  }

  async #spaces(): Promise<string> {
    this.#targets = await findNamespaces();
    return JSON.stringify(this.#targets.map(({ inode, key }) => ({ inode: String(inode), key })));
  }

  /** The second time with what changed since the first, and what the kernel logged. */
  async #state(inodes: readonly string[]): Promise<StateFile> {
    const targets = this.#targets.filter(({ inode }) => inodes.includes(String(inode)));
    const namespaces = targets.map(({ key }) => key);
    if (this.#monitors === null) {
      const before = await collectState({ namespaces });
      this.#monitors = await Monitors.start(targets, before);
      return before;
    }
    const after = await collectState({ namespaces, kernelLogSince: this.#began });
    await this.#monitors.stop();
    return this.#monitors.into(after);
  }
}
