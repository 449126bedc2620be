// One host of a case: connected, looked at, captured at, looked at again, and written into its own directory as it comes.
// What goes wrong with it is a sentence; whatever it gave until then is kept.

import type { FileHandle } from "node:fs/promises";
import { PARTS } from "../case/bundle.ts";
import { type BundleDirectory, notToItsEnd } from "../case/bundle-directory.ts";
import type { CapturedRun, CaptureNote } from "../case/run-file.ts";
import { UNFINISHED } from "../case/run-file.ts";
import { ownValue } from "../model/own-value.ts";
import type { Problem } from "../model/problem.ts";
import { PcapngRecording } from "../savefile/record-pcapng.ts";
import { parseState } from "../system/parse.ts";
import type { StateFile } from "../system/state-file.ts";
import type { HostConnection, HostSpec } from "./connection.ts";
import { NotAState } from "./far-state.ts";
import * as faults from "./faults.ts";
import type { FilterOf } from "./filter-during.ts";
import { type OtherSide, otherSide } from "./other-side.ts";
import { PodConnection } from "./pod.ts";
import { RemoteCapture } from "./remote-capture.ts";
import type { RemoteSpace } from "./remote-state.ts";
import type { Remote } from "./remotes.ts";
import { PATIENCE_MS, Session, SessionLost } from "./session.ts";
import { SshConnection } from "./ssh.ts";

// sshd gives ten sessions to a connection (MaxSessions), one of which takes the state.
const MOST_CAPTURED = 8;

/** What is to be captured there, and for how long at most. */
export interface Wanted {
  /** By its state. */
  readonly filter: FilterOf;
  readonly seconds: number;
  readonly application: string;
  /** What collects there. */
  readonly remote: Remote;
}

/** A host under way. */
export class RemoteHost {
  readonly spec: HostSpec;
  readonly problems: Problem[] = [];
  /** Whether it is captured there now. */
  isListening = false;
  readonly #directory: BundleDirectory;
  readonly #wanted: Wanted;
  readonly #side: OtherSide;
  #connection: HostConnection | null = null;
  #session: Session | null = null;
  #spaces: readonly RemoteSpace[] = [];
  #captures: readonly RemoteCapture[] = [];
  #before: StateFile | null = null;

  constructor(spec: HostSpec, directory: BundleDirectory, wanted: Wanted) {
    this.spec = spec;
    this.#directory = directory;
    this.#wanted = wanted;
    this.#side = otherSide(wanted.remote);
  }

  /** Takes its state and begins to capture there; false where that did not come about, which `problems` then tell. */
  async start(): Promise<boolean> {
    const connection = await this.#connect();
    if (connection === null) return false;
    const session = new Session(connection.run("first", ["sh", "-s"]));
    this.#session = session;
    try {
      await session.begin(this.#side);
    } catch (error) {
      if (!(error instanceof SessionLost)) throw error;
      const isThere = error.why === "ended" && isOfScript(session.child.exitCode, this.spec);
      this.problems.push(
        error.why === "hangs"
          ? faults.hostHangs(this.spec, PATIENCE_MS / 1000)
          : isThere
            ? faults.notAnswering(this.spec, session.said, this.#side.remote)
            : faults.notConnected(this.spec, session.said),
      );
      return false;
    }
    if (connection instanceof PodConnection && connection.added !== null)
      this.problems.push(faults.containerAdded(this.spec, connection.added));
    const isRead = await this.#during("start", async () => {
      const { spaces, all } = await this.#side.spaces(session);
      this.#spaces = spaces;
      if (all > MOST_CAPTURED) this.problems.push(faults.manySpaces(this.spec, Math.min(all, MOST_CAPTURED), all));
      this.#before = await this.#side.state(session, spaces);
      await this.#write(PARTS.state, this.#before);
    });
    return isRead && (await this.#capture());
  }

  /** Null where a pod has no tools, and none may be added; a debug container stays listed in the pod, which is told. */
  async #connect(): Promise<HostConnection | null> {
    const { pod } = this.spec;
    if (pod === undefined) this.#connection = await SshConnection.open(this.spec);
    else {
      const connection = await PodConnection.open(pod);
      if (connection.isLacking) this.problems.push(faults.podLacksTools(this.spec));
      if (connection.isLacking) return null;
      this.#connection = connection;
    }
    return this.#connection;
  }

