// Captures with the npm package `cap`, which has foreign code, userspace time stamps and no counts: in a child each.

import { spawn } from "node:child_process";
import { ownCommand } from "../tool-environment.ts";
import type { CaptureBackend } from "./backend.ts";
import { CAP_CHILD, CAP_VARIABLES } from "./cap-names.ts";
import { limitsOfCap } from "./faults.ts";
import { environment, followed, insideDyingWithParent } from "./tcpdump.ts";

/** One child a namespace, one handle of libpcap an interface. */
export const cap: CaptureBackend = {
  name: "cap",
  timeSource: "userspace",
  // With less it loses packets in silence at 50,000 packets/s.
  largestBufferKib: 128 * 1024,
  limits: limitsOfCap(),
  start(place, settings, bufferKib, output) {
    const names = place.interface === null ? (place.interfaces ?? []) : [place.interface];
    const self = [...ownCommand(), CAP_CHILD, ...names];
    const [file = "", ...args] = insideDyingWithParent(place, self);
    const env = {
      ...environment(),
      [CAP_VARIABLES.filter]: settings.filter ?? "",
      [CAP_VARIABLES.buffer]: String(Math.floor(bufferKib / Math.max(1, names.length))),
    };
    const child = spawn(file, args, { env, detached: true, stdio: ["ignore", output, "pipe"] });
    return { ...followed(child, place, settings), isDrained: () => null };
  },
};
