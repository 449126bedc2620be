// Waits until a tcpdump has read what the kernel holds for it: on a busy machine its turn may come long after the packets.

import type { ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { elapsedMs } from "../clock.ts";

const BETWEEN_MS = 20;
const GIVES_UP_MS = 10_000;

/** The counts that tcpdump said last, of those it says at SIGUSR1 and in the end; null before the first. */
export function lastCounts(said: string): { readonly captured: number; readonly dropped: number } | null {
  const captured = said.match(/\d+(?= packets? captured)/g)?.at(-1);
  const dropped = said.match(/\d+(?= packets? dropped by kernel)/g)?.at(-1);
  return captured === undefined || dropped === undefined
    ? null
    : { captured: Number(captured), dropped: Number(dropped) };
}

/** Fulfilled once two counts that it gave when asked are alike: between them it had its turn, and found nothing. */
export async function drained(tcpdump: ChildProcess): Promise<void> {
  let said = "";
  const listen = (chunk: Buffer | string): void => {
    said += String(chunk);
  };
  tcpdump.stderr?.on("data", listen);
  const deadline = elapsedMs() + GIVES_UP_MS;
  let before: string | null = null;
  // Frames that have just been sent are still on their way to the socket: 10 ms is what it takes.
  await sleep(BETWEEN_MS);
  while (tcpdump.exitCode === null && tcpdump.signalCode === null && elapsedMs() < deadline) {
    said = "";
    tcpdump.kill("SIGUSR1");
    while (!said.endsWith("\n") && elapsedMs() < deadline && tcpdump.exitCode === null) await sleep(BETWEEN_MS);
    if (said === before) break;
    before = said;
  }
  tcpdump.stderr?.off("data", listen);
}
