// One shell at the other end: orders go in line by line, and what comes back is bounded in size and time.

import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { elapsedMs } from "../clock.ts";
import { READY } from "./remotes.ts";

/** The session has ended, or gives no answer. */
export class SessionLost extends Error {
  readonly why: "ended" | "hangs" | "too-much";

  constructor(why: SessionLost["why"]) {
    super(why);
    this.why = why;
  }
}

/** Longest silence of a host that was asked something, in milliseconds. */
export const PATIENCE_MS = 60_000;
// A host's whole state: about 1600 namespaces (40 KB each, measured).
const LARGEST_ANSWER = 64 * 2 ** 20;
const MOST_SAID = 16_384;

/** A shell that answers orders. */
export class Session {
  readonly mark = `pktwhy-${randomBytes(16).toString("hex")}`;
  readonly child: ChildProcess;
  /** Fulfilled with its end. */
  readonly ended: Promise<void>;
  #said = "";
  #chunks: Buffer[] = [];
  #size = 0;
  #isOver = false;
  #onData: ((chunk: Buffer) => void) | null = null;
  #wake: () => void = () => {};

  constructor(child: ChildProcess) {
    this.child = child;
    child.stdin?.on("error", () => {});
    child.stderr?.setEncoding("utf8").on("data", (words: string) => {
      if (this.#said.length < MOST_SAID) this.#said += words;
      this.#wake();
    });
    child.stdout?.on("data", (chunk: Buffer) => {
      if (this.#onData !== null) {
        this.#onData(chunk);
        return;
      }
      this.#size += chunk.length;
      if (this.#size > LARGEST_ANSWER) child.kill("SIGKILL");
      else this.#chunks.push(chunk);
      this.#wake();
    });
    this.ended = new Promise((resolve) => {
      const over = () => {
        this.#isOver = true;
        this.#wake();
        resolve();
      };
      child.on("close", over);
      child.on("error", (error) => {
        this.#said += error.message;
        over();
      });
    });
  }

  /** What ssh and the tools there complained of. */
  get said(): string {
    return this.#said;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Starts what collects there; throws SessionLost where none answers. */
  async begin({ script, more }: { readonly script: string; readonly more: (() => Buffer) | null }): Promise<void> {
    this.#write(script);
    await this.#ready();
    if (more !== null) {
      this.#write(more());
      await this.#ready();
    }
    this.#write(`${this.mark}\n`);
  }

  /** Asks, and waits for the whole answer. */
  async ask(order: string): Promise<string> {
    const over = `\n${this.mark} over\n`;
    this.#write(`${order}\n`);
    const answer = await this.#until((text) => text.endsWith(over));
    this.#take();
    return answer.slice(0, -over.length);
  }

  /** Asks for what ends only with the session; from now on its output goes to `onData`. */
  turnTo(order: string, onData: (chunk: Buffer) => void): void {
    this.#onData = onData;
    this.#write(`${order}\n`);
  }

  /** Waits until it complains so, or has ended; false where it does not within that time. */
  async complained(what: RegExp, ms: number): Promise<boolean> {
    const deadline = setTimeout(() => this.#wake(), ms);
    const until = elapsedMs() + ms;
    while (!what.test(this.#said) && !this.#isOver && elapsedMs() < until) await this.#waked();
    clearTimeout(deadline);
    return what.test(this.#said);
  }

  /** Nothing more is asked: what runs there ends. */
  finish(): void {
    this.child.stdin?.end();
  }

  kill(): void {
    this.child.kill("SIGKILL");
  }

  async #ready(): Promise<void> {
    await this.#until((text) => text.endsWith(READY) || text.includes(`\n${READY}`) || text === READY);
    this.#take();
  }

  #write(words: string | Buffer): void {
    if (this.child.stdin?.writable === true) this.child.stdin.write(words);
  }

  #take(): void {
    this.#chunks = [];
    this.#size = 0;
  }

  async #until(isWhole: (text: string) => boolean): Promise<string> {
    let size = -1;
    for (;;) {
      const tail = Buffer.concat(this.#chunks.slice(-2)).toString("latin1");
      // Only what ends as asked for is put together.
      if (this.#size !== size && isWhole(tail.slice(-256))) return Buffer.concat(this.#chunks).toString("utf8");
      size = this.#size;
      if (this.#size > LARGEST_ANSWER) throw new SessionLost("too-much");
      if (this.#isOver) throw new SessionLost("ended");
      const late = setTimeout(() => {
        if (this.#size === size) this.#hung = true;
        this.#wake();
      }, PATIENCE_MS);
      await this.#waked();
      clearTimeout(late);
      if (this.#hung) throw new SessionLost("hangs");
    }
  }

  #hung = false;

  #waked(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
