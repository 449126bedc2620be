// The audit over every recorded state: what stands for a class of pairs ends as each of them does, and the cause of a
// scenario is among the faults that are named.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { siteState } from "../../bench/site-state.ts";
import { auditOf } from "../../src/audit/audit.ts";
import { type PairClass, pairsIn } from "../../src/audit/classes/pairs.ts";
import { questionFrom } from "../../src/audit/question.ts";
import { EDIT_KINDS } from "../../src/edits/edits.ts";
import type { Ipv4 } from "../../src/model/address.ts";
import type { SystemState } from "../../src/model/system-state.ts";
import type { Transport } from "../../src/model/transport.ts";
import { predict } from "../../src/predict/predict.ts";
import { parseState } from "../../src/system/parse.ts";
import { randomState } from "../edits/random-edits.ts";
import { howMany, sampled } from "../how-long.ts";
import { Dice } from "../system/random-routing.ts";

const root = join(import.meta.dirname, "../../fixtures");
const stateFile = (path: string) => JSON.parse(gunzipSync(readFileSync(path)).toString("utf8"));
const stateIn = (path: string): SystemState => parseState(stateFile(path), path).state;
const names = readdirSync(root);
const RANDOM_NETWORKS = howMany(30, 400);

const endOf = (state: SystemState, asker: string, destination: Ipv4): string => {
  const { disposition } = predict(state, questionFrom(asker, destination, null));
  return disposition.kind === "stopped" ? `${disposition.kind} ${disposition.hit.code}` : disposition.kind;
};

/** Pairs of a class that end otherwise than the one that stands for it. */
function otherwise(state: SystemState, { askers: [asker], destinations }: PairClass): string[] {
  const [first, ...others] = destinations;
  const end = endOf(state, asker, first);
  return others.flatMap((one) => (endOf(state, asker, one) === end ? [] : [`${asker} ${one}: not ${end}`]));
}

describe("classes of pairs", () => {
  it("are alike in every recorded state", () => {
    const wrong = sampled(names, "classes of pairs", 4, (name) => name).flatMap((name) => {
      const state = stateIn(join(root, name, "state.json.gz"));
      return pairsIn(state, null).classes.flatMap((one) => otherwise(state, one).map((pair) => `${name} ${pair}`));
    });
    expect(wrong).toEqual([]);
  });

  it("are alike in random networks, and few where hosts are", () => {
    const wrong: string[] = [];
    let [pairs, classes] = [0, 0];
    for (let seed = 1; seed <= RANDOM_NETWORKS; seed++) {
      const dice = new Dice(seed);
      const state = randomState(dice, dice.of(EDIT_KINDS.filter((kind) => kind !== "question")));
      for (const one of pairsIn(state, null).classes) {
        wrong.push(...otherwise(state, one).map((pair) => `seed ${seed}: ${pair}`));
        pairs += one.pairs;
        classes++;
      }
    }
    expect(wrong).toEqual([]);
    expect(pairs).toBeGreaterThan(classes);
  });

  it("hold for hosts that are alike, too", () => {
    const recorded = stateFile(join(root, "bridge-port-isolated/state.json.gz"));
    const site = siteState(recorded, {
      subnets: 2,
      hostsEach: 4,
      faults: {
        "h1-2": (host) => ({ ...host, sysctl: { ...Object(host.sysctl), "net.ipv4.icmp_echo_ignore_all": "1" } }),
      },
    });
    const { state } = parseState(site, "site");
    const { classes, hosts, addresses } = pairsIn(state, null);
    const all = new Map<string, number>();
    for (const asker of hosts)
      for (const address of addresses) {
        const own = state.namespaces.get(asker)?.addresses?.some(({ local }) => local === address);
        if (own === true) continue;
        const end = endOf(state, asker, address);
        all.set(end, (all.get(end) ?? 0) + 1);
      }
    const told = new Map<string, number>();
    for (const { askers, destinations, pairs } of classes) {
      const end = endOf(state, askers[0], destinations[0]);
      told.set(end, (told.get(end) ?? 0) + pairs);
    }
    expect([...told].sort()).toEqual([...all].sort());
    expect(told.size).toBe(2);
    expect(classes.length).toBeLessThan(30);
  });
});

describe("faults", () => {
  it("hold the cause of nine scenarios in ten that the state alone decides", () => {
    const missed: string[] = [];
    let decided = 0;
    for (const name of sampled(names, "audited scenarios", 3, (one) => one)) {
      const { answer } = JSON.parse(readFileSync(join(root, name, "report.json"), "utf8"));
      const asked = askedIn(name);
      if (answer?.verdict !== "failed" || answer.certainty !== "certain" || asked === null) continue;
      decided++;
      const { faults, unmended } = auditOf(name, stateIn(join(root, name, "state.json.gz")), asked.transport);
      const codes = [
        ...faults.flatMap((one) => [one.finding.code, ...one.alsoAs]),
        ...unmended.map((one) => one.finding.code),
      ];
      if (!codes.includes(answer.code)) missed.push(`${name}: ${answer.code}, not ${codes.join(", ")}`);
    }
    console.info(
      `audit names the cause of ${decided - missed.length} of ${decided} scenarios; not of ${missed.join("; ")}`,
    );
    expect(decided).toBeGreaterThan(20);
    expect((decided - missed.length) / decided).toBeGreaterThanOrEqual(0.9);
  });
});

/** What a scenario asks, where that is one of the pairs of an audit and fails by the state alone; else null. */
function askedIn(name: string): { readonly transport: Transport | null } | null {
  const { argv, netns } = JSON.parse(readFileSync(join(root, name, "run.json"), "utf8")) as {
    argv: string[];
    netns: string;
  };
  const words = argv.join(" ");
  const ping = /^ping(?: -[cWi] [\d.]+)* ((?:\d+\.){3}\d+)$/.exec(words);
  const nc = /^nc -vz -w \d+ ((?:\d+\.){3}\d+) (\d+)$/.exec(words);
  const target = (ping ?? nc)?.[1];
  if (target === undefined) return null;
  const transport: Transport | null =
    nc === null ? null : { protocol: "tcp", sourcePort: null, destinationPort: Number(nc[2]) };
  const state = stateIn(join(root, name, "state.json.gz"));
  const destination = target.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0) as Ipv4;
  const isPair = pairsIn(state, transport).classes.some(
    ({ askers, destinations }) => askers.includes(netns) && destinations.includes(destination),
  );
  const { disposition } = predict(state, questionFrom(netns, destination, transport));
  if (!isPair || disposition.kind !== "stopped" || disposition.hit.code === "port-no-listener") return null;
  return { transport };
}
