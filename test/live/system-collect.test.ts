// The collector on real namespaces: what it says is what the plain tools say, and looking changes nothing.

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { collectState, findNamespace, findNamespaces, type NamespaceTarget } from "../../src/system/collect.ts";
import { isStillThere } from "../../src/system/collect-namespaces.ts";
import { otherEnd } from "../../src/system/lookup/peer.ts";
import { parseState } from "../../src/system/parse.ts";
import { inNamespaceRun, ipBatch, whyNoNamespaces, withNamespaces } from "../system/scratch-namespace.ts";

async function stateOf(namespaces: readonly string[]) {
  const file = JSON.parse(JSON.stringify(await collectState({ namespaces })));
  return { file, ...parseState(file, "state.json") };
}

const lines = (output: string) =>
  output
    .trim()
    .split("\n")
    .map((line) => line.trim().replaceAll("\t", " "));

describe.skipIf(whyNoNamespaces() !== null)("collectState", () => {
  test("lines are those of the plain tools", async () => {
    await withNamespaces(2, async ([a = "", b = ""]) => {
      ipBatch(a, [
        "link set lo up",
        `link add veth0 type veth peer name veth1 netns ${b}`,
        "link set veth0 up",
        "addr add 192.168.2.11/24 brd + dev veth0",
        "addr add 192.168.2.12/24 dev veth0",
        "addr add 10.9.9.1 peer 10.9.9.2 dev veth0 noprefixroute",
        "route add default via 192.168.2.1 dev veth0 metric 7",
        "route add blackhole 10.1.0.0/16",
        "route add unreachable 10.2.0.0/16 metric 9",
        "route add 10.4.0.0/16 tos 0x10 via 192.168.2.1 dev veth0 src 192.168.2.12",
        "route add 10.5.0.0/16 via inet6 fe80::1 dev veth0 onlink",
        "nexthop add id 1 via 192.168.2.1 dev veth0",
        "route add 10.7.0.0/16 nhid 1",
        "rule add from 10.0.0.0/8 to 1.2.3.4 iif nosuch oif veth0 fwmark 0x5/0xff table 100 prio 10",
        "rule add not from 10.0.0.0/8 tos 0x10 prohibit prio 11",
        "rule add uidrange 0-5 ipproto icmp blackhole prio 12",
        "rule add sport 5-10 dport 99 unreachable prio 13",
        "rule add goto 32766 prio 15",
        "rule add table main suppress_prefixlength 0 suppress_ifgroup 3 prio 16",
        "rule add nop prio 17",
        "rule add l3mdev prio 1000",
        "neigh add 192.168.2.1 lladdr 02:00:00:00:00:01 dev veth0 nud permanent",
        "neigh add proxy 192.168.2.99 dev veth0",
      ]);
      const { state, problems } = await stateOf([a]);
      expect(problems).toEqual([]);
      const ns = state.namespaces.get(a);
      expect(ns?.rules?.map((r) => r.line)).toEqual(lines(inNamespaceRun(a, ["ip", "rule"])));
      const main = ns?.routes?.filter((r) => r.table === "main").map((r) => r.line);
      expect(main).toEqual(lines(inNamespaceRun(a, ["ip", "-4", "route"])));
      const addresses = lines(inNamespaceRun(a, ["ip", "-4", "addr"])).filter((line) => line.startsWith("inet "));
      expect(ns?.addresses?.map((address) => address.line)).toEqual(addresses);
      expect(ns?.neighbours?.map((n) => n.line)).toContain("192.168.2.1 dev veth0 lladdr 02:00:00:00:00:01 PERMANENT");
      expect(ns?.neighbourProxies?.map((n) => n.line)).toEqual(
        lines(inNamespaceRun(a, ["ip", "neigh", "show", "proxy"])),
      );
      expect(ns?.routes?.find((r) => r.type === "local" && r.line.includes("2.11"))?.line).toBe(
        "local 192.168.2.11 dev veth0 table local",
      );
    });
  });

  test("sysctls are those of `sysctl -a`, with interface names that hold dots", async () => {
    await withNamespaces(1, async ([a = ""]) => {
      ipBatch(a, ["link add veth0.1 type veth peer name peer.x"]);
      const { state } = await stateOf([a]);
      const own = state.namespaces.get(a)?.sysctl;
      const printed = inNamespaceRun(a, ["sysctl", "-a", "-r", "^net\\.ipv4\\."]).trim().split("\n");
      const different = printed.filter((line) => {
        const [key = "", value = ""] = line.split(/ = ?/);
        // Values that change by themselves from one read to the next.
        return !key.includes("tcp_fastopen_key") && own?.get(key) !== value.trim();
      });
      expect(different).toEqual([]);
      expect(own?.get("net.ipv4.conf.veth0/1.rp_filter")).toMatch(/^\d$/);
      expect(printed.length).toBeGreaterThan(100);
    });
  });

  test("veth ends meet although all indexes and ids are alike", async () => {
    await withNamespaces(4, async ([a = "", b = "", c = "", d = ""]) => {
      ipBatch(a, [`link add v0 type veth peer name v1 netns ${b}`]);
      ipBatch(c, [`link add v0 type veth peer name v1 netns ${d}`]);
      ipBatch(c, ["link add w0 type veth peer name w1"]);
      const { state } = await stateOf([a, b, c, d]);
      expect(otherEnd(state, a, "v0")).toMatchObject({ kind: "peer", netns: b, link: { name: "v1" } });
      expect(otherEnd(state, d, "v1")).toMatchObject({ kind: "peer", netns: c, link: { name: "v0" } });
      expect(otherEnd(state, c, "w1")).toMatchObject({ kind: "peer", netns: c, link: { name: "w0" } });
      const half = await stateOf([a, c]);
      expect(otherEnd(half.state, a, "v0")).toEqual({ kind: "outside" });
    });
  });

  test("a namespace without a name is keyed by a process in it", async () => {
    const child: ChildProcess = spawn("unshare", ["--net", "sleep", "30"], { stdio: "ignore" });
    try {
      const pid = child.pid as number;
      const before = (await findNamespaces()).find((target) => target.key === "")?.inode;
      for (let tries = 0; tries < 100 && (await findNamespace(`${pid}`))?.inode === before; tries++) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      const found = await findNamespace(`/proc/${pid}/ns/net`);
      expect(found?.key).toBe(`pid-${pid}`);
      expect((await findNamespaces()).filter((target) => target.inode === found?.inode)).toHaveLength(1);
      const { state } = await stateOf([`${pid}`]);
      expect([...state.namespaces.keys()]).toEqual([`pid-${pid}`]);
      expect(state.namespaces.get(`pid-${pid}`)?.links?.map((link) => link.name)).toContain("lo");
      // Gone with its only process: not one that could not be read.
      expect(await isStillThere(found as NamespaceTarget)).toBe(true);
      const gone = new Promise((resolve) => child.on("exit", resolve));
      child.kill("SIGKILL");
      await gone;
      expect(await isStillThere(found as NamespaceTarget)).toBe(false);
    } finally {
      child.kill("SIGKILL");
    }
  });

  test("looking changes nothing, and what is empty is empty", async () => {
    await withNamespaces(1, async ([a = ""]) => {
      const before = inNamespaceRun(a, ["ip", "-d", "link"]);
      const { file, state } = await stateOf([a]);
      expect(inNamespaceRun(a, ["ip", "-d", "link"])).toBe(before);
      expect(Object.keys(file.namespaces)).toEqual([a]);
      const ns = state.namespaces.get(a);
      expect(ns?.routes).toEqual([]);
      expect(ns?.rules).toHaveLength(3);
      expect(ns?.counters?.get("IpInReceives")).toBe(0);
      expect(ns?.counters?.has("TcpExtIPReversePathFilter")).toBe(true);
      if (ns?.nft === undefined) expect(ns?.missing.has("nft")).toBe(true);
      else expect(JSON.stringify(ns.nft)).not.toContain('"table"');
    });
  });

  test("rules of arptables-legacy are those that this tool lists, not nft's", async ({ skip }) => {
    await withNamespaces(1, async ([a = ""]) => {
      const typed = spawnSync("nsenter", [
        `--net=/run/netns/${a}`,
        "arptables-legacy",
        ...["-A", "INPUT", "-s", "10.0.0.1", "-j", "DROP"],
      ]);
      if (typed.status !== 0) skip("there is no arptables-legacy here, or the kernel has no table for it");
      const { state } = await stateOf([a]);
      const saved = lines(state.namespaces.get(a)?.arptables ?? "");
      expect(saved).toEqual([
        "*filter",
        ":INPUT ACCEPT",
        "-A INPUT -j DROP -s 10.0.0.1",
        ":OUTPUT ACCEPT",
        ":FORWARD ACCEPT",
      ]);
    });
  });

  test("several questions to one process get the same answers as each by itself", async () => {
    const directory = mkdtempSync(join(tmpdir(), "pktwhy-ip-"));
    const path = process.env.PATH;
    try {
      // An ip that knows no -batch, as with one question among several that it cannot answer.
      const script = `#!/bin/sh\ncase " $* " in *" -batch "*) exit 1 ;; esac\nPATH=\${PATH#*:}\nexec ip "$@"\n`;
      writeFileSync(join(directory, "ip"), script, { mode: 0o755 });
      await withNamespaces(2, async ([a = "", b = ""]) => {
        ipBatch(a, [
          "link set lo up",
          `link add veth0 type veth peer name veth1 netns ${b}`,
          "link add br0 type bridge",
          "link set veth0 master br0",
          "link set br0 up",
          "addr add 192.168.2.11/24 dev br0",
          "neigh add 192.168.2.1 lladdr 02:00:00:00:00:01 dev br0 nud permanent",
          "nexthop add id 1 blackhole",
          "neigh add proxy 192.168.2.99 dev br0",
          "nexthop add id 2 via 192.168.2.1 dev br0",
          "nexthop add id 3 group 2",
          "route add 10.7.0.0/16 nhid 2",
          "route add 10.8.0.0/16 nexthop via 192.168.2.1 dev br0 weight 2 nexthop via 192.168.2.2 dev br0",
          "route add blackhole 10.1.0.0/16 metric 9",
          "rule add from 10.0.0.0/8 fwmark 0x5/0xff table 100 prio 10",
        ]);
        const together = (await stateOf([a])).file.namespaces[a];
        process.env.PATH = `${directory}:${path}`;
        const single = (await stateOf([a])).file.namespaces[a];
        expect(Object.keys(single).sort()).toEqual(Object.keys(together).sort());
        const parts = ["route", "rule", "neighProxy", "nexthop", "nsid", "qdisc", "xfrm", "missing"];
        for (const part of parts) expect(single[part], part).toEqual(together[part]);
        // What the kernel moves by itself: times, timers, flags of a carrier that is still settling.
        const timeless = (bridge: unknown) =>
          JSON.parse(JSON.stringify(bridge), (key, value) => (key === "updated" || key === "used" ? "some s" : value));
        expect(timeless(single.bridge)).toEqual(timeless(together.bridge));
        const steady = (rows: readonly Record<string, unknown>[]) =>
          rows.map(({ ifindex, ifname, address, group, addr_info }) => [ifindex, ifname, address, group, addr_info]);
        expect(steady(single.addr)).toEqual(steady(together.addr));
        expect(steady(single.link)).toEqual(steady(together.link));
        const own = (rows: readonly Record<string, unknown>[]) =>
          rows
            .filter((row) => row.dst === "192.168.2.1")
            .map(({ dst, dev, lladdr, state }) => [dst, dev, lladdr, state]);
        expect(own(single.neigh)).toEqual([["192.168.2.1", "br0", "02:00:00:00:00:01", ["PERMANENT"]]]);
        expect(own(together.neigh)).toEqual(own(single.neigh));
        expect(together.link.every((one: { stats64?: unknown }) => one.stats64 !== undefined)).toBe(true);
        expect(together.addr.some((one: { stats64?: unknown }) => one.stats64 !== undefined)).toBe(false);
        expect(Object.keys(together.sysctl).every((key) => key.startsWith("net."))).toBe(true);
      });
    } finally {
      process.env.PATH = path;
      rmSync(directory, { recursive: true, force: true });
    }
  });

  test("only the current namespace where it alone is asked for", async () => {
    const file = await collectState({ namespaces: [""] });
    expect(Object.keys(file.namespaces)).toEqual([""]);
    expect(await findNamespace("no-such-namespace")).toBeNull();
  });
});
