// The HTML report in a real Chromium: nothing of a hostile file runs, nothing is fetched, and the answer can be read, on a
// desk and on a telephone, by day and by night.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { reportOf } from "../../../src/case/read-report.ts";
import type { Report } from "../../../src/model/report.ts";
import type { Language } from "../../../src/model/text.ts";
import { renderHtml } from "../../../src/render/html.ts";
import { SavefileReader } from "../../../src/savefile/reader.ts";
import { interfaceBlock, packetBlock, sectionBlock } from "../../../src/savefile/write-pcapng.ts";
import { randomOf } from "../../fuzz/random.ts";
import { withHostileParts } from "../../fuzz/reports.ts";
import { Browser, chromiumHere } from "../browser.ts";

const chromium = chromiumHere();
if (chromium === null) {
  if (process.env.PKTWHY_REQUIRE_ALL === "1") throw new Error("not installed: chromium");
  console.warn("SKIPPED: chromium is not installed");
}

const fixture = (name: string): string => join(import.meta.dirname, "../../../fixtures", name);
const DESK = 1280;
const TELEPHONE = 400;
// Below this normal text is hard to read (WCAG 2.2, 1.4.3).
const CONTRAST = 4.5;

let browser: Browser;
let directory = "";

async function reportOn(path: string): Promise<Report> {
  const { report } = await reportOf([path]);
  if (report === null) throw new Error(`no report on ${path}`);
  return report;
}

function page(report: Report, language: Language = "en"): string {
  return renderHtml(report, { language, verbose: true, version: "0.0.0" });
}

/** Shows a page and says what the browser had to tell of it. */
async function shown(html: string): Promise<string[]> {
  const file = join(directory, "report.html");
  writeFileSync(file, html);
  browser.events.length = 0;
  await browser.show(pathToFileURL(file).href);
  // An answer to this comes after whatever the page does on being loaded.
  await browser.valueOf("new Promise((done) => setTimeout(done, 50))");
  return browser.events.flatMap(({ method, params }) => {
    const { request } = params as { request?: { url: string } };
    if (method === "Network.requestWillBeSent" && request?.url === pathToFileURL(file).href) return [];
    const telling =
      /^(?:Runtime\.(?:consoleAPICalled|exceptionThrown)|Log\.entryAdded|Network\.requestWillBeSent|Page\.javascriptDialogOpening)$/;
    return telling.test(method) ? [`${method} ${JSON.stringify(params).slice(0, 300)}`] : [];
  });
}

/** Elements and attributes that fetch, run or ask; the pictures' own links to steps of the page do not. */
function active(): Promise<string[]> {
  return browser.valueOf(`[...document.querySelectorAll("*")].flatMap((element) => [
    ...(/^(?:script|img|image|iframe|frame|object|embed|link|base|form|input|button|video|audio|template|use)$/i.test(element.tagName) ? [element.tagName] : []),
    ...[...element.attributes].filter(({ name, value }) => /^on|^(?:src|href|style|srcdoc|action)$|:href$/i.test(name) && !(element.tagName === "a" && /^#step-\\d+-\\d+$/.test(value))).map(({ name }) => name),
  ])`);
}

async function look(width: number, scheme: "light" | "dark"): Promise<void> {
  const size = { width, height: 900, deviceScaleFactor: 1, mobile: width === TELEPHONE };
  await browser.ask("Emulation.setDeviceMetricsOverride", size);
  const features = [{ name: "prefers-color-scheme", value: scheme }];
  await browser.ask("Emulation.setEmulatedMedia", { features });
}

interface Seen {
  readonly headline: string;
  /** Whether the answer is what one sees at its own place. */
  readonly onTop: boolean;
  readonly bottom: number;
  /** Pixels that the page is wider than the window. */
  readonly over: number;
  /** The weakest contrast of words with the paper. */
  readonly contrast: number;
}
const SEEN = `(() => {
  const answer = document.querySelector("h1 + p");
  const headline = answer.querySelector("strong");
  const box = answer.getBoundingClientRect();
  const there = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).map((part) => part / 255).map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const paper = light(getComputedStyle(document.body).backgroundColor);
  const contrasts = [...document.querySelectorAll("h1, p, td, th, code, li, .small")].map((element) => {
    const words = light(getComputedStyle(element).color);
    return (Math.max(words, paper) + 0.05) / (Math.min(words, paper) + 0.05);
  });
  return {
    headline: headline.innerText,
    onTop: answer.contains(there),
    bottom: box.bottom,
    over: document.documentElement.scrollWidth - innerWidth,
    contrast: Math.min(...contrasts),
  };
})()`;

