// A recording of three hosts (a - r - b, 40 pings through the router) whose times are shifted as if clocks were off:
// namespaces share one clock, and time namespaces do not change the time of day.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { reportOf } from "../../src/case/read-report.ts";
import { namingOf } from "../../src/case/state-file.ts";
import { hostClocks } from "../../src/explain/hosts/clocks.ts";
import { EdgeSights } from "../../src/explain/hosts/sights.ts";
import { FlowTracker } from "../../src/flow/tracker.ts";
import type { ClockFit } from "../../src/model/clock-fit.ts";
import { formatVantage } from "../../src/model/vantage.ts";
import { drive } from "../../src/savefile/inputs/drive.ts";
import type { CaptureInput } from "../../src/savefile/open.ts";
import { joinHosts } from "../../src/system/join-hosts.ts";
import { parseState } from "../../src/system/parse.ts";
import { randomOf } from "../fuzz/random.ts";

const RECORDED = join(import.meta.dirname, "three-hosts");
const HOSTS = ["a", "r", "b"];
const THERE = ["a:eth0 out", "r:eth0 in", "r:eth1 out", "b:eth0 in"];
const BACK = ["b:eth0 out", "r:eth1 in", "r:eth0 out", "a:eth0 in"];

const directory = mkdtempSync(join(tmpdir(), "pktwhy-shifted-"));
afterAll(() => rmSync(directory, { recursive: true }));

const recorded = new Map(HOSTS.map((host) => [host, readFileSync(join(RECORDED, host, "main.pcapng"))]));
const states = HOSTS.map((name) => {
  const json = JSON.parse(gunzipSync(readFileSync(join(RECORDED, name, "state.json.gz"))).toString());
  return { name, state: parseState(json, name).state };
});
const state = joinHosts(states, HOSTS);

interface Clock {
  readonly ahead: bigint;
  readonly ppm: number;
}

// Enhanced Packet Blocks of our own files: nanoseconds in two halves behind the interface's number.
function shifted(bytes: Buffer, { ahead, ppm }: Clock): Buffer {
  const copy = Buffer.from(bytes);
  let first: bigint | null = null;
  for (let at = 0; at < copy.length; at += copy.readUInt32LE(at + 4)) {
    if (copy.readUInt32LE(at) !== 6) continue;
    const time = (BigInt(copy.readUInt32LE(at + 12)) << 32n) | BigInt(copy.readUInt32LE(at + 16));
    first ??= time;
    const moved = time + ahead + BigInt(Math.round((Number(time - first) * ppm) / 1e6));
    copy.writeUInt32LE(Number(moved >> 32n), at + 12);
    copy.writeUInt32LE(Number(moved & 0xffffffffn), at + 16);
  }
  return copy;
}

function written(name: string, clocks: Readonly<Record<string, Clock>>): string {
  const path = join(directory, name);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, "hosts.json"), readFileSync(join(RECORDED, "hosts.json")));
  for (const host of HOSTS) {
    mkdirSync(join(path, host), { recursive: true });
    const bytes = recorded.get(host) as Buffer;
    writeFileSync(join(path, host, "main.pcapng"), clocks[host] ? shifted(bytes, clocks[host]) : bytes);
    writeFileSync(join(path, host, "state.json.gz"), readFileSync(join(RECORDED, host, "state.json.gz")));
  }
  return path;
}

async function flowsOf(path: string) {
  const inputs = HOSTS.map((host): CaptureInput => {
    const file = join(path, host, "main.pcapng");
    return { source: file, path: file, content: "pcapng", interface: null, netns: null, stem: "main", host };
  });
  const naming = namingOf(state);
  const sights = new EdgeSights(state);
  await drive(inputs, { push: (packet) => sights.push(packet), advance: () => {} }, { naming });
  const clocks = hostClocks(HOSTS, sights.crossings());
  const tracker = new FlowTracker({});
  const clockOffset = ({ host }: CaptureInput): ClockFit => clocks.get(host as string) as ClockFit;
  await drive(inputs, tracker, { naming, clockOffset });
  return tracker.finish();
}

const CLOCKS: readonly Clock[] = [
  { ahead: -2_000_000_000n, ppm: 0 },
  { ahead: 400_000_000n, ppm: 0 },
  { ahead: 0n, ppm: 200 },
  { ahead: -2_000_000_000n, ppm: 200 },
  { ahead: 400_000_000n, ppm: -200 },
];

describe("recordings of hosts whose clocks are off", () => {
  test("each packet is one journey over all places, in order, in 50 of 50 random runs", async () => {
    for (let run = 0; run < 50; run++) {
      const { pick, below } = randomOf(23, run);
      const jitter = (clock: Clock): Clock => ({ ...clock, ahead: clock.ahead + BigInt(below(1e8)) });
      const clocks = { r: jitter(pick(CLOCKS)), b: jitter(pick(CLOCKS)) };
      const flows = await flowsOf(written("run", clocks));
      const pings = flows.filter(({ kind }) => kind === "ping");
      const what = `run ${run}`;
      expect(pings, what).toHaveLength(1);
      const [{ echoOutcomes, requests, replies } = { echoOutcomes: [], requests: 0, replies: 0 }] = pings;
      expect([requests, replies, echoOutcomes.length], what).toEqual([40, 40, 1]);
      for (const exchange of [echoOutcomes[0]?.first, echoOutcomes[0]?.last]) {
        if (exchange?.kind !== "echo") throw new Error("no echo");
        const places = (journey: typeof exchange.request) =>
          journey?.sightings.map(({ frame }) => `${formatVantage(frame.vantage)} ${frame.direction}`);
        expect(places(exchange.request), what).toEqual(THERE);
        expect(places(exchange.replies[0] ?? null), what).toEqual(BACK);
      }
    }
  });

  test("the report says how far off each clock is, and how exactly that is known", async () => {
    const path = written("told", { r: { ahead: 400_000_000n, ppm: 0 }, b: { ahead: -2_000_000_000n, ppm: 200 } });
    const { report } = await reportOf([path]);
    const notes = report?.notes.map(({ en }) => en) ?? [];
    expect(notes.filter((note) => note.startsWith("The clock of"))).toEqual([
      expect.stringMatching(
        /^The clock of r is 400 ms ahead of the first host's, measured on 84 packets .*\(exact to \d+ µs\)/,
      ),
      expect.stringMatching(
        /^The clock of b is 2\.00 s behind the first host's and runs (?:19\d|20\d)(?:\.\d)? ppm faster/,
      ),
    ]);
    expect(report?.answer).toMatchObject({ verdict: "worked", code: "answered" });
  });

  test("clocks that are right are not spoken of", async () => {
    const { report } = await reportOf([RECORDED]);
    expect(report?.notes.filter(({ en }) => en.includes("clock"))).toEqual([]);
    expect(report?.answer).toMatchObject({ verdict: "worked", code: "answered", certainty: "certain" });
  });
});
