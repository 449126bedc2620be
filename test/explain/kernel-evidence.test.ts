// What the kernel said of drops beside what state and packets say: it bears out, it contradicts, it was not asked.

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { reportOf } from "../../src/case/read-report.ts";
import type { Report } from "../../src/model/report.ts";

const fixtures = join(import.meta.dirname, "../../fixtures");
const EVENTS = "kernel-events.jsonl";
const made: string[] = [];

/** The report of a fixture whose kernel events were changed; null takes them away. */
async function explained(name: string, change: (events: string) => string | null = (same) => same): Promise<Report> {
  const directory = mkdtempSync(join(tmpdir(), "pktwhy-kernel-"));
  made.push(directory);
  cpSync(join(fixtures, name), directory, { recursive: true });
  const events = change(readFileSync(join(directory, EVENTS), "utf8"));
  if (events === null) rmSync(join(directory, EVENTS));
  else writeFileSync(join(directory, EVENTS), events);
  const { report } = await reportOf([directory]);
  if (report === null) throw new Error(name);
  return report;
}

function told(report: Report) {
  const flow = report.flows.find((one) => one.flow.id === report.answer?.flow);
  const [finding] = flow?.findings ?? [];
  return {
    ...report.answer,
    steps: (flow?.steps ?? []).filter((step) => step.basis === "kernel"),
    evidence: (finding?.evidence ?? []).filter((one) => one.basis === "kernel" && one.counter === undefined),
    lookalikes: finding?.lookalikes ?? [],
    ruledOut: finding?.ruledOut.map(({ code }) => code) ?? [],
  };
}

afterEach(() => {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true });
});

