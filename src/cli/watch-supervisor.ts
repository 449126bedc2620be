// The half of `pktwhy watch` that may be root: starts the captures and whoever reads them, and follows the state.

import { type ChildProcess, spawn } from "node:child_process";
import type { Socket } from "node:net";
import { type Capture, type CaptureBackend, closeCaptures, openCaptures, SNAP_LENGTH } from "../capture/backend.ts";
import { type Problem, ProblemError } from "../model/problem.ts";
import { text } from "../model/text.ts";
import type { NamespaceTarget } from "../system/collect.ts";
import { readLinks } from "./live-links.ts";
import { FIRST_STREAM, type PlanEnd } from "./live-messages.ts";
import type { LivePlaces } from "./live-places.ts";
import { type BeginWatch, type FromWatcher, type ToWatcher, WATCHER } from "./watch-messages.ts";

type Kind = FromWatcher["kind"];

/** What the supervisor is told while it waits. */
export interface WatchEars {
  /** The state may be too old. */
  doubt(): void;
  /** As much was told as was asked for, or no capture is left. */
  enough(): void;
}

/** A watcher under way, with the captures that feed it. */
export class WatchCapture {
  readonly #child: ChildProcess;
  readonly #targets: readonly NamespaceTarget[];
  readonly #ears: WatchEars;
  readonly #heard = new Map<Kind, (message: FromWatcher) => void>();
  /** Rejected once the watcher is gone before its time, or something stands in its way. */
  readonly failed: Promise<never>;
  #captures: readonly Capture[] = [];
  #closing = false;
  #over = false;

  private constructor(streams: number, targets: readonly NamespaceTarget[], ears: WatchEars) {
    this.#targets = targets;
    this.#ears = ears;
    const pipes = Array.from({ length: streams }, () => "pipe" as const);
    this.#child = spawn(process.execPath, [...process.execArgv, process.argv[1] ?? "", WATCHER], {
      stdio: ["ignore", "inherit", "inherit", "ipc", ...pipes],
    });
    this.failed = new Promise((_, reject) => {
      this.#child.on("error", () => reject(new ProblemError(watcherLost("could not be started"))));
      this.#child.on("exit", (status, signal) => {
        if (!this.#over) reject(new ProblemError(watcherLost(signal ?? `status ${status}`)));
      });
      this.#child.on("message", (message: FromWatcher) => {
        if (message.kind === "failed") reject(new ProblemError(message.problem));
        else if (message.kind === "who") void this.#lookAgain(message.netns);
        else if (message.kind === "doubt") ears.doubt();
        else if (message.kind === "enough") ears.enough();
        else this.#heard.get(message.kind)?.(message);
      });
    });
    this.failed.catch(() => {});
  }

  /** Starts everything; packets that come after this returns are seen. Nothing is left running where it throws. */
  static async open(
    backend: CaptureBackend,
    where: LivePlaces,
    targets: readonly NamespaceTarget[],
    begin: BeginWatch,
    ears: WatchEars,
  ): Promise<WatchCapture> {
    const watch = new WatchCapture(where.places.length, targets, ears);
    try {
      const ends = where.places.map((_, at) => watch.#child.stdio[FIRST_STREAM + at] as Socket);
      for (const end of ends) end.on("error", () => {});
      const filter = where.plans[0]?.filter ?? null;
      const opened = openCaptures(backend, where.places, { filter, snapLength: SNAP_LENGTH }, ends);
      // The captures have their own copies; ours would keep the streams from ending.
      for (const end of ends) end.destroy();
      watch.#captures = await Promise.race([opened, watch.failed]);
      watch.send({ kind: "pids", pids: watch.#captures.flatMap((capture) => capture.pid ?? []) });
      const ready = watch.#hear("opened");
      watch.send(begin);
      await ready;
      watch.#watchCaptures();
      return watch;
    } catch (error) {
      watch.abandon();
      throw error;
    }
  }

  /** Tells the watcher something. */
  send(message: ToWatcher): void {
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  /** Ends the captures; nothing that was seen before is lost. */
  async stop(): Promise<readonly PlanEnd[]> {
    this.#closing = true;
    return closeCaptures(this.#captures);
  }

  /** Lets the watcher tell its summary; the status it comes to. */
  async finish(message: Extract<ToWatcher, { kind: "finish" }>): Promise<number> {
    const done = this.#hear("done");
    this.send(message);
    try {
      const told = await done;
      return told.kind === "done" ? told.status : 1;
    } finally {
      this.abandon();
    }
  }

  /** Ends everything at once. */
  abandon(): void {
    this.#over = true;
    for (const capture of this.#captures) capture.kill();
    if (this.#child.connected) this.#child.disconnect();
  }

  // One that ends by itself is told at once; when none is left there is nothing more to watch.
  #watchCaptures(): void {
    let left = this.#captures.length;
    for (const capture of this.#captures) {
      void capture.ended.then(({ problem }) => {
        left--;
        if (this.#closing || this.#over) return;
        if (problem !== null) this.send({ kind: "lost", problem });
        if (left === 0) this.#ears.enough();
      });
    }
  }

  #hear(kind: Kind): Promise<FromWatcher> {
    const heard = new Promise<FromWatcher>((resolve) => this.#heard.set(kind, resolve));
    const gone = new Promise<never>((_, reject) => {
      this.#child.once("exit", (status, signal) => reject(new ProblemError(watcherLost(signal ?? `status ${status}`))));
    });
    gone.catch(() => {});
    return Promise.race([heard, this.failed, gone]);
  }

  async #lookAgain(netns: string): Promise<void> {
    const target = this.#targets.find((one) => one.key === netns);
    this.send({ kind: "names", netns, links: target === undefined ? [] : await readLinks(target) });
  }
}

function watcherLost(how: string): Problem {
  return {
    kind: "watcher-lost",
    severity: "error",
    place: "pktwhy",
    text: text(
      `The part of pktwhy that reads packets ended too early (${how}). Run the same again; if it stays so, report it as a bug.`,
      `pktwhy 中读取报文的进程提前结束（${how}）。请重新运行；如果仍然如此，请作为缺陷报告。`,
    ),
  };
}