  /** Ends the captures, takes the state again, and writes what is known. */
  async finish(): Promise<void> {
    const session = this.#session;
    this.isListening = false;
    if (session !== null && this.#before !== null) {
      await Promise.all(this.#captures.map((capture) => capture.stop()));
      for (const { problem } of this.#captures) if (problem !== null) this.problems.push(problem);
      // One that is gone has said so by its captures.
      await this.#during("capture", async () => {
        await this.#write(PARTS.stateAfter, await this.#side.state(session, this.#spaces));
      });
      await this.#write(PARTS.run, this.#run());
    }
    await this.close();
  }

  /** Ends everything there at once. */
  async close(): Promise<void> {
    for (const capture of this.#captures) capture.kill();
    const session = this.#session;
    if (session !== null) {
      session.finish();
      const late = setTimeout(() => session.kill(), CLOSE_MS);
      await session.ended;
      clearTimeout(late);
    }
    this.#connection?.close();
    await this.#directory.close();
  }

  async #capture(): Promise<boolean> {
    const connection = this.#connection as HostConnection;
    const before = this.#before as StateFile;
    const { seconds } = this.#wanted;
    const filter = this.#wanted.filter(parseState(before, this.spec.name).state);
    const captures: RemoteCapture[] = [];
    for (const { inode, key } of this.#spaces.slice(0, MOST_CAPTURED)) {
      const name = `${key === "" ? "main" : key === "main" ? "_main" : key}.pcapng`;
      const handle = await this.#directory.file(name);
      const recording = new PcapngRecording(this.#appendTo(handle, name), this.#wanted.application);
      const links = ownValue(before.namespaces, key)?.link;
      captures.push(new RemoteCapture(this.spec, { inode, key, links, recording, filter, seconds }));
    }
    this.#captures = captures;
    await this.#write(PARTS.run, { ...this.#run(), ...UNFINISHED });
    await Promise.all(captures.map((capture) => capture.start(connection)));
    this.isListening = captures.some((capture) => capture.isListening);
    return this.isListening;
  }

  #appendTo(handle: FileHandle, name: string) {
    let isFull = false;
    return async (bytes: Uint8Array): Promise<void> => {
      if (isFull) return;
      try {
        await handle.appendFile(bytes);
      } catch (error) {
        isFull = true;
        this.problems.push(notToItsEnd(`${this.#directory.path}/${name}`, error));
      }
    };
  }

  async #write(name: string, value: unknown): Promise<void> {
    const problem = await this.#directory.replace(name, `${JSON.stringify(value, null, 1)}\n`);
    if (problem !== null) this.problems.push(problem);
  }

  /** False where the host was lost meanwhile. */
  async #during(when: "start" | "capture", what: () => Promise<void>): Promise<boolean> {
    try {
      await what();
      return true;
    } catch (error) {
      if (error instanceof NotAState) this.problems.push(faults.stateFailed(this.spec, error.message));
      if (error instanceof NotAState) return false;
      if (!(error instanceof SessionLost)) throw error;
      const said = this.#session?.said ?? "";
      this.problems.push(
        error.why === "hangs"
          ? faults.hostHangs(this.spec, PATIENCE_MS / 1000)
          : error.why === "too-much"
            ? faults.stateFailed(this.spec, "too much of it")
            : faults.connectionLost(this.spec, said, when),
      );
      return false;
    }
  }

  #run(): CapturedRun {
    const captures = this.#captures.map(
      ({ key, problem }): CaptureNote => ({
        netns: key,
        interface: null,
        timeSource: "kernel",
        problems: problem === null ? [] : [problem],
      }),
    );
    const interfaces = Object.fromEntries(this.#captures.map(({ key, names }) => [key, names]));
    return { backend: "tcpdump", interfaces, captures };
  }
}

// ssh says 255 of itself, kubectl 1; a command that is not there is 126 or 127 to both.
function isOfScript(status: number | null, { pod }: HostSpec): boolean {
  return pod === undefined ? status !== 255 : status === 126 || status === 127;
}

const CLOSE_MS = 3000;
