// What is asked of a case of several hosts without its packets: the change that made a ping fail, and all pairs; each told
// with its host.

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, expect, it } from "vitest";
import { pktwhy, root } from "../cli/run-cli.ts";

const good = join(root, "test/hosts/three-hosts");
const made = mkdtempSync(join(tmpdir(), "pktwhy-asked-of-hosts-"));
afterAll(() => rmSync(made, { recursive: true }));

const bad = join(made, "bad");
cpSync(good, bad, { recursive: true });
const path = join(bad, "r/state.json.gz");
const state = JSON.parse(gunzipSync(readFileSync(path)).toString());
const { sysctl } = state.namespaces[""];
for (const name of Object.keys(sysctl))
  if (/^net\.ipv4\.(ip_forward|conf\.\w+\.forwarding)$/.test(name)) sysctl[name] = "0";
writeFileSync(path, gzipSync(JSON.stringify(state)));

const asked = ["10.9.0.2", "--netns", "a"];

it("names the change and the host on which its fix is typed", () => {
  const run = pktwhy(["diff", good, bad, ...asked]);
  expect(run.stderr).toBe("");
  expect(run.stdout).toContain("r: net.ipv4.ip_forward was 1 and is 0");
  expect(run.stdout).toContain("To fix it, on r:");
  expect(run.stdout).toContain("    sudo sysctl -w net.ipv4.ip_forward=1");
  expect(run.status).toBe(1);
});

it("has the host beside the namespace in JSON", () => {
  const { diff } = JSON.parse(pktwhy(["diff", good, bad, ...asked, "--json"]).stdout);
  expect(diff.ping).toMatchObject({ host: "a", netns: "" });
  expect(diff.changes).toMatchObject([{ host: "r", netns: "", set: 1 }]);
  const { audit } = JSON.parse(pktwhy(["audit", bad, "--json"]).stdout);
  expect(audit.faults).toMatchObject([{ code: "ip-forward-off", host: "r", netns: "", example: { netns: "" } }]);
  const whole = JSON.parse(pktwhy(["explain", good, "--json"]).stdout);
  expect(whole.hosts).toEqual(["a", "r", "b"]);
  expect(whole.flows[0]).toMatchObject({ host: "a", netns: "" });
  expect(whole.flows[0].steps.map(({ host }: { host: string }) => host)).toContain("r");
});

it("audits them together", () => {
  const run = pktwhy(["audit", bad]);
  expect(run.stdout).toContain("1 fault explains 2 of 2 failing pairs.");
  expect(run.stdout).toContain("on r; after it 2 of 2 failing pairs would work");
  expect(run.status).toBe(1);
});

it("says where nothing of the hosts is a state", () => {
  const empty = join(made, "empty");
  cpSync(good, empty, { recursive: true, filter: (name) => !name.endsWith("state.json.gz") });
  const run = pktwhy(["audit", empty]);
  expect(run.stderr).toMatch(/There is no state in .*empty/);
  expect(run.status).toBe(2);
});
