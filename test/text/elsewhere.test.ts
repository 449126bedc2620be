// Pastes in which the host that was shown is not the one that asks: the target, a router on the way, the host of a container.
// Names of machines come from prompts, from lines above ("Host A:"), and from ssh.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { reportOfPastes } from "../../src/case/paste-report.ts";
import { causeByCode } from "../../src/causes/registry.ts";
import { hostLabel } from "../../src/paste/host-label.ts";
import { parseTypedLine } from "../../src/paste/prompt.ts";
import { renderText } from "../../src/render/text.ts";

const folder = join(import.meta.dirname, "elsewhere");

/** What each comes to: the first cause, and the first command to try, if there is one. */
const PASTES: Readonly<Record<string, readonly [code: string, fix: string | null]>> = {
  "container-behind-a-host-that-does-not-forward": ["ip-forward-off", "sudo sysctl -w net.ipv4.ip_forward=1"],
  "windows-names-itself-by-arp": ["arp-no-answer", null],
  "martian-question-in-the-log": ["rp-filter-arp", "sudo ip route replace 192.168.5.1/32 dev eth1"],
  "wireguard-as-people-read-it": [
    "wireguard-allowed-ips",
    "sudo wg set wg0 peer BBBB= allowed-ips 10.8.0.3/32,10.8.0.2/32",
  ],
  "pod-behind-a-node-over-ssh": [
    "iptables-drop",
    "sudo iptables -t filter -I DOCKER-USER -d 10.244.1.7 -p icmp --icmp-type echo-request -j ACCEPT",
  ],
  "router-drops-what-a-labelled-pc-asks": [
    "iptables-drop",
    "sudo iptables -t filter -I INPUT -d 192.168.1.1 -p icmp --icmp-type echo-request -j ACCEPT",
  ],
  "two-labelled-hosts": ["icmp-echo-ignore-all", "sudo sysctl -w net.ipv4.icmp_echo_ignore_all=0"],
  "indented-listings-between-prose": ["arp-no-answer", null],
};

describe("a paste that shows another host than the one that asks", () => {
  it.each(Object.entries(PASTES))("%s", async (name, [code, fix]) => {
    const content = readFileSync(join(folder, `${name}.txt`), "utf8");
    const { report } = await reportOfPastes({ pastes: [{ source: `${name}.txt`, content }] });
    const [first] = report?.flows[0]?.findings ?? [];
    expect(first?.code).toBe(code);
    expect(first?.certainty).not.toBe("certain");
    expect(first?.fixes.find(({ edits }) => (edits ?? []).length > 0)?.command ?? null).toBe(fix);
    if (report === null) return;
    // What was only supposed to stand on the other side is never told as if it had been shown.
    for (const language of ["en", "zh"] as const)
      expect(
        renderText(report, {
          language,
          width: 90,
          color: false,
          verbose: true,
          titleOf: (other) => causeByCode(other)?.title,
        }),
      ).not.toMatch(/spare0|port9|198\.51\.100\.|\((?:asker|router|target)\)/);
  });

  it("takes what a named host has itself to be asked for by another one, where the prompt names none", async () => {
    const content = readFileSync(join(folder, "router-drops-what-a-labelled-pc-asks.txt"), "utf8")
      .replace(/^PC:\n/m, "")
      .replace(/^.* lo {5}.*\n/m, "");
    expect(content).not.toMatch(/PC:| lo /);
    const { report } = await reportOfPastes({ pastes: [{ source: "one", content }] });
    const [told] = report?.flows ?? [];
    expect(told?.findings[0]?.code).toBe("iptables-drop");
    expect(told?.steps.some((step) => step.interface === "lo")).toBe(false);
    expect(told?.findings[0]?.fixes[0]?.command).toContain("--icmp-type echo-request");
  });

  it("says on which host a command belongs", async () => {
    const content = readFileSync(join(folder, "two-labelled-hosts.txt"), "utf8");
    const { report } = await reportOfPastes({ pastes: [{ source: "two", content }] });
    if (report === null) throw new Error("nothing was told");
    const told = renderText(report, {
      language: "en",
      width: 80,
      color: false,
      verbose: false,
      titleOf: () => undefined,
    });
    expect(told).toContain("icmp_echo_ignore_all=0\n          on Host-B");
  });
});

describe("a line that names a machine", () => {
  it.each([
    ["Host A:", "Host-A"],
    ["On the client (10.0.0.2):", "client"],
    ["**Server**", "Server"],
    ["## node 2", "node-2"],
    ["PC:", "PC"],
    ["On the container:", "container"],
    ["容器里：", "容器"],
    ["my router:", "router"],
    ["服务器上：", "服务器"],
    ["在主机B上:", "主机B"],
  ])("%s", (line, name) => {
    expect(hostLabel(line)).toBe(name);
  });

  it.each([
    "ip route:",
    "Output:",
    "Routing table of the router",
    "Here is what the server says when I ping it from the client:",
    "    Gateway: 172.17.0.1",
    "  server: 10.0.0.1",
    "the server answers",
  ])("is none: %s", (line) => {
    expect(hostLabel(line)).toBeNull();
  });
});

describe("a command that runs by ssh", () => {
  it.each([
    ["$ ssh node2 sudo iptables -S FORWARD", "node2", ["iptables", "-S", "FORWARD"]],
    ["$ ssh -p 22 root@10.0.0.2 'ip route; ip addr'", "10.0.0.2", ["ip", "route"]],
    ["user@a:~$ ssh b ip netns exec x ping -c 1 10.0.0.1", "b", ["ping", "-c", "1", "10.0.0.1"]],
  ])("%s", (line, host, argv) => {
    expect(parseTypedLine(line)[0]).toMatchObject({ host, argv, remote: true });
  });
});
