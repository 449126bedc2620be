// Takes the README's pictures of the HTML report with the Chromium that is installed here: docs/pictures/*.png.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { reportOf } from "../src/case/read-report.ts";
import { renderHtml } from "../src/render/html.ts";
import { Browser, chromiumHere } from "../test/live/browser.ts";

const root = join(import.meta.dirname, "..");
const PICTURES = [
  { name: "no-local-owner", fixture: "veth-one-address", width: 860, from: "h1", to: "figure" },
  { name: "behind-the-cut", fixture: "port-not-in-bridge", width: 1320, from: ".scroll", to: ".legend" },
  { name: "source-nat", fixture: "nat-snat-masquerade", width: 860, from: ".sequence", to: ".sequence" },
] as const;
const MARGIN = 12;

const chromium = chromiumHere();
if (chromium === null) throw new Error("not installed: chromium");
const directory = mkdtempSync(join(tmpdir(), "pw-shots-"));
const browser = new Browser(chromium);
try {
  await browser.open();
  mkdirSync(join(root, "docs/pictures"), { recursive: true });
  for (const { name, fixture, width, from, to } of PICTURES) {
    const { report } = await reportOf([join(root, "fixtures", fixture)]);
    if (report === null) throw new Error(`no report on ${fixture}`);
    const file = join(directory, "report.html");
    writeFileSync(file, renderHtml(report, { language: "en", verbose: false, version: "" }));
    const size = { width, height: 900, deviceScaleFactor: 1, mobile: false };
    await browser.ask("Emulation.setDeviceMetricsOverride", size);
    await browser.ask("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: "light" }] });
    await browser.show(pathToFileURL(file).href);
    const clip = await browser.valueOf<Record<string, number>>(
      `(() => {
        const [a, b] = ${JSON.stringify([from, to])}.map((what) => document.querySelector(what).getBoundingClientRect());
        const [x, y] = [Math.min(a.left, b.left) - ${MARGIN}, Math.min(a.top, b.top) - ${MARGIN}];
        return { x, y, width: Math.max(a.right, b.right) + ${MARGIN} - x, height: Math.max(a.bottom, b.bottom) + ${MARGIN} - y, scale: 1.5 };
      })()`,
    );
    const asked = { format: "png", captureBeyondViewport: true, clip };
    const { data } = await browser.ask<{ data: string }>("Page.captureScreenshot", asked);
    writeFileSync(join(root, "docs/pictures", `${name}.png`), Buffer.from(data, "base64"));
  }
} finally {
  await browser.close();
  rmSync(directory, { recursive: true, force: true });
}
