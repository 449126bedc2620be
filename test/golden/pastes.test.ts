// Whole terminal sessions from a real kernel, pasted: the answer each must give, and for some the report in both languages.
// UPDATE_GOLDEN=1 rewrites the reports.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { reportOfPastes } from "../../src/case/paste-report.ts";
import { causeByCode } from "../../src/causes/registry.ts";
import type { Report } from "../../src/model/report.ts";
import { renderText } from "../../src/render/text.ts";

const folder = join(import.meta.dirname, "pastes");
const update = process.env.UPDATE_GOLDEN === "1";

async function reportOfPaste(name: string): Promise<Report> {
  const content = readFileSync(join(folder, `${name}.txt`), "utf8");
  const pastes = [{ source: `${name}.txt`, content, interface: null, netns: null }];
  return (await reportOfPastes({ pastes, captures: [], state: null, problems: [] })).report as Report;
}

describe("the answer", () => {
  it.each([
    ["one-host-refused", "accept-local-off", "likely"],
    ["one-host-accepted", "reply-via-lo", "likely"],
    ["router-forgot-forwarding", "ip-forward-off", "likely"],
    ["no-way-back", "missing-return-route", "likely"],
    ["forgot-peer-up", "peer-down", "likely"],
    ["unreachable-listing", "no-route", "likely"],
    ["strict-rp-filter", "rp-filter-arp", "likely"],
    ["forward-policy-drop", "iptables-drop", "likely"],
    ["netmask-too-wide", "arp-no-local-owner", "likely"],
    ["too-big", "frag-needed-df", "likely"],
    ["bridge-not-up", "bridge-device-down", "likely"],
    ["router-without-route", "forward-no-route", "likely"],
    ["wrong-mac", "neigh-wrong-mac", "likely"],
    ["echo-ignored", "icmp-echo-ignore-all", "likely"],
    ["own-link-down", "link-admin-down", "likely"],
  ])("%s is %s, %s", async (name, code, certainty) => {
    const { answer } = await reportOfPaste(name);
    expect(answer).toMatchObject({ verdict: code === "reply-via-lo" ? "worked" : "failed", code, certainty });
  });
});

describe.each([
  "one-host-refused",
  "router-forgot-forwarding",
  "strict-rp-filter",
  "forward-policy-drop",
  "router-without-route",
  "own-link-down",
])("%s", (name) => {
  it.each(["en", "zh"] as const)("reads well in %s", async (language) => {
    const report = renderText(await reportOfPaste(name), {
      language,
      width: 80,
      color: false,
      verbose: false,
      titleOf: (other) => causeByCode(other)?.title,
    });
    const path = join(folder, `${name}.${language}.txt`);
    if (update) writeFileSync(path, report);
    expect(report).toBe(existsSync(path) ? readFileSync(path, "utf8") : "(not yet: UPDATE_GOLDEN=1 writes it)");
  });
});
