// What must hold of every walk, over the recorded states and over those with settings, addresses, routes and links changed
// at random.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { Ipv4 } from "../../src/model/address.ts";
import type { SystemState } from "../../src/model/system-state.ts";
import type { Attempt, Trace } from "../../src/model/trace.ts";
import { breachesOfWalk } from "../../src/predict/invariants.ts";
import { predict, predictPaths } from "../../src/predict/predict.ts";
import { parseState } from "../../src/system/parse.ts";
import { type RenderedLines, renderedLines } from "../../src/system/rendered-lines.ts";
import { asked } from "../attempts.ts";
import { type Random, randomOf } from "../fuzz/random.ts";
import { howMany, sampled } from "../how-long.ts";
import { recorded } from "../recorded.ts";

const root = join(import.meta.dirname, "../../fixtures");

type Entry = Record<string, unknown>;
interface StateJson {
  namespaces: Record<string, Record<string, unknown>>;
}

function stateJson(name: string): StateJson {
  return JSON.parse(gunzipSync(readFileSync(join(root, name, "state.json.gz"))).toString("utf8")) as StateJson;
}

const NOBODY = 0xc0000207 as Ipv4;

/** Pings from everywhere to every address, by the interface that routes choose and by each of the others. */
function attempts(state: SystemState, bind: Partial<Attempt> = {}): Attempt[] {
  const known = [...state.namespaces.values()].flatMap(({ addresses }) => addresses?.map(({ local }) => local) ?? []);
  return [...state.namespaces.values()].flatMap(({ key, links }) =>
    [...new Set([...known, NOBODY])].flatMap((destination) =>
      [null, ...(links ?? []).map(({ name }) => name)].map((outInterface) =>
        asked(key, destination, { outInterface, ...bind }),
      ),
    ),
  );
}

function told(trace: Trace, state: SystemState, rendered: RenderedLines): string[] {
  return breachesOfWalk(trace, state, rendered).map(({ rule, text }) => `${rule}: ${text.en}`);
}

describe.each(sampled(recorded, "walks", 3))("%s", (name) => {
  it("is walked as a walk must be", () => {
    const { state } = parseState(stateJson(name), name);
    const all = [
      ...attempts(state),
      ...attempts(state, { length: 3000, dontFragment: false }).filter(({ outInterface }) => outInterface === null),
    ];
    const rendered = renderedLines(state);
    const found = all.flatMap((attempt) => {
      const ways = predictPaths(state, attempt);
      // What several ways agree on is a walk of its own.
      const traces = ways.length > 1 ? [...ways, predict(state, attempt)] : ways;
      return traces.flatMap((trace) => told(trace, state, rendered));
    });
    expect([...new Set(found)]).toEqual([]);
  });
});

const SETTINGS = /\.(rp_filter|accept_local|arp_ignore|arp_filter|arp_announce|forwarding|proxy_arp)$|icmp_echo_ignore/;

/** Changes a few things that a person might have changed. */
function changed(json: StateJson, random: Random): StateJson {
  const copy = structuredClone(json);
  for (const ns of Object.values(copy.namespaces)) {
    const sysctl = (ns.sysctl ?? {}) as Record<string, string>;
    for (const key of Object.keys(sysctl))
      if (SETTINGS.test(key) && random.chance(0.2)) sysctl[key] = random.pick(["0", "1", "2"]);
    for (const part of ["route", "rule", "neigh", "addr"]) {
      const list = (ns[part] ?? []) as Entry[];
      if (random.chance(0.15)) ns[part] = list.filter(() => random.chance(0.7));
      if (random.chance(0.05)) delete ns[part];
    }
    for (const link of (ns.link ?? []) as Entry[])
      if (random.chance(0.08)) link.flags = (link.flags as string[]).filter((flag) => !/UP$/.test(flag));
  }
  return copy;
}

const ROUNDS = howMany(1, 2);
const PINGS = 12;

describe("states that were changed at random", () => {
  it.each(Array.from({ length: ROUNDS }, (_, i) => i))("round %i", (round) => {
    const found = recorded.flatMap((name, at) => {
      const random = randomOf(round + 1, at);
      const { state } = parseState(changed(stateJson(name), random), name);
      const all = attempts(state, random.chance(0.2) ? { length: 3000, dontFragment: false } : {});
      const rendered = renderedLines(state);
      return Array.from({ length: PINGS }, () => random.pick(all)).flatMap((attempt) =>
        predictPaths(state, attempt).flatMap((trace) =>
          told(trace, state, rendered).map((words) => `${words} (${name})`),
        ),
      );
    });
    expect([...new Set(found)]).toEqual([]);
  });
});
