// The half of live work that may be root: starts and ends the captures and whoever reads them, and reads no packet.

import { type ChildProcess, spawn } from "node:child_process";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type Capture, type CaptureBackend, closeCaptures, openCaptures, SNAP_LENGTH } from "../capture/backend.ts";
import { type Problem, ProblemError } from "../model/problem.ts";
import type { SystemState } from "../model/system-state.ts";
import { type Language, type Text, text } from "../model/text.ts";
import type { NamespaceTarget } from "../system/collect-namespaces.ts";
import type { StateFile } from "../system/state-file.ts";
import { ownCommand } from "../tool-environment.ts";
import { discard, type KeepWhere } from "./files.ts";
import { readLinks } from "./links.ts";
import {
  type Begin,
  FIRST_STREAM,
  type Finish,
  type FromReader,
  type LinkName,
  type PlanEnd,
  SPARE_STREAMS,
  type ToReader,
  type Work,
} from "./messages.ts";
import { openEitherWay } from "./one-by-one.ts";
import type { LivePlaces } from "./places.ts";
import { identityToBecome } from "./privileges.ts";

/** What `run` and `watch` do differently with the half that reads packets. */
export interface ReaderKind<W extends Work> {
  /** The internal command that it is. */
  readonly command: string;
  /** What is lost with it, as the sentence goes on. */
  readonly lost: { readonly kind: string; readonly without: Text };
  /** What it must be told besides, where captures are as chosen. */
  begin(chosen: LivePlaces): W["begin"];
  /** Hears its words. */
  word(word: W["word"]): void;
  /** A capture has ended by itself, with so many left. */
  captureEnded?(live: LiveCapture<W>, problem: Problem | null, left: number): void;
}

/** Where, with what and for whom is captured. */
export interface LiveSetting {
  readonly backend: CaptureBackend;
  readonly where: LivePlaces;
  /** The state before, raw and parsed. */
  readonly file: StateFile;
  readonly state: SystemState;
  readonly targets: readonly NamespaceTarget[];
  readonly keep: KeepWhere;
  readonly language: Language;
}

const DISCARD_MS = 2000;
const NOWHERE: LivePlaces = { places: [], plans: [], watching: [] };

type Kind = "opened" | "done";
type Of<W extends Work, K extends Kind> = Extract<FromReader<W>, { kind: K }>;

/** A reader under way and the captures that feed it. */
export class LiveCapture<W extends Work> {
  /** Where is captured in the end. */
  readonly where: LivePlaces;
  /** Rejected once the reader is gone before its time, or something stands in its way. */
  readonly failed: Promise<never>;
  readonly #kind: ReaderKind<W>;
  readonly #child: ChildProcess;
  readonly #targets: readonly NamespaceTarget[];
  readonly #listeners = new Map<Kind, (message: FromReader<W>) => void>();
  readonly #identity = identityToBecome();
  #made: readonly string[] = [];
  #captures: readonly Capture[] = [];
  #backend: CaptureBackend | null = null;
  /** Captures that are being added. */
  #adding: Promise<unknown> = Promise.resolve();
  #added = 0;
  /** What is to be said of captures that began late, by their places. */
  readonly #since = new Map<number, Problem>();
  #closing = false;
  #over = false;

