// "Did that fix it?": of two states, the change that decided is named, alone, and what does not matter is not called the fix.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readCase } from "../../src/case/whole-case.ts";
import { applyAll } from "../../src/edits/edits.ts";
import { attemptOfCommand } from "../../src/explain/attempt.ts";
import { parsePingCommand } from "../../src/explain/command/ping-command.ts";
import { changesBetween } from "../../src/explain/since/changes.ts";
import { type Earlier, sinceOf } from "../../src/explain/since/since.ts";
import type { Edit } from "../../src/model/edit.ts";
import type { Report } from "../../src/model/report.ts";
import { text } from "../../src/model/text.ts";

const fixtures = join(import.meta.dirname, "../../fixtures");

async function caseOf(name: string) {
  const one = await readCase(join(fixtures, name));
  const command = one.commands.at(-1);
  const ping = command === undefined ? null : parsePingCommand(command.argv);
  if (command === undefined || ping === null || ping.destination === null) throw new Error(`${name} pings`);
  return { state: one.state, attempt: attemptOfCommand(ping.destination, command.netns, ping) };
}

/** A report of which only the end counts. */
function ended(verdict: "worked" | "failed"): Report {
  const code = verdict === "worked" ? ("answered" as const) : ("peer-down" as const);
  const headline = text("", "");
  return {
    answer: { verdict, code, certainty: "certain", flow: 1, headline },
    command: null,
    inputs: [],
    flows: [],
    notes: [],
    problems: [],
  };
}

const failed = (state: Earlier["state"]): Earlier => ({
  name: "case",
  state,
  verdict: "failed",
  code: "peer-down",
  samePing: true,
  sameOptions: true,
});

const FIXES: readonly (readonly [fixture: string, edits: readonly Edit[], part: string, words: RegExp])[] = [
  [
    "two-namespaces-peer-down",
    [{ kind: "link", netns: "net1", device: "veth1", up: true }],
    "link",
    /veth1.*is now.*UP/,
  ],
  [
    "icmp-echo-ignore-all",
    [{ kind: "sysctl", netns: "net1", settings: [{ key: "net.ipv4.icmp_echo_ignore_all", value: "0" }] }],
    "setting",
    /icmp_echo_ignore_all was 1 and is 0/,
  ],
  [
    "target-has-no-address",
    [{ kind: "address", netns: "net1", verb: "add", address: "192.168.2.1/24", device: "veth1" }],
    "address",
    /inet 192\.168\.2\.1\/24.* is new/,
  ],
  [
    "missing-return-route",
    [{ kind: "route", netns: "right", verb: "add", destination: "default", via: "10.0.2.254" }],
    "route",
    /default via 10\.0\.2\.254.* is new/,
  ],
  [
    "nft-arp-drop",
    [
      {
        kind: "nft-rule",
        netns: "net1",
        verb: "delete",
        chain: { family: "arp", table: "filter", name: "input" },
        handle: 2,
      },
    ],
    "firewall",
    /- .*arp filter input.*drop/,
  ],
  [
    "neigh-wrong-mac",
    [{ kind: "neighbour", netns: "net0", verb: "del", address: "192.168.2.1", device: "veth0" }],
    "neighbour",
    /192\.168\.2\.1 dev veth0.* is gone/,
  ],
  [
    "bridge-port-isolated",
    [{ kind: "bridge-port", netns: "switch", device: "p1", flags: { isolated: false } }],
    "bridge",
    /p1.*is now/,
  ],
];

/** Something else that somebody did at the same time and that does not matter. */
const BESIDE: Edit = {
  kind: "sysctl",
  netns: null,
  settings: [{ key: "net.ipv4.conf.all.log_martians", value: "1" }],
};

describe("sinceOf", () => {
  it.each(FIXES)("%s: names the change that was the fix", async (name, edits, part, words) => {
    const { state, attempt } = await caseOf(name);
    const netns = edits[0]?.kind === "question" ? null : (edits[0]?.netns ?? null);
    const after = applyAll(state, [...edits, { ...BESIDE, netns }]);
    if (after === null) throw new Error("the kernel takes these edits");
    const since = sinceOf(failed(state), ended("worked"), after, attempt);
    expect(since).toMatchObject({ outcome: "fixed", proven: true });
    const decided = since.changes.filter((change) => change.decides);
    expect(decided.map((change) => [change.part, change.netns])).toEqual([[part, netns]]);
    expect(decided[0]?.text.en).toMatch(words);
    expect(since.notes[0]?.en).toContain("That was the fix");
    expect(since.notes[1]?.en).toContain("log_martians");
    expect(since.notes[1]?.zh).toContain("log_martians");
  });

  it("names a rule that is gone", async () => {
    const { state, attempt } = await caseOf("two-namespaces");
    const rule: Edit = { kind: "rule", netns: "net0", verb: "add", priority: 10, action: "prohibit" };
    const before = applyAll(state, [rule]);
    if (before === null) throw new Error("the kernel takes this edit");
    const since = sinceOf(failed(before), ended("worked"), state, attempt);
    expect(since.proven).toBe(true);
    expect(since.changes.map(({ part, decides }) => [part, decides])).toEqual([["rule", true]]);
  });

  it("says what broke it", async () => {
    const { state, attempt } = await caseOf("two-namespaces");
    const after = applyAll(state, [{ kind: "link", netns: "net1", device: "veth1", up: false }]);
    if (after === null) throw new Error("the kernel takes this edit");
    const answered: Earlier = { ...failed(state), verdict: "worked", code: "answered" };
    const since = sinceOf(answered, ended("failed"), after, attempt);
    expect(since).toMatchObject({ outcome: "broken", proven: true });
    expect(since.changes.filter(({ decides }) => decides).map(({ part, netns }) => [part, netns])).toEqual([
      ["link", "net1"],
    ]);
  });

  it("claims nothing that no walk shows", async () => {
    const { state, attempt } = await caseOf("two-namespaces-peer-down");
    const beside = applyAll(state, [{ ...BESIDE, netns: "net0" } as Edit]);
    if (beside === null) throw new Error("the kernel takes this edit");
    expect(sinceOf(failed(state), ended("worked"), state, attempt).notes[0]?.en).toContain(
      "nothing in the state differs",
    );
    const since = sinceOf(failed(state), ended("worked"), beside, attempt);
    expect(since).toMatchObject({ outcome: "fixed", proven: false });
    expect(since.notes[0]?.en).toContain("do not show which change");
    expect(since.changes.some(({ decides }) => decides)).toBe(false);
    expect(sinceOf(failed(state), ended("failed"), beside, attempt).notes[0]?.en).toContain(
      "still fails for the same reason",
    );
    const other = sinceOf({ ...failed(state), samePing: false }, ended("worked"), beside, attempt);
    expect(other.notes[0]?.en).toContain("pinged something else");
  });

  it("tells other options of ping from a change of the system", async () => {
    const { state, attempt } = await caseOf("two-namespaces");
    const since = sinceOf({ ...failed(state), sameOptions: false }, ended("worked"), state, attempt);
    expect(since.notes[0]?.en).toContain("other options");
  });
});

describe("changesBetween", () => {
  it.each(readdirSync(fixtures))("%s: all of them make the later state for a walk", async (name) => {
    const { state, stateAfter } = await readCase(join(fixtures, name));
    if (stateAfter === null) throw new Error("a state after was recorded");
    expect(changesBetween(state, state)).toEqual([]);
    const made = changesBetween(state, stateAfter).reduce((one, change) => change.make(one), state);
    expect(changesBetween(made, stateAfter)).toEqual([]);
  });
});
