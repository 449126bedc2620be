// Commands other than ping over two hosts, live: a connection that the other host refuses, and one whose SYN it drops.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "vitest";
import { HostsWorld, whyNoHosts } from "../hosts-world.ts";

// On a busy machine each process takes seconds to start.
const LONG = 600_000;

interface Told {
  readonly answer: { readonly code: string; readonly flow: number };
  readonly hosts: readonly string[];
  readonly flows: readonly {
    readonly id: number;
    readonly causes: readonly { readonly code: string; readonly host: string | null; readonly netns: string | null }[];
  }[];
}

function answerOf(stdout: string) {
  const { answer, flows, hosts } = JSON.parse(stdout) as Told;
  const [cause] = flows.find(({ id }) => id === answer.flow)?.causes ?? [];
  return { hosts, code: answer.code, host: cause?.host, netns: cause?.netns };
}

describe.skipIf(whyNoHosts() !== null)("a connection between two hosts", () => {
  it.concurrent(
    "that the other host refuses or drops is told with that host, and in a namespace behind its port translation with both",
    async ({ expect }) => {
      const world = await HostsWorld.of("a", "b");
      try {
        world.switched("a", "b");
        world.inner("b");
        const refused = await world.runAny("a", ["b"], ["nc", "-z", "-w", "3", "10.8.0.2", "8080"]);
        expect.soft(answerOf(refused.stdout), refused.stderr).toEqual({
          hosts: ["a", "b"],
          code: "port-no-listener",
          host: "b",
          netns: "",
        });

        world.run(
          "b",
          "nft add table inet t",
          "nft 'add chain inet t c { type filter hook input priority 0; }'",
          "nft add rule inet t c tcp dport 8080 counter drop",
        );
        const dropped = await world.runAny("a", ["b"], ["curl", "-sS", "--max-time", "3", "http://10.8.0.2:8080/"]);
        expect.soft(answerOf(dropped.stdout), dropped.stderr).toEqual({
          hosts: ["a", "b"],
          code: "nft-input-drop",
          host: "b",
          netns: "",
        });

        world.run(
          "b",
          "nft delete table inet t",
          "nft add table ip n",
          "nft 'add chain ip n p { type nat hook prerouting priority -100; }'",
          "nft add rule ip n p tcp dport 8080 dnat to 10.7.0.2:80",
        );
        const inside = await world.runAny("a", ["b"], ["nc", "-z", "-w", "3", "10.8.0.2", "8080"]);
        expect.soft(answerOf(inside.stdout), inside.stderr).toEqual({
          hosts: ["a", "b"],
          code: "port-no-listener",
          host: "b",
          netns: "net1",
        });
        for (const host of ["a", "b"]) expect.soft(await world.leftOver(host)).toEqual([]);
        expect.soft(readdirSync(join(world.directory, "tmp"))).toEqual([]);
      } finally {
        world.remove();
      }
    },
    LONG,
  );

  it.concurrent(
    "is told the same whatever collects there: plain tools, a node that is sent what it runs, or a pktwhy",
    async ({ expect }) => {
      const world = await HostsWorld.of("a", "b");
      try {
        world.switched("a", "b");
        const asked = ["nc", "-z", "-w", "3", "10.8.0.2", "8080"];
        for (const remote of ["node", "pktwhy"]) {
          const missing = remote === "pktwhy" ? await world.runAny("a", ["b"], asked, ["--remote", remote]) : null;
          if (missing !== null) {
            expect.soft(missing.stderr + missing.stdout).toMatch(/--remote pktwhy.*pktwhy: not found/);
            world.install("b");
          }
          const { stdout, stderr } = await world.runAny("a", ["b"], asked, ["--remote", remote]);
          expect
            .soft(answerOf(stdout), remote + stderr)
            .toEqual({ hosts: ["a", "b"], code: "port-no-listener", host: "b", netns: "" });
          expect.soft(await world.leftOver("b"), remote).toEqual([]);
        }
      } finally {
        world.remove();
      }
    },
    LONG,
  );
});
