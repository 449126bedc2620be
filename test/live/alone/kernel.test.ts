// What the kernel says of drops while `run` and `watch` look on, through a tracefs that is mounted for each of them alone.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { parseKernelEvents } from "../../../src/kernel/events-file.ts";
import { longIt } from "../../only-long.ts";
import {
  descendants,
  type LiveWorld,
  pktwhyLive,
  startPktwhy,
  twoNamespaces,
  until,
  whyNoCaptures,
} from "../run-world.ts";

const TRACEFS = "/sys/kernel/tracing";

/** Words that run a command where tracefs is mounted so, seen by that command alone. */
function withTracefs(mount: "rw" | "ro" | "none"): string[] {
  const unmount = `while umount ${TRACEFS} 2>/dev/null; do :; done`;
  const script = mount === "none" ? unmount : `${unmount}; mount -t tracefs -o ${mount} nodev ${TRACEFS}`;
  return ["unshare", "-m", "sh", "-c", `${script}; exec "$@"`, "sh"];
}

/** What a command says that sees tracefs. */
function asked(...words: string[]): string {
  const [file = "", ...rest] = [...withTracefs("rw"), ...words];
  return spawnSync(file, rest, { encoding: "utf8" }).stdout;
}

function ownInstances(pid: number): string[] {
  return asked("ls", `${TRACEFS}/instances`)
    .split("\n")
    .filter((name) => name.startsWith(`pktwhy-${pid}.`));
}

function whyNoTracing(): string | null {
  const none = whyNoCaptures();
  if (none !== null) return none;
  if (asked("ls", `${TRACEFS}/events/skb`).includes("kfree_skb")) return null;
  const reason = "no tracefs can be mounted here";
  if (process.env.PKTWHY_REQUIRE_ALL === "1") throw new Error(reason);
  console.warn(`SKIPPED: ${reason}`);
  return reason;
}

// What belongs to everybody: its state must be the same whatever we do.
function globalTracing(): string {
  return asked(
    "sh",
    "-c",
    `cd ${TRACEFS}; cat tracing_on set_event trace_clock buffer_size_kb events/enable events/skb/kfree_skb/filter events/net/*/filter`,
  );
}

