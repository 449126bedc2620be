// The other forms of a report: lines of JSON, a Mermaid diagram, a page of HTML.

import { describe, expect, it } from "vitest";
import type { Report } from "../../src/model/report.ts";
import { verbatim } from "../../src/model/text.ts";
import { renderHtml } from "../../src/render/html.ts";
import { renderJson, renderJsonLines } from "../../src/render/json.ts";
import { renderMermaid } from "../../src/render/mermaid.ts";
import { renderText } from "../../src/render/text.ts";
import { empty, sample } from "./sample-report.ts";

const options = { language: "en", verbose: false, version: "1.2.3" } as const;

function withWords(words: string): Report {
  const [main, ...others] = sample.flows;
  const [finding] = main?.findings ?? [];
  if (!main || !finding) throw new Error("the sample has a flow with a finding");
  return {
    ...sample,
    flows: [
      {
        ...main,
        findings: [{ ...finding, headline: verbatim(words), summary: verbatim(words), search: [words] }],
        steps: main.steps.map((step) => ({ ...step, netns: words, text: verbatim(words) })),
        drawing: main.drawing && { ...main.drawing, places: main.drawing.places.map((p) => ({ ...p, name: words })) },
      },
      ...others,
    ],
  };
}

describe("lines of JSON", () => {
  it("hold what the JSON report holds: the answer first, then one flow each", () => {
    const whole = JSON.parse(renderJson(sample, { language: "en", version: "1.2.3" }));
    const lines = renderJsonLines(sample, { language: "en", version: "1.2.3" }).trimEnd().split("\n");
    const [head, ...flows] = lines.map((line) => JSON.parse(line));
    const { flows: expected, ...rest } = whole;
    expect(head).toEqual({ type: "report", ...rest });
    expect(flows).toEqual(expected.map((flow: object) => ({ type: "flow", ...flow })));
  });

  it("are one line where there is nothing to explain", () => {
    expect(renderJsonLines(empty, { language: "en", version: "1" }).trimEnd().split("\n")).toHaveLength(1);
  });
});

describe("times of a paste without a date", () => {
  const [main] = sample.flows;
  const undated = { ...sample.inputs[0]?.vantage, undated: true as const } as Report["inputs"][number]["vantage"];
  const report: Report = {
    ...sample,
    inputs: sample.inputs.map((input) => ({ ...input, vantage: undated })),
    flows: [
      {
        ...(main as Report["flows"][number]),
        steps: (main?.steps ?? []).map((step) => ({
          ...step,
          frames: step.frames.map((frame) => ({ ...frame, vantage: undated })),
        })),
      },
    ],
  };

  it("are null in JSON, those of steps without frames too", () => {
    const { inputs, flows } = JSON.parse(renderJson(report, { language: "en", version: "1" }));
    expect(inputs.flatMap((input: { from: null; to: null }) => [input.from, input.to])).toEqual([
      null,
      null,
      null,
      null,
    ]);
    expect(new Set(flows[0].steps.map((step: { time: null }) => step.time))).toEqual(new Set([null]));
  });

  it("are no dates in the text, but still spans", () => {
    const made = renderText(report, { language: "en", width: 80, color: false, verbose: true });
    expect(made).not.toContain("2026");
    expect(made).toContain("+6 µs");
    expect(made).toContain("+3.060 s");
  });
});

describe("the Mermaid diagram", () => {
  const made = renderMermaid(sample, options);

  it("has places as participants, sightings as arrows and the stop as a note", () => {
    expect(made.split("\n").slice(0, 2)).toEqual(["sequenceDiagram", "  participant p1 as veth0"]);
    expect(made).toContain("  box transparent net1\n");
    expect(made).toContain("  p1->>p2: ARP who-has");
    expect(made).toContain("veth0#35;1…#35;3 net1:veth1");
    expect(made).toMatch(/^ {2}Note over p\d: ARP dropped: no local owner of 192\.168\.2\.1$/m);
    // What should have come and did not is no arrow that arrives.
    expect(made).toMatch(/^ {2}p(\d)--xp\1: no ARP reply<br\/>missing$/m);
  });

  it("takes no words of a file for its own syntax", () => {
    const lines = renderMermaid(withWords("x; y\n%%{init: {}}%% <b>#lt; end"), options).split("\n");
    for (const line of lines.slice(1)) {
      expect(line).toMatch(
        /^(?: {2}(?:participant p\d as |box transparent |end$|Note over p\d(?:,p\d)?: |p\d-{1,2}(?:>>|x)p\d: ).*)?$/,
      );
      const words = line.includes(": ") ? line.slice(line.indexOf(": ")) : line;
      expect(words.replace(/#\d+;|<br\/>/g, "")).not.toMatch(/[;<>%#]/);
    }
  });

  it("says so where there is nothing to explain", () => {
    expect(renderMermaid(empty, options)).toContain("Nothing to explain");
  });
});

describe("the HTML report", () => {
  const made = renderHtml(sample, options);

  it("needs nothing but itself: no script, no address, no style or picture from elsewhere", () => {
    expect(made).toContain("default-src 'none'");
    expect(made).not.toMatch(
      /<script|<link|<iframe|<img|\bsrc=|\bhref="(?!#step-\d+-\d+")|url\(|@import|\son\w+=|https?:/i,
    );
    expect(made.startsWith('<!doctype html>\n<html lang="en">')).toBe(true);
    expect(renderHtml(sample, { ...options, language: "zh" })).toContain('<html lang="zh-CN">');
  });

  it("closes what it opens, in order", () => {
    const open: string[] = [];
    for (const [tag, close, name = "", empty] of made.matchAll(/<(\/?)([a-z][a-z0-9]*)[^>]*?(\/?)>/g)) {
      if (empty === "/" || name === "meta") continue;
      if (close === "/") expect(open.pop(), tag).toBe(name);
      else open.push(name);
    }
    expect(open).toEqual([]);
  });

  it("has the answer, a picture, the steps and the commands", () => {
    expect(made).toContain('<h1 class="failed">ping 192.168.2.11 -&#62; 192.168.2.1 failed: 4 sent,');
    expect(made).toContain("<p><strong>ARP dropped: no local owner of 192.168.2.1</strong> ");
    expect(made).toContain("<title>ARP dropped: no local owner of 192.168.2.1</title>");
    expect(made).toMatch(/<svg class="right" role="img"[^>]*>/);
    expect(made).toMatch(/<svg class="sequence" role="group"[^>]*>/);
    expect(made).toMatch(/<tr class="missing" id="step-1-\d+">/);
    expect(made).toMatch(/<pre><code>sudo ip netns exec net1 ip addr add /);
    expect(made).not.toContain("NaN");
  });

  it("escapes everything that comes from files", () => {
    const words = `<script>alert("1")</script>&'x`;
    const escaped = "&#60;script&#62;alert(&#34;1&#34;)&#60;/script&#62;&#38;&#39;x";
    const hostile = renderHtml(withWords(words), options);
    expect(hostile).not.toMatch(/<script/);
    expect(hostile).toContain(`<title>${escaped}</title>`);
    expect(hostile).toContain(`: ${escaped}"`);
    expect(hostile).not.toContain("\u001b");
  });
});
