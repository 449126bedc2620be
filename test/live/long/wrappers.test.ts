// `pktwhy run` behind whatever people put in front of a ping, and with the tools that ask otherwise: each in a namespace of
// its own, of which alone the answer may tell.
// A sample; `npm run test:long` has all.

import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sampled } from "../../how-long.ts";
import { LiveWorld, pktwhyLive, whyNoCaptures } from "../run-world.ts";

interface Told {
  readonly answer: { readonly code: string; readonly flow: number; readonly certainty: string } | null;
  readonly flows: readonly {
    readonly id: number;
    readonly netns: string | null;
    readonly kind: string;
    readonly program?: string;
    readonly steps: readonly { readonly text: string }[];
    readonly path?: { readonly reached: boolean | null; readonly hops: readonly { readonly from: string | null }[] };
  }[];
}

/** a 10.7.0.1 - r - b 10.7.1.2, which ignores echoes where `deaf`; c and d use the same addresses and are answered. */
function crossed(): LiveWorld {
  const world = new LiveWorld(["a", "r", "b", "c", "d"]);
  world.run(
    "a",
    "ip link add veth0 type veth peer name veth1 netns {r}",
    "ip addr add 10.7.0.1/24 dev veth0",
    "ip link set veth0 up",
  );
  world.run(
    "r",
    "sysctl -qw net.ipv4.ip_forward=1",
    "ip addr add 10.7.0.254/24 dev veth1",
    "ip link set veth1 up",
    "ip link add veth2 type veth peer name veth3 netns {b}",
    "ip addr add 10.7.1.254/24 dev veth2",
    "ip link set veth2 up",
  );
  world.run("b", "ip addr add 10.7.1.2/24 dev veth3", "ip link set veth3 up", "ip route add default via 10.7.1.254");
  world.run("b", "sysctl -qw net.ipv4.icmp_echo_ignore_all=1");
  world.run("a", "ip route add default via 10.7.0.254");
  world.run(
    "c",
    "ip link add veth0 type veth peer name veth3 netns {d}",
    "ip addr add 10.7.0.1/16 dev veth0",
    "ip link set veth0 up",
  );
  world.run("d", "ip addr add 10.7.1.2/16 dev veth3", "ip link set veth3 up");
  return world;
}

const RUNTIMES = ["docker", "podman", "kubectl", "lxc"];
const PING = "ping -c 2 -i 0.2 -W 1 10.7.1.2";

