// Hosts that are lost without a word in the middle of a collection: one that hangs, and one whose cable is cut.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { reportOf } from "../../../src/case/read-report.ts";
import { HostsWorld, whyNoHosts } from "../hosts-world.ts";

// On a busy machine each process takes seconds to start.
const LONG = 600_000;

describe.skipIf(whyNoHosts() !== null)("a host that is lost without a word", () => {
  it.each([
    ["hangs", "stop"],
    ["is cut off", "cut"],
  ] as const)(
    "that %s is told in a sentence, the rest is explained, and nothing is left behind",
    async (_, how) => {
      const world = await HostsWorld.of("a", "b");
      try {
        world.switched("a", "b");
        world.run("b", "sysctl -qw net.ipv4.icmp_echo_ignore_all=1");
        const lost = await world.collectByCommand(["a", "b"], async () => {
          await world.ping("a", "-c 2 -i 0.2 -W 1 10.8.0.2");
          if (how === "stop") world.signalSessions("b", "STOP");
          else world.run("b", "ip link set mgmt0 down");
        });
        expect.soft(lost.stderr).toMatch(/The connection to b ended too early|b did not answer/);
        const { report } = await reportOf([lost.path]);
        expect.soft(report?.answer?.code).toBe("icmp-echo-ignore-all");
        if (how === "stop") world.signalSessions("b", "CONT");
        else world.run("b", "ip link set mgmt0 up");
        for (const host of ["a", "b"]) expect.soft(await world.leftOver(host)).toEqual([]);
        expect.soft(readdirSync(join(world.directory, "tmp"))).toEqual([]);
      } finally {
        world.remove();
      }
    },
    LONG,
  );

  it(
    "in the middle of a run is told, and the run comes to its answer",
    async () => {
      const world = await HostsWorld.of("a", "b");
      try {
        world.switched("a", "b");
        world.run("b", "sysctl -qw net.ipv4.icmp_echo_ignore_all=1");
        const going = world.runByCommand("a", ["b"], "-c 12 -i 0.5 -W 1 10.8.0.2");
        while (!world.processes("a").some((line) => line.startsWith("ping -c 12"))) await sleep(50);
        await sleep(1500);
        world.run("b", "ip link set mgmt0 down");
        const { status, stdout, stderr } = await going;
        expect.soft(status, stderr).toBe(1);
        const { answer, inputs, flows } = JSON.parse(stdout);
        expect.soft([answer.code, flows[0].causes[0].host]).toEqual(["icmp-echo-ignore-all", "b"]);
        expect.soft(stderr).toMatch(/The connection to b ended too early/);
        const ofB = inputs.filter(({ host }: { host: string }) => host === "b");
        expect.soft(ofB.length).toBeGreaterThan(0);
        for (const { problems } of ofB) expect.soft(problems.join()).toMatch(/The connection to b ended too early/);
        world.run("b", "ip link set mgmt0 up");
        for (const host of ["a", "b"]) expect.soft(await world.leftOver(host)).toEqual([]);
        expect.soft(readdirSync(join(world.directory, "tmp"))).toEqual([]);
      } finally {
        world.remove();
      }
    },
    LONG,
  );
});
