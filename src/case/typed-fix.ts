// A state after commands that were typed: they are read as those of a paste are, and none is run.

import { settle } from "../edits/settle.ts";
import type { SystemState } from "../model/system-state.ts";
import { readPaste } from "../paste/read.ts";
import { stateFromText } from "../paste/state/replay.ts";

/** The state that the commands leave some minutes later, and those that were not understood. */
export function afterTyped(
  state: SystemState,
  commands: readonly string[],
): { readonly state: SystemState; readonly unknown: readonly string[] } {
  const lines = commands.map((command) => `# ${command.replace(/[\r\n]+/g, " ")}`).join("\n");
  const { state: after, unknown, unread } = stateFromText(readPaste(lines, "fix").state, state);
  return {
    state: settle(after ?? state),
    unknown: [...unknown.map((line) => line.text), ...unread.map(({ name }) => name)],
  };
}
