// The pictures of the HTML report in a real Chromium: six stories at three widths, by day and by night, measured as an eye
// would: no words on others, nothing wider than the window but what scrolls, and the drop where it happens.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { reportOf } from "../../src/case/read-report.ts";
import type { Report } from "../../src/model/report.ts";
import { renderHtml } from "../../src/render/html.ts";
import { sampled } from "../how-long.ts";
import { Browser, chromiumHere } from "./browser.ts";
import { MEASURE, type Measured } from "./picture-measure.ts";

const chromium = chromiumHere();
if (chromium === null) {
  if (process.env.PKTWHY_REQUIRE_ALL === "1") throw new Error("not installed: chromium");
  console.warn("SKIPPED: chromium is not installed");
}

const WIDTHS = [390, 800, 1400];
// Below this normal text is hard to read (WCAG 2.2, 1.4.3).
const CONTRAST = 4.5;
const MOST_BYTES = 400_000;

// The story, whether a packet is stopped in it, and words that its pictures have.
const STORIES = [
  ["veth-one-address", true, ["veth0", "192.168.2.11/24", "veth1", "lo", "ARP who-has ×6"]],
  ["veth-both-addresses", false, ["veth0", "veth1", "lo", "echo reply ×4"]],
  ["forward-next-hop-arp-failed", true, ["router", "echo request"]],
  ["port-not-in-bridge", true, ["near", "br0", "far", "up1", "br1", "p1", "192.168.2.1/24"]],
  ["published-ok", false, ["net1", "docker0", "172.17.0.2/16", "SYN-ACK"]],
  ["nft-reject-tcp", true, ["net0", "net1", "SYN", "RST"]],
] as const;

let browser: Browser;
let directory = "";

async function reportOn(name: string): Promise<Report> {
  const { report } = await reportOf([join(import.meta.dirname, "../../fixtures", name)]);
  if (report === null) throw new Error(`no report on ${name}`);
  return report;
}

