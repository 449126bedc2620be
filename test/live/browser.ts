// Chromium without a window, spoken to over its pipe (Chrome DevTools Protocol), with nothing but this process to talk to.

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];
const FLAGS = [
  "--headless",
  "--remote-debugging-pipe",
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
  "--hide-scrollbars",
];
// The protocol ends each message with a zero byte.
const END = "\0";

/** A message of the protocol that nobody asked for. */
export interface BrowserEvent {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** The name under which Chromium is installed here, or null. */
export function chromiumHere(): string | null {
  return NAMES.find((name) => spawnSync(name, ["--version"]).status === 0) ?? null;
}

/** A browser with one page; it and its profile are gone after close(). */
export class Browser {
  /** What the browser told of its page since it was opened. */
  readonly events: BrowserEvent[] = [];
  readonly #child: ChildProcess;
  readonly #profile = mkdtempSync(join(tmpdir(), "pw-chromium-"));
  readonly #asked = new Map<number, { done(result: unknown): void; failed(error: Error): void }>();
  readonly #ended: Promise<unknown>;
  #number = 0;
  #session: string | null = null;
  #rest = "";

  constructor(name: string) {
    this.#child = spawn(name, [...FLAGS, `--user-data-dir=${this.#profile}`], {
      stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
      // A process group of its own: its helpers still write into the profile when it is gone.
      detached: true,
    });
    this.#ended = new Promise((ended) => this.#child.once("exit", ended));
    void this.#ended.then(() => {
      for (const { failed } of this.#asked.values()) failed(new Error("the browser ended"));
    });
    const answers = this.#child.stdio[4] as Readable;
    answers.setEncoding("utf8").on("data", (piece: string) => this.#read(piece));
  }

  /** Opens an empty page that tells of scripts, faults, dialogs and requests. */
  async open(): Promise<void> {
    const { targetId } = await this.ask<{ targetId: string }>("Target.createTarget", { url: "about:blank" });
    const attached = { targetId, flatten: true };
    this.#session = (await this.ask<{ sessionId: string }>("Target.attachToTarget", attached)).sessionId;
    for (const domain of ["Page", "Runtime", "Log", "Network", "Security"]) await this.ask(`${domain}.enable`);
  }

  /** Asks the browser, or its page once one is open. */
  ask<T>(method: string, params: Record<string, unknown> = {}): Promise<T> {
    const id = ++this.#number;
    const session = this.#session === null ? {} : { sessionId: this.#session };
    (this.#child.stdio[3] as Writable).write(`${JSON.stringify({ id, method, params, ...session })}${END}`);
    return new Promise((done, failed) => {
      this.#asked.set(id, { done: done as (result: unknown) => void, failed });
    });
  }

  /** Shows a page and waits until it and all it names has been loaded. */
  async show(url: string): Promise<void> {
    const loaded = this.#event("Page.loadEventFired");
    await this.ask("Page.navigate", { url });
    await loaded;
  }

  /** The value of an expression in the page. */
  async valueOf<T>(expression: string): Promise<T> {
    const asked = { expression, returnByValue: true, awaitPromise: true };
    const { result, exceptionDetails } = await this.ask<{ result: { value: T }; exceptionDetails?: unknown }>(
      "Runtime.evaluate",
      asked,
    );
    if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
    return result.value;
  }

  async close(): Promise<void> {
    if (this.#child.pid !== undefined) process.kill(-this.#child.pid, "SIGKILL");
    await this.#ended;
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
  }

  #event(method: string): Promise<void> {
    const from = this.events.length;
    return new Promise((done) => {
      const look = (): void => {
        if (this.events.slice(from).some((event) => event.method === method)) done();
        else setTimeout(look, 20);
      };
      look();
    });
  }

  #read(piece: string): void {
    const messages = (this.#rest + piece).split(END);
    this.#rest = messages.pop() ?? "";
    for (const message of messages) {
      const { id, result, error, method, params } = JSON.parse(message);
      if (id === undefined) {
        this.events.push({ method, params });
        continue;
      }
      const asked = this.#asked.get(id);
      this.#asked.delete(id);
      if (error === undefined) asked?.done(result);
      else asked?.failed(new Error(`${error.message} ${error.data ?? ""}`));
    }
  }
}
