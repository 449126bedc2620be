// One capture on another host: tcpdump's own savefile comes over its session, and is recorded as it comes.

import { PassThrough } from "node:stream";
import { SNAP_LENGTH } from "../capture/backend.ts";
import { now } from "../clock.ts";
import { linksOf } from "../live/links.ts";
import type { LinkName } from "../live/messages.ts";
import type { Problem } from "../model/problem.ts";
import { type PcapngRecording, recordStream } from "../savefile/record-pcapng.ts";
import type { HostConnection, HostSpec } from "./connection.ts";
import * as faults from "./faults.ts";
import { PLAIN } from "./other-side.ts";
import { Session, SessionLost } from "./session.ts";

/** What is captured, and where it goes. */
export interface RemotePlan {
  readonly inode: string;
  readonly key: string;
  /** `ip -j link` of the namespace: frames name their interface by number. */
  readonly links: unknown;
  readonly recording: PcapngRecording;
  readonly filter: string;
  readonly seconds: number;
}

const READY_MS = 60_000;
const END_MS = 5000;
// A minute of 5,000 packets a second.
const MOST_MEGABYTES = 64;

/** A capture under way. */
export class RemoteCapture {
  readonly key: string;
  readonly names: readonly LinkName[];
  problem: Problem | null = null;
  isListening = false;
  readonly #host: HostSpec;
  readonly #plan: RemotePlan;
  readonly #bytes = new PassThrough();
  #session: Session | null = null;
  #recorded: Promise<void> = Promise.resolve();
  #stopped = false;
  #size = 0;

  constructor(host: HostSpec, plan: RemotePlan) {
    this.#host = host;
    this.#plan = plan;
    this.key = plan.key;
    this.names = linksOf(plan.links);
  }

  /** Fulfilled once nothing that is sent from now on can be missed, or `problem` tells why it will be. */
  async start(connection: HostConnection): Promise<void> {
    const { key, recording, filter, seconds, inode } = this.#plan;
    const session = new Session(connection.run("further", ["sh", "-s"]));
    this.#session = session;
    const names = new Map(this.names.map(({ index, name }) => [index, name]));
    const stream = {
      netns: key,
      interface: null,
      filter,
      // An interface that saw nothing was looked at, too.
      watched: this.names.map(({ name }) => name),
      onlyWatched: false,
      except: [],
      nameOf: (index: number) => names.get(index) ?? `if${index}`,
    };
    this.#recorded = recordStream(this.#bytes, stream, recording, () => {}).catch(() => {});
    void session.ended.then(() => {
      this.#bytes.end();
      this.isListening = false;
      if (!this.#stopped) this.problem ??= this.#endedBy(session);
    });
    try {
      await session.begin(PLAIN);
    } catch (error) {
      if (!(error instanceof SessionLost)) throw error;
      this.problem ??= faults.captureFailed(this.#host, key, session.said || error.why);
      return;
    }
    session.turnTo(`capture ${inode} ${seconds} ${SNAP_LENGTH} ${filter}`, (chunk) => this.#take(chunk));
    this.isListening = await session.complained(/listening on/, READY_MS);
    if (!this.isListening) this.problem ??= faults.captureFailed(this.#host, key, session.said);
  }

  /** Ends it; what was seen before is recorded. */
  async stop(): Promise<void> {
    const session = this.#session;
    if (session === null) return;
    const wasListening = this.isListening;
    this.#stopped = true;
    session.finish();
    const late = setTimeout(() => session.kill(), END_MS);
    await session.ended;
    clearTimeout(late);
    await this.#recorded;
    const dropped = /^(\d+) packets? dropped by kernel/m.exec(session.said)?.[1];
    if (dropped !== undefined) this.#plan.recording.dropped(this.key, Number(dropped), now());
    else if (wasListening) this.problem ??= faults.connectionLost(this.#host, session.said, "capture");
    await this.#plan.recording.flush();
  }

  kill(): void {
    this.#stopped = true;
    this.#session?.kill();
  }

  #take(chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#size <= MOST_MEGABYTES * 2 ** 20) {
      // A flood waits in the pipe while the disk is slower.
      if (!this.#bytes.write(chunk)) this.#pause();
      return;
    }
    this.problem ??= faults.tooMuch(this.#host, this.key, MOST_MEGABYTES);
    this.#session?.finish();
  }

  #pause(): void {
    const stdout = this.#session?.child.stdout;
    stdout?.pause();
    this.#bytes.once("drain", () => stdout?.resume());
  }

  // tcpdump counts what it took when it is told to end, also by the limit that it was given.
  #endedBy(session: Session): Problem {
    const { exitCode } = session.child;
    // The script ends with 0 whatever tcpdump did; ssh says 255 of itself, kubectl 1.
    const isLost = exitCode === 255 || exitCode === null || (this.#host.pod !== undefined && exitCode !== 0);
    return isLost
      ? faults.connectionLost(this.#host, session.said, "capture")
      : faults.captureFailed(this.#host, this.key, session.said);
  }
}