async function measured(html: string, width: number, scheme: "light" | "dark" = "light"): Promise<Measured> {
  const file = join(directory, "report.html");
  writeFileSync(file, html);
  const size = { width, height: 900, deviceScaleFactor: 1, mobile: false };
  await browser.ask("Emulation.setDeviceMetricsOverride", size);
  await browser.ask("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: scheme }] });
  await browser.show(pathToFileURL(file).href);
  return browser.valueOf<Measured>(MEASURE);
}

function page(report: Report, language: "en" | "zh" = "en"): string {
  return renderHtml(report, { language, verbose: false, version: "0.0.0" });
}

// A namespace and an interface of a story under a name that does what names may do.
function renamed(report: Report, from: readonly string[], to: string): Report {
  const name = <T extends string | null>(old: T): T => (old !== null && from.includes(old) ? (to as T) : old);
  const places = report.network?.places.map((place) => ({
    ...place,
    netns: name(place.netns),
    name: name(place.name),
    end: place.end && { ...place.end, netns: name(place.end.netns), name: name(place.end.name) },
  }));
  if (places === undefined) throw new Error("the report has no network");
  return {
    ...report,
    network: { places },
    flows: report.flows.map((flow) => ({
      ...flow,
      steps: flow.steps.map((step) => ({ ...step, netns: name(step.netns), interface: name(step.interface) })),
    })),
  };
}

describe.skipIf(chromium === null)("the pictures in Chromium", () => {
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "pw-pictures-"));
    browser = new Browser(chromium as string);
    await browser.open();
  });
  afterAll(async () => {
    await browser.close();
    rmSync(directory, { recursive: true, force: true });
  });

  test("what is wrong with a picture would be noticed", async () => {
    const { faults, over, contrast } = await measured(
      '<!doctype html><body style="margin:0"><div style="background:#fff;width:2000px"><svg class="right" width="200" height="60"><rect class="spot" width="30" height="40" fill="#fff"/><rect class="spot" x="20" width="30" height="40" fill="#fff"/><text y="20" fill="#ccc">too long for it</text><text y="24">over it</text><text x="190" y="20">out of it</text></svg></div>',
      800,
    );
    expect(faults.join("\n")).toMatch(/outside: out of it/);
    expect(faults.join("\n")).toMatch(/overlap: over it/);
    expect(faults.join("\n")).toMatch(/sticks out: too long/);
    expect(faults.join("\n")).toMatch(/boxes overlap/);
    expect(over).toBe(1200);
    expect(contrast).toBeLessThan(2);
  });

  test.each(sampled(STORIES, "pictures", 3, ([name]) => name))(
    "%s is drawn whole at every width",
    async (name, isStopped, words) => {
      const report = await reportOn(name);
      for (const language of ["en", "zh"] as const) {
        const html = page(report, language);
        expect(Buffer.byteLength(html)).toBeLessThan(MOST_BYTES);
        for (const width of WIDTHS) {
          const scheme = width === 800 ? "dark" : "light";
          const seen = await measured(html, width, scheme);
          const where = `${name} ${language} ${width} ${scheme}`;
          expect(seen.faults, where).toEqual([]);
          expect(seen.over, where).toBe(0);
          expect(seen.contrast, where).toBeGreaterThanOrEqual(CONTRAST);
          // One topology for this width, and the sequence.
          expect(
            seen.shown.filter((look) => look !== "sequence"),
            where,
          ).toHaveLength(1);
          expect(seen.shown, where).toContain("sequence");
          if (width >= 800) expect(seen.wider.right ?? seen.wider.down, where).toBe(0);
          for (const look of seen.shown) expect(seen.stops[look], `${where} ${look}`).toBe(isStopped ? 1 : 0);
          if (language === "en") for (const word of words) expect(seen.words, where).toContain(word);
        }
      }
    },
  );

  test("every arrow leads to its step, by keyboard too, and pictures have names", async () => {
    await measured(page(await reportOn("veth-one-address")), 1400);
    const links = await browser.valueOf<{ found: boolean; label: string }[]>(
      `[...document.querySelectorAll("svg a")].map((link) => ({ found: document.querySelector("tr" + link.getAttribute("href")) !== null, label: link.getAttribute("aria-label") }))`,
    );
    expect(links.length).toBeGreaterThan(1);
    for (const { found, label } of links) expect([found, label]).toEqual([true, expect.stringMatching(/^Step \d+: ./)]);
    const names = await browser.valueOf<string[]>(
      `[...document.querySelectorAll("svg")].map((svg) => svg.getAttribute("role") + ": " + document.getElementById(svg.getAttribute("aria-labelledby")).textContent + ": " + document.getElementById(svg.getAttribute("aria-describedby")).textContent)`,
    );
    expect(names[0]).toMatch(
      /^img: Where the packets went: ARP who-has: this host stack → this host veth0 → .*✗ ARP dropped/,
    );
    expect(names.at(-1)).toMatch(/^group: In order of time: /);
    expect(
      await browser.valueOf(`[...document.querySelectorAll(".scroll")].every(({ tabIndex }) => tabIndex === 0)`),
    ).toBe(true);
    expect(await browser.valueOf(`document.querySelectorAll("details table tbody tr").length`)).toBe(3);
    await browser.valueOf(`location.hash = "#step-1-4"`);
    expect(await browser.valueOf(`document.querySelector("tr:target td").textContent`)).toBe("4");
  });

  test.each([
    ["<script>document.title='run'</script>\"'><img src=x onerror=alert(1)>"],
    ["\u202eltr\u202d \u2066x\u2069"],
    ["a-very-long-name-".repeat(12)],
    ["很长的命名空间名称".repeat(6)],
    [" "],
  ])("a namespace called %j does nothing and breaks nothing", async (name) => {
    const report = renamed(await reportOn("port-not-in-bridge"), ["near", "p0"], name);
    for (const width of [390, 1400]) {
      const seen = await measured(page(report), width);
      expect([seen.faults, seen.over], `${width}`).toEqual([[], 0]);
      expect(await browser.valueOf("document.title")).not.toBe("run");
      expect(await browser.valueOf("document.querySelectorAll('script, img').length")).toBe(0);
    }
  });
});
