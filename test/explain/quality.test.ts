// Captures that show less than they seem to: each says so in the report, and no more is concluded than it allows.

import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { reportOf } from "../../src/case/read-report.ts";
import { renderHtml } from "../../src/render/html.ts";
import { renderJson } from "../../src/render/json.ts";
import { renderMarkdown } from "../../src/render/markdown.ts";
import { renderText } from "../../src/render/text.ts";

const here = join(import.meta.dirname, "quality");
const state = { state: join(here, "state.json.gz") };
const asker = (file: string): string => `veth0@asker=${join(here, `${file}.veth0.pcap`)}`;
const answerer = (file: string): string => `veth1@answerer=${join(here, `${file}.veth1.pcap`)}`;

async function told(args: readonly string[], options: { state?: string } = {}) {
  const { report } = await reportOf(args, options);
  if (report === null || report.answer === null) throw new Error("nothing was explained");
  const { answer, notes, flows } = report;
  const flow = flows.find((one) => one.flow.id === answer.flow);
  return {
    report,
    code: answer.code,
    certainty: answer.certainty,
    notes: notes.map(({ en }) => en),
    flow: flow?.flow,
    verdict: answer.verdict,
  };
}

test("with good captures and the state the answer is certain, and nothing is noted", async () => {
  const { code, certainty, notes } = await told([asker("asker"), answerer("answerer")], state);
  expect({ code, certainty, notes }).toEqual({ code: "icmp-echo-ignore-all", certainty: "certain", notes: [] });
});

describe.each([
  [
    "a snap length that cuts headers off",
    [asker("asker"), answerer("short")],
    /^The capture on answerer:veth1 keeps 40 bytes of a packet, which cuts headers off/,
  ],
  [
    "packets that the kernel dropped",
    [join(here, "dropped.txt")],
    /^The capture on answerer:veth1 lost 128 packets: that something is not seen there proves nothing\.$/,
  ],
  [
    "a clock that is ahead",
    [asker("asker"), answerer("ahead")],
    /^The clock of answerer:veth1 \(.*ahead\.veth1\.pcap\) is 3\.25 s ahead of the first capture's, estimated/,
  ],
  [
    "a clock that was set back",
    [asker("stepped"), answerer("answerer")],
    /^The clock of asker:veth0 was set back by \d+\.\d\d s \(first at frame asker:veth0#4\)/,
  ],
  [
    "captures taken one after another",
    [asker("asker"), answerer("later")],
    /^These captures of 10\.1\.0\.2 were taken one after another \(echo ids \d+, \d+\)/,
  ],
  [
    "a wrong checksum where it arrives",
    [asker("damaged"), answerer("damaged")],
    /^answerer:veth1#1 arrives with a wrong checksum: the receiving kernel drops it/,
  ],
] as const)("%s", (_, args, note) => {
  test("is noted, and the answer is no longer certain", async () => {
    const { certainty, code, notes } = await told(args, state);
    expect(notes).toEqual([expect.stringMatching(note)]);
    // A damaged frame is the cause itself: nothing missing is concluded from.
    if (code === "ip-header-bad") expect(certainty).toBe("certain");
    else expect(["likely", "possible"]).toContain(certainty);
  });

  test("is noted in every form of the report, in both languages", async () => {
    const { report } = await told(args, state);
    const [said] = report.notes;
    for (const language of ["en", "zh"] as const) {
      const words = said?.[language] ?? "";
      const options = { language, verbose: false, version: "0.0.0" };
      expect(JSON.parse(renderJson(report, options)).notes).toContainEqual({ severity: "note", text: words });
      const plain = renderText(report, { language, width: 80, color: false, verbose: true });
      expect(plain.replace(/\s+/g, "")).toContain(words.replace(/\s+/g, ""));
      expect(renderHtml(report, options)).toContain(language === "zh" ? "<b>注意</b>" : "<b>Note</b>");
      expect(renderMarkdown(report, options)).toContain(language === "zh" ? "**注意**" : "**Note**");
    }
    expect(said?.zh).toMatch(/\p{Script=Han}/u);
    expect(said?.zh).not.toBe(said?.en);
  });
});

test("a clock set back in one capture alone does not change the order of its frames", async () => {
  const { report, notes } = await told([asker("set-back")]);
  expect(notes).toContainEqual(expect.stringMatching(/was set back by 30\.00 s \(first at frame asker:veth0#2\)/));
  const [flow] = report.flows;
  expect(flow?.steps.map((step) => step.frames[0]?.number)).toEqual([1, 2]);
});

test("one packet at three interfaces of -i any is one packet, not a duplicate", async () => {
  const { notes, flow, certainty, verdict } = await told([join(here, "wire.any.pcap")]);
  expect([flow?.requests, flow?.replies, flow?.duplicates]).toEqual([2, 2, 0]);
  expect(verdict).toBe("worked");
  expect(certainty).not.toBe("certain");
  expect(notes).toEqual([expect.stringContaining("one packet stands there once for each interface it passed")]);
});

test("a wrong checksum at the sender that is right at the receiver is harmless", async () => {
  const { notes, verdict, code } = await told([asker("offload"), answerer("offload")]);
  expect({ verdict, code }).toEqual({ verdict: "worked", code: "answered" });
  expect(notes).toEqual([expect.stringMatching(/^asker:veth0#1 has a wrong checksum, .* which is harmless\.$/)]);
});

test("a wrong checksum at the sender alone is left open", async () => {
  const { notes, certainty } = await told([asker("damaged")]);
  expect(notes).toEqual([expect.stringMatching(/^asker:veth0#1 has a wrong checksum\. .* decides\.$/)]);
  expect(certainty).not.toBe("certain");
});