describe.skipIf(whyNoCaptures() !== null)("pktwhy run behind", () => {
  let world: LiveWorld;
  let directory: string;
  beforeAll(() => {
    world = crossed();
    directory = mkdtempSync(join(tmpdir(), "pktwhy-wrap-"));
    writeFileSync(join(directory, "check.sh"), `#!/bin/sh\nip netns exec "${world.name("a")}" ${PING}\n`);
    writeFileSync(
      join(directory, "late.sh"),
      `#!/bin/sh\nns=${world.name("a").slice(0, -1)}\nip netns exec "$ns"a ${PING} -c 12\n`,
    );
    const behind = `ip netns exec "${world.name("a")}" ${PING} & wait $!`;
    writeFileSync(join(directory, "background.sh"), `#!/bin/sh\n${behind}\n`);
    // What a runtime's exec comes to: its own options, the container's name, perhaps --, and the command in its namespaces.
    const enters = `while [ "$1" != web ]; do shift; done; shift; [ "$1" = -- ] && shift`;
    const runtime = `#!/bin/sh\n${enters}\nexec nsenter --net=/run/netns/${world.name("a")} -- "$@"\n`;
    for (const name of RUNTIMES) writeFileSync(join(directory, name), runtime);
    for (const name of ["check.sh", "late.sh", "background.sh", ...RUNTIMES]) chmodSync(join(directory, name), 0o755);
  });
  afterAll(() => {
    world.remove();
    rmSync(directory, { recursive: true, force: true });
  });

  const told = async (words: readonly string[]): Promise<{ report: Told; status: number | null; stderr: string }> => {
    const { stdout, stderr, status } = await pktwhyLive(["run", "--json", "--", ...words]);
    expect(stderr).not.toMatch(/bug/);
    return { report: JSON.parse(stdout), status, stderr };
  };
  const enter = (): string[] => ["ip", "netns", "exec", world.name("a")];
  const ping = PING.split(" ");
  const container = (...words: string[]): string[] => [
    "env",
    `PATH=${directory}:${process.env.PATH}`,
    ...words,
    ...ping,
  ];

  const wrappers: readonly (readonly [string, () => string[]])[] = [
    ["sh -c", () => [...enter(), "sh", "-c", PING]],
    ["bash -c around ip netns exec", () => ["bash", "-c", `true; ip netns exec ${world.name("a")} ${PING} || exit 7`]],
    ["timeout", () => [...enter(), "timeout", "20", ...ping]],
    ["nice", () => ["nice", "-n", "3", ...enter(), ...ping]],
    ["env", () => [...enter(), "env", "LC_ALL=C", ...ping]],
    ["taskset", () => [...enter(), "taskset", "1", ...ping]],
    ["strace", () => [...enter(), "strace", "-f", "-o", "/dev/null", ...ping]],
    ["stdbuf and setsid", () => ["setsid", "-w", ...enter(), "stdbuf", "-oL", ...ping]],
    ["nsenter", () => ["nsenter", `--net=/run/netns/${world.name("a")}`, "--", ...ping]],
    ["script", () => ["script", "-qec", `ip netns exec ${world.name("a")} ${PING}`, "/dev/null"]],
    ["unshare", () => [...enter(), "unshare", "-mpf", "--mount-proc", ...ping]],
    ["docker exec", () => container("docker", "exec", "-it", "web")],
    ["podman exec", () => container("podman", "exec", "web")],
    ["kubectl exec", () => container("kubectl", "exec", "-n", "shop", "web", "--")],
    ["lxc exec", () => container("lxc", "exec", "web", "--")],
    ["a script in whose background it runs", () => [join(directory, "background.sh")]],
    ["a script that names it", () => [join(directory, "check.sh")]],
    ["a script that makes the name up", () => [join(directory, "late.sh")]],
  ];
  it.each(sampled(wrappers, "wrappers", 3, ([name]) => name))("%s", async (_, words) => {
    const { report, status } = await told(words());
    expect(report.answer?.code).toBe("icmp-echo-ignore-all");
    const flow = report.flows.find(({ id }) => id === report.answer?.flow);
    expect(flow).toMatchObject({ netns: world.name("a"), kind: "ping" });
    expect(status).toBe(1);
  });

  it("says since when it looks where it learns of a namespace late", async () => {
    const { stdout } = await pktwhyLive(["run", "--", join(directory, "late.sh")]);
    expect(stdout.replace(/\s+/g, " ")).toMatch(
      /was seen \d+ ms after its start: what passed there before was not captured/,
    );
  });

  const tools: readonly (readonly [string, string, string, string])[] = [
    ["fping", "fping -c 2 -p 200 10.7.1.2", "icmp-echo-ignore-all", "fping hands the stack an echo request"],
    ["arping", "arping -c 1 -w 1 -I veth0 10.7.0.9", "arp-no-local-owner", "arping puts an ARP request for 10.7.0.9"],
    ["curl", "curl -s -m 5 http://10.7.0.9/", "arp-no-local-owner", "a SYN for 10.7.0.9:80"],
    [
      "nmap",
      "nmap -n -sn -PE --max-retries 1 10.7.1.2",
      "icmp-echo-ignore-all",
      "nmap hands the stack an echo request",
    ],
    ["hping3", "hping3 -1 -c 2 -i u200000 10.7.1.2", "icmp-echo-ignore-all", "hping3 hands the stack an echo request"],
    ["traceroute -I", "traceroute -n -q 1 -w 3 -m 4 -I 10.7.1.2", "icmp-echo-ignore-all", "hop 1: 10.7.0.254 says"],
    ["mtr", "mtr -n -r -c 1 10.7.1.2", "icmp-echo-ignore-all", "hop 1: 10.7.0.254 says"],
  ];
  it.each(sampled(tools, "tools", 2, ([name]) => name))("%s, in its own words", async (tool, line, code, sentence) => {
    if (spawnSync("sh", ["-c", `command -v ${tool.split(" ")[0]}`]).status !== 0) {
      if (process.env.PKTWHY_REQUIRE_ALL === "1") throw new Error(`no ${tool} here`);
      return console.warn(`SKIPPED: no ${tool} here`);
    }
    const { report, status } = await told([...enter(), ...line.split(" ")]);
    expect(report.answer?.code).toBe(code);
    const flow = report.flows.find(({ id }) => id === report.answer?.flow);
    expect(flow?.netns).toBe(world.name("a"));
    const texts = flow?.steps.map(({ text }) => text).join("\n");
    expect(texts).toContain(sentence);
    expect(texts).not.toMatch(/^ping hands/m);
    expect(status).toBe(1);
  });

  it.each(["traceroute -n -q 1 -w 10 10.7.1.2", "tracepath -n 10.7.1.2"])(
    "a path that is complete: %s",
    async (line) => {
      const { report, status } = await told([...enter(), ...line.split(" ")]);
      const flow = report.flows.find(({ id }) => id === report.answer?.flow);
      expect(flow?.path).toMatchObject({ reached: true, hops: [{ from: "10.7.0.254" }] });
      expect(flow?.steps.at(-1)?.text).toContain("the target 10.7.1.2 answers");
      expect(status).toBe(0);
    },
  );

  it("a connection that is refused", async () => {
    const { report, status } = await told([...enter(), "curl", "-s", "-m", "3", "http://10.7.0.254/"]);
    expect(report.answer).toMatchObject({ code: "port-no-listener", certainty: "certain" });
    expect(status).toBe(1);
  });

  it("a command that fails by what is not explained is not called good", async () => {
    execFileSync("ip", ["netns", "exec", world.name("a"), "ping", "-c", "1", "-W", "20", "10.7.0.254"]);
    const { report, status } = await told([...enter(), "sh", "-c", "exit 7"]);
    expect(report.answer).toBeNull();
    expect(status).toBe(1);
  });
});
