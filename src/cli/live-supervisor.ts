// The half of a live capture that may be root: starts and ends captures and the explainer, and reads no packet.

import { type ChildProcess, spawn } from "node:child_process";
import type { Socket } from "node:net";
import { type Capture, type CaptureBackend, closeCaptures, openCaptures, SNAP_LENGTH } from "../capture/backend.ts";
import { type Problem, ProblemError } from "../model/problem.ts";
import { text } from "../model/text.ts";
import type { NamespaceTarget } from "../system/collect-namespaces.ts";
import { readLinks } from "./live-links.ts";
import {
  type BeginMessage,
  EXPLAINER,
  FIRST_STREAM,
  type FromExplainer,
  type PlanEnd,
  type ToExplainer,
} from "./live-messages.ts";
import type { LivePlaces } from "./live-places.ts";

type Kind = FromExplainer["kind"];
type Of<K extends Kind> = Extract<FromExplainer, { kind: K }>;

/** A running explainer and the captures that feed it. */
export class LiveCapture {
  readonly #child: ChildProcess;
  readonly #targets: readonly NamespaceTarget[];
  readonly #listeners = new Map<Kind, (message: FromExplainer) => void>();
  readonly #lost: Promise<never>;
  #captures: readonly Capture[] = [];
  #over = false;

  private constructor(streams: number, targets: readonly NamespaceTarget[]) {
    this.#targets = targets;
    const pipes = Array.from({ length: streams }, () => "pipe" as const);
    this.#child = spawn(process.execPath, [...process.execArgv, process.argv[1] ?? "", EXPLAINER], {
      stdio: ["ignore", "inherit", "inherit", "ipc", ...pipes],
    });
    this.#lost = new Promise((_, reject) => {
      this.#child.on("error", () => reject(new ProblemError(explainerLost("could not be started"))));
      this.#child.on("exit", (status, signal) => {
        if (!this.#over) reject(new ProblemError(explainerLost(signal ?? `status ${status}`)));
      });
      this.#child.on("message", (message: FromExplainer) => {
        if (message.kind === "failed") reject(new ProblemError(message.problem));
        else if (message.kind === "who") void this.#lookAgain(message.netns);
        else this.#listeners.get(message.kind)?.(message);
      });
    });
    this.#lost.catch(() => {});
  }

  /** Starts everything; packets that come after this returns are seen. Nothing is left running where it throws. */
  static async open(
    backend: CaptureBackend,
    where: LivePlaces,
    targets: readonly NamespaceTarget[],
    begin: Omit<BeginMessage, "kind">,
  ): Promise<LiveCapture> {
    const live = new LiveCapture(where.places.length, targets);
    try {
      const ends = where.places.map((_, at) => live.#child.stdio[FIRST_STREAM + at] as Socket);
      for (const end of ends) end.on("error", () => {});
      const filter = where.plans[0]?.filter ?? null;
      const opened = openCaptures(backend, where.places, { filter, snapLength: SNAP_LENGTH }, ends);
      // The captures have their own copies; ours would keep the streams from ending.
      for (const end of ends) end.destroy();
      live.#captures = await Promise.race([opened, live.#lost]);
      live.#send({ kind: "pids", pids: live.#captures.flatMap((capture) => capture.pid ?? []) });
      live.#send({ kind: "begin", ...begin });
      await live.#hear("opened");
      return live;
    } catch (error) {
      live.#abandon();
      throw error;
    }
  }

  /** Hands on what the kernel told, unread. */
  trace(offset: string, words: string): void {
    this.#send({ kind: "trace", offset, text: words });
  }

  /** Fulfilled once no question on the wire is open; `stillOpen` hears what is waited for. */
  async settle(stillOpen: (what: "arp" | "echo") => void): Promise<void> {
    this.#listeners.set("open", (message) => stillOpen((message as Of<"open">).what));
    this.#send({ kind: "settle" });
    await this.#hear("settled");
  }

  /** Ends the captures; nothing that was seen before is lost. */
  async stop(): Promise<readonly PlanEnd[]> {
    const ends = await closeCaptures(this.#captures);
    // What nobody asked for by name takes no error to be without.
    return ends.map(({ dropped, problem }, at) => {
      const optional = this.#captures[at]?.place.optional === true;
      return { dropped, problem: problem !== null && optional ? { ...problem, severity: "warning" } : problem };
    });
  }

  /** Lets the explainer tell its report; the status it comes to. */
  async finish(finish: Omit<Extract<ToExplainer, { kind: "finish" }>, "kind">): Promise<number> {
    this.#send({ kind: "finish", ...finish });
    try {
      const { status } = await this.#hear("done");
      this.#over = true;
      return status;
    } finally {
      this.#abandon();
    }
  }

  /** Ends everything at once. */
  abort(): void {
    this.#abandon();
  }

  #abandon(): void {
    this.#over = true;
    for (const capture of this.#captures) capture.kill();
    if (this.#child.connected) this.#child.disconnect();
  }

  #send(message: ToExplainer): void {
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  #hear<K extends Kind>(kind: K): Promise<Of<K>> {
    const heard = new Promise<Of<K>>((resolve) => {
      this.#listeners.set(kind, (message) => resolve(message as Of<K>));
    });
    return Promise.race([heard, this.#lost]);
  }

  async #lookAgain(netns: string): Promise<void> {
    const target = this.#targets.find((one) => one.key === netns);
    this.#send({ kind: "names", netns, links: target === undefined ? [] : await readLinks(target) });
  }
}

function explainerLost(how: string): Problem {
  return {
    kind: "explainer-lost",
    severity: "error",
    place: "pktwhy",
    text: text(
      `The part of pktwhy that reads packets ended too early (${how}), so that there is no report. Run the same again; if it stays so, report it as a bug.`,
      `pktwhy 中读取报文的进程提前结束（${how}），因此没有报告。请重新运行；如果仍然如此，请作为缺陷报告。`,
    ),
  };
}
