// Pods as hosts, live. There is no cluster here: kubectl is a stub that speaks its real command line, and what it is told to
// run really runs, in network namespaces of this test.

import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { toolPath } from "../../../src/tool-environment.ts";
import { HostsWorld, whyNoHosts } from "../hosts-world.ts";
import { pktwhyLive, startPktwhy } from "../run-world.ts";

// On a busy machine each process takes seconds to start.
const LONG = 600_000;
const POD = "shop/web-7d4b9";
const IMAGE = "nicolaka/netshoot";

/** The stub in the place of kubectl, in the mount namespace of this test file alone; ended by the function it gives. */
function standIn(world: HostsWorld): { readonly pods: string; readonly end: () => void } {
  const pods = join(world.directory, "pods");
  mkdirSync(dirname(join(pods, POD)), { recursive: true });
  writeFileSync(join(pods, POD), String(world.pid("b")));
  const real = toolPath("kubectl");
  const isThere = real.startsWith("/");
  const place = isThere ? real : "/usr/local/bin/kubectl";
  if (!isThere) {
    execFileSync("mount", ["-t", "tmpfs", "-o", "mode=755", "tmpfs", dirname(place)]);
    writeFileSync(place, "");
  }
  execFileSync("mount", ["--bind", join(import.meta.dirname, "kubectl-stub.sh"), place]);
  return {
    pods,
    end: () => {
      execFileSync("umount", ["-l", place]);
      if (!isThere) execFileSync("umount", ["-l", dirname(place)]);
    },
  };
}

/** What kubectl was called with, each once. */
const callsOf = (pods: string): string[][] =>
  [...new Set(readFileSync(join(pods, "said"), "utf8").trimEnd().split("\n"))].map((line) =>
    line.split("\x1f").slice(0, -1),
  );

/** What the real kubectl, where there is one, finds wrong with these words; it has no cluster to ask. */
function refusedByReal(words: readonly string[]): string | null {
  const real = toolPath("kubectl");
  if (!real.startsWith("/")) return null;
  const { stderr } = spawnSync(real, words, { encoding: "utf8", env: { PATH: "/usr/bin:/bin" }, timeout: 60_000 });
  return /connection.*refused|was refused/.test(stderr) && !/unknown|flag|usage/i.test(stderr) ? null : stderr;
}

function toldOf(stdout: string) {
  const { answer, hosts, flows } = JSON.parse(stdout);
  const [cause] = flows.find(({ id }: { id: number }) => id === answer.flow)?.causes ?? [];
  return { hosts, code: answer.code, host: cause?.host, netns: cause?.netns };
}

const FROM_THE_POD = { hosts: ["a", POD], code: "icmp-echo-ignore-all", host: POD, netns: "" };

describe.skipIf(whyNoHosts() !== null)("a pod", () => {
  it(
    "is a host, by kubectl exec, or a debug container where it has no tcpdump; what cannot be had is told",
    async () => {
      const world = await HostsWorld.of("a", "b");
      const { pods, end } = standIn(world);
      try {
        world.switched("a", "b");
        world.run("b", "sysctl -qw net.ipv4.icmp_echo_ignore_all=1");
        const case_ = (name: string) => join(world.directory, name);
        const collected = async (name: string, ...more: string[]) => {
          const asked = ["--host", world.spec("a"), "--pod", POD, ...more];
          const words = ["collect", ...asked, "-o", case_(name)];
          const going = startPktwhy(words, { env: { PKTWHY_PODS: pods } });
          await going.said(/capturing on|no host could be/);
          await world.ping("a", "-c 2 -i 0.2 -W 1 10.8.0.2");
          going.child.kill("SIGINT");
          return going.done;
        };
        const explained = async (name: string, ...more: string[]) =>
          (await pktwhyLive(["explain", ...more, case_(name)])).stdout;

        await collected("own");
        expect.soft(toldOf(await explained("own", "--json"))).toEqual(FROM_THE_POD);
        expect.soft(await explained("own", "-v")).toContain(`${POD}:eth0`);

        const tool = execFileSync("sh", ["-c", "command -v tcpdump"], { encoding: "utf8" }).trim();
        world.run("b", `mount --bind /dev/null ${tool}`);
        const lacking = await collected("lacking");
        expect.soft(lacking.stderr).toMatch(/shop\/web-7d4b9 has no tcpdump.*--debug-image/);

        const added = await collected("added", "--debug-image", IMAGE);
        expect.soft(added.stderr).toMatch(/debug container pktwhy-[0-9a-f]{8}/);
        expect.soft(toldOf(await explained("added", "--json"))).toEqual(FROM_THE_POD);

        writeFileSync(join(pods, "forbidden"), "");
        const forbidden = await collected("forbidden", "--debug-image", IMAGE);
        expect.soft(forbidden.stderr).toMatch(/kubectl said “.*is forbidden: User/);
        const alone = JSON.parse(await explained("forbidden", "--json"));
        expect.soft(alone.answer.code).toBe("echo-no-reply");
        rmSync(join(pods, POD));
        const gone = await collected("gone");
        expect.soft(gone.stderr).toMatch(/kubectl said “.*web-7d4b9[^ ]* not found/);
        for (const host of ["a", "b"]) expect.soft(await world.leftOver(host)).toEqual([]);
      } finally {
        const calls = callsOf(pods);
        end();
        world.remove();
        expect.soft(calls.map(([verb]) => verb)).toEqual(expect.arrayContaining(["exec", "debug"]));
        for (const words of calls) expect.soft(refusedByReal(words), words.join(" ")).toBeNull();
      }
    },
    LONG,
  );
});
