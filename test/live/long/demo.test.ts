// `pktwhy demo` and `pktwhy lab run` for real: the answers are the expected ones, and nothing is left standing.

import { describe, expect, it } from "vitest";
import { namedNamespaces } from "../../../src/lab/registry.ts";
import { ownerOf } from "../../../src/lab/run-name.ts";
import { pktwhyLive, startPktwhy, whyNoCaptures } from "../run-world.ts";

const leftBy = (pid: number | undefined) => namedNamespaces().filter((name) => ownerOf(name)?.pid === pid);

describe.skipIf(whyNoCaptures() !== null)("the lab at the command line", () => {
  it("demo runs two stories live as root, and says so", async () => {
    const demo = startPktwhy(["demo"]);
    const done = await demo.done;
    expect(done.status, done.stderr).toBe(0);
    expect(done.stdout).toMatch(/^This demo runs two experiments live/);
    expect(done.stdout).toContain("Experiment 1: sudo pktwhy lab run veth-one-address");
    expect(done.stdout).toMatch(/ARP dropped: no local owner of 192\.168\.2\.1\n.* arp-no-local-owner, certain\n/);
    expect(done.stdout).toContain("Experiment 2: sudo pktwhy lab run veth-both-addresses");
    expect(done.stdout).toMatch(/reply looped via lo[\s\S]* reply-via-lo, certain\n/);
    expect(leftBy(demo.child.pid)).toEqual([]);
  });

  it("runs two scenarios at once in one process and in two", async () => {
    const [both, other] = await Promise.all([
      pktwhyLive(["lab", "run", "two-namespaces", "veth-one-address", "-q"]),
      pktwhyLive(["lab", "run", "two-namespaces", "--json"]),
    ]);
    expect(both.status, both.stderr).toBe(0);
    expect(both.stdout.indexOf("=== two-namespaces ===")).toBeLessThan(both.stdout.indexOf("=== veth-one-address ==="));
    expect(both.stdout).toContain("two-namespaces: the expected answer, answered\n");
    expect(both.stdout).toContain("veth-one-address: the expected answer, arp-no-local-owner");
    expect(other.status, other.stderr).toBe(0);
    expect(JSON.parse(other.stdout).answer.code).toBe("answered");
    expect(other.stderr).toContain("two-namespaces: the expected answer, answered");
  });

  it("says that an answer is another one than expected, with status 3", async () => {
    const done = await pktwhyLive(["lab", "run", "two-namespaces", "-q", "--expect", "peer-down"]);
    expect(done.status).toBe(3);
    expect(done.stdout).toContain("two-namespaces: expected peer-down, got answered");
  });

  it("puts up a scenario and takes it down", async () => {
    const name = "rp-filter-strict";
    const standing = namedNamespaces().some((one) => one.startsWith(`pktwhy-up-${name}.`));
    if (standing) throw new Error(`${name} is up already`);
    try {
      const up = await pktwhyLive(["lab", "up", name]);
      expect(up.status, up.stderr).toBe(0);
      const command = /^ {2}sudo (ip netns exec pktwhy-up-\S+ ping .*)$/m.exec(up.stdout)?.[1];
      expect(command).toBeDefined();
      const again = await pktwhyLive(["lab", "up", name]);
      expect(again.status).toBe(2);
      expect(again.stderr).toContain(`pktwhy lab down ${name}`);
    } finally {
      const down = await pktwhyLive(["lab", "down", name]);
      expect(down.stdout).toContain(`pktwhy-up-${name}.`);
    }
    expect(namedNamespaces().filter((one) => one.startsWith(`pktwhy-up-${name}.`))).toEqual([]);
  });
});
