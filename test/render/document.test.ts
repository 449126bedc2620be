// One document, told in one order in every form. A sample of the recordings; `npm run test:long` reads every one.

import { describe, expect, it } from "vitest";
import { causeByCode } from "../../src/causes/registry.ts";
import type { Report } from "../../src/model/report.ts";
import type { Language } from "../../src/model/text.ts";
import { type Document, type Level, type Part, shownAt } from "../../src/render/document/document.ts";
import { FOLDS } from "../../src/render/document/fold.ts";
import { documentOf } from "../../src/render/document/report.ts";
import { voiceOf } from "../../src/render/document/voice.ts";
import { renderHtml } from "../../src/render/html.ts";
import { renderMarkdown } from "../../src/render/markdown.ts";
import { renderMermaid } from "../../src/render/mermaid.ts";
import { renderText } from "../../src/render/text.ts";
import { sampled } from "../how-long.ts";
import { recorded, withState } from "../recorded.ts";
import { sample } from "./sample-report.ts";

const titleOf = (code: string) => causeByCode(code)?.title;

function documentAt(report: Report, level: Level, language: Language = "en"): Document {
  return shownAt(documentOf(voiceOf({ language, titleOf }), report, "1.2.3"), level);
}

function partsOf({ sections }: Document): Part[] {
  return sections.flatMap(({ parts }) => parts);
}

// What each part is told by in every form, in the document's order; a drawing may not fit and has no words of its own.
function landmarks(document: Document, wanted: (part: Part) => boolean = () => true): string[] {
  return partsOf(document)
    .filter(wanted)
    .flatMap((part) => {
      switch (part.kind) {
        case "title":
        case "no-answer":
        case "answer":
          return [part.sentence];
        case "steps":
          return part.rows.map(({ said }) => said);
        case "list":
          return [part.label];
        case "settle":
        case "fixes":
          return [part.label, ...part.items.map(({ said }) => said.map(({ text }) => text).join(""))];
        case "lookalikes":
          return [part.label, ...part.items.map(({ code }) => code)];
        case "ruled-out":
          return [part.label];
        case "flows":
          return [part.label, ...part.items.map(({ title }) => title.sentence)];
        case "paragraph":
          return [part.label ?? "", part.spans.map(({ text }) => text).join("")];
        default:
          return [];
      }
    });
}

// Letters and digits alone: layout, quoting and escaping are the forms' own.
function bare(made: string): string {
  return made.replace(/[^\p{L}\p{N}]/gu, "");
}

// The words of a page of HTML.
function wordsOf(html: string): string {
  return html
    .replace(/^[\s\S]*<main>/, "")
    .replace(/<[^>]*>/g, "")
    .replace(/&#\d+;/g, "");
}

function inOrder(made: string, told: readonly string[]): void {
  const whole = bare(made);
  let at = 0;
  for (const landmark of told.map(bare)) {
    const found = whole.indexOf(landmark, at);
    expect(found, `"${landmark}" after ${whole.slice(Math.max(0, at - 60), at)}`).toBeGreaterThanOrEqual(0);
    at = found;
  }
}

describe.each(sampled(recorded, "document", 6))("fixtures/%s", (name) => {
  it.each(["en", "zh"] as const)("is told in one order in every form (%s)", async (language) => {
    const whole = await withState(name);
    const full = landmarks(documentAt(whole, "full", language));
    const page = landmarks(documentAt(whole, "page", language));
    expect(full.length).toBeGreaterThan(3);
    const options = { language, titleOf, version: "1.2.3" };
    // The columns of a terminal's steps interleave.
    const beside = ({ kind }: Part): boolean => kind !== "steps";
    const text = renderText(whole, { ...options, width: 100, color: false, verbose: true });
    inOrder(text, landmarks(documentAt(whole, "full", language), beside));
    inOrder(renderMarkdown(whole, { ...options, verbose: true }), full);
    inOrder(renderMarkdown(whole, { ...options, verbose: false }), page);
    inOrder(wordsOf(renderHtml(whole, { ...options, verbose: true })), full);
  });

  it("leaves nothing out with -v but short forms of what it tells in full", async () => {
    const whole = await withState(name);
    const kindsAt = (level: Level): string[] => partsOf(documentAt(whole, level)).map(({ kind }) => kind);
    const full = new Set([...kindsAt("full"), "flows", "counts", "list"]);
    for (const level of ["quiet", "brief", "page"] as const)
      expect(kindsAt(level).filter((k) => !full.has(k))).toEqual([]);
  });
});

describe("the document", () => {
  it("has the answer alone with -q", () => {
    expect(partsOf(documentAt(sample, "quiet")).map(({ kind }) => kind)).toEqual(["title", "answer"]);
    expect(renderText(sample, { language: "en", width: 80, color: false, verbose: false, quiet: true })).toMatch(
      /^ping .*; ARP dropped.*\n$/,
    );
  });

  it("names every cause that it is not, with the reason, with -v and on a page", () => {
    expect(partsOf(documentAt(sample, "brief")).some((part) => part.kind === "ruled-out")).toBe(false);
    for (const level of ["page", "full"] as const) {
      const [excluded] = partsOf(documentAt(sample, level)).filter((part) => part.kind === "ruled-out");
      expect(excluded).toMatchObject({
        items: [
          { code: "arp-ignore-1", said: "net.ipv4.conf.veth1.arp_ignore = 0" },
          { code: "arp-filter", said: "net.ipv4.conf.veth1.arp_filter = 0" },
          { code: "rp-filter-arp", said: "net.ipv4.conf.veth1.rp_filter = 0" },
        ],
      });
    }
  });

  it("has every step once on a page and with -v, and once or folded on a terminal", async () => {
    const report = await withState("missing-return-route");
    const rows = (level: Level) =>
      partsOf(documentAt(report, level)).flatMap((part) => (part.kind === "steps" ? part.rows : []));
    const numbers = report.flows[0]?.steps.map(({ n }) => `${n}`);
    expect(rows("page").map(({ n }) => n)).toEqual(numbers);
    expect(rows("full").map(({ n }) => n)).toEqual(numbers);
    const [steps] = partsOf(documentAt(report, "brief")).filter((part) => part.kind === "steps");
    const folded = steps?.kind === "steps" ? (steps.folded[FOLDS] ?? []) : [];
    expect(folded.length).toBeLessThan(rows("page").length);
    expect(folded.some(({ n }) => n.includes("-"))).toBe(true);
  });

  it("is what the diagram says of the answer's flow", () => {
    const said = renderMermaid(sample, { language: "en", verbose: false, version: "1.2.3" });
    for (const part of partsOf(documentAt(sample, "page")))
      if (part.kind === "title" || part.kind === "answer")
        expect(said).toContain(part.sentence.replaceAll(">", "#62;"));
  });
});
