// What another host is reached by: the caller's own ssh, or for a pod the caller's own kubectl.

import type { ChildProcess } from "node:child_process";
import { toolEnvironment } from "../tool-environment.ts";

/** A host as it was asked for. */
export interface HostSpec {
  /** How it is told. */
  readonly name: string;
  /** What ssh is asked to connect to; of a pod `NAMESPACE/NAME`. */
  readonly target: string;
  /** Where it is a pod. */
  readonly pod?: Pod;
}

/** A pod of the cluster that the caller's kubectl speaks to. */
export interface Pod {
  readonly namespace: string;
  readonly name: string;
  /** Image of the debug container that is added where the pod's own has no tcpdump; null: none is added. */
  readonly image: string | null;
}

/** One connection to a host, over which several sessions go. */
export interface HostConnection {
  /** A process over there; the first one may be the connection itself. */
  run(which: "first" | "further", command: readonly string[]): ChildProcess;
  close(): void;
}

/** As an ordinary user all is as in that user's own shell. */
export function callersEnvironment(): NodeJS.ProcessEnv {
  return process.getuid?.() === 0 ? toolEnvironment() : { ...process.env, LC_ALL: "C" };
}
