// Puts together what a ping printed: what it asked, what came back, and each error with its origin.

import { formatIpv4, type Ipv4 } from "../model/address.ts";
import { type PingLine, readPingLine } from "../model/ping-line.ts";
import type { Printed, PrintedError, PrintedRefusal } from "../model/printed.ts";

const MOST_HEARD = 10_000;

type Counted<T> = { -readonly [K in keyof T]: T[K] };

/** Collects the lines of one ping. */
class Collected {
  any = false;
  destination: Ipv4 | null = null;
  source: Ipv4 | null = null;
  boundInterface: string | null = null;
  transmitted: number | null = null;
  received: number | null = null;
  duplicates = 0;
  answers = 0;
  readonly heard: number[] = [];
  silences = 0;
  depth = 0;
  length: number | null = null;
  windows = false;
  ipv6Destination: string | null = null;
  summaryLine: string | null = null;
  readonly strangers = new Set<string>();
  readonly damaged = new Set<string>();
  readonly errors = new Map<string, Counted<PrintedError>>();
  readonly refusals = new Map<string, Counted<PrintedRefusal>>();

  take(line: PingLine, printed: string, at: number): void {
    switch (line.kind) {
      case "head":
        this.destination ??= line.destination;
        this.source ??= line.source;
        this.boundInterface ??= line.device;
        this.windows ||= line.windows;
        this.length ??= line.length;
        break;
      case "ipv6":
        this.ipv6Destination ??= line.destination.toLowerCase();
        break;
      case "reply":
        this.#reply(line, printed);
        break;
      case "error":
        this.#error(line, printed, at);
        break;
      case "refusal": {
        const known = this.refusals.get(`${line.call} ${line.errno} ${line.name}`);
        if (known) known.count++;
        else this.refusals.set(`${line.call} ${line.errno} ${line.name}`, { ...line, count: 1, line: printed, at });
        break;
      }
      case "silence":
        this.silences++;
        break;
      case "summary":
        this.transmitted = line.transmitted;
        this.received = line.received;
        this.windows ||= line.windows;
        this.duplicates = Math.max(this.duplicates, line.duplicates);
        this.summaryLine = printed;
        break;
      case "statistics":
        this.destination ??= line.destination;
        break;
      case "pipe":
        this.depth = line.depth;
        break;
      case "damage":
        this.damaged.add(printed);
        break;
      case "rest":
        return;
    }
    this.any = true;
  }

  #reply(line: PingLine & { kind: "reply" }, printed: string): void {
    this.answers++;
    if (line.sequence !== null && this.heard.length < MOST_HEARD) this.heard.push(line.sequence);
    if (line.duplicate) this.duplicates++;
    const other = line.from !== null && this.destination !== null && line.from !== this.destination;
    if (other || line.otherAddress) this.strangers.add(line.from === null ? "?" : formatIpv4(line.from));
    if (line.damaged) this.damaged.add(printed);
  }

  #error(line: PingLine & { kind: "error" }, printed: string, at: number): void {
    const key = `${line.name} ${line.words}`;
    const known = this.errors.get(key);
    if (known) known.count++;
    else {
      const { from, words, icmp } = line;
      this.errors.set(key, { from, words, icmp, count: 1, first: line.sequence, line: printed, at, own: null });
    }
  }

  get socketRefused(): string | null {
    return (
      [...this.refusals.values()].find(
        ({ call, errno }) => call === "socket" && (errno === "EPERM" || errno === "EACCES"),
      )?.line ?? null
    );
  }

  // acknowledge() in iputils: how many requests had left when the answer or error to one of them came.
  get late(): boolean | null {
    if (this.depth > 1) return true;
    const back = this.answers + [...this.errors.values()].reduce((sum, error) => sum + error.count, 0);
    return this.transmitted !== null && back > 1 && !this.windows ? false : null;
  }
}

/** Null where the text holds nothing that ping prints. */
export function parsePingOutput(output: string): Printed | null {
  const all = new Collected();
  output.split(/\r?\n/).forEach((printed, at) => {
    const line = readPingLine(printed.trimEnd());
    if (line !== null) all.take(line, printed.trim(), at);
  });
  if (!all.any) return null;
  const { destination, source, boundInterface, transmitted, answers, duplicates, silences, windows, late } = all;
  return {
    destination,
    source,
    boundInterface,
    transmitted,
    // Windows counts as received what only says that nobody is there.
    received: windows && all.received !== null ? answers : all.received,
    duplicates,
    answers,
    ...(all.heard.length > 0 && all.heard.length === answers ? { heard: all.heard } : {}),
    errors: [...all.errors.values()],
    refusals: [...all.refusals.values()],
    socketRefused: transmitted === null && answers === 0 ? all.socketRefused : null,
    silences,
    strangers: [...all.strangers],
    damaged: [...all.damaged],
    late,
    summaryLine: all.summaryLine,
    windows,
    ipv6: all.ipv6Destination !== null,
    ...(all.ipv6Destination === null ? {} : { ipv6Destination: all.ipv6Destination }),
    ttl: null,
    length: all.length,
  };
}
