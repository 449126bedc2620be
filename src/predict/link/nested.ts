// The same frame at another device of its host, one link further in.

import type { At } from "../at.ts";
import { deeper, type Frame } from "../message.ts";

/** The frame at that device. */
export function deeperAt(at: At<Frame>, device: string): At<Frame> {
  return at.on(device).with(deeper(at.packet));
}
