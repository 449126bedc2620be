// From a state file to lines for the tools: nothing that stands already is done again, and no name of a state does more than name.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { bridgeLines, stackLines } from "../../src/lab/from/difference.ts";
import { rulesOf } from "../../src/lab/from/firewall.ts";
import { leftOutOf } from "../../src/lab/from/left-out.ts";
import { line } from "../../src/lab/from/line.ts";
import { linkPlan } from "../../src/lab/from/links.ts";
import { labNames } from "../../src/lab/from/names.ts";
import { settingsToWrite } from "../../src/lab/from/settings.ts";
import { boundedPing, inTypingOrder, typedFix } from "../../src/lab/from/typed.ts";
import { joinedTo } from "../../src/system/lookup/joined.ts";
import { parseState } from "../../src/system/parse.ts";
import type { StateFile } from "../../src/system/state-file.ts";
import { hasFallbackDevices } from "./fallback-devices.ts";

const fixtures = join(import.meta.dirname, "../../fixtures");

function stateOf(name: string): StateFile {
  return JSON.parse(gunzipSync(readFileSync(join(fixtures, name, "state.json.gz"))).toString()) as StateFile;
}

function renamed(file: StateFile) {
  const [only] = Object.values(file.namespaces);
  return { apart: only ?? {} };
}

function madeFor(file: StateFile) {
  const naming = {
    labName: (key: string) => key || "here",
    realName: (name: string) => `real-${name}`,
    outside: "far",
  };
  return linkPlan(file, parseState(file, "state").state, naming);
}

describe("a rebuilt network", () => {
  it.each(readdirSync(fixtures))("%s: what stands already needs nothing but its neighbours", (name) => {
    for (const ns of Object.values(stateOf(name).namespaces)) {
      expect(stackLines(ns, ns).filter((one) => !one.startsWith("neighbour "))).toEqual([]);
      expect(bridgeLines(ns, ns)).toEqual([]);
      expect(settingsToWrite(ns, ns).filter(([key]) => !key.endsWith(".forwarding"))).toEqual([]);
    }
  });

  const rebuilt = readdirSync(fixtures).filter((name) => !hasFallbackDevices(join(fixtures, name)));
  it.each(rebuilt)("%s: makes each of its links once", (name) => {
    const file = stateOf(name);
    const { lines, leftOut, leadsOut } = madeFor(file);
    const made = [...lines.values()].flatMap(({ make }) => make).join("\n");
    const wanted = Object.values(file.namespaces).flatMap((ns) =>
      (ns.link as { ifname: string; ifindex: number }[]).slice(1),
    );
    for (const { ifname, ifindex } of wanted) expect(made).toContain(`${ifname} index ${ifindex}`);
    expect(made.match(/ index \d+/g)).toHaveLength(wanted.length);
    // Hosts that were never shown stand behind it.
    const elsewhere = leftOut.filter(({ reason }) => reason === "outside");
    expect(leftOut).toEqual(elsewhere);
    expect(leadsOut).toBe(elsewhere.length > 0);
  });

  it("adds what is missing and takes away what is too much", () => {
    const [net0, net1] = Object.values(stateOf("src-valid-mark").namespaces);
    if (!net0 || !net1) throw new Error("two namespaces were recorded");
    const lines = stackLines(net1, net0);
    expect(lines).toContain("rule add priority 32765 from all fwmark 0x1 table 100");
    expect(
      lines.some((one) => /^route delete 192\.168\.2\.11 table local proto kernel|^route delete local /.test(one)),
    ).toBe(true);
    expect(stackLines(net0, net1)).toContain("rule delete priority 32765 from all fwmark 0x1 table 100");
  });

  it("loads a table with the tool that made it", () => {
    const tools = (name: string) =>
      Object.values(stateOf(name).namespaces).flatMap((ns) => rulesOf(ns).map(({ tool }) => tool));
    expect(tools("iptables-drop")).toEqual(["iptables-nft-restore"]);
    // iptables shows a table of nft as an empty one of its own.
    expect(tools("nat-dnat-redirected")).toEqual(["nft"]);
    expect(tools("nft-arp-drop")).toEqual(["nft"]);
    const [netdev] = Object.values(stateOf("nft-netdev-ingress-drop").namespaces).flatMap(rulesOf);
    expect(netdev?.input).toContain('"dev":"veth1"');
  });

  it("makes what cables join to the asker, and nothing else", () => {
    const file = stateOf("router-ok");
    const apart = { ...file, namespaces: { ...file.namespaces, ...renamed(stateOf("own-address")) } };
    const { state } = parseState(apart, "state");
    expect(joinedTo(state, ["left"])).toEqual(["left", "router", "right"]);
    expect(joinedTo(state, ["apart"])).toEqual(["apart"]);
    expect(joinedTo(state, ["absent"])).toEqual([]);
  });

  it("says what cannot be rebuilt", () => {
    expect(leftOutOf(stateOf("pmtu-cached")).map(({ text }) => text.en)).toEqual([
      "left: the path MTU that was learned for 10.0.2.2 cannot be set; a router has to tell it again.",
    ]);
    expect(leftOutOf(stateOf("no-route"))).toEqual([]);
  });
});

