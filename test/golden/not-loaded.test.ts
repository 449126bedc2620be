// Every fixture again as a stock kernel would have told it: where a listing is empty, its module is not loaded. No rule and no
// module for rules are the same to a packet: each answer keeps its code and its certainty.

import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, expect, it } from "vitest";
import { packageVersion } from "../../src/case/package-root.ts";
import { reportOf } from "../../src/case/read-report.ts";
import type { Report } from "../../src/model/report.ts";
import { renderJson } from "../../src/render/json.ts";
import { isFields } from "../../src/system/parse/shape.ts";
import { sampled } from "../how-long.ts";

const root = join(import.meta.dirname, "../../fixtures");
const scratch = mkdtempSync(join(tmpdir(), "pktwhy-not-loaded-"));
afterAll(() => rmSync(scratch, { recursive: true }));

type Loose = Record<string, unknown>;
const fieldsOf = (value: unknown): Loose => (isFields(value) ? { ...value } : {});
const STATES = ["state.json.gz", "state.after.json.gz"];
// A sample; `npm run test:long` has all.
const names = sampled(
  readdirSync(root).filter((name) => existsSync(join(root, name, "state.json.gz"))),
  "not loaded",
  3,
);

function isEmpty(value: unknown): boolean {
  if (value === "" || (Array.isArray(value) && value.length === 0)) return true;
  if (!isFields(value)) return false;
  const { nftables } = value;
  // `nft -j` begins with its own version.
  if (Array.isArray(nftables)) return nftables.every((one) => isFields(one) && "metainfo" in one);
  return Object.values(value).every(isEmpty);
}

/** The namespace without its empty listings, and how many those were. */
function stripped(written: Loose): { ns: Loose; count: number } {
  const ns = { ...written };
  const missing = fieldsOf(ns.missing);
  let count = 0;
  const strip = (key: string): void => {
    missing[key] = "not loaded";
    count++;
  };
  for (const key of ["nft", "iptables", "arptables", "ebtables", "conntrack", "xfrm", "qdisc", "filter"]) {
    if (ns[key] === undefined || !isEmpty(ns[key])) continue;
    delete ns[key];
    strip(key);
  }
  if (ns.iptables !== undefined) {
    const { legacy, ...kept } = fieldsOf(ns.iptables);
    if (isEmpty(legacy)) {
      ns.iptables = kept;
      strip("iptables.legacy");
    }
  }
  const bridge = fieldsOf(ns.bridge);
  if (isEmpty(bridge.vlan) || missing["bridge.vlan"] !== undefined) {
    delete bridge.vlan;
    ns.bridge = bridge;
    strip("bridge.vlan");
  }
  // Without any rule it does not matter whether bridged packets are shown to the IP hooks.
  if (missing.nft !== undefined && missing.iptables !== undefined) {
    ns.sysctl = Object.fromEntries(
      Object.entries(fieldsOf(ns.sysctl)).filter(([key]) => !key.startsWith("net.bridge.")),
    );
    strip("sysctl.net.bridge");
  }
  return { ns: { ...ns, missing }, count };
}

function copied(name: string): { directory: string; count: number } {
  const directory = mkdtempSync(join(scratch, `${name}-`));
  let count = 0;
  for (const file of readdirSync(join(root, name))) {
    const from = join(root, name, file);
    if (!STATES.includes(file)) {
      copyFileSync(from, join(directory, file));
      continue;
    }
    const state = JSON.parse(gunzipSync(readFileSync(from)).toString()) as { namespaces: Record<string, Loose> };
    const namespaces = Object.entries(state.namespaces).map(([key, ns]) => {
      const one = stripped(ns);
      count += one.count;
      return [key, one.ns] as const;
    });
    // What was recorded in a guest tells which modules were loaded there: here none is.
    const written = JSON.stringify({ ...state, modules: undefined, namespaces: Object.fromEntries(namespaces) });
    writeFileSync(join(directory, file.replace(/\.gz$/, "")), written);
  }
  return { directory, count };
}

interface Said {
  readonly answer: { readonly code: string; readonly certainty: string } | null;
  readonly flows: readonly { readonly verdict: string; readonly causes: readonly Cause[] }[];
}
interface Cause {
  readonly code: string;
  readonly certainty: string;
  readonly lookalikes: unknown;
  readonly ruledOut: unknown;
}

function codesOf({ answer, flows }: Said): unknown {
  return {
    answer: answer && [answer.code, answer.certainty],
    flows: flows.map(({ verdict, causes }) => [
      verdict,
      causes.map(({ code, certainty, lookalikes, ruledOut }) => ({ code, certainty, lookalikes, ruledOut })),
    ]),
  };
}

it.each(names)("%s", async (name) => {
  const { directory, count } = copied(name);
  expect(count).toBeGreaterThan(0);
  const { report } = await reportOf([directory]);
  const made = JSON.parse(renderJson(report as Report, { language: "en", version: packageVersion() })) as Said;
  const golden = JSON.parse(readFileSync(join(root, name, "report.json"), "utf8")) as Said;
  expect(codesOf(made)).toEqual(codesOf(golden));
});
