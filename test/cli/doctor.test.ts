// `pktwhy doctor`: what it says of this machine, and what it would say of others.

import { describe, expect, it } from "vitest";
import { type Diagnosis, diagnose } from "../../src/cli/doctor-checks.ts";
import { collectDoctor, type DoctorFacts, EVENTS, TOOLS } from "../../src/system/collect-doctor.ts";
import { pktwhy, root } from "./run-cli.ts";

const absent = { status: 127, said: "" };
const refused = { status: 1, said: "tcpdump: any: You don't have permission to perform this capture on that device" };

/** Facts of a machine on which everything is there. */
function able(change: Partial<DoctorFacts> = {}): DoctorFacts {
  const versions: Record<string, string> = {
    tcpdump: "tcpdump version 4.99.3\nlibpcap version 1.10.3 (with TPACKET_V3)",
    ip: "ip utility, iproute2-6.1.0, libbpf 1.1.2",
    nft: "nftables v1.0.6 (Lester Gooch #5)",
  };
  const tools = Object.fromEntries(TOOLS.map((name) => [name, { status: 0, said: versions[name] ?? `${name} 1.2.3` }]));
  return {
    platform: "linux",
    kernel: "6.18.0",
    uid: 0,
    groups: [0],
    capabilities: 0x1ffffffffffn,
    pingGroups: [0, 2147483647],
    tools: tools as DoctorFacts["tools"],
    linkTypes: { status: 0, said: "Data link types for any:\n  LINUX_SLL\n  LINUX_SLL2" },
    state: { status: 0, said: "[]" },
    enter: { status: 0, said: "" },
    addon: { status: 0, said: "" },
    namespaces: 3,
    tracing: {
      directory: "/sys/kernel/tracing",
      supported: true,
      mounted: true,
      events: [...EVENTS],
      reasons: true,
      taiClock: true,
      instances: true,
    },
    ...change,
  };
}

const without = (...names: readonly string[]) => {
  const { tools } = able();
  return { ...tools, ...Object.fromEntries(names.map((name) => [name, absent])) } as DoctorFacts["tools"];
};
const found = (diagnosis: Diagnosis, name: string) => diagnosis.checks.find((one) => one.name === name);

describe("the diagnosis", () => {
  it("is all well where everything is there", () => {
    const diagnosis = diagnose(able());
    expect(diagnosis).toMatchObject({ capture: true, state: true });
    expect(diagnosis.checks.filter((one) => one.status !== "ok")).toEqual([]);
    expect(found(diagnosis, "tcpdump")?.detail.en).toBe("tcpdump 4.99.3");
    expect(found(diagnosis, "ip")?.detail.en).toBe("ip 6.1.0");
    expect(found(diagnosis, "nft")?.detail.en).toBe("nft 1.0.6");
  });

  it("names the package of each missing tool", () => {
    const diagnosis = diagnose(able({ tools: without("tcpdump", "nft", "conntrack", "ping"), linkTypes: absent }));
    expect(diagnosis.capture).toBe(false);
    expect(found(diagnosis, "tcpdump")).toMatchObject({ status: "missing", mend: "sudo apt install tcpdump" });
    expect(found(diagnosis, "nft")).toMatchObject({ status: "limited", mend: "sudo apt install nftables" });
    expect(found(diagnosis, "conntrack")?.mend).toBe("sudo apt install conntrack");
    expect(found(diagnosis, "ping")?.mend).toBe("sudo apt install iputils-ping");
    expect(diagnose(able({ tools: without("ip"), state: absent })).state).toBe(false);
  });

  it("tells an ordinary user what each missing right prevents", () => {
    const enter = { status: 1, said: "nsenter: reassociate to namespace 'ns/net' failed: Operation not permitted" };
    const facts = {
      uid: 1000,
      groups: [1000],
      capabilities: 0n,
      linkTypes: refused,
      enter,
      pingGroups: [1, 0] as const,
    };
    const diagnosis = diagnose(able(facts));
    expect(diagnosis).toMatchObject({ capture: false, state: true });
    expect(found(diagnosis, "cap_net_raw")).toMatchObject({ status: "missing" });
    expect(found(diagnosis, "cap_net_raw")?.mend).toContain("setcap cap_net_raw+ep");
    expect(found(diagnosis, "cap_sys_admin")?.detail.en).toContain("Operation not permitted");
    expect(found(diagnosis, "ping_group_range")?.mend).toContain("net.ipv4.ping_group_range");
  });

  it("takes no tool that was stopped for being slow for one that lacks something", () => {
    const late = { status: 124, said: "" };
    const tools = { ...able().tools, tcpdump: late };
    const { checks } = diagnose(able({ tools, linkTypes: late, state: late, enter: late, addon: late }));
    const slow = checks.filter(({ detail }) => detail.en.includes("too busy to tell"));
    expect(slow.map(({ name }) => name)).toEqual(["cap_sys_admin", "tcpdump", "permission", "sll2", "cap", "ip-json"]);
    expect(slow.map(({ status, mend }) => [status, mend])).toEqual(Array(6).fill(["limited", null]));
    expect(checks.filter(({ status }) => status === "missing")).toEqual([]);
  });

  it("knows a libpcap without LINUX_SLL2, a tracefs that is not mounted and a kernel without drop reasons", () => {
    const old = diagnose(able({ linkTypes: { status: 0, said: "Data link types for any:\n  LINUX_SLL" } }));
    expect(old.capture).toBe(true);
    expect(found(old, "sll2")?.status).toBe("limited");
    const { tracing } = able();
    const unmounted = { ...tracing, directory: null, mounted: false, events: [] };
    expect(found(diagnose(able({ tracing: unmounted })), "tracefs")?.mend).toContain("mount -t tracefs");
    expect(found(diagnose(able({ tracing: { ...unmounted, supported: false } })), "tracefs")?.mend).toBeNull();
    expect(found(diagnose(able({ tracing: { ...tracing, reasons: false } })), "drop-reasons")?.status).toBe("limited");
    const fewer = { ...tracing, events: ["skb/kfree_skb"] };
    expect(found(diagnose(able({ tracing: fewer })), "events")?.detail.en).toContain("net/net_dev_queue");
  });
});

describe("pktwhy doctor", () => {
  it("says the same as JSON and as text, and its status follows from it", async () => {
    const json = pktwhy(["doctor", "--json"]);
    const said = JSON.parse(json.stdout) as { capture: boolean; state: boolean; checks: { name: string }[] };
    expect(json.status).toBe(said.capture && said.state ? 0 : 1);
    const own = diagnose(await collectDoctor(root));
    expect(said.checks.map((one) => one.name)).toEqual(own.checks.map((one) => one.name));
    const text = pktwhy(["doctor"]);
    expect(text.status).toBe(json.status);
    for (const { name } of said.checks) expect(text.stdout).toContain(name);
    expect(pktwhy(["doctor", "--lang", "zh"]).stdout).toMatch(/^权限\n/);
  });

  it("misses everything in words where no tool is to be found", () => {
    const run = pktwhy(["doctor"], { env: { PATH: "/nonexistent" } });
    expect(run.stderr).toBe("");
    expect([0, 1]).toContain(run.status);
  });
});
