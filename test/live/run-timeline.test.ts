// `pktwhy run` while the system changes under the ping: the fault is told with its moment, and what was there before and
// after it is explained by its own state.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { describe, it } from "vitest";
import { longIt } from "../only-long.ts";
import {
  type Done,
  type LiveWorld,
  pktwhyLive,
  type RunningPktwhy,
  startPktwhy,
  twoNamespaces,
  until,
  whyNoCaptures,
} from "./run-world.ts";

interface Told {
  readonly answer: { readonly code: string; readonly certainty: string; readonly headline: string };
  readonly flows: readonly {
    readonly kind: string;
    readonly requests: number;
    readonly causes: readonly {
      readonly code: string;
      readonly summary: string;
      readonly evidence: readonly { readonly text: string; readonly state?: { readonly key: string } }[];
      readonly fixes: readonly { readonly command: string; readonly proof?: string }[];
    }[];
  }[];
}

interface Story {
  /** What is there before the ping. */
  readonly before?: (world: LiveWorld) => void;
  /** What happens while it goes on; it is ended behind that. */
  readonly meanwhile: (world: LiveWorld, ping: Ping) => Promise<void>;
  readonly target?: string;
}

const ANSWERED = /bytes from .* icmp_seq=(\d+) /g;
const SILENT = /no answer yet for icmp_seq=(\d+)\b/g;
const REFUSED = /From \S+ icmp_seq=(\d+) /g;
const HANGS_S = 120;

/** A ping that goes on, by what it prints (`-O`: of silence, too): on a busy machine things change when it is there. */
class Ping {
  #said = "";

  constructor(prints: Readable | null) {
    prints?.on("data", (chunk: string) => {
      this.#said += chunk;
    });
  }

  /** So many later requests were answered. */
  answered(count = 2): Promise<void> {
    return this.#later(ANSWERED, count);
  }

  /** So many later requests were followed by silence. */
  lost(count = 3): Promise<void> {
    return this.#later(SILENT, count);
  }

  /** An error came for so many later requests: of an ARP round that has ended. */
  refused(count = 6): Promise<void> {
    return this.#later(REFUSED, count);
  }

  #later(what: RegExp, count: number): Promise<void> {
    const numbers = (kind: RegExp) => [...this.#said.matchAll(kind)].map(([, number]) => Number(number));
    const told = Math.max(0, ...[ANSWERED, SILENT, REFUSED].flatMap(numbers));
    const later = () => new Set(numbers(what).filter((number) => number > told)).size >= count;
    return until(later, HANGS_S, `${count} × ${what} behind ${told}`);
  }
}

/** Runs a ping, changes the system as it goes on, and reads the kept case again. */
async function told(story: Story): Promise<{ live: Told; again: Told; zh: string; kept: string }> {
  const world = twoNamespaces();
  const directory = mkdtempSync(join(tmpdir(), "pktwhy-timeline-"));
  let running: RunningPktwhy | null = null;
  try {
    story.before?.(world);
    const argv = ["ip", "netns", "exec", world.name("a"), "ping", "-O", "-i", "0.4", story.target ?? "10.7.0.2"];
    const kept = `${directory}/case`;
    running = startPktwhy(["run", "--json", "-w", `${kept}/`, "--", ...argv]);
    const ping = new Ping(running.child.stderr);
    await ping.answered();
    await story.meanwhile(world, ping);
    running.child.kill("SIGINT");
    const done: Done = await running.done;
    const live = JSON.parse(done.stdout) as Told;
    const again = JSON.parse((await pktwhyLive(["explain", kept, "--json"])).stdout) as Told;
    const zh = (await pktwhyLive(["explain", kept, "--lang", "zh", "-v"])).stdout;
    return { live, again, zh, kept: readFileSync(`${kept}/state.after.json`, "utf8") };
  } finally {
    running?.child.kill("SIGKILL");
    world.remove();
    rmSync(directory, { recursive: true, force: true });
  }
}

const causesOf = ({ flows }: Told) => flows.find(({ kind }) => kind === "ping")?.causes ?? [];
const DROPS = ["nft add table ip t", "nft add chain ip t in '{ type filter hook input priority 0; policy drop; }'"];

