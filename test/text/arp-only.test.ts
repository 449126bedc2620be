// Pasted ARP that nothing was sent after is told by what was seen, and is no failure where every question was answered.

import { expect, test } from "vitest";
import { statusOf } from "../../src/case/exit-status.ts";
import { reportOfPastes } from "../../src/case/paste-report.ts";
import { renderText } from "../../src/render/text.ts";

async function told(lines: readonly string[]): Promise<{ words: string; status: number; code: string | null }> {
  const { report } = await reportOfPastes({ pastes: [{ source: "p.txt", content: `${lines.join("\n")}\n` }] });
  if (report === null) throw new Error("no report");
  const words = renderText(report, {
    language: "en",
    width: 100,
    color: false,
    verbose: false,
    titleOf: () => undefined,
  });
  return { words, status: statusOf(report), code: report.answer?.code ?? null };
}

const PROBE = "12:00:00.000000 ARP, Request who-has 10.0.0.9 tell 0.0.0.0, length 28";
// RFC 5227 lets a host answer a probe by broadcast.
const TO_ALL =
  "12:00:00.000100 02:00:00:00:00:09 > ff:ff:ff:ff:ff:ff, ethertype ARP (0x0806), length 42: Reply 10.0.0.9 is-at 02:00:00:00:00:09, length 28";
const SAID = "12:00:05.000000 ARP, Request who-has 10.0.0.7 (ff:ff:ff:ff:ff:ff) tell 10.0.0.7, length 28";

test("announcements alone", async () => {
  const { words, status, code } = await told([SAID, SAID.replace(":05", ":07")]);
  expect(code).toBeNull();
  expect(words).toContain("ARP: 2 announcements; no ping among the packets.");
  expect(status).toBe(0);
});

test("a probe that nobody answers is no success and no fault", async () => {
  const { words, status, code } = await told([PROBE, SAID]);
  expect(code).toBeNull();
  expect(words).toContain("ARP: 1 question, not answered, 1 announcement; no ping among the packets.");
  expect(words).toContain("0.0.0.0 asked for 10.0.0.9: no answer");
  expect(status).toBe(1);
});

test("a probe that is answered by broadcast", async () => {
  const { words, status } = await told([PROBE, TO_ALL, SAID]);
  expect(words).not.toContain("no known cause fits");
  expect(words).toMatch(/ARP: 1 question answered, 1 announcement; no ping|answered: 10\.0\.0\.9 replied by ARP/);
  expect(status).toBeLessThan(2);
});
