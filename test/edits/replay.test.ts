// The printed command of an edit, read by the replay of pasted commands, gives the state that the edit itself gives.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { apply, command, EDIT_KINDS } from "../../src/edits/edits.ts";
import type { SystemState } from "../../src/model/system-state.ts";
import { readPaste } from "../../src/paste/read.ts";
import { stateFromText } from "../../src/paste/state/replay.ts";
import { Dice } from "../system/random-routing.ts";
import { differences } from "./canonical.ts";
import { randomEdit, randomState } from "./random-edits.ts";

function replayed(state: SystemState, commands: readonly string[]): SystemState | null {
  return stateFromText(readPaste(commands.map((one) => `# ${one}`).join("\n"), "paste").state, state).state;
}

test("a state that is taken in and no command follows comes out as it was", () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const state = randomState(new Dice(seed));
      const out = replayed(state, []);
      expect(out && differences(state, out)).toEqual([]);
    }),
    { numRuns: 60, seed: 1 },
  );
});

describe.each(EDIT_KINDS)("%s", (kind) => {
  test("typed and replayed it leaves what it leaves itself", () => {
    let taken = 0;
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const dice = new Dice(seed);
        let state = randomState(dice, kind);
        // A few edits before make states that nobody recorded.
        for (let more = dice.below(4); more > 0; more--)
          state = apply(state, randomEdit(dice, state, dice.of(EDIT_KINDS))) ?? state;
        const edit = randomEdit(dice, state, kind);
        const after = apply(state, edit);
        if (after === null || kind === "question") return;
        taken++;
        const other = replayed(state, [command(edit)]);
        expect(other && differences(after, other), command(edit)).toEqual([]);
      }),
      { numRuns: Number(process.env.PKTWHY_RUNS ?? 40), seed: Number(process.env.PKTWHY_SEED ?? 1) },
    );
    if (kind !== "question") expect(taken).toBeGreaterThan(0);
  });
});
