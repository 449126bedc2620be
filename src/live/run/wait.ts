// A run ends when no question is open any more: after a ping has ended, its last ARP round may have seconds to go.

import { setTimeout as sleep } from "node:timers/promises";
import { type Language, text } from "../../model/text.ts";
import type { LiveCapture } from "../supervisor.ts";
import type { RunWork } from "./messages.ts";
import { note } from "./words.ts";

const LOOK_MS = 50;

/**
 * Waits for the end of a round of ARP that is under way: seen on a wire by the explainer, or known to the asker's kernel
 * alone; `longest` milliseconds at most.
 */
export async function waitForOpenQuestions(
  live: LiveCapture<RunWork>,
  questions: QuestionsHeard,
  stillAsking: () => Promise<boolean>,
  longest: number,
  language: Language,
): Promise<void> {
  const stop = new AbortController();
  const { signal } = stop;
  const enough = new Promise<void>((resolve) => {
    process.once("SIGINT", resolve);
    sleep(longest, undefined, { signal }).then(resolve, () => {});
  });
  let told = false;
  const tell = () => {
    if (told || !process.stderr.isTTY) return;
    told = true;
    const seconds = Math.ceil(longest / 1000);
    note(
      text(
        `an ARP question is still open: waiting for its end, ${seconds} s at most (Ctrl-C stops waiting)`,
        `还有 ARP 询问没有结束：最多再等 ${seconds} 秒（Ctrl-C 不再等待）`,
      ),
      language,
    );
  };
  const settled = async () => {
    while (!signal.aborted && (await stillAsking())) {
      tell();
      await sleep(LOOK_MS);
    }
    // What comes of the round's end is on its way now.
    await questions.settle(live, (what) => what === "arp" && tell());
  };
  await Promise.race([settled(), enough]);
  stop.abort();
}

/** What the explainer says of questions on the wire that are still open. */
export class QuestionsHeard {
  hear: (word: RunWork["word"]) => void = () => {};

  /** Fulfilled once none is; `stillOpen` hears what is waited for. */
  async settle(live: LiveCapture<RunWork>, stillOpen: (what: "arp" | "echo") => void): Promise<void> {
    const settled = new Promise<void>((resolve) => {
      this.hear = (word) => (word.kind === "open" ? stillOpen(word.what) : resolve());
    });
    live.order({ kind: "settle" });
    await Promise.race([settled, live.failed]);
  }
}
