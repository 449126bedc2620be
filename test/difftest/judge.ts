// One random case: build it, predict it from its state, ping for real, and compare what was said with what happened.

import { fromCommand } from "../../src/explain/attempt.ts";
import { parsePingCommand } from "../../src/explain/command/ping-command.ts";
import { type Comparison, compare } from "../../src/explain/compare.ts";
import { breachesOfTime } from "../../src/explain/invariants.ts";
import { joinRuns } from "../../src/explain/join-runs.ts";
import { View } from "../../src/explain/view.ts";
import { FlowTracker } from "../../src/flow/tracker.ts";
import { runLab } from "../../src/lab/runner.ts";
import type { Scenario } from "../../src/lab/scenario.ts";
import type { Tap } from "../../src/lab/taps.ts";
import type { Ipv4 } from "../../src/model/address.ts";
import type { Flow } from "../../src/model/flow.ts";
import { firstSighting, type Journey } from "../../src/model/journey.ts";
import type { SystemState } from "../../src/model/system-state.ts";
import { text } from "../../src/model/text.ts";
import { stepsOf, type Trace } from "../../src/model/trace.ts";
import { formatVantage } from "../../src/model/vantage.ts";
import { breachesOfWalk } from "../../src/predict/invariants.ts";
import { predictPaths } from "../../src/predict/predict.ts";
import { drive } from "../../src/savefile/inputs/drive.ts";
import type { CaptureInput } from "../../src/savefile/open.ts";
import { openPipe } from "../../src/savefile/open-bytes.ts";
import { parseState } from "../../src/system/parse.ts";
import { randomOf } from "../fuzz/random.ts";
import { heardBy, printed, wordsOf } from "../live/predict-world.ts";
import { randomCase } from "./families.ts";
import { interfaces, type Never, type PingDraft } from "./family.ts";
import { finish, type Network } from "./networks.ts";

/** What became of a case. */
export interface Judged {
  readonly scenario: Scenario;
  /** Cause code where the walk stops, else answered, open or exits. */
  readonly code: string;
  readonly predicted: string;
  readonly happened: string;
  /** Every disagreement, in words; empty is agreement. */
  readonly against: readonly string[];
  readonly told: string;
}

const MUCH_PATIENCE_S = "10";

/** The scenario of a seed. */
function scenarioOf(
  seed: number,
  only: string | null,
): { scenario: Scenario; shape: string; family: string; never: Never | null } {
  const { network, ping, family, never } = randomCase(randomOf(seed, 0), only);
  return { family, never, shape: network.shape, scenario: scenarioFor(`difftest-${seed}`, network, ping) };
}

/** A network and a ping as a scenario of the lab. */
export function scenarioFor(name: string, network: Network, ping: PingDraft): Scenario {
  for (const [space, own] of Object.entries(network.spaces)) {
    // A round of three questions in 0.6 s instead of 3 s.
    for (const device of interfaces(network, space)) {
      own.sysctl[`net.ipv4.neigh.${device}.retrans_time_ms`] = "200";
      // A proxy waits up to 0.8 s before it answers a broadcast: longer than such a round.
      own.sysctl[`net.ipv4.neigh.${device}.proxy_delay`] = "0";
    }
  }
  const argv = ["ping", "-n", "-c", "2", "-i", "0.4", "-W", "1"];
  if (ping.bind !== null) argv.push("-I", ping.bind);
  if (ping.size !== null) argv.push("-s", String(ping.size));
  if (ping.ttl !== null) argv.push("-t", String(ping.ttl));
  if (ping.discovery !== null) argv.push("-M", ping.discovery);
  if (ping.broadcast) argv.push("-b");
  argv.push(...ping.more, ping.destination);
  return {
    name,
    setup: text("A random network.", "随机生成的网络。"),
    fault: text("Random faults.", "随机故障。"),
    namespaces: finish(network.spaces),
    links: network.links,
    commands: [{ netns: network.asker, argv }],
    expected: ["answered"],
    twin: "two-namespaces",
    stamps: "nano",
  };
}

/** Builds, predicts, pings, compares the case of a seed. */
export async function judge(
  seed: number,
  only: string | null = null,
): Promise<Judged & { readonly seed: number; readonly shape: string; readonly family: string }> {
  const { scenario, shape, family, never } = scenarioOf(seed, only);
  const judged = await judgeScenario(scenario);
  const blamed: readonly string[] = never?.codes ?? [];
  const against = blamed.includes(judged.code)
    ? [...judged.against, `${judged.code}: ${never?.because}`]
    : judged.against;
  return { seed, shape, family, ...judged, against };
}

/** Builds, predicts, pings, compares; once more with a patient ping where the kernel may have answered after it had gone. */
export async function judgeScenario(scenario: Scenario): Promise<Judged> {
  const judged = await judgeOnce(scenario);
  const late = judged.happened === "nothing" && judged.against.length > 0;
  return late ? judgeOnce(patient(scenario)) : judged;
}

function patient(scenario: Scenario): Scenario {
  const [command] = scenario.commands;
  const argv = command.argv.map((word, at) => (command.argv[at - 1] === "-W" ? MUCH_PATIENCE_S : word));
  return { ...scenario, commands: [{ ...command, argv }] };
}

