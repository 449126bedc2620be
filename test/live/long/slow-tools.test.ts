// What could not be read of the state is told: a tool that hangs costs its own part alone, and without ip nothing works.

import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "vitest";
import { insteadOf } from "../other-tool.ts";
import { pktwhyLive, twoNamespaces, whyNoCaptures } from "../run-world.ts";

describe.skipIf(whyNoCaptures() !== null)("a state that cannot be read as a whole", () => {
  it.concurrent("tells which part of which namespace, and why; the rest is there", async ({ expect }) => {
    const world = twoNamespaces();
    const directory = mkdtempSync(join(tmpdir(), "pktwhy-slow-"));
    try {
      const script = '#!/bin/sh\ncase "$*" in *fdb*) sleep 300 ;; *) echo "[]" ;; esac\n';
      const through = insteadOf("bridge", script, directory);
      const name = world.name("a");
      const done = await pktwhyLive(["snapshot", "--netns", name], { through });
      const state = JSON.parse(done.stdout);
      expect(state.failed).toEqual({ [name]: { "bridge.fdb": "gave no answer within 10 s" } });
      expect(state.namespaces[name].route).toBeDefined();
      const file = join(directory, "state.json");
      writeFileSync(file, done.stdout);
      const predicted = await pktwhyLive(["predict", "10.7.0.2", "--state", file, "-q"]);
      expect(predicted.stderr).toContain(
        `Part of the state of the namespace ${name} could not be read (bridge.fdb: gave no answer within 10 s)`,
      );
      const zh = await pktwhyLive(["predict", "10.7.0.2", "--state", file, "-q", "--lang", "zh"]);
      expect(zh.stderr).toContain(`命名空间 ${name} 有一部分状态无法读取`);
    } finally {
      world.remove();
      rmSync(directory, { recursive: true, force: true });
    }
  });

  it.concurrent("names iproute2 where it is missing", async ({ expect }) => {
    const directory = mkdtempSync(join(tmpdir(), "pktwhy-noip-"));
    try {
      // Hidden in a mount namespace of its own: nobody else sees that.
      const hidden = join(directory, "nothing");
      writeFileSync(hidden, "");
      chmodSync(hidden, 0o644);
      const hide = 'ip=$(readlink -f "$(command -v ip)"); mount --bind "$0" "$ip"; exec "$@"';
      const through = ["unshare", "--mount", "--propagation", "private", "sh", "-ec", hide, hidden];
      for (const words of [["predict", "127.0.0.1"], ["snapshot"], ["run", "--", "ping", "-c", "1", "127.0.0.1"]]) {
        const done = await pktwhyLive(words, { through });
        expect(done.status, done.stderr).toBe(2);
        expect(done.stderr).toContain("sudo apt install iproute2");
      }
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