describe.skipIf(whyNoTracing() !== null)("kernel events", () => {
  let world: LiveWorld;
  let directory: string;
  let before: string;
  beforeAll(() => {
    before = globalTracing();
    world = twoNamespaces();
    // Requests come from an address that the other end would answer by another way.
    world.run("a", "ip addr add 10.8.0.1/32 dev lo", "sysctl -qw net.ipv4.conf.veth0.arp_announce=2");
    world.run(
      "b",
      "ip link add d0 type veth peer name d1",
      "ip addr add 10.8.0.9/24 dev d0",
      "ip link set d0 up",
      "ip link set d1 up",
      "sysctl -qw net.ipv4.conf.all.rp_filter=1",
    );
  });
  afterAll(() => {
    world.remove();
    expect(globalTracing()).toBe(before);
  });
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "pktwhy-kernel-"));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const ping = (...words: readonly string[]) => ["--", "ip", "netns", "exec", world.name("a"), "ping", ...words];
  const refused = () => ping("-c", "2", "-i", "0.3", "-W", "1", "-I", "10.8.0.1", "10.7.0.2");
  const through = withTracefs("rw");

  /** What strict rp_filter has dropped in b, by the kernel's own count. */
  function refusedSoFar(): number {
    const words = ["netns", "exec", world.name("b"), "nstat", "-asz", "TcpExtIPReversePathFilter"];
    const { stdout } = spawnSync("ip", words, { encoding: "utf8" });
    return Number(/IPReversePathFilter\s+(\d+)/.exec(stdout)?.[1]);
  }

  function kernelTexts(json: string): string[] {
    const { answer, flows } = JSON.parse(json);
    const flow = flows.find(({ id }: { id: number }) => id === answer.flow);
    return flow.causes[0].evidence
      .filter((one: { basis: string; counter: unknown }) => one.basis === "kernel" && one.counter === null)
      .map((one: { text: string; frame: string }) => `${one.frame} ${one.text}`);
  }

  longIt.each([
    ["a directory", "case/"],
    ["one file", "case.pcapng"],
  ])("say why a packet was dropped, and are kept in %s", async (_, name) => {
    const place = join(directory, name);
    const run = startPktwhy(["run", "--json", "-w", place, ...refused()], { through });
    const live = await run.done;
    const report = JSON.parse(live.stdout);
    expect(report.answer).toMatchObject({ code: "rp-filter-strict", certainty: "certain" });
    expect(kernelTexts(live.stdout)).toEqual([
      expect.stringMatching(
        /b:veth1#\d the kernel dropped it: IP_RPFILTER \(reverse-path filter\) at ip_rcv_finish\w* \(2 times\)$/,
      ),
    ]);
    expect(report.flows[0].steps.filter((step: { basis: string }) => step.basis === "kernel")).toHaveLength(1);
    const again = await pktwhyLive(["explain", "--json", place]);
    expect(again.stdout).toBe(live.stdout);
    expect(ownInstances(run.child.pid ?? 0)).toEqual([]);
  });

  longIt("name the command's own packets where nothing comes onto a wire", async () => {
    world.run("a", "nft 'add table inet t; add chain inet t o { type filter hook output priority 0; }'");
    world.run("a", "nft add rule inet t o icmp type echo-request drop");
    try {
      const live = await pktwhyLive(["run", "--json", ...ping("-c", "1", "-W", "1", "10.7.0.2")], { through });
      expect(kernelTexts(live.stdout).join()).toContain("the kernel dropped what the command sent: NETFILTER_DROP");
    } finally {
      world.run("a", "nft delete table inet t");
    }
  });

  longIt("of two runs at once do not disturb each other", async () => {
    const both = await Promise.all([1, 2].map(() => pktwhyLive(["run", "--json", ...refused()], { through })));
    // Each sees the other's ping too, and which of two like pings a report is about is left open.
    for (const { stdout } of both) expect(stdout).toContain("the kernel dropped it: IP_RPFILTER");
  });

  it("leave nothing after Ctrl-C, and the report comes all the same", async () => {
    const run = startPktwhy(["run", "--json", ...ping("-I", "10.8.0.1", "10.7.0.2")], { through });
    const pid = run.child.pid ?? 0;
    // ping keeps its first line to itself until there is an answer.
    await until(() => descendants(pid).some(({ words }) => words.startsWith("ping")), 20, "ping");
    expect(ownInstances(pid)).toHaveLength(1);
    const before = refusedSoFar();
    await until(() => refusedSoFar() > before, 60, "a request is refused");
    run.child.kill("SIGINT");
    expect(kernelTexts((await run.done).stdout).join()).toContain("IP_RPFILTER");
    expect(ownInstances(pid)).toEqual([]);
  });

  it("leave nothing after kill -9 and the next start", async () => {
    const run = startPktwhy(["run", ...ping("10.7.0.2")], { through });
    const pid = run.child.pid ?? 0;
    await run.said(/PING/);
    run.child.kill("SIGKILL");
    await run.done;
    expect(ownInstances(pid)).toHaveLength(1);
    const next = await pktwhyLive(["run", ...ping("-c", "1", "10.7.0.2")], { through });
    expect(next.status, next.stderr).toBe(0);
    expect(ownInstances(pid)).toEqual([]);
  });

  longIt.each([
    ["none", /tracefs is not mounted/],
    ["ro", /tracefs may not be used/],
  ] as const)("are missed in one sentence where tracefs is mounted: %s", async (mount, why) => {
    const { stdout, stderr } = await pktwhyLive(["run", "-v", ...refused()], { through: withTracefs(mount) });
    expect(stdout).toContain("rp-filter-strict, certain");
    expect(stdout.replaceAll(/\s+/g, " ")).toMatch(why);
    expect(stderr).not.toMatch(why);
    const works = await pktwhyLive(["run", ...ping("-c", "1", "10.7.0.2")], { through: withTracefs(mount) });
    expect(works.stdout.replaceAll(/\s+/g, " ")).not.toMatch(why);
  });

  longIt("are kept by a watch that keeps packets, and not asked for by another", async () => {
    const place = join(directory, "kept");
    const where = ["-i", `veth0@${world.name("a")}`, "-i", `veth1@${world.name("b")}`];
    for (const keep of [["-w", `${place}/`], []]) {
      const watch = startPktwhy(["watch", "--json", ...where, ...keep], { through });
      await watch.said(/"type":"start"/);
      await until(() => ownInstances(watch.child.pid ?? 0).length === keep.length / 2, 60, "the trace buffer");
      world.run("a", "ping -c 1 -W 1 -I 10.8.0.1 10.7.0.2 || true");
      watch.child.kill("SIGINT");
      await watch.done;
      expect(ownInstances(watch.child.pid ?? 0)).toEqual([]);
    }
    const { events } = parseKernelEvents(readFileSync(join(place, "kernel-events.jsonl"), "utf8"), "f");
    expect(events).toMatchObject({ kind: "traced", drops: [{ reason: "IP_RPFILTER" }] });
    expect((await pktwhyLive(["explain", `${place}/`])).stdout).toContain("IP_RPFILTER");
  });
});