describe.skipIf(whyNoCaptures() !== null)("what changes in mid-ping", () => {
  longIt.concurrent("a link that goes down and comes up again", async ({ expect }) => {
    const { live, again, zh, kept } = await told({
      meanwhile: async (world, ping) => {
        world.run("b", "ip link set veth1 down");
        await ping.refused();
        world.run("b", "ip link set veth1 up");
        await ping.answered();
      },
    });
    const [cause] = causesOf(live);
    expect(cause?.code).toBe("peer-down");
    expect(cause?.summary).toMatch(
      /^At \+\d+\.\d s \S+:(?:veth1 was set down|veth0 lost its carrier); .* At \+\d+\.\d s \S+:veth1 was set up, and it was over/,
    );
    expect(live.answer.headline).toMatch(/, from \+\d+\.\d s to \+\d+\.\d s$/);
    expect(cause?.fixes, "what is over needs no fix").toEqual([]);
    expect(cause?.evidence.filter(({ state }) => state?.key === "changes")).toHaveLength(2);
    expect(kept).toContain('"by": "ip monitor"');
    expect(causesOf(again), "the kept case tells the same").toEqual(causesOf(live));
    expect(zh.replace(/\s+/g, "")).toMatch(/(?:veth1被停用|veth0失去载波).*veth1被启用，故障消失/);
  });

  longIt.concurrent(
    "replies that are captured at the asker, and dropped there from a moment on",
    async ({ expect }) => {
      const { live } = await told({
        meanwhile: async (world, ping) => {
          for (const rule of DROPS) world.run("a", rule);
          await ping.lost();
        },
      });
      const [cause] = causesOf(live);
      expect(live.answer.code).toBe("nft-policy-drop");
      expect(live.answer.headline).toMatch(/, since \+\d+\.\d s$/);
      expect(cause?.summary).toMatch(/^At \+\d+\.\d s .*after that requests \d+ to \d+ got no answer/);
    },
  );

  longIt.concurrent("an interface that is deleted", async ({ expect }) => {
    const { live, again } = await told({
      meanwhile: async (world, ping) => {
        world.run("a", "ip link del veth0");
        await ping.lost();
      },
    });
    expect(live.answer.headline).toMatch(/veth0 was deleted or moved away, since \+\d+\.\d s/);
    const [cause] = causesOf(live);
    expect(cause?.summary).toContain("it was still so at the end");
    expect(cause?.summary).not.toContain("it was over");
    expect(cause?.fixes, "what is gone cannot be set up").toEqual([]);
    expect(again.answer.headline).toBe(live.answer.headline);
  });

  longIt.concurrent("an address that is removed", async ({ expect }) => {
    const { live, again } = await told({
      meanwhile: async (world, ping) => {
        world.run("b", "ip addr del 10.7.0.2/24 dev veth1");
        await ping.lost();
      },
    });
    expect(live.answer.headline).toMatch(/^10\.7\.0\.2\/24 was removed from \S+:veth1, since \+\d+\.\d s/);
    const [fix] = causesOf(live)[0]?.fixes ?? [];
    expect(fix?.command).toMatch(/ip addr add 10\.7\.0\.2\/24 dev veth1$/);
    expect(fix?.proof).toBe("answered");
    expect(causesOf(again)).toEqual(causesOf(live));
  });

  longIt.concurrent("a route that is replaced and put back", async ({ expect }) => {
    const { live } = await told({
      target: "10.8.0.1",
      before: (world) => {
        world.run("b", "ip addr add 10.8.0.1/32 dev lo");
        world.run("a", "ip route add 10.8.0.1 via 10.7.0.2");
      },
      meanwhile: async (world, ping) => {
        world.run("a", "ip route replace 10.8.0.1 via 10.7.0.9");
        await ping.refused();
        world.run("a", "ip route replace 10.8.0.1 via 10.7.0.2");
        await ping.answered();
      },
    });
    const [cause] = causesOf(live);
    expect(cause?.code).toBe("gateway-arp-failed");
    expect(cause?.summary).toMatch(
      /the route “10\.8\.0\.1 via 10\.7\.0\.2 dev veth0” was replaced in \S+ by “10\.8\.0\.1 via 10\.7\.0\.9 dev veth0”/,
    );
    expect(live.answer.headline).toMatch(/, from \+\d+\.\d s to \+\d+\.\d s$/);
  });

  longIt.concurrent("a way by another interface, with another source: still one ping", async ({ expect }) => {
    const { live } = await told({
      target: "10.8.0.1",
      before: (world) => {
        world.run("a", `ip link add veth2 type veth peer name veth3 netns ${world.name("b")}`);
        world.run("a", "ip addr add 10.9.0.1/24 dev veth2", "ip link set veth2 up");
        world.run("b", "ip addr add 10.9.0.2/24 dev veth3", "ip link set veth3 up", "ip addr add 10.8.0.1/32 dev lo");
        world.run("b", ...DROPS.slice(0, 1), "nft add chain ip t in '{ type filter hook input priority 0; }'");
        world.run("b", "nft add rule ip t in ip saddr 10.9.0.1 drop");
        world.run("a", "ip route add 10.8.0.1 via 10.7.0.2");
      },
      meanwhile: async (world, ping) => {
        world.run("a", "ip route replace 10.8.0.1 via 10.9.0.2");
        // More than were answered before: most of the ping has the other source.
        await ping.lost(8);
      },
    });
    const [cause] = causesOf(live);
    expect(cause?.code).toBe("nft-input-drop");
    expect(cause?.summary).toMatch(/the route “10\.8\.0\.1 via 10\.7\.0\.2 dev veth0” was replaced/);
  });

  longIt.concurrent("an nft rule that is added and removed", async ({ expect }) => {
    const { live } = await told({
      before: (world) =>
        world.run("b", "nft add table ip t", "nft add chain ip t in '{ type filter hook input priority 0; }'"),
      meanwhile: async (world, ping) => {
        world.run("b", "nft add rule ip t in icmp type echo-request drop");
        await ping.lost();
        world.run("b", "nft flush chain ip t in");
        await ping.answered();
      },
    });
    const [cause] = causesOf(live);
    expect(cause?.code).toBe("nft-input-drop");
    expect(cause?.summary).toMatch(
      /the firewall in \S+ got ip t in icmp type echo-request drop; after that requests? \d+(?: to \d+)? got no answer/,
    );
    expect(cause?.summary).toContain("and it was over");
  });

  it.concurrent("a firewall that flaps", async ({ expect }) => {
    const { live } = await told({
      meanwhile: async (world, ping) => {
        for (const _ of ["once", "twice"]) {
          world.run("b", ...DROPS);
          await ping.lost(2);
          world.run("b", "nft delete table ip t");
          await ping.answered();
        }
      },
    });
    expect(live.answer.code).toBe("nft-policy-drop");
    expect(live.answer.headline).toMatch(/, 2 times from \+\d+\.\d s to \+\d+\.\d s$/);
  });

  longIt.concurrent("a setting that no monitor tells of", async ({ expect }) => {
    const { live, zh } = await told({
      meanwhile: async (world, ping) => {
        world.run("b", "sysctl -qw net.ipv4.icmp_echo_ignore_all=1");
        await ping.lost();
      },
    });
    const [cause] = causesOf(live);
    expect(cause?.code).toBe("icmp-echo-ignore-all");
    expect(cause?.summary).toMatch(/icmp_echo_ignore_all was 0 and is 1: at some time between the two readings/);
    expect(live.answer.certainty).not.toBe("certain");
    expect(zh.replace(/\s+/g, "")).toContain("变化发生在两次读取状态之间");
  });

  it.concurrent("two faults after each other, each with its own moment", async ({ expect }) => {
    const { live } = await told({
      meanwhile: async (world, ping) => {
        world.run("b", ...DROPS);
        await ping.lost();
        world.run("b", "nft delete table ip t");
        await ping.answered();
        world.run("b", "ip route del 10.7.0.0/24");
        await ping.lost();
      },
    });
    const codes = causesOf(live).map(({ code }) => code);
    expect(codes).toContain("nft-policy-drop");
    expect(codes).toContain("missing-return-route");
    expect(codes[0], "what is still so comes first").toBe("missing-return-route");
  });

  longIt.concurrent("nothing changes: the ping is told as it is", async ({ expect }) => {
    const { live } = await told({ meanwhile: (_, ping) => ping.answered() });
    expect(live.answer).toMatchObject({ code: "answered", certainty: "certain" });
  });
});