/** A recording in which every name, comment and line of a file is hostile. */
function hostileBundle(): string {
  const from = fixture("veth-one-address");
  const hostile = (name: string) => `<img src=x onerror=alert(1)>"'&\`<script>alert(2)</script>${name}\u202e\u001b[31m`;
  const names = ["veth0", "veth1", "lo"];
  const parts = [
    sectionBlock({ application: hostile("app"), comments: [hostile("comment")] }),
    ...names.map((name) =>
      interfaceBlock({
        linkType: "EN10MB",
        name: hostile(name),
        netns: null,
        filter: hostile("filter"),
        snapLength: 0,
      }),
    ),
  ];
  for (const [interfaceId, name] of names.entries()) {
    const reader = new SavefileReader(name);
    reader.append(readFileSync(join(from, `${name}.pcap`)));
    reader.finish();
    for (let record = reader.next(); record !== null; record = reader.next()) {
      if (record.type !== "packet") continue;
      const captured = record.bytes.slice(record.start, record.end);
      const { length } = record;
      parts.push(packetBlock({ interfaceId, time: record.time() ?? 0n, captured, length, direction: null }));
    }
  }
  const bundle = join(directory, "bundle");
  mkdirSync(bundle);
  writeFileSync(join(bundle, "all.pcapng"), Buffer.concat(parts));
  let state = gunzipSync(readFileSync(join(from, "state.json.gz"))).toString("utf8");
  for (const name of names) state = state.replaceAll(`"${name}"`, JSON.stringify(hostile(name)));
  writeFileSync(join(bundle, "state.json"), state.replace("{", `{${JSON.stringify(hostile("key"))}:1,`));
  const run = JSON.parse(readFileSync(join(from, "run.json"), "utf8"));
  writeFileSync(join(bundle, "run.json"), JSON.stringify({ ...run, argv: [...run.argv, hostile("word")] }));
  return bundle;
}

describe.skipIf(chromium === null)("the HTML report in Chromium", () => {
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "pw-html-"));
    browser = new Browser(chromium as string);
    await browser.open();
    // The page's own policy would stop scripts too: here the escaping alone must.
    await browser.ask("Page.setBypassCSP", { enabled: true });
  });
  afterAll(async () => {
    await browser.close();
    rmSync(directory, { recursive: true, force: true });
  });

  test("what runs or fetches would be noticed", async () => {
    const told = await shown(
      '<!doctype html><h1>x</h1><img src="x.png" onerror="console.log(1)"><script>nothing()</script>',
    );
    expect(told.join("\n")).toMatch(/x\.png/);
    expect(told.join("\n")).toMatch(/consoleAPICalled/);
    expect(told.join("\n")).toMatch(/exceptionThrown/);
    expect(await active()).toEqual(expect.arrayContaining(["IMG", "SCRIPT", "src", "onerror"]));
  });

  test.each([
    ["veth-one-address", "en"],
    ["veth-both-addresses", "zh"],
    ["router-ok", "en"],
    ["nft-input-drop", "zh"],
  ] as const)("%s (%s): the answer is there to be read", async (name, language) => {
    const report = await reportOn(fixture(name));
    const html = page(report, language);
    for (const width of [DESK, TELEPHONE]) {
      for (const scheme of ["light", "dark"] as const) {
        await look(width, scheme);
        expect(await shown(html)).toEqual([]);
        const seen = await browser.valueOf<Seen>(SEEN);
        expect(seen.headline).toBe(report.answer?.headline[language]);
        expect([seen.onTop, seen.over], `${width} ${scheme}`).toEqual([true, 0]);
        expect(seen.bottom).toBeLessThan(width === DESK ? 150 : 240);
        expect(seen.contrast, `${width} ${scheme}`).toBeGreaterThanOrEqual(CONTRAST);
      }
    }
    expect(await active()).toEqual([]);
  });

  test("of a bundle made to do harm nothing runs, and its answer is there to be read", async () => {
    const report = await reportOn(hostileBundle());
    for (const language of ["en", "zh"] as const) {
      await look(TELEPHONE, "light");
      expect(await shown(page(report, language))).toEqual([]);
      expect(await active()).toEqual([]);
      const { headline, onTop, over } = await browser.valueOf<Seen>(SEEN);
      expect([onTop, over]).toEqual([true, 0]);
      expect(headline).toBe(report.answer?.headline[language]);
      const words = await browser.valueOf<string>("document.body.innerText");
      expect(words).toContain("<img src=x onerror=alert(1)>");
      expect(words.includes("\u001b") || words.includes("\u202e")).toBe(false);
    }
  });

  test("whatever words stand in a report, none becomes an element", async () => {
    const report = await reportOn(fixture("veth-one-address"));
    for (let number = 0; number < 12; number++) {
      const random = randomOf(20_261_121, number);
      expect(await shown(page(withHostileParts(report, random.pick([0.2, 1]), random))), `case ${number}`).toEqual([]);
      expect(await active(), `case ${number}`).toEqual([]);
      // Browsers drop what no text may hold; everything else of the headline is there.
      expect(await browser.valueOf("document.querySelectorAll('h1').length"), `case ${number}`).toBe(1);
    }
  });
});