  private constructor(kind: ReaderKind<W>, where: LivePlaces, targets: readonly NamespaceTarget[]) {
    this.#kind = kind;
    this.where = where;
    this.#targets = targets;
    const pipes = [...where.places, ...Array(SPARE_STREAMS).keys()].map(() => "pipe" as const);
    const [file, ...args] = ownCommand();
    this.#child = spawn(file, [...args, kind.command], {
      stdio: ["ignore", "inherit", "inherit", "ipc", ...pipes],
      env: readerEnvironment(),
    });
    this.failed = new Promise((_, reject) => {
      const lost = (how: string) => reject(new ProblemError(readerLost(kind.lost, how)));
      this.#child.on("error", () => lost("could not be started"));
      this.#child.on("exit", (status, signal) => {
        if (!this.#over) lost(signal ?? `status ${status}`);
      });
      this.#child.on("message", (message: FromReader<W>) => {
        if (message.kind === "failed") {
          this.#made = message.made.length > 0 ? message.made : this.#made;
          reject(new ProblemError(message.problem));
        } else if (message.kind === "who") void this.#lookAgain(message.netns);
        else if (message.kind === "word") kind.word(message.word);
        else this.#listeners.get(message.kind)?.(message);
      });
    });
    this.failed.catch(() => {});
  }

  /**
   * Starts everything, interface by interface where tcpdump takes no whole namespace; packets that come after this
   * returns are seen. Nothing is left running where it throws.
   */
  static open<W extends Work>(kind: ReaderKind<W>, setting: LiveSetting): Promise<LiveCapture<W>> {
    return openEitherWay(setting.where, setting.state, async (chosen, limits) => {
      const live = new LiveCapture(kind, chosen, setting.targets);
      try {
        await live.#start(setting, limits);
        return live;
      } catch (error) {
        await live.#discard();
        live.abandon();
        throw error;
      }
    });
  }

  /** Hands on what the kernel told, unread. */
  trace(offset: string, words: string): void {
    this.#send({ kind: "trace", offset, text: words });
  }

  /**
   * Captures elsewhere too, from now on, which `since` says of them; fulfilled once they listen, with those that do. What
   * cannot be captured there is left out: nobody asked for it by name.
   */
  add(where: LivePlaces, names: ReadonlyMap<string, readonly LinkName[]>, since: Problem): Promise<LivePlaces> {
    const adding = this.#adding.then(() => this.#add(where, names, since));
    this.#adding = adding.catch(() => {});
    return adding;
  }

  async #add(where: LivePlaces, names: ReadonlyMap<string, readonly LinkName[]>, since: Problem): Promise<LivePlaces> {
    const backend = this.#backend;
    const room = SPARE_STREAMS - this.#added;
    if (backend === null || this.#closing || this.#over || room <= 0) return NOWHERE;
    const places = where.places.slice(0, room).map((place) => ({ ...place, optional: true }));
    const plans = where.plans.slice(0, room);
    const at = this.where.places.length + this.#added;
    const ends = places.map((_, index) => this.#child.stdio[FIRST_STREAM + at + index] as Socket);
    this.#added += places.length;
    for (const end of ends) end.on("error", () => {});
    for (const [netns, links] of names) this.#send({ kind: "names", netns, links });
    const filter = plans[0]?.filter ?? null;
    const opened = openCaptures(backend, places, { filter, snapLength: SNAP_LENGTH }, ends);
    for (const end of ends) end.destroy();
    for (const [index, plan] of plans.entries()) {
      this.#since.set(at + index, since);
      this.#send({ kind: "capture", plan });
    }
    this.#captures = [...this.#captures, ...(await Promise.race([opened, this.failed]))];
    this.#send({ kind: "pids", pids: this.#captures.flatMap((capture) => capture.pid ?? []) });
    return { places, plans, watching: where.watching.filter(({ netns }) => plans.some((one) => one.netns === netns)) };
  }

  /** Asks the reader for something. */
  order(order: W["order"]): void {
    this.#send({ kind: "order", order });
  }

  /** Ends the captures; nothing that was seen before is lost. */
  async stop(): Promise<readonly PlanEnd[]> {
    this.#closing = true;
    await this.#adding;
    const ends = await closeCaptures(this.#captures);
    // What nobody asked for by name takes no error to be without.
    return ends.map(({ dropped, problem }, at) => {
      const optional = this.#captures[at]?.place.optional === true;
      const own = problem !== null && optional ? ({ ...problem, severity: "warning" } as const) : problem;
      return { dropped, problem: own ?? this.#since.get(at) ?? null };
    });
  }

  /** Lets the reader tell what it has to tell at the end; the status it comes to. */
  async finish(finish: Omit<Finish<W>, "kind">): Promise<number> {
    this.#send({ ...(finish as Finish<W>), kind: "finish" });
    try {
      const { status } = await this.#hear("done");
      return status;
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

  // What is known is written before the captures start: whatever ends this afterwards leaves it.
  async #start({ backend, file, keep, language }: LiveSetting, limits: readonly Problem[]): Promise<void> {
    const { places, plans } = this.where;
    this.#backend = backend;
    const begin: Begin<W> = {
      ...this.#kind.begin(this.where),
      kind: "begin",
      identity: this.#identity,
      captures: plans,
      keep,
      backend: backend.name,
      timeSource: backend.timeSource,
      limits: [...backend.limits, ...limits],
      language,
      state: file,
    };
    this.#send(begin);
    this.#made = (await this.#hear("opened")).made;
    const ends = places.map((_, at) => this.#child.stdio[FIRST_STREAM + at] as Socket);
    for (const end of ends) end.on("error", () => {});
    const filter = plans[0]?.filter ?? null;
    const opened = openCaptures(backend, places, { filter, snapLength: SNAP_LENGTH }, ends);
    // The captures have their own copies; ours would keep the streams from ending.
    for (const end of ends) end.destroy();
    this.#captures = await Promise.race([opened, this.failed]);
    this.#send({ kind: "listening", pids: this.#captures.flatMap((capture) => capture.pid ?? []) });
    this.#followCaptures();
  }

  // A run that never began leaves no files: by whoever may take them away.
  async #discard(): Promise<void> {
    if (this.#identity?.kind !== "caller") {
      await discard(this.#made);
      return;
    }
    const gone = new Promise<void>((resolve) => this.#child.once("exit", () => resolve()));
    this.#over = true;
    this.#send({ kind: "discard" });
    if (this.#child.exitCode === null) await Promise.race([gone, sleep(DISCARD_MS, undefined, { ref: false })]);
  }

  #followCaptures(): void {
    let left = this.#captures.length;
    for (const capture of this.#captures) {
      void capture.ended.then(({ problem }) => {
        left--;
        if (!this.#closing && !this.#over) this.#kind.captureEnded?.(this, problem, left);
      });
    }
  }

  #send(message: ToReader<W>): void {
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  #hear<K extends Kind>(kind: K): Promise<Of<W, K>> {
    const heard = new Promise<Of<W, K>>((resolve) => {
      this.#listeners.set(kind, (message) => resolve(message as Of<W, K>));
    });
    return Promise.race([heard, this.failed]);
  }

  async #lookAgain(netns: string): Promise<void> {
    const target = this.#targets.find((one) => one.key === netns);
    this.#send({ kind: "names", netns, links: target === undefined ? [] : await readLinks(target) });
  }
}

function readerLost({ kind, without }: ReaderKind<Work>["lost"], how: string): Problem {
  return {
    kind,
    severity: "error",
    place: "pktwhy",
    text: text(
      `The part of pktwhy that reads packets ended too early (${how})${without.en}. Run the same again; if it stays so, report it as a bug.`,
      `pktwhy 中读取报文的进程提前结束（${how}）${without.zh}。请重新运行；如果仍然如此，请作为缺陷报告。`,
    ),
  };
}

// It begins with our rights: what a caller would have Node load with them is not handed on.
function readerEnvironment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: options, ...environment } = process.env;
  return process.getuid?.() === 0 || options === undefined ? environment : process.env;
}
