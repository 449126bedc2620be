// Names of interfaces by their indexes while captures run: a capture of a whole namespace tells indexes only, and
// interfaces come, go and are made again.

import type { LinkName } from "./messages.ts";

// How long an unknown index waits for the supervisor's answer, in milliseconds.
const PATIENCE_MS = 1000;

/** What is known of the interfaces of each namespace, with its history. */
export class LinkNames {
  readonly #ask: (netns: string) => void;
  readonly #names = new Map<string, Map<number, string>>();
  readonly #history = new Map<string, LinkName[]>();
  readonly #waiting = new Map<string, (() => void)[]>();

  /** `ask` makes the supervisor look into the namespace again; what it finds comes by `learn`. */
  constructor(ask: (netns: string) => void) {
    this.#ask = ask;
  }

  /** Takes what a namespace shows now. */
  learn(netns: string, links: readonly LinkName[]): void {
    const names = this.#names.get(netns) ?? new Map<number, string>();
    const history = this.#history.get(netns) ?? [];
    for (const { index, name } of links) {
      if (names.get(index) === name) continue;
      names.set(index, name);
      history.push({ index, name });
    }
    this.#names.set(netns, names);
    this.#history.set(netns, history);
    for (const wake of this.#waiting.get(netns) ?? []) wake();
    this.#waiting.delete(netns);
  }

  /** The name, at once where it is known; `if17` where the interface was gone before anybody could look. */
  nameOf(netns: string, index: number): string | Promise<string> {
    const known = this.#names.get(netns)?.get(index);
    if (known !== undefined) return known;
    return this.#learnt(netns).then(() => this.#names.get(netns)?.get(index) ?? `if${index}`);
  }

  /** All names of these namespaces in the order in which they were learnt. */
  history(namespaces: readonly string[]): Record<string, readonly LinkName[]> {
    return Object.fromEntries(namespaces.map((netns) => [netns, this.#history.get(netns) ?? []]));
  }

  #learnt(netns: string): Promise<void> {
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(netns);
      setTimeout(resolve, PATIENCE_MS).unref();
      if (waiting !== undefined) {
        waiting.push(resolve);
        return;
      }
      this.#waiting.set(netns, [resolve]);
      this.#ask(netns);
    });
  }
}
