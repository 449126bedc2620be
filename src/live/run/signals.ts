// Signals that come to us and mean the command: held from the moment we say that we watch until the command has ended.

import type { RunningCommand } from "./command.ts";

// On a terminal Ctrl-C reaches the command by itself; who sends a signal to us alone means the command too.
const BY_ITSELF_MS = 300;

/** Passes signals on to the command, also those that came before it was there. */
export class CommandSignals {
  #command: RunningCommand | null = null;
  readonly #early: NodeJS.Signals[] = [];
  readonly #terminal = process.stdin.isTTY || process.stderr.isTTY;

  constructor() {
    process.on("SIGINT", this.#interrupt);
    process.on("SIGTERM", this.#end);
    process.on("SIGHUP", this.#end);
  }

  /** The command has started. */
  passTo(command: RunningCommand): void {
    this.#command = command;
    for (const name of this.#early) command.signal(name);
  }

  /** The command has ended: from here on Ctrl-C must not take the report away, and the others are for us. */
  end(): void {
    process.off("SIGTERM", this.#end);
    process.off("SIGHUP", this.#end);
    process.on("SIGINT", () => {});
    process.off("SIGINT", this.#interrupt);
  }

  #interrupt = (): void => this.#send("SIGINT", this.#terminal ? BY_ITSELF_MS : 0);

  #end = (): void => this.#send("SIGTERM", 0);

  #send(name: NodeJS.Signals, later: number): void {
    const command = this.#command;
    if (command === null) this.#early.push(name);
    else if (later === 0) command.signal(name);
    else setTimeout(() => command.signal(name), later).unref();
  }
}
