// `pktwhy watch --metrics` as a process: its numbers over real HTTP, in Prometheus' format, gone with the watch.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { misshapen, samplesOf } from "../../watch/exposition.ts";
import { descendants, type LiveWorld, pktwhyLive, startPktwhy, twoNamespaces, whyNoCaptures } from "../run-world.ts";

describe.skipIf(whyNoCaptures() !== null)("pktwhy watch --metrics", () => {
  let world: LiveWorld;
  beforeAll(() => {
    world = twoNamespaces();
  });
  afterAll(() => world.remove());

  const where = () => ["-i", `veth0@${world.name("a")}`, "-i", `veth1@${world.name("b")}`];
  const ping = (address: string) =>
    spawnSync("ip", ["netns", "exec", world.name("a"), "ping", "-c", "3", "-i", "0.2", "-W", "1", address]);

  it("counts what it tells, as one without rights, and ends with the watch", async () => {
    const watch = startPktwhy(["watch", ...where(), "-q", "--metrics", "0"]);
    let url = "";
    watch.child.stderr?.on("data", (words: string) => {
      url ||= /metrics at (\S+)/.exec(words)?.[1] ?? "";
    });
    await watch.said(/metrics at http:\/\/127\.0\.0\.1:\d+\/metrics/);
    await watch.said(/watching /);
    const scraped = async () => {
      const response = await fetch(url);
      expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
      return response.text();
    };
    expect(misshapen(await scraped())).toEqual([]);
    ping("10.7.0.2");
    ping("10.7.0.9");
    let text = "";
    for (let tries = 0; tries < 100 && !text.includes("arp-no-local-owner"); tries++) {
      await sleep(100);
      text = await scraped();
    }
    expect(misshapen(text)).toEqual([]);
    const samples = samplesOf(text);
    const sum = (name: string, labels: Record<string, string>) =>
      samples
        .filter((one) => one.name === name && Object.entries(labels).every(([key, value]) => one.labels[key] === value))
        .reduce((total, { value }) => total + value, 0);
    expect(sum("pktwhy_exchanges_total", { kind: "echo", outcome: "answered" })).toBe(3);
    expect(sum("pktwhy_exchanges_total", { outcome: "failed", code: "arp-no-local-owner" })).toBeGreaterThan(0);
    expect(sum("pktwhy_rtt_seconds_count", { kind: "echo" })).toBe(3);
    expect(sum("pktwhy_rtt_seconds_bucket", { kind: "echo", le: "+Inf" })).toBe(3);
    expect(text).not.toMatch(/10\.7\.0/);

    // Whoever listens has given up all rights.
    const listener = descendants(watch.child.pid as number).find(({ words }) => words.includes("live-watcher"));
    expect(readFileSync(`/proc/${listener?.pid}/status`, "utf8")).toMatch(/^CapEff:\s+0+$/m);

    const { hostname, port } = new URL(url);
    const asked = (method: string, path: string) =>
      new Promise<number | undefined>((done, fail) => {
        request({ hostname, port, method, path }, (response) => done(response.resume().statusCode))
          .on("error", fail)
          .end();
      });
    expect([await asked("GET", "/"), await asked("POST", "/metrics"), await asked("HEAD", "/metrics")]).toEqual([
      404, 405, 200,
    ]);

    watch.child.kill("SIGINT");
    const done = await watch.done;
    expect(done.status).toBe(1);
    expect(done.stdout).toContain("Summary");
    await expect(fetch(url)).rejects.toThrow();
  });

  it("says in one sentence where it cannot be served, and leaves nothing behind", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await new Promise((done) => taken.once("listening", done));
    const { port } = taken.address() as { port: number };
    for (const [address, sentence] of [
      [String(port), /something else listens there/],
      ["192.0.2.7:9091", /this host has no such address/],
      ["nowhere:9091", /is no address to serve metrics at/],
      ["127.0.0.1:99999", /is no address to serve metrics at/],
    ] as const) {
      const done = await pktwhyLive(["watch", ...where(), "--metrics", address]);
      expect(done.stderr, address).toMatch(sentence);
      expect(done.stderr.trim().split("\n"), address).toHaveLength(1);
      expect([done.stdout, done.status], address).toEqual(["", 2]);
    }
    taken.close();
  });
});
