// The ways to capture that can be chosen by --backend.

import type { CaptureBackend } from "./backend.ts";

/** Their names, the default first. */
export const BACKENDS = ["tcpdump", "cap"] as const;

/** One of them, loaded only when it is used. */
export async function backendNamed(name: string): Promise<CaptureBackend> {
  if (name === "cap") return (await import("./cap.ts")).cap;
  return (await import("./tcpdump.ts")).tcpdump;
}