describe("names of a state", () => {
  it("stay one word in a batch file", () => {
    expect(line("link set", "veth0", null, "up")).toBe("link set veth0 up");
    for (const name of ["veth0\nnetns exec x reboot", "a#b", 'a"b', "a\\b", "", "a\tb"]) {
      expect(() => line("link set", name, "up"), JSON.stringify(name)).toThrow("one word");
    }
    const file = stateOf("no-route");
    const [link] = Object.values(file.namespaces).map((ns) => (ns.link as { ifname: string }[])[1]);
    if (!link) throw new Error("a link was recorded");
    link.ifname = "veth0 up\nnetns exec net1 reboot";
    expect(() => madeFor(file)).toThrow("one word");
  });

  it("become names of namespaces that no path can leave", () => {
    const names = [...labNames(["", "here", "../../etc", "net0", "a b"]).values()];
    expect(new Set(names).size).toBe(5);
    for (const name of names) expect(name).toMatch(/^[\w.-]+$/);
    for (const name of names) expect(name).not.toContain("..");
  });
});

describe("what is typed", () => {
  it("is a ping with its end", () => {
    expect(boundedPing(["sudo", "ip", "netns", "exec", "net0", "/tmp/ping", "192.168.2.1"])).toEqual([
      "ping",
      "-c",
      "3",
      "192.168.2.1",
    ]);
    expect(boundedPing(["ping", "-qc2", "192.168.2.1"])).toEqual(["ping", "-qc2", "192.168.2.1"]);
    expect(boundedPing(["setpriv", "--reuid=65534", "ping", "-w", "3", "192.168.2.1"])?.[0]).toBe("setpriv");
    expect(boundedPing(["sh", "-c", "reboot"])).toBeNull();
  });

  it("is a fix only where it changes something", () => {
    const effect = { en: "", zh: "" };
    const typed = (command: string) => typedFix({ command, effect }, (netns) => `lab-${netns}`);
    expect(typed("sudo ip netns exec net1 ip link set veth1 up")).toEqual([
      { netns: "lab-net1", argv: ["sh", "-c", "ip link set veth1 up"] },
    ]);
    expect(
      typed(
        "sudo ip netns exec a ip addr del 1.1.1.1/24 dev p0 && sudo ip netns exec a ip addr add 1.1.1.1/24 dev br0",
      ),
    ).toHaveLength(2);
    const both = typed("sudo ip netns exec a ping -b 192.168.2.255 && sudo ip netns exec b ip link set veth1 up") ?? [];
    expect(inTypingOrder(both).edits.map(({ netns }) => netns)).toEqual(["lab-b"]);
    expect(inTypingOrder(both).question?.argv.at(-1)).toBe("ping -b 192.168.2.255 -c 3");
    expect(typed("ip route get 10.0.0.1")).toBeNull();
    expect(typed("sudo tcpdump -n -i lo icmp")).toBeNull();
    expect(typed("sudo sysctl -w kernel.core_pattern=x")).toBeNull();
    expect(typedFix({ command: "sudo ip link set IF up", effect, incomplete: true }, () => "lab")).toBeNull();
  });
});
