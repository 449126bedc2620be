// Recorded cases are rebuilt from their state alone, in namespaces of their own, and come out as they were recorded.

import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, inject, it, test } from "vitest";
import { rebuild } from "../../src/lab/from/from.ts";
import { namedNamespaces } from "../../src/lab/registry.ts";
import { ownerOf } from "../../src/lab/run-name.ts";
import { scenarios } from "../../src/lab/scenarios.ts";
import { howMany } from "../how-long.ts";
import { hasFallbackDevices } from "../lab/fallback-devices.ts";
import { longIt } from "../only-long.ts";
import { canBeBuiltHere } from "./buildable.ts";

const fixtures = join(import.meta.dirname, "../../fixtures");
const isRoot = process.getuid?.() === 0;

/** Those whose fault no state file holds, with the reason that is given (docs/lab-from.md). */
const NOT_REBUILT: Readonly<Record<string, "learned" | "traffic" | "mid-run" | "command">> = {
  "pmtu-cached": "learned",
  "frag-reassembly-timeout": "traffic",
  "kernel-drop": "command",
  "secondary-deleted-with-primary": "mid-run",
  "static-route-lost-after-flap": "mid-run",
};

function isForThisKernel(name: string): boolean {
  const scenario = scenarios.find((one) => one.name === name);
  return scenario === undefined || canBeBuiltHere(scenario);
}

/** `lab from` makes no programs that listen: a case of a connection says that it holds no ping. */
function hasListeners(name: string): boolean {
  const { namespaces = {} } = scenarios.find((one) => one.name === name) ?? {};
  return Object.values(namespaces).some(({ listens }) => listens !== undefined);
}

/** Queues and filters of traffic control are not built anew (docs/lab-from.md). */
function hasTrafficControl(name: string): boolean {
  const { namespaces = {} } = scenarios.find((one) => one.name === name) ?? {};
  return Object.values(namespaces).some(({ tc }) => tc !== undefined);
}

const connects = (name: string) =>
  hasListeners(name) ||
  (scenarios.find((one) => one.name === name)?.commands ?? []).every(({ argv }) =>
    ["nc", "python3"].includes(argv[0] ?? ""),
  );
const all = readdirSync(fixtures).filter(
  (name) =>
    !hasFallbackDevices(join(fixtures, name)) && isForThisKernel(name) && !connects(name) && !hasTrafficControl(name),
);
/** One of each kind of thing that has to be built: cables, a bridge's ports, rules, filters of each tool, what stands on another. */
const few = [
  "two-namespaces",
  "bridge-fdb-wrong-port",
  "bridge-stp-forward-delay",
  "iptables-drop",
  "macvlan-host-isolation",
  "nat-dnat-redirected",
  "nft-netdev-ingress-drop",
  "policy-rule-reject",
  "proxy-neigh-entry",
  "veth-both-addresses",
];
const rebuilt = howMany(0, 1) === 1 ? all.filter((name) => NOT_REBUILT[name] === undefined) : few.slice(0, 4);

if (!isRoot) {
  test("rebuilding needs root", ({ skip }) => {
    expect(process.env.PKTWHY_REQUIRE_ALL).not.toBe("1");
    skip("not root");
  });
}

const ownNamespaces = () => namedNamespaces().filter((name) => ownerOf(name)?.pid === process.pid);

describe.skipIf(!isRoot)("lab from", () => {
  it("says of all but a few that they come out as recorded", () => {
    for (const name of [...Object.keys(NOT_REBUILT), ...few]) expect(all).toContain(name);
    expect(all.length - Object.keys(NOT_REBUILT).length).toBeGreaterThanOrEqual(120);
  });

  it.concurrent.each(rebuilt)("%s", async (name) => {
    const { reported, now, same, leftOut } = await rebuild(join(fixtures, name));
    expect(now).toEqual(reported);
    expect(same).toBe(true);
    expect(leftOut.filter(({ reason }) => reason !== "command" && reason !== "mid-run")).toEqual([]);
  });

  longIt.concurrent.each(Object.entries(NOT_REBUILT))("%s: says why not (%s)", async (name, reason) => {
    const { leftOut } = await rebuild(join(fixtures, name));
    expect(leftOut.map((one) => one.reason)).toContain(reason);
  });

  it.concurrent("types the first fix and pings again", async () => {
    const { fix } = await rebuild(join(fixtures, "link-admin-down"), { fix: true });
    expect(fix).toMatchObject({ kind: "typed", refused: null, exitCode: 0 });
  });

  it.concurrent("takes a state file with a ping of one's own", async () => {
    const ping = ["ip", "netns", "exec", "net0", "ping", "-c", "1", "192.168.2.1"];
    const { reported, now } = await rebuild(join(fixtures, "no-route/state.json.gz"), { ping });
    expect(reported).toMatchObject({ verdict: "worked", code: "answered" });
    expect(now).toMatchObject({ verdict: "worked", exitCode: 0 });
  });

  longIt("is a command, whose status says how it came out", () => {
    const run = (...args: readonly string[]) =>
      spawnSync(process.execPath, [inject("program"), "lab", "from", ...args], { encoding: "utf8" });
    const same = run(join(fixtures, "lo-down"), "--fix");
    expect(same.stdout).toContain("Rebuilt, it came out as reported: failed (lo-down)");
    expect(same.stdout).toContain("The first fix worked");
    expect(same.status).toBe(0);
    const nothing = run(join(fixtures, "no-route/state.json.gz"));
    expect(nothing.stderr).toContain("does not say what was pinged");
    expect(nothing.status).toBe(2);
    const none = run(join(fixtures, "no-route/net0.lo.pcap"));
    expect(none.stderr).toContain("There is no state in");
    expect(none.status).toBe(2);
  });

  it("leaves nothing", () => {
    expect(ownNamespaces()).toEqual([]);
  });
});