async function judgeOnce(scenario: Scenario): Promise<Judged> {
  const recording = await runLab(scenario);
  const state = parseState(JSON.parse(JSON.stringify(recording.state)), "difftest").state;
  const ran = recording.commands[0];
  const command = parsePingCommand(ran?.argv ?? []);
  if (!ran || !command) throw new Error("no ping in this scenario");
  const { flows, view } = await readTaps(recording.taps, state);
  const destination = command.destination as Ipv4;
  const flow =
    flows.find((f) => f.dst === destination && f.kind === "ping") ?? flows.find((f) => f.dst === destination) ?? null;
  const traces = predictPaths(state, fromCommand({ dst: destination } as Flow, ran.netns, command));
  const happened = wordsOf(heardBy(ran.output));
  // Where a hash chooses among next hops, one of the ways must be the one that was taken.
  const ways = traces.map((trace) => ({ trace, against: contradictions(trace) }));
  const { trace, against } = ways.find((way) => way.against.length === 0) ?? (ways[0] as (typeof ways)[0]);
  const code = trace.disposition.kind === "stopped" ? trace.disposition.hit.code : trace.disposition.kind;
  const predicted = wordsOf(printed(trace.heard));
  return { scenario, code, predicted, happened, against, told: `${toldBy(trace)}\n${ran.output}` };

  function contradictions(trace: Trace): string[] {
    const predicted = wordsOf(printed(trace.heard));
    const against: string[] = [];
    if (predicted !== happened) against.push(`ping: said ${predicted}, happened ${happened}`);
    if (trace.disposition.kind === "open")
      against.push(
        `open with complete state: ${trace.disposition.missing.join(", ")} ${trace.disposition.question.en}`,
      );
    const breaches = [...breachesOfWalk(trace, state), ...(flow === null ? [] : breachesOfTime(flow))];
    against.push(...breaches.map(({ rule, text }) => `${rule}: ${text.en}`));
    against.push(...sightings(compare(trace, firstOnly(trace, flow ?? nothingSeen(destination)), view, flows)));
    return against;
  }
}

/** What captures show, and how to look at it. */
export async function readTaps(taps: readonly Tap[], state: SystemState): Promise<{ flows: Flow[]; view: View }> {
  const tracker = new FlowTracker({});
  const inputs = taps.map(
    (tap, index): CaptureInput => ({
      source: `${index}`,
      path: null,
      content: null,
      interface: tap.interface,
      netns: tap.netns,
      stem: null,
    }),
  );
  const driven = await drive(inputs, tracker, {
    bytes: ({ source }) => openPipe(once((taps[Number(source)] as Tap).bytes), source),
  });
  const flows = joinRuns(tracker.finish());
  return { flows, view: new View(state, driven.summaries, flows) };
}

/** A flow of which no packet was seen: then none may have been foreseen. */
export function nothingSeen(dst: Ipv4): Flow {
  const counts = { requests: 0, replies: 0, duplicates: 0, errors: 0, rttMs: null, from: null, to: null };
  return {
    id: 0,
    kind: "ping",
    netns: null,
    src: null,
    dst,
    icmpId: null,
    ...counts,
    echoOutcomes: [],
    arpOutcomes: [],
    loneOutcomes: [],
  };
}

// The error of a packet too big for the path teaches the asker the path's MTU: later echoes take another walk than the
// first, cut into fragments, and only the first is foreseen from the state before.
function firstOnly(trace: Trace, flow: Flow): Flow {
  const learns =
    trace.disposition.kind === "stopped" &&
    trace.disposition.hit.code === "frag-needed-df" &&
    trace.attempt.pathMtuDiscovery === "want";
  if (!learns) return flow;
  const outcomes = flow.echoOutcomes.filter(({ first }) => first.kind === "echo" && first.sequence === 1);
  const later = flow.echoOutcomes
    .flatMap(({ first, last }) => [first, last])
    .flatMap((one) => (one?.kind === "echo" && one.sequence > 1 && one.request ? startOf(one.request) : []));
  // What is asked on behalf of a later one.
  const arpOutcomes = flow.arpOutcomes.filter(
    ({ first }) =>
      first.kind !== "arp" || first.requests.every((asked) => later.every((time) => startOf(asked) < time)),
  );
  const echoOutcomes = outcomes.map((outcome) => ({ ...outcome, last: null }));
  return { ...flow, echoOutcomes, arpOutcomes, loneOutcomes: [] };
}

function startOf(journey: Journey): bigint {
  return firstSighting(journey).frame.time ?? 0n;
}

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}

/** Where a walk and what was seen part, in words. */
export function sightings(comparison: Comparison): string[] {
  const against: string[] = [];
  const { missing, unexpected } = comparison;
  if (missing?.step.expects)
    against.push(
      `not seen: ${missing.step.expects.packet.kind} ${missing.step.expects.direction} at ${missing.step.netns}:${missing.step.interface}`,
    );
  for (const packet of unexpected.slice(0, 3))
    against.push(
      `not foreseen: ${packet.network.kind} at ${formatVantage(packet.frame.vantage)}#${packet.frame.number}`,
    );
  return against;
}

function toldBy(trace: Trace): string {
  return stepsOf(trace)
    .map((s) => `  ${s.netns}:${s.interface ?? "-"} ${s.leg} ${s.kind}: ${s.text.en}`)
    .join("\n");
}