describe("a drop that was foreseen", () => {
  it("is told after the step that foresaw it, with the frames it was", async () => {
    const { steps, evidence, code, certainty } = told(await explained("rp-filter-strict"));
    expect({ code, certainty }).toEqual({ code: "rp-filter-strict", certainty: "certain" });
    expect(steps).toHaveLength(1);
    expect(steps[0]).toMatchObject({ netns: "net1", interface: "veth1" });
    expect(steps[0]?.text.en).toBe(
      "the kernel dropped it: IP_RPFILTER (reverse-path filter) at ip_rcv_finish_core (3 times)",
    );
    expect(steps[0]?.frames.map((frame) => frame.number)).toContain(3);
    expect(evidence).toHaveLength(1);
  });

  it("does not say by which rule, but the state leaves one only", async () => {
    const report = told(await explained("br-netfilter-drop"));
    expect(report).toMatchObject({ code: "br-netfilter-drop", certainty: "certain", lookalikes: [] });
    const without = told(await explained("br-netfilter-drop", () => null));
    expect(without).toMatchObject({ code: "br-netfilter-drop", certainty: "likely" });
  });

  it("is the command's own where nothing came onto a wire", async () => {
    const { steps, evidence } = told(await explained("nft-output-drop"));
    expect(evidence[0]?.text.en).toMatch(/^the kernel dropped what the command sent: NETFILTER_DROP .* \(3 times\)$/);
    expect(steps).toHaveLength(1);
    // Somebody else's process, in the same time: says nothing of this command.
    const other = told(
      await explained("nft-output-drop", (events) => events.replaceAll(/"pids":\[\d+\]/g, '"pids":[1]')),
    );
    expect(other.evidence).toEqual([]);
  });

  it("is tied to the frame in whose course it happened", async () => {
    const { evidence } = told(await explained("nft-reply-drop"));
    expect(evidence[0]?.text.en).toMatch(/^the kernel dropped a packet in the course of net1:veth1#3: NETFILTER_DROP/);
  });
});

describe("a drop that was not foreseen", () => {
  it("is the answer, and what makes such a drop becomes a look-alike", async () => {
    const report = told(
      await explained("rp-filter-strict", (events) =>
        events.replaceAll("IP_RPFILTER", "NETFILTER_DROP").replaceAll("ip_rcv_finish_core", "nft_do_chain"),
      ),
    );
    expect(report).toMatchObject({ code: "kernel-drop", certainty: "likely" });
    expect(report.evidence[0]?.text.en).toBe(
      "the kernel dropped net1:veth1#3: NETFILTER_DROP (a firewall rule or policy) at nft_do_chain (3 times)",
    );
    expect(report.lookalikes).not.toContain("rp-filter-strict");
    expect(report.lookalikes.length).toBeLessThanOrEqual(7);
    expect(report.lookalikes).toContain("nft-policy-drop");
  });

  it("contradicts also a cause that ends in silence", async () => {
    const [, drop = ""] = readFileSync(join(fixtures, "rp-filter-strict", EVENTS), "utf8").split("\n");
    const silent = await explained("veth-one-address");
    const asked = silent.flows[0]?.flow.arpOutcomes[0]?.first;
    const heard = asked?.kind === "arp" ? asked.requests[0]?.sightings[1] : undefined;
    const iso = new Date(Number((heard?.frame.time ?? 0n) / 1_000_000n)).toISOString().slice(0, 20);
    const micro = String(((heard?.frame.time ?? 0n) / 1000n) % 1_000_000n).padStart(6, "0");
    const made = drop
      .replaceAll(/"time":"[^"]*"/g, `"time":"${iso}${micro}000Z"`)
      .replace("IP_RPFILTER", "NETFILTER_DROP")
      .replace('"protocol":2048', '"protocol":2054')
      .replace('"length":98', '"length":42')
      .replace('"length":84', '"length":28');
    const report = told(await explained("veth-one-address", (events) => `${events}${made}\n`));
    expect(report).toMatchObject({ code: "kernel-drop", certainty: "likely" });
    expect(report.lookalikes.length).toBeLessThanOrEqual(7);
  });

  it("is nothing at all where its reason is not known", async () => {
    const report = told(await explained("ttl-expired", (events) => events.replaceAll('"IP_INHDR"', "null")));
    expect(report).toMatchObject({ code: "ttl-expired", certainty: "certain", evidence: [] });
  });
});

describe("no drop", () => {
  const head = (events: string): string => `${events.split("\n")[0]}\n`;

  it("is what a silent cause makes", async () => {
    const { evidence, certainty, steps } = told(await explained("veth-one-address"));
    expect(certainty).toBe("certain");
    expect(evidence[0]?.text.en).toBe(
      "drops were traced, and there was none of veth1#1: for the kernel this is no drop",
    );
    expect(steps[0]?.text.en).toMatch(
      /^packets that waited for the MAC address are dropped: NEIGH_FAILED .*\(4 times\)$/,
    );
  });

  it("speaks against a cause that the kernel reports", async () => {
    const { evidence, certainty } = told(await explained("rp-filter-strict", head));
    expect(certainty).toBe("likely");
    expect(evidence[0]?.text.en).toContain("though one was to be expected");
  });

  it.each([
    ["events were lost", '"lost":0', '"lost":2'],
    ["there was no room", '"omitted":0', '"omitted":1'],
    ["the interface was not followed", '"veth1"', '"veth9"'],
    ["only drops were traced", '"dropsOnlySince":null', '"dropsOnlySince":"2026-01-01T00:00:00Z"'],
    ["it was traced at another time", /"from":"2026/, '"from":"2036'],
  ])("says nothing where %s", async (_, what, instead) => {
    for (const [name, sure] of [
      ["rp-filter-strict", "certain"],
      ["veth-one-address", "certain"],
    ] as const) {
      const { evidence, certainty } = told(await explained(name, (events) => head(events).replace(what, instead)));
      expect(certainty).toBe(sure);
      expect(evidence).toEqual([]);
    }
  });
});

describe("where nobody asked the kernel", () => {
  it("one sentence says why, and only where something went wrong", async () => {
    const untraced = () => '{"pktwhy":"kernel/1","untraced":"not-mounted"}\n';
    const report = await explained("rp-filter-strict", untraced);
    expect(report.notes.map((note) => note.en)).toEqual([
      "What the kernel itself says of drops was not recorded: tracefs is not mounted (sudo mount -t tracefs nodev /sys/kernel/tracing).",
    ]);
    expect(told(report)).toMatchObject({ certainty: "certain", steps: [] });
    expect((await explained("rp-filter-strict", () => null)).notes).toEqual([]);
    const notAsked = await explained("rp-filter-strict", () => '{"pktwhy":"kernel/1","untraced":"not-asked"}\n');
    expect(notAsked.notes).toEqual([]);
  });

  it("packets alone still show how they were dropped, and what it was not", async () => {
    const from = join(fixtures, "rp-filter-strict");
    const files = ["veth0@net0", "veth1@net1"].map((place) => {
      const [name, netns] = place.split("@");
      return `${place}=${join(from, `${netns}.${name}.pcap`)}`;
    });
    const { report } = await reportOf([...files, join(from, EVENTS)]);
    const { code, certainty, steps, evidence, lookalikes } = told(report as Report);
    expect({ code, certainty }).toEqual({ code: "kernel-drop", certainty: "likely" });
    expect(steps[0]?.text.en).toContain("IP_RPFILTER");
    expect(evidence[0]?.text.en).toContain("IP_RPFILTER");
    expect(lookalikes).toContain("rp-filter-strict");
    for (const other of ["nft-input-drop", "icmp-echo-ignore-all", "missing-return-route"]) {
      expect(lookalikes).not.toContain(other);
    }
  });
});
