// One random case with a TCP or UDP probe: build it, listen, predict it from its state, connect for real, compare.

import { setTimeout as sleep } from "node:timers/promises";
import { compare } from "../../../src/explain/compare.ts";
import { breachesOfTime } from "../../../src/explain/invariants.ts";
import { asAsked } from "../../../src/explain/own-translation.ts";
import { withLab } from "../../../src/lab/runner.ts";
import { capturePlaces, type Scenario, splitPlace } from "../../../src/lab/scenario.ts";
import { openTaps } from "../../../src/lab/taps.ts";
import { isMulticast, parseIpv4 } from "../../../src/model/address.ts";
import type { Flow } from "../../../src/model/flow.ts";
import { errnoOf } from "../../../src/model/socket-error.ts";
import type { SystemState } from "../../../src/model/system-state.ts";
import { type Attempt, stepsOf, type Trace } from "../../../src/model/trace.ts";
import type { Transport } from "../../../src/model/transport.ts";
import { breachesOfWalk } from "../../../src/predict/invariants.ts";
import { predictPaths } from "../../../src/predict/predict.ts";
import { collectState } from "../../../src/system/collect.ts";
import { parseState } from "../../../src/system/parse.ts";
import { asked } from "../../attempts.ts";
import { randomOf } from "../../fuzz/random.ts";
import { plainPing } from "../family.ts";
import { nothingSeen, readTaps, scenarioFor, sightings } from "../judge.ts";
import { randomProbe } from "./families.ts";
import { type ListenerDraft, listensOf, type ProbeDraft, probe } from "./sockets.ts";

/** What became of a case. */
export interface JudgedProbe {
  readonly seed: number;
  readonly shape: string;
  readonly family: string;
  readonly scenario: Scenario;
  readonly code: string;
  readonly predicted: string;
  readonly happened: string;
  readonly against: readonly string[];
  readonly told: string;
}

/** Builds, listens, predicts, connects, compares the case of a seed; `only` narrows by a part of the family's name. */
export async function judgeProbe(seed: number, only: string | null): Promise<JudgedProbe> {
  const { network, family, listeners, asked } = randomProbe(randomOf(seed, 1), only);
  const plain = scenarioFor(`probe-${seed}`, network, plainPing(asked.destination));
  const scenario = { ...plain, namespaces: withListeners(plain.namespaces, listeners) };
  return withLab(scenario, async (realNameOf) => {
    const names = Object.keys(scenario.namespaces).map(realNameOf);
    const file = await collectState({ namespaces: names, current: false });
    const { state } = parseState(JSON.parse(JSON.stringify(file)), "probe");
    const attempt = attemptOf(realNameOf(network.asker), asked);
    const { happened, taps } = await watched(scenario, realNameOf, () => probe(realNameOf(network.asker), asked));
    const judged = against(state, attempt, happened, await readTaps(taps, state));
    const told = `${JSON.stringify({ asked, listeners })}\n${judged.told}`;
    return { seed, shape: network.shape, family, scenario, happened, ...judged, told };
  });
}

const REPLY_MS = 100;

// Every interface that is up is captured while the probe asks.
async function watched(scenario: Scenario, realNameOf: (logical: string) => string, ask: () => Promise<string>) {
  const places = capturePlaces(scenario)
    .map(splitPlace)
    .map((place) => ({ ...place, netns: realNameOf(place.netns), realName: realNameOf(place.netns) }));
  const open = await openTaps(places, scenario.stamps, true);
  try {
    const happened = await ask();
    await sleep(REPLY_MS);
    return { happened, taps: await open.close() };
  } finally {
    await open.abandon();
  }
}

function withListeners(
  namespaces: Scenario["namespaces"],
  listeners: Readonly<Record<string, readonly ListenerDraft[]>>,
): Scenario["namespaces"] {
  const listed = Object.entries(namespaces).map(([name, own]) => {
    const listens = (listeners[name] ?? []).map(listensOf);
    return [name, listens.length === 0 ? own : { ...own, listens }] as const;
  });
  return Object.fromEntries(listed);
}

function attemptOf(netns: string, { protocol, destination, port, source, device }: ProbeDraft): Attempt {
  const transport = { protocol, sourcePort: null, destinationPort: port } as const;
  const from = source === null ? null : parseIpv4(source);
  return asked(netns, destination, { source: from, outInterface: device, length: 60, transport });
}

/** What the program gets by a walk, in a word. */
function gets({ heard, attempt }: Trace): string {
  const isTcp = attempt.transport?.protocol === "tcp";
  switch (heard?.kind) {
    case undefined:
      return "unknown";
    case "connected":
      return "connected";
    case "reply":
      return "answered";
    case "reset":
      return "ECONNREFUSED";
    case "nothing":
      return "silence";
    case "error":
      return heard.errno;
    case "icmp-error":
      return errnoOf(heard) ?? (isTcp ? "unknown" : "silence");
  }
}

function against(
  state: SystemState,
  attempt: Attempt,
  happened: string,
  { flows, view }: Awaited<ReturnType<typeof readTaps>>,
) {
  const flow = probed(flows, attempt, state);
  const ways = predictPaths(state, attempt).map((trace) => ({ trace, against: contradictions(trace) }));
  const chosen = ways.find((way) => way.against.length === 0) ?? (ways[0] as (typeof ways)[0]);
  const { disposition } = chosen.trace;
  const code = disposition.kind === "stopped" ? disposition.hit.code : disposition.kind;
  return { code, predicted: gets(chosen.trace), against: chosen.against, told: toldBy(chosen.trace) };

  function contradictions(trace: Trace): string[] {
    const predicted = gets(trace);
    const { disposition: end } = trace;
    return [
      ...(predicted === happened ? [] : [`said ${predicted}, happened ${happened}`]),
      ...(end.kind === "open" ? [`open with complete state: ${end.missing.join(", ")} ${end.question.en}`] : []),
      ...breachesOfWalk(trace, state).map(({ rule, text }) => `${rule}: ${text.en}`),
      ...breachesOfTime(flow).map(({ rule, text }) => `${rule}: ${text.en}`),
      ...(isKept(attempt) ? sightings(compare(trace, flow, view, flows)) : []),
    ];
  }
}

// Datagrams to a group or to all are no exchanges, and not followed (wire/transport-sieve.ts).
function isKept({ destination, transport }: Attempt): boolean {
  return transport?.protocol === "tcp" || !(isMulticast(destination) || (destination & 0xff) === 255);
}

// The probe's own flow: nothing else connects or asks in these networks. Where none of its packets shows, what its kernel
// asked by ARP in vain, and the errors that it made of that.
function probed(flows: readonly Flow[], { netns, destination, transport }: Attempt, state: SystemState): Flow {
  const { protocol, destinationPort: port } = transport as Transport;
  const about = asAsked(flows, [{ netns, address: destination, protocol, port }], state).filter(
    ({ dst }) => dst === destination,
  );
  const own = about.find(({ kind, dstPort }) => kind === protocol && dstPort === port);
  if (own !== undefined) return own;
  const around = about.filter(({ kind }) => kind === "arp" || kind === "icmp-error");
  return {
    ...nothingSeen(destination),
    arpOutcomes: around.flatMap(({ arpOutcomes }) => arpOutcomes),
    loneOutcomes: around.flatMap(({ loneOutcomes }) => loneOutcomes),
  };
}

function toldBy(trace: Trace): string {
  return stepsOf(trace)
    .map((s) => `  ${s.netns}:${s.interface ?? "-"} ${s.leg} ${s.kind}: ${s.text.en}`)
    .join("\n");
}
