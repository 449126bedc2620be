// `pktwhy watch` as a process: lines as exchanges settle, marks where something changes, the summary and what is kept.

import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { longIt } from "../only-long.ts";
import {
  descendants,
  type LiveWorld,
  pktwhyLive,
  type RunningPktwhy,
  startPktwhy,
  twoNamespaces,
  whyNoCaptures,
} from "./run-world.ts";

interface Line {
  readonly type: string;
  readonly time: string;
  readonly kind?: string;
  readonly change?: string;
  readonly text?: string;
  readonly code?: string | null;
  readonly outcome?: string;
  readonly certainty?: string;
  readonly rttMs?: number | null;
  readonly path?: readonly string[];
}

describe.skipIf(whyNoCaptures() !== null)("pktwhy watch", () => {
  let world: LiveWorld;
  const running: RunningPktwhy[] = [];
  beforeAll(() => {
    world = twoNamespaces();
  });
  afterEach(() => {
    for (const one of running.splice(0)) if (one.child.exitCode === null) one.child.kill("SIGKILL");
  });
  afterAll(() => world.remove());

  const everywhere = () => [
    "-i",
    `veth0@${world.name("a")}`,
    "-i",
    `veth1@${world.name("b")}`,
    "-i",
    `lo@${world.name("a")}`,
  ];
  const ping = (...words: readonly string[]) => {
    const [file = "", ...args] = ["ip", "netns", "exec", world.name("a"), "ping", ...words];
    return spawnSync(file, args, { encoding: "utf8" });
  };

  /** Starts watching as JSON lines, and notes when each line came. */
  async function watching(
    ...args: readonly string[]
  ): Promise<{ lines: (Line & { readonly heard: number })[]; watch: RunningPktwhy }> {
    const watch = startPktwhy(["watch", ...everywhere(), "--json", ...args]);
    running.push(watch);
    const lines: (Line & { readonly heard: number })[] = [];
    let rest = "";
    watch.child.stdout?.on("data", (chunk: string) => {
      const parts = (rest + chunk).split("\n");
      rest = parts.pop() ?? "";
      for (const part of parts) lines.push({ ...(JSON.parse(part) as Line), heard: Date.now() });
    });
    await watch.said(/"type":"start"/);
    return { lines, watch };
  }

  // Settings are announced by nobody: they are read every five seconds, by a script that comes and goes.
  async function stateRead(watch: RunningPktwhy): Promise<void> {
    const reads = () => descendants(watch.child.pid as number).some(({ words }) => words.includes("PKTWHY_MARK"));
    for (const wanted of [false, true, false]) await until(() => (reads() === wanted ? true : undefined));
  }

  async function until<T>(find: () => T | undefined): Promise<T> {
    for (let tries = 0; tries < 3000; tries++) {
      const found = find();
      if (found !== undefined) return found;
      await sleep(20);
    }
    throw new Error("it was never told");
  }

  it("tells an answered echo and a failed ARP soon after the frame that settles them", async () => {
    const { lines, watch } = await watching();
    ping("-c", "1", "10.7.0.2");
    const echo = await until(() => lines.find((line) => line.kind === "echo"));
    expect(echo).toMatchObject({ outcome: "answered", code: "answered", certainty: "certain" });
    expect(echo.path).toEqual([`${world.name("a")}:veth0`, `${world.name("b")}:veth1`, `${world.name("a")}:veth0`]);
    expect(echo.rttMs).toBeGreaterThan(0);
    // 0.3 s on a machine that is not busy with other things.
    expect(echo.heard - Date.parse(echo.time)).toBeLessThan(3000);

    ping("-c", "1", "-W", "20", "10.7.0.9");
    const failed = await until(() => lines.find((line) => line.kind === "echo" && line.outcome === "failed"));
    expect(failed).toMatchObject({ code: "arp-no-local-owner", certainty: "certain" });
    expect(failed.heard - Date.parse(failed.time)).toBeLessThan(3000);
    const round = lines.find((line) => line.kind === "arp" && line.outcome === "failed");
    expect(round).toMatchObject({ code: "arp-no-local-owner", certainty: "certain" });
    expect(lines.indexOf(round as (typeof lines)[number])).toBeLessThan(lines.indexOf(failed));

    watch.child.kill("SIGINT");
    const done = await watch.done;
    expect(done.status, done.stderr).toBe(1);
    const summary = JSON.parse(done.stdout.trim().split("\n").at(-1) ?? "");
    expect(summary).toMatchObject({ type: "summary", schema: "pktwhy/1", answer: { code: "arp-no-local-owner" } });
    expect(summary.inputs.every((input: { droppedByKernel: unknown }) => input.droppedByKernel === 0)).toBe(true);
  });

  it("marks a link that goes down, the first loss, and the recovery", async () => {
    const { lines, watch } = await watching();
    const endless = startPing(world, "10.7.0.2");
    try {
      await until(() => lines.find((line) => line.kind === "echo" && line.outcome === "answered"));
      world.run("b", "ip link set veth1 down");
      const link = await until(() =>
        lines.find((line) => line.change === "link" && /veth1 went down/.test(line.text ?? "")),
      );
      expect(link.text).toContain(world.name("b"));
      await until(() => lines.find((line) => line.change === "loss"));
      world.run("b", "ip link set veth1 up");
      await until(() => lines.find((line) => line.change === "link" && /veth1 was set up/.test(line.text ?? "")));
      const back = await until(() => lines.find((line) => line.change === "recovery"));
      expect(back.text).toMatch(/^recovered: ping 10\.7\.0\.1 > 10\.7\.0\.2, after \d+ unanswered/);
    } finally {
      endless.kill("SIGINT");
      watch.child.kill("SIGINT");
    }
    await watch.done;
  });

  longIt("explains in the summary what has ended by the state of its own time", async () => {
    const { watch } = await watching();
    try {
      expect(ping("-c", "1", "10.7.0.2").status).toBe(0);
      world.run("b", "sysctl -qw net.ipv4.icmp_echo_ignore_all=1");
      expect(ping("-c", "1", "-W", "1", "10.7.0.2").status).toBe(1);
      await stateRead(watch);
      world.run("b", "sysctl -qw net.ipv4.icmp_echo_ignore_all=0");
      await stateRead(watch);
      expect(ping("-c", "1", "10.7.0.2").status).toBe(0);
    } finally {
      world.run("b", "sysctl -qw net.ipv4.icmp_echo_ignore_all=0");
      watch.child.kill("SIGINT");
    }
    const done = await watch.done;
    const summary = JSON.parse(done.stdout.trim().split("\n").at(-1) ?? "");
    const pings = summary.flows.filter(({ kind }: { kind: string }) => kind === "ping");
    expect(pings.map(({ causes }: { causes: { code: string }[] }) => causes[0]?.code)).toEqual([
      "answered",
      "icmp-echo-ignore-all",
      "answered",
    ]);
  });

  longIt("marks a new MAC address for an address", async () => {
    const { lines, watch } = await watching();
    // Only ARP tells who speaks for an address: no remembered neighbour, nor a check of it, may make it needless.
    for (const space of ["a", "b"]) world.run(space, "ip neigh flush all");
    ping("-c", "1", "10.7.0.2");
    await until(() => lines.find((line) => line.kind === "echo"));
    world.run("b", "ip link set veth1 address 02:00:00:00:77:02");
    world.run("a", "ip neigh flush all");
    ping("-c", "1", "10.7.0.2");
    const mark = await until(() => lines.find((line) => line.change === "mac"));
    expect(mark.text).toContain("10.7.0.2 has a new MAC address: 02:00:00:00:77:02");
    watch.child.kill("SIGINT");
    expect((await watch.done).status).toBe(0);
  });

  longIt("prints lines and a summary as text, in both languages", async () => {
    for (const [language, ready, summary] of [
      [
        "en",
        /watching .*veth0/,
        /^Summary\n\nping 10\.7\.0\.1 -> 10\.7\.0\.2 works.*\n[\s\S]*packets seen, \d+ explained, 0 dropped by the kernel\n$/m,
      ],
      ["zh", /正在观察/, /^小结\n\nping 10\.7\.0\.1 -> 10\.7\.0\.2 通[\s\S]*内核丢弃 0 个\n$/m],
    ] as const) {
      const watch = startPktwhy(["watch", ...everywhere(), "--lang", language]);
      running.push(watch);
      await watch.said(ready);
      ping("-c", "2", "-i", "0.2", "10.7.0.2");
      await watch.said(/ping 10\.7\.0\.1 > 10\.7\.0\.2 #2 .*veth0 > .*veth1 > .*veth0 +[\d.]+ ms/);
      watch.child.kill("SIGINT");
      const done = await watch.done;
      expect(done.status, done.stderr).toBe(0);
      expect(done.stdout).toMatch(summary);
    }
  });

  longIt("says which namespaces it does not watch where nobody said where to watch", async () => {
    const watch = startPktwhy(["watch"], { inside: world.name("a") });
    running.push(watch);
    await watch.said(/watching [^\n]*\n/);
    watch.child.kill("SIGINT");
    const { stdout } = await watch.done;
    const [first, second] = stdout.split("\n");
    expect(first).toMatch(/^watching (?:lo, veth0|veth0, lo) /);
    expect(second).toMatch(/^not watched: namespace \S+(?: and \d+ more)? \(-i any@\S+ watches it\)$/);
  });

  it("ends by itself after -c exchanges, and keeps what explain tells again", async () => {
    const directory = mkdtempSync(join(tmpdir(), "pktwhy-watch-"));
    try {
      const watch = startPktwhy(["watch", ...everywhere(), "icmp", "-c", "2", "-w", `${directory}/case/`]);
      running.push(watch);
      await watch.said(/watching/);
      ping("-c", "3", "-i", "0.3", "10.7.0.2");
      const done = await watch.done;
      expect(done.stdout.match(/#\d+ /g)).toHaveLength(2);
      expect(readdirSync(`${directory}/case`)).toEqual(
        expect.arrayContaining(["state.json", "state.after.json", "run.json"]),
      );
      const again = await pktwhyLive(["explain", `${directory}/case`, "-q"]);
      expect(again.stdout).toContain("ping 10.7.0.1 -> 10.7.0.2 works");
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });

  longIt("reads packets without special rights, and leaves nothing when it is killed", async () => {
    const { watch } = await watching();
    const children = descendants(watch.child.pid as number);
    const reader = children.find((one) => one.words.includes("live-watcher"));
    const uid = execFileSync("ps", ["-o", "uid=", "-p", String(reader?.pid)], { encoding: "utf8" }).trim();
    expect(uid).not.toBe("0");
    watch.child.kill("SIGKILL");
    await watch.done;
    await until(() => (children.some((one) => isAlive(one.pid)) ? undefined : true));
  });

  longIt.each([
    [["-i", "nope"], /There is no interface nope/],
    [["-i", "veth0@nope"], /There is no namespace nope/],
    [["-i", "lo", "foo", "bar"], /The filter "foo bar" is none that pcap understands/],
    [["-f", "html"], /There is no format html for watch/],
  ] as const)("says what is wrong with %j and ends with status 2", async (args, words) => {
    const done = await pktwhyLive(["watch", ...args]);
    expect(done.status).toBe(2);
    expect(done.stderr).toMatch(words);
    expect(done.stdout).toBe("");
  });
});

function startPing(world: LiveWorld, target: string): ChildProcess {
  const [file = "", ...args] = ["ip", "netns", "exec", world.name("a"), "ping", "-i", "0.5", target];
  return spawn(file, args, { stdio: "ignore" });
}

// One that is dead and only not yet reaped counts as gone.
function isAlive(pid: number): boolean {
  if (!existsSync(`/proc/${pid}`)) return false;
  const state = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" }).stdout.trim();
  return state !== "" && !state.startsWith("Z");
}
