// npm run difftest:diff -- --seed N --count M [--jobs J] [--verbose]: random networks that are built twice, as they are and with one
// fault in them; where the kernel answers the first ping and not the second, `diff` has to name what was changed.

import { inspect, parseArgs } from "node:util";
import { differenceOf } from "../../src/audit/difference.ts";
import { forecast } from "../../src/case/predict-report.ts";
import { attemptOfCommand } from "../../src/explain/attempt.ts";
import { parsePingCommand } from "../../src/explain/command/ping-command.ts";
import { runLab } from "../../src/lab/runner.ts";
import type { Ipv4 } from "../../src/model/address.ts";
import type { SystemState } from "../../src/model/system-state.ts";
import type { Attempt } from "../../src/model/trace.ts";
import { predict } from "../../src/predict/predict.ts";
import { parseState } from "../../src/system/parse.ts";
import { randomOf } from "../fuzz/random.ts";
import { heardBy } from "../live/predict-world.ts";
import { changedNetwork } from "./families.ts";
import { plainPing } from "./family.ts";
import { scenarioFor } from "./judge.ts";
import type { Draft, Network } from "./networks.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    count: { type: "string" },
    jobs: { type: "string" },
    verbose: { type: "boolean" },
  },
});
const count = Number(values.count ?? 200);
const jobs = Number(values.jobs ?? 6);
const NAMED_OF_200 = 190;
const MOST_TRIED = 4;

/** The parts of a state in which a change of a draft shows. */
const PARTS: Readonly<Record<keyof Draft, readonly string[]>> = {
  addresses: ["address", "route"],
  down: ["link"],
  sysctl: ["setting"],
  links: ["link"],
  nexthops: ["route"],
  routes: ["route"],
  rules: ["rule"],
  withoutRules: ["rule"],
  neighbours: ["neighbour"],
  bridge: ["bridge", "link", "setting"],
  nft: ["firewall"],
  iptables: ["firewall"],
};

/** `netns part` of all that the fault changed. */
function injected(before: Network, after: Network): Set<string> {
  const differs = (one: unknown, other: unknown): boolean => JSON.stringify(one) !== JSON.stringify(other);
  return new Set(
    Object.keys(before.spaces).flatMap((netns) => {
      const [was, is] = [before.spaces[netns] as Draft, after.spaces[netns] as Draft];
      const changed = (Object.keys(PARTS) as (keyof Draft)[]).filter((key) => differs(was[key], is[key]));
      const parts = [...changed.flatMap((key) => PARTS[key]), ...(differs(before.links, after.links) ? ["link"] : [])];
      return parts.map((part) => `${netns} ${part}`);
    }),
  );
}

async function built(name: string, network: Network) {
  const recording = await runLab(scenarioFor(name, network, plainPing(network.destination)));
  const { state } = parseState(JSON.parse(JSON.stringify(recording.state)), name);
  const [ran] = recording.commands;
  if (ran === undefined) throw new Error("no ping in this scenario");
  return { state, ran, isAnswered: heardBy(ran.output).kind === "reply" };
}

/** What is wrong with what was told of a seed, null where nothing is; undefined where the fault broke no ping. */
async function judged(seed: number): Promise<{ readonly family: string; readonly wrong: string | null } | undefined> {
  const changed = changedNetwork(randomOf(seed, 0));
  if (changed === null) return undefined;
  const { family, before, after } = changed;
  const good = await built(`difftest-good-${seed}`, before);
  const bad = await built(`difftest-bad-${seed}`, after);
  if (!good.isAnswered || bad.isAnswered) return undefined;
  const ping = parsePingCommand(bad.ran.argv);
  if (ping === null) throw new Error("no ping in this scenario");
  const attempt = attemptOfCommand(ping.destination as Ipv4, bad.ran.netns, ping);
  const side = (name: string, { state }: typeof good) => ({
    name,
    state,
    forecast: forecast(predict(state, attempt), [], state),
  });
  const difference = differenceOf(side("good", good), side("bad", bad), attempt);
  const { result } = difference;
  if (values.verbose === true) tellAll(seed, difference, [good.state, bad.state], attempt);
  if (result.kind !== "decided") return { family, wrong: result.kind };
  const own = injected(before, after);
  const named = result.sets.flat();
  const others = named.filter(({ netns, part }) => !own.has(`${netns} ${part}`)).map(({ text }) => text.en);
  if (named.length === 0 || others.length > 0) return { family, wrong: `named ${others.join("; ")}` };
  return { family, wrong: result.isRestored ? null : "not restored" };
}

function tellAll(
  seed: number,
  { result, others }: ReturnType<typeof differenceOf>,
  states: readonly SystemState[],
  attempt: Attempt,
): void {
  const ends = states.map((state) => predict(state, attempt).disposition);
  const named = result.kind === "decided" ? result.sets.map((set) => set.map(({ text }) => text.en)) : [];
  const beside = others.map(({ text }) => text.en);
  console.log(inspect({ seed, kind: result.kind, named, others: beside, ends }, { depth: 6 }));
}

const first = Number(values.seed ?? 1);
let next = first;
let tried = 0;
let named = 0;
let unbuilt = 0;

async function worker(): Promise<void> {
  while (tried < count && next < first + count * MOST_TRIED) {
    const seed = next++;
    try {
      const one = await judged(seed);
      if (one === undefined || tried >= count) continue;
      tried++;
      if (one.wrong === null) named++;
      else console.log(`seed ${seed} (${one.family}): ${one.wrong}`);
    } catch (error) {
      unbuilt++;
      console.log(`seed ${seed} could not be built: ${String(error).split("\n")[0]}`);
    }
  }
}

await Promise.all(Array.from({ length: jobs }, worker));
console.log(
  `seeds ${first} to ${next - 1}: of ${tried} networks that one change broke, ${named} have it named (${unbuilt} could not be built)`,
);
process.exitCode = tried === count && named * 200 >= NAMED_OF_200 * tried ? 0 : 1;
