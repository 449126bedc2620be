// Networks in which exactly one change breaks a ping among others that do not: it is named, and nothing else.

import { expect, test } from "vitest";
import { differenceOf } from "../../src/audit/difference.ts";
import { forecast } from "../../src/case/predict-report.ts";
import { apply, command, EDIT_KINDS } from "../../src/edits/edits.ts";
import { changesBetween } from "../../src/explain/since/changes.ts";
import { formatIpv4 } from "../../src/model/address.ts";
import type { SystemState } from "../../src/model/system-state.ts";
import type { Text } from "../../src/model/text.ts";
import type { Attempt } from "../../src/model/trace.ts";
import { predict } from "../../src/predict/predict.ts";
import { asked } from "../attempts.ts";
import { randomEdit, randomState } from "../edits/random-edits.ts";
import { howMany } from "../how-long.ts";
import { Dice } from "../system/random-routing.ts";

const NETWORKS = howMany(50, 200);
const NAMED = Math.ceil(NETWORKS * 0.95);
const MOST_SEEDS = 60_000;
const NOISE = 6;

interface Broken {
  readonly good: SystemState;
  readonly bad: SystemState;
  readonly attempt: Attempt;
  /** What the one change alone makes differ. */
  readonly injected: ReadonlySet<string>;
  readonly typed: string;
}

// Of a firewall, the chain: noise in the same chain is told with it.
const nameOf = ({ text }: { readonly text: Text }): string =>
  text.en.replace(/(firewall rules of .*? differ): .*/, "$1");

const ends = (state: SystemState, attempt: Attempt) => predict(state, attempt).disposition.kind;

function anyPing(dice: Dice, state: SystemState): Attempt | null {
  const spaces = [...state.namespaces.values()];
  const addresses = spaces.flatMap(({ addresses }) => addresses ?? []).filter(({ interface: name }) => name !== "lo");
  if (addresses.length === 0) return null;
  return asked(dice.of(spaces).key, dice.of(addresses).local);
}

function brokenBy(seed: number): Broken | null {
  const dice = new Dice(seed);
  const kind = dice.of(EDIT_KINDS.filter((one) => one !== "question" && one !== "route-cache"));
  const good = randomState(dice, kind);
  const attempt = anyPing(dice, good);
  if (attempt === null || ends(good, attempt) !== "answered") return null;
  const edit = randomEdit(dice, good, kind);
  const alone = apply(good, edit);
  if (alone === null || ends(alone, attempt) !== "stopped") return null;
  let noisy = good;
  for (let more = NOISE; more > 0; more--) {
    const beside = apply(noisy, randomEdit(dice, good, dice.of(EDIT_KINDS)));
    if (beside !== null && ends(beside, attempt) === "answered") noisy = beside;
  }
  const bad = apply(noisy, edit);
  if (bad === null || ends(bad, attempt) !== "stopped") return null;
  const injected = new Set(changesBetween(noisy, bad).map(nameOf));
  return { good, bad, attempt, injected, typed: command(edit) };
}

function sideOf(name: string, state: SystemState, attempt: Attempt) {
  return { name, state, forecast: forecast(predict(state, attempt), [], state) };
}

test(`of ${NETWORKS} networks with one change that breaks the ping, at least ${NAMED} have it named`, () => {
  const missed: string[] = [];
  let tried = 0;
  for (let seed = 1; tried < NETWORKS && seed < MOST_SEEDS; seed++) {
    const one = brokenBy(seed);
    if (one === null) continue;
    tried++;
    const { result } = differenceOf(
      sideOf("good", one.good, one.attempt),
      sideOf("bad", one.bad, one.attempt),
      one.attempt,
    );
    const named = result.kind === "decided" ? result.sets.flat().map(nameOf) : [];
    const isRight = named.length > 0 && named.every((words) => one.injected.has(words));
    if (!isRight || result.kind !== "decided" || !result.isRestored)
      missed.push(
        `${seed}: ${one.typed} (ping ${formatIpv4(one.attempt.destination)} from ${one.attempt.netns}) ${result.kind} ${named.join(" | ")} NOT ${[...one.injected].join(" | ")}`,
      );
  }
  expect(tried).toBe(NETWORKS);
  expect(missed.length, missed.join("\n")).toBeLessThanOrEqual(NETWORKS - NAMED);
}, 240_000);
