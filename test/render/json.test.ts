// The JSON report: exactly the keys of schema pktwhy/1, in their order, with nothing undefined.

import { describe, expect, it } from "vitest";
import type { Report } from "../../src/model/report.ts";
import { renderJson } from "../../src/render/json.ts";
import { empty, sample } from "./sample-report.ts";

const parsed = JSON.parse(renderJson(sample, { language: "en", version: "1.2.3" }));

describe("the JSON report", () => {
  it("has the contract's keys in the contract's order", () => {
    expect(Object.keys(parsed)).toEqual(["schema", "tool", "answer", "command", "inputs", "flows", "notes"]);
    expect(parsed.schema).toBe("pktwhy/1");
    expect(parsed.tool).toBe("pktwhy 1.2.3");
    expect(Object.keys(parsed.answer)).toEqual(["verdict", "code", "certainty", "flow", "headline"]);
    expect(parsed.command).toEqual({ argv: ["ping", "-c", "4", "192.168.2.1"], exitCode: 1 });
    expect(Object.keys(parsed.inputs[0])).toEqual(
      "source host netns interface format linkType packets explained droppedByKernel from to problems".split(" "),
    );
    const [flow] = parsed.flows;
    expect(Object.keys(flow)).toEqual(
      "id kind host netns src dst icmpId requests replies duplicates errors rttMs verdict causes steps".split(" "),
    );
    const [cause] = flow.causes;
    expect(Object.keys(cause)).toEqual(
      "code severity certainty host netns interface summary why evidence settle fixes lookalikes ruledOut".split(" "),
    );
    expect(cause.evidence.map((one: object) => Object.keys(one))).toEqual(
      cause.evidence.map(() => ["basis", "text", "frame", "state", "counter"]),
    );
    expect(Object.keys(flow.steps[0])).toEqual([
      "n",
      "host",
      "netns",
      "interface",
      "time",
      "basis",
      "text",
      "frames",
      "branch",
    ]);
  });

  it("writes times as RFC 3339 with nanoseconds and frames as NETNS:IF#N", () => {
    expect(parsed.inputs[0].from).toBe("2026-11-21T03:04:05.123456789Z");
    expect(parsed.flows[0].steps[1].time).toBe("2026-11-21T03:04:05.123456789Z");
    expect(parsed.flows[0].steps[1].frames).toEqual(["veth0#1", "veth0#2", "veth0#3"]);
    expect(parsed.flows[0].causes[0].evidence[1].frame).toBe("net1:veth1\u001b[31m#1");
    expect(parsed.flows[1].rttMs).toEqual({ min: 0.031, avg: 0.0469, max: 0.0611 });
  });

  it("tells unknown things as null", () => {
    expect(parsed.inputs[1].droppedByKernel).toBeNull();
    expect(parsed.flows[0].rttMs).toBeNull();
    expect(parsed.flows[0].steps[0].time).toBeNull();
  });

  it("speaks the language asked for, and keeps codes", () => {
    const chinese = JSON.parse(renderJson(sample, { language: "zh", version: "1.2.3" }));
    expect(chinese.answer.headline).toBe("ARP 被丢弃：本机无此地址 192.168.2.1");
    expect(chinese.answer.code).toBe("arp-no-local-owner");
    expect(chinese.flows[0].causes[0].fixes[1].effect).toBe("或者改为 ping 一个存在的地址");
  });

  it("has a null answer and command where there is none", () => {
    const nothing = JSON.parse(renderJson(empty, { language: "en", version: "1.2.3" }));
    expect(nothing.answer).toBeNull();
    expect(nothing.command).toBeNull();
    expect(nothing.flows).toEqual([]);
  });

  it("notes what limits the whole, and problems that are no single capture's, each once", () => {
    const problem = (en: string) => ({
      kind: "x",
      severity: "warning" as const,
      place: "state.json",
      text: { en, zh: `${en}（中文）` },
    });
    const [own, other] = [problem("veth0.pcap is cut off"), problem("state.json: unknown key")];
    const report: Report = {
      ...sample,
      inputs: sample.inputs.map((input) => ({ ...input, problems: [own] })),
      problems: [own, other, other],
    };
    expect(JSON.parse(renderJson(report, { language: "en", version: "1" })).notes).toEqual([
      { severity: "note", text: "The captures were taken one after another." },
      { severity: "warning", text: "state.json: unknown key" },
    ]);
    const [note] = JSON.parse(renderJson(report, { language: "zh", version: "1" })).notes;
    expect(note.text).toBe("这些抓包是先后抓取的。");
  });

  it("has no notes where nothing limits the whole", () => {
    const nothing = JSON.parse(renderJson({ ...sample, notes: [], problems: [] }, { language: "en", version: "1" }));
    expect(Object.keys(nothing)).not.toContain("notes");
  });

  it("is two spaces deep and ends in a newline", () => {
    const text = renderJson(sample, { language: "en", version: "1.2.3" });
    expect(text.split("\n")[1]).toBe('  "schema": "pktwhy/1",');
    expect(text.endsWith("}\n")).toBe(true);
  });
});
