// A scan is one story: told by numbers and one example, whatever it would cost to walk each of its targets.

import { expect, it } from "vitest";
import { type Crowd, crowdChunks } from "../../bench/crowds.ts";
import { reportOfCaptures } from "../../src/case/report-of-captures.ts";
import type { Report } from "../../src/model/report.ts";
import type { SystemState } from "../../src/model/system-state.ts";
import { renderJson } from "../../src/render/json.ts";
import { renderText } from "../../src/render/text.ts";
import type { ByteSource } from "../../src/savefile/open-bytes.ts";
import { parseState } from "../../src/system/parse.ts";

async function reportOf(wish: Crowd, state: SystemState | null = null): Promise<Report> {
  const chunks = crowdChunks(wish);
  const bytes = (): ByteSource => ({
    read: async () => chunks.next().value ?? null,
    head: async () => new Uint8Array(0),
    close: async () => {},
    problems: [],
  });
  const capture = { source: "scan.pcap", path: "scan.pcap", content: null, interface: "eth0", netns: null, stem: null };
  const set = { captures: [capture], state, stateAfter: null, run: null, problems: [] };
  const { report } = await reportOfCaptures(set, { bytes });
  if (report === null) throw new Error("no report");
  return report;
}

const PLAIN = { language: "en", color: false, width: 80, verbose: false, quiet: false } as const;
const SCAN: Crowd = { kind: "arp-sweep", flows: 2500, answeredNth: 125 };

it("tells a scan in one sentence, in both languages, and explains one of its targets", async () => {
  const report = await reportOf(SCAN);
  expect(report.answer?.headline.en).toBe("2,480 of 2,500 addresses asked for by 10.0.0.5 were not answered: a scan");
  expect(report.answer?.headline.zh).toBe("10.0.0.5 用 ARP 一共询问了 2,500 个地址，其中 2,480 个没有应答：这是在扫描");
  expect(report.flows.filter((flow) => flow.verdict === "failed")).toHaveLength(1);
  const json = JSON.parse(renderJson(report, { language: "en", version: "0" }));
  expect(json.flows.find((flow: { verdict: string }) => flow.verdict === "failed").crowd).toMatchObject({
    shared: "asker",
    members: 2500,
    answered: 20,
    alike: 2480,
  });
  expect(renderText(report, PLAIN).split("\n").length).toBeLessThan(60);
});

it("tells many askers, and a flood between ever new addresses, as one each", async () => {
  const sources = await reportOf({ kind: "random-sources", flows: 300, answeredNth: 100 });
  expect(sources.answer?.headline.en).toContain("297 of 300 addresses that pinged 10.0.0.9 were not answered");
  const pairs = await reportOf({ kind: "random-pairs", flows: 600, answeredNth: 100 });
  expect(pairs.answer?.headline.en).toContain("594 of 600 pings between ever new addresses were not answered: a flood");
});

it("gives a target that the state knows a story of its own", async () => {
  const file = {
    pktwhy: "state/1",
    namespaces: {
      there: {
        link: [{ ifname: "eth0", ifindex: 2, flags: ["UP", "LOWER_UP"], address: "02:00:00:00:00:0b" }],
        addr: [
          {
            ifname: "eth0",
            ifindex: 2,
            addr_info: [{ family: "inet", local: "10.1.0.7", prefixlen: 16, label: "eth0" }],
          },
        ],
      },
    },
  };
  const report = await reportOf(SCAN, parseState(file, "state").state);
  const own = report.flows.find(({ flow, crowd }) => crowd === undefined && flow.dst === 0x0a010007);
  expect(own).toBeDefined();
});

it("takes seconds for 20,000 targets, not their square", { timeout: 120_000 }, async () => {
  const before = process.cpuUsage();
  const report = await reportOf({ ...SCAN, flows: 20_000 });
  const { user } = process.cpuUsage(before);
  expect(report.answer?.headline.en).toContain("of 20,000 addresses");
  expect(report.notes.some(({ en }) => en.includes("only the numbers are kept"))).toBe(true);
  expect(user / 1e6).toBeLessThan(15);
});
