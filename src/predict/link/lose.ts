// A frame that ends at an interface: the step and the cause, as a delivery without any arrival.

import type { At, StopDraft } from "../at.ts";
import type { Frame } from "../message.ts";
import { type Delivery, type Loss, lost } from "./delivery.ts";

/** The frame is lost here; `towards` is where it would have come out. */
export function lose(at: At<Frame>, draft: StopDraft, towards: Loss["towards"] = null): Delivery {
  const { step, hit } = at.stopping(draft);
  return lost(hit, [step], towards);
}
