// The ways to capture that can be chosen by --backend.

import type { CaptureBackend } from "../capture/backend.ts";

/** Their names, the default first. */
export const BACKENDS = ["tcpdump", "cap"] as const;

/** One of them, loaded only when it is used. */
export async function backendNamed(name: string): Promise<CaptureBackend> {
  if (name === "cap") return (await import("../capture/cap.ts")).cap;
  return (await import("../capture/tcpdump.ts")).tcpdump;
}
