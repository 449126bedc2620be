// What a command line runs in the end: behind every wrapper that people put in front of a ping, and by every tool that asks.

import { describe, expect, test } from "vitest";
import { addressesNamed, askedCommands } from "../../src/explain/command/asked-command.ts";
import { commandsOfScript } from "../../src/explain/command/shell-script.ts";
import { innerCommands } from "../../src/explain/command/wrappers.ts";
import { formatIpv4 } from "../../src/model/address.ts";

const PING = ["ping", "-c", "1", "10.0.0.2"];

describe("the ping behind", () => {
  test.each<[string, readonly string[], string | null]>([
    ["taskset", ["taskset", "1"], null],
    ["taskset -c", ["taskset", "-c", "0,1"], null],
    ["strace", ["strace", "-f", "-e", "trace=network", "-o", "/tmp/log"], null],
    ["nice and timeout", ["nice", "-n", "5", "timeout", "-k", "1", "5"], null],
    ["env", ["env", "-i", "PATH=/bin", "LC_ALL=C"], null],
    ["stdbuf", ["stdbuf", "-oL"], null],
    ["setsid and nohup", ["setsid", "-w", "nohup"], null],
    ["chroot", ["chroot", "/srv/root"], null],
    ["unshare", ["unshare", "-n", "-m"], null],
    ["flock", ["flock", "-w", "3", "/tmp/lock"], null],
    ["ip netns exec", ["sudo", "ip", "netns", "exec", "red"], "red"],
    ["ip vrf exec", ["ip", "vrf", "exec", "blue"], null],
    ["nsenter by process", ["nsenter", "-t", "4711", "-n"], "pid-4711"],
    ["nsenter by file", ["nsenter", "--net=/proc/4711/ns/net", "--"], "pid-4711"],
    ["docker exec", ["docker", "exec", "-it", "-e", "A=b", "web"], "web"],
    ["docker container exec", ["docker", "-H", "unix:///run/x", "container", "exec", "web"], "web"],
    ["podman exec", ["sudo", "podman", "exec", "--user", "root", "web"], "web"],
    ["kubectl exec", ["kubectl", "-n", "shop", "exec", "-it", "web-0", "-c", "app", "--"], "web-0"],
    ["kubectl exec of a deployment", ["kubectl", "exec", "deploy/web", "--"], "web"],
    ["lxc exec", ["lxc", "exec", "web", "--"], "web"],
    ["lxc-attach", ["lxc-attach", "-n", "web", "--"], "web"],
    ["machinectl shell", ["machinectl", "shell", "root@web"], "web"],
  ])("%s", (_, words, netns) => {
    expect(innerCommands([...words, ...PING])).toMatchObject([{ argv: PING, netns }]);
  });

  test.each<[string, readonly string[], string | null]>([
    ["sh -c", ["sh", "-c", "ping -c 1 10.0.0.2"], null],
    ["bash -lc in a namespace", ["ip", "netns", "exec", "red", "bash", "-lc", "ping -c 1 10.0.0.2"], "red"],
    [
      "a namespace in a script",
      ["sh", "-ec", "cd /tmp; sudo ip netns exec red ping -c 1 '10.0.0.2' >/dev/null 2>&1"],
      "red",
    ],
    ["docker exec sh -c", ["docker", "exec", "web", "sh", "-c", "ping -c 1 10.0.0.2 || echo dead"], "web"],
    ["watch", ["watch", "-n", "1", "ping -c 1 10.0.0.2"], null],
    ["script", ["script", "-qec", "ping -c 1 10.0.0.2", "/dev/null"], null],
    ["su", ["su", "nobody", "-c", "ping -c 1 10.0.0.2"], null],
  ])("%s", (_, words, netns) => {
    expect(innerCommands(words)).toContainEqual(expect.objectContaining({ argv: PING, netns }));
  });

  test("words that only look like one are none", () => {
    for (const words of [
      ["echo", ...PING],
      ["grep", "ping", "10.0.0.2"],
      ["sh", "ping", "10.0.0.2"],
    ])
      expect(askedCommands(words), words.join(" ")).toEqual([]);
  });
});

describe("what it asks", () => {
  test.each([
    ["fping -c 2 -I veth0 10.0.0.2 10.0.0.3", "echo", "ICMP", ["10.0.0.2", "10.0.0.3"]],
    ["arping -c 2 -I veth0 10.0.0.2", "arp", "ARP", ["10.0.0.2"]],
    ["traceroute -n -I 10.0.0.2", "path", "ICMP", ["10.0.0.2"]],
    ["traceroute -n -q 1 10.0.0.2 60", "path", "UDP", ["10.0.0.2"]],
    ["traceroute -T -p 443 10.0.0.2", "path", "TCP", ["10.0.0.2"]],
    ["tracepath -n 10.0.0.2", "path", "UDP", ["10.0.0.2"]],
    ["mtr -n -r -c 3 10.0.0.2", "path", "ICMP", ["10.0.0.2"]],
    ["mtr --udp --report 10.0.0.2", "path", "UDP", ["10.0.0.2"]],
    ["hping3 -1 -c 2 10.0.0.2", "echo", "ICMP", ["10.0.0.2"]],
    ["nmap -n -sn -PE 10.0.0.2 -oN hosts.txt", "echo", "ICMP", ["10.0.0.2"]],
  ] as const)("%s", (line, asks, protocol, targets) => {
    const asked = askedCommands(line.split(" "));
    expect(asked.map(({ ping }) => ping.target)).toEqual(targets);
    for (const one of asked) expect(one).toMatchObject({ asks, protocol, ipv6: false });
  });

  test("an announcement, a handshake and IPv6 ask nothing that is explained", () => {
    expect(askedCommands("arping -U -I veth0 10.0.0.2".split(" "))).toEqual([]);
    expect(askedCommands("hping3 -S -p 80 10.0.0.2".split(" "))).toEqual([]);
    expect(askedCommands("nmap -p 80 10.0.0.2".split(" "))).toEqual([]);
    expect(askedCommands(["fping", "fe80::1"])).toMatchObject([{ ipv6: true }]);
  });

  test("addresses stand in URLs, behind @ and in scripts", () => {
    const named = addressesNamed([
      "curl",
      "http://10.0.0.2:80/",
      "@10.0.0.3",
      "echo x > /dev/udp/10.0.0.4/7",
      "1.2.3.4.5",
    ]);
    expect(named.map(formatIpv4)).toEqual(["10.0.0.2", "10.0.0.3", "10.0.0.4"]);
  });
});

test("a script is cut where a shell cuts it", () => {
  const script = 'for i in 1 2; do\n  ping -c 1 "10.0.0.$i" >/dev/null 2>&1 & # both\ndone; wait && echo "a; b" | cat';
  expect(commandsOfScript(script)).toEqual([
    ["for", "i", "in", "1", "2"],
    ["ping", "-c", "1", "10.0.0.$i"],
    ["done"],
    ["wait"],
    ["echo", "a; b"],
    ["cat"],
  ]);
});
