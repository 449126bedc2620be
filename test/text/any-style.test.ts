// Recordings of the lab as `tcpdump -i any` of each namespace prints them: the answer must be the one the bytes give.

import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { SystemState } from "../../src/model/system-state.ts";
import { parseState } from "../../src/system/parse.ts";
import { sampled } from "../how-long.ts";
import { type InterfaceFile, printAny } from "./any-capture.ts";
import { answerOfFiles, answerOfText } from "./recorded-answer.ts";

const root = fileURLToPath(new URL("../../fixtures/", import.meta.url));
const scenarios = [
  "veth-one-address",
  "veth-both-addresses",
  "veth-both-addresses-refused",
  "rp-filter-strict",
  "two-namespaces",
  "router-ok",
  "forward-no-route",
  "ttl-expired",
  "missing-return-route",
  "arp-ignore-1",
  "icmp-echo-ignore-all",
  "frag-needed-df",
];
// A sample; `npm run test:long` has all.
const chosen = sampled(scenarios, "any style", 6);
const styles = [["-n"], ["-n", "-e"], ["-n", "-v"]];
const able = existsSync(root) && spawnSync("tcpdump", ["--version"]).status === 0;

test("tcpdump and the recordings are here", () => {
  if (!able) console.warn("SKIPPED: tcpdump or the recordings are not here");
  expect(able || process.env.PKTWHY_REQUIRE_ALL !== "1").toBe(true);
});

describe.skipIf(!able).each(["alone", "with the state"])("-i any, %s", (company) => {
  const same = new Map<string, string[]>(styles.map((style) => [style.join(" "), []]));

  test.each(chosen)("%s", async (scenario) => {
    const folder = `${root}${scenario}/`;
    const names = readdirSync(folder).filter((file) => file.endsWith(".pcap"));
    const state = stateOf(folder);
    const told = company === "alone" ? null : state;
    const byBytes = await answerOfFiles(
      names.map((file) => folder + file),
      told,
    );
    const namespaces = byNamespace(folder, names, state);
    for (const style of styles) {
      const pasted = [...namespaces].map(([netns, files]) => asPasted(netns, files, style));
      const { answer, interfaces } = answerOfText(pasted.join("\n"), told);
      expect(interfaces).toEqual(
        [...namespaces].flatMap(([netns, files]) => files.map(({ link }) => `${netns}.${link.name}`)).sort(),
      );
      if (answer !== byBytes) expect(`${style.join(" ")}: ${answer}`).not.toMatch(/, certain$/);
      if (codeOf(answer) === codeOf(byBytes)) same.get(style.join(" "))?.push(scenario);
    }
  });

  test.each(styles.map((style) => style.join(" ")))("%s gives the same code for five of six", (style) => {
    expect(same.get(style)?.length, `the same: ${same.get(style)}`).toBeGreaterThanOrEqual(
      Math.floor((chosen.length * 5) / 6),
    );
  });
});

function codeOf(answer: string): string {
  return answer.replace(/, \w+$/, "");
}

// Only interfaces that captured something: `-i any` does not name the others.
function byNamespace(folder: string, names: readonly string[], state: SystemState): Map<string, InterfaceFile[]> {
  const namespaces = new Map<string, InterfaceFile[]>();
  for (const file of names) {
    const [name = "", netns = ""] = file
      .replace(/\.pcap$/, "")
      .split(".")
      .reverse();
    const link = state.namespaces.get(netns)?.links?.find((one) => one.name === name);
    if (link === undefined) throw new Error(`${folder}: the state has no ${name}`);
    if (readFileSync(folder + file).length <= 24) continue;
    namespaces.set(netns, [...(namespaces.get(netns) ?? []), { path: folder + file, link }]);
  }
  return namespaces;
}

function stateOf(folder: string): SystemState {
  const json: unknown = JSON.parse(gunzipSync(readFileSync(`${folder}state.json.gz`)).toString("utf8"));
  return parseState(json, "state.json").state;
}

function asPasted(netns: string, files: readonly InterfaceFile[], style: readonly string[]): string {
  const wrapper = netns === "" ? "" : `ip netns exec ${netns} `;
  return [
    `# ${wrapper}tcpdump ${style.join(" ")} -i any`,
    "tcpdump: data link type LINUX_SLL2",
    "listening on any, link-type LINUX_SLL2 (Linux cooked v2), snapshot length 262144 bytes",
    printAny(files, style),
  ].join("\n");
}
