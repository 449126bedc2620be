// `pktwhy run` and `pktwhy watch`, killed at any moment: what was known until then can be read, and no capture is left.

import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, it } from "vitest";
import { howMany } from "../../how-long.ts";
import { descendants, isAlive, pktwhyLive, startPktwhy, twoNamespaces, until, whyNoCaptures } from "../run-world.ts";

// By default some five moments each; the first of them while everything is still being set up.
const ROUNDS = howMany(5, 30);
const LONGEST_MS = 4000;

describe.skipIf(whyNoCaptures() !== null)("a kill at a random moment", () => {
  const kinds = ["run", "watch", "run into one file"] as const;
  it.concurrent.each(kinds)("%s leaves what was known", async (kind) => {
    const world = twoNamespaces();
    const directory = mkdtempSync(join(tmpdir(), "pktwhy-killed-"));
    try {
      const ping = ["ip", "netns", "exec", world.name("a"), "ping", "-i", "0.2", "10.7.0.2"];
      let begun = 0;
      for (let round = 0; round < ROUNDS; round++) {
        const kept = kind === "run into one file" ? `${directory}/${round}.pcapng` : `${directory}/${round}`;
        const into = kind === "run into one file" ? kept : `${kept}/`;
        const words =
          kind === "watch"
            ? ["watch", "-i", `veth0@${world.name("a")}`, "-i", `veth1@${world.name("b")}`, "-w", into]
            : ["run", "-w", into, "--", ...ping];
        const running = startPktwhy(words);
        let said = false;
        running.said(/watching/).then(
          () => {
            said = true;
          },
          () => {},
        );
        // Every other one comes while packets are captured, however long that takes to begin.
        if (round % 2 === 1) await running.said(/watching/).catch(() => {});
        await sleep(Math.random() * LONGEST_MS);
        const children = descendants(running.child.pid as number);
        running.child.kill("SIGKILL");
        await running.done;
        await until(() => children.every(({ pid }) => !isAlive(pid)), 20, "everything has ended");
        if (!said && !existsSync(kept)) continue;
        begun++;
        await isReadable(kept, said);
      }
      if (begun === 0) throw new Error("no kill came late enough");
    } finally {
      world.remove();
      rmSync(directory, { recursive: true, force: true });
    }
  });

  async function isReadable(kept: string, said: boolean): Promise<void> {
    const state = statSync(kept).isDirectory() ? `${kept}/state.json` : null;
    // Before anything is said of captures, the state is on the disk; earlier it may be on its way.
    if (said && state !== null) JSON.parse(readFileSync(state, "utf8"));
    const told = await pktwhyLive(["explain", kept, "--json"]);
    if (![0, 1, 2].includes(told.status ?? -1)) throw new Error(`status ${told.status}: ${told.stderr}`);
    if (/\n\s+at \S+ \(/.test(told.stderr)) throw new Error(`a trace of the stack: ${told.stderr}`);
    if (!said) return;
    if (told.status === 2 && !/no capture|no packets/i.test(told.stderr)) throw new Error(told.stderr);
    if (!/cut off before its end/.test(told.stderr)) throw new Error(`it is not said: ${told.stderr}`);
  }
});
