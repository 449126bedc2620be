// Captures under load: nothing is lost with the default filter, and what is lost without one is told and weighs.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { LoadWorld } from "../../../../bench/live-load.ts";
import { type Done, descendants, pktwhyLive, type RunningPktwhy, startPktwhy, whyNoCaptures } from "../../run-world.ts";

interface Report {
  readonly answer: { readonly verdict: string; readonly code: string; readonly certainty: string };
  readonly inputs: readonly {
    readonly interface: string;
    readonly droppedByKernel: number | null;
    readonly problems: readonly string[];
  }[];
  readonly flows: readonly { readonly kind: string; readonly requests: number; readonly replies: number }[];
}

describe.skipIf(whyNoCaptures() !== null)("pktwhy run under load", () => {
  let world: LoadWorld;
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "pktwhy-load-"));
    world = new LoadWorld(`pwload${process.pid.toString(36)}t`);
  });
  afterAll(() => {
    world.remove();
    rmSync(directory, { recursive: true, force: true });
  });
  beforeEach(() => {
    world.calm();
    echoes("answered");
  });

  const echoes = (how: "answered" | "ignored") =>
    world.inside("b", `sysctl -qw net.ipv4.icmp_echo_ignore_all=${how === "ignored" ? 1 : 0}`);
  const ping = (count: number, every: number) => [
    ...["--", "ip", "netns", "exec", world.a, "ping", "-W", "1", "-i", String(every), "-c", String(count)],
    world.target,
  ];
  const reportOf = (done: Done): Report => {
    expect(done.stdout, done.stderr).toMatch(/^\{/);
    return JSON.parse(done.stdout);
  };
  const pingOf = (report: Report) => report.flows.find((flow) => flow.kind === "ping");
  const tcpdumpOf = (running: RunningPktwhy): number => {
    const found = descendants(running.child.pid as number).find(({ words }) => words.startsWith("tcpdump"));
    if (found === undefined) throw new Error("pktwhy runs no tcpdump");
    return found.pid;
  };

  it("loses nothing with the default filter and explains every ping", async () => {
    const flood = await world.flood(20_000, 2);
    const running = startPktwhy(["run", "--json", ...ping(150, 0.009)]);
    await running.said(/watching/);
    const { sent } = await flood.start();
    const report = reportOf(await running.done);
    // A modest rate on a busy machine is still a load.
    expect(sent).toBeGreaterThan(4000);
    expect(report.inputs.map((input) => input.droppedByKernel)).toEqual([0, 0, 0, 0]);
    expect(report.inputs.flatMap((input) => input.problems)).toEqual([]);
    expect(pingOf(report)).toMatchObject({ requests: 150, replies: 150 });
    expect(report.answer).toMatchObject({ code: "answered", certainty: "certain" });
  });

  it("is certain of an absence only where nothing was lost", async () => {
    echoes("ignored");
    const quiet = reportOf(
      await pktwhyLive(["run", "--json", "--filter", "", "-i", `veth1@${world.b}`, ...ping(5, 0.1)]),
    );
    expect(quiet.answer).toMatchObject({ code: "icmp-echo-ignore-all", certainty: "certain" });

    const flood = await world.flood(100_000, 5);
    const kept = join(directory, "case.pcapng");
    const place = `veth1@${world.b}`;
    const running = startPktwhy(["run", "--json", "-w", kept, "--filter", "", "-i", place, ...ping(5, 0.1)]);
    await running.said(/watching/);
    const tcpdump = tcpdumpOf(running);
    process.kill(tcpdump, "SIGSTOP");
    // More than the kernel's buffer holds while nobody reads.
    const { sent } = await flood.start();
    process.kill(tcpdump, "SIGCONT");
    const done = await running.done;
    const report = reportOf(done);
    expect(sent).toBeGreaterThan(90_000);
    const dropped = report.inputs.find((input) => input.interface === "veth1")?.droppedByKernel;
    expect(dropped).toBeGreaterThan(0);
    expect(report.answer).toMatchObject({ code: "icmp-echo-ignore-all", certainty: "likely" });
    const told = await pktwhyLive(["explain", kept]);
    expect(told.stdout.replaceAll(/\s+/g, " ")).toContain(`The capture on ${world.b}:veth1 lost ${dropped} packets`);
  });

  it("tells of packets that were still unread at the end", async () => {
    echoes("ignored");
    const running = startPktwhy(["run", "--json", "-i", `veth1@${world.b}`, ...ping(5, 0.1)]);
    await running.said(/watching/);
    process.kill(tcpdumpOf(running), "SIGSTOP");
    const report = reportOf(await running.done);
    expect(report.inputs.flatMap((input) => input.problems).join("\n")).toMatch(/was behind the traffic when it ended/);
    expect(report.answer.certainty).not.toBe("certain");
  });
});
