// What other pings of the same target came to: a system in which they would end otherwise is not the one they were typed in.

import type { Flow } from "../../model/flow.ts";
import type { SystemState } from "../../model/system-state.ts";
import type { Trace } from "../../model/trace.ts";
import { predict } from "../../predict/predict.ts";
import { attemptOfCommand } from "../attempt.ts";
import type { AskedPing, Case } from "../case.ts";

const MOST_OTHERS = 3;

/** Whether a ping that was answered, but differs in size or in its options, would be answered there, too. */
export function agreesWithOthers({ asked, pasted }: Case, flow: Flow, { attempt }: Trace, state: SystemState): boolean {
  if (!pasted) return true;
  const own = asked.get(flow);
  const others = [...asked]
    .filter(([other, by]) => other !== flow && other.dst === flow.dst && wasAnswered(by))
    .slice(0, MOST_OTHERS);
  return others.every(
    ([other, by]) =>
      !isSamePlace(by, own?.netns ?? flow.netns, flow) ||
      predict(state, attemptOfCommand(other.dst, attempt.netns, by.ping)).disposition.kind === "answered",
  );
}

// A ping and a connection at prompts that name no machine were typed at the same one.
function isSamePlace({ netns }: AskedPing, own: string | null, { told }: Flow): boolean {
  return netns === own || (told !== undefined && (netns ?? "") === "");
}

function wasAnswered({ output }: AskedPing): boolean {
  return output !== null && output.answers > 0 && output.received !== null && output.received === output.transmitted;
}
