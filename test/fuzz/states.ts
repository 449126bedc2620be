// State and run files that somebody edited or invented: a worded problem, or a report that keeps its promises.

import { forecast } from "../../src/case/predict-report.ts";
import type { Ipv4 } from "../../src/model/address.ts";
import { type Problem, ProblemError } from "../../src/model/problem.ts";
import type { SystemState } from "../../src/model/system-state.ts";
import { predict } from "../../src/predict/predict.ts";
import { parseState } from "../../src/system/parse.ts";
import { type Family, promise } from "./family.ts";
import { damagedJson } from "./mutate-json.ts";
import { commandsStayOurs, keepsPromises } from "./promises.ts";
import { type Random, randomOf } from "./random.ts";
import { type Recording, reportOn } from "./recordings.ts";

interface Files {
  readonly recording: Recording;
  readonly state: unknown;
  readonly stateAfter: unknown;
  readonly run: unknown;
}

/** Cases are made of the files beside these captures. */
export function stateFamily(recorded: readonly Recording[]): Family {
  const filesOf = (random: Random): Files => {
    const recording = random.pick(recorded);
    const { state, stateAfter, run } = recording;
    const maybe = (value: unknown, share: number) =>
      value !== undefined && random.chance(share) ? damagedJson(value, random) : value;
    return { recording, state: maybe(state, 0.9), stateAfter: maybe(stateAfter, 0.3), run: maybe(run, 0.3) };
  };
  return {
    name: "state",
    async run(seed, number) {
      const random = randomOf(seed, number);
      const { recording, state, stateAfter, run } = filesOf(random);
      const problems: Problem[] = [];
      const before = parsed(state, problems);
      const after = parsed(stateAfter, problems);
      if (before !== null) foreseen(before, problems, random);
      const report = await reportOn(recording, { state: before, stateAfter: after, run }, problems);
      commandsStayOurs(report);
      if (!random.chance(0.3)) return false;
      keepsPromises(report, random);
      return true;
    },
    inputsOf(seed, number) {
      const { recording, state, stateAfter, run } = filesOf(randomOf(seed, number));
      const files = [state, stateAfter, run].map((one) => Buffer.from(JSON.stringify(one ?? null, null, 1)));
      return [...files, ...recording.captures.map(({ bytes }) => bytes)];
    },
  };
}

function parsed(json: unknown, problems: Problem[]): SystemState | null {
  if (json === undefined) return null;
  try {
    const read = parseState(json, "state.json");
    problems.push(...read.problems);
    return read.state;
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const { text } = error.problem;
    promise(text.en.includes("state.json") && text.zh.includes("state.json"), `a problem without its file: ${text.en}`);
    problems.push(error.problem);
    return null;
  }
}

// A ping that nobody has sent yet, from anywhere to anywhere that the state knows of.
function foreseen(state: SystemState, problems: readonly Problem[], random: Random): void {
  const namespaces = [...state.namespaces.values()];
  if (namespaces.length === 0) return;
  const known = namespaces.flatMap(({ addresses }) => addresses?.map(({ local }) => local) ?? []);
  const from = random.pick(namespaces);
  const destination = (known.length === 0 || random.chance(0.3) ? random.below(2 ** 32) : random.pick(known)) as Ipv4;
  const trace = predict(state, {
    netns: from.key,
    destination,
    source: known.length > 0 && random.chance(0.2) ? random.pick(known) : null,
    outInterface: random.chance(0.2) ? (from.links?.at(-1)?.name ?? null) : null,
    ttl: random.chance(0.1) ? random.below(4) : null,
    length: random.pick([28, 84, 1500, 65_535]),
    dontFragment: random.chance(0.5),
    broadcastAllowed: random.chance(0.1),
    mark: random.chance(0.1) ? random.below(2 ** 32) : 0,
    origin: "asked",
  });
  if (random.chance(0.2)) keepsPromises(forecast(trace, problems), random);
}
