// Who keeps a host's network and rules, by its files and processes; and how a fix is kept in the manager's own language.

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { keep } from "../../src/edits/edits.ts";
import type { Edit } from "../../src/model/edit.ts";
import type { Manager } from "../../src/model/manager.ts";
import { managerOfHost } from "../../src/system/collect-manager.ts";
import { parseManager } from "../../src/system/parse/manager.ts";

/** A host's files, as they lie on its disk; a text that begins with `->` is a link. */
function hostWith(files: Readonly<Record<string, string>>): ReturnType<typeof managerOfHost> {
  const root = mkdtempSync(join(tmpdir(), "pktwhy-host-"));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      if (text.startsWith("->")) symlinkSync(text.slice(2), join(root, path));
      else writeFileSync(join(root, path), text);
    }
    return managerOfHost(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

const running = (...names: string[]): Record<string, string> =>
  Object.fromEntries(names.map((name, at) => [`proc/${100 + at}/comm`, `${name.slice(0, 15)}\n`]));

describe("a host is kept by", () => {
  it("nobody that is known, where nothing is there", () => {
    expect(hostWith({ "etc/network/interfaces": "auto lo\niface lo inet loopback\n" })).toEqual({ seen: [] });
  });

  it("netplan, though networkd runs what it has written", () => {
    const found = hostWith({ "etc/netplan/50-cloud-init.yaml": "network:\n", ...running("systemd-networkd") });
    expect(found).toEqual({ network: "netplan", seen: ["/etc/netplan/50-cloud-init.yaml"] });
  });

  it("NetworkManager and firewalld, a script of Python", () => {
    const found = hostWith({
      ...running("NetworkManager"),
      "proc/7/comm": "python3\n",
      "proc/7/cmdline": "/usr/bin/python3\0-sP\0/usr/sbin/firewalld\0--nofork\0",
    });
    expect(found).toMatchObject({ network: "NetworkManager", rules: "firewalld" });
  });

  it("ifupdown and nftables.conf, which is enabled", () => {
    const found = hostWith({
      "etc/network/interfaces": "auto eth0\niface eth0 inet static\n  address 10.0.0.2/24\n",
      "etc/nftables.conf": "flush ruleset\n",
      "etc/systemd/system/sysinit.target.wants/nftables.service": "->/lib/systemd/system/ssh.service",
    });
    // A link to a unit that is not here is still enabled where the host has it: only files that are there count.
    expect(found.network).toBe("ifupdown");
  });

  it("ufw where it is enabled, beside Docker and kube-proxy that write rules of their own", () => {
    const found = hostWith({
      "etc/ufw/ufw.conf": "# comment\nENABLED=yes\nLOGLEVEL=low\n",
      ...running("systemd-network", "dockerd", "kube-proxy"),
    });
    expect(found).toMatchObject({ network: "networkd", rules: "ufw", writers: ["Docker", "kube-proxy"] });
    expect(parseManager(JSON.parse(JSON.stringify(found)))).toEqual({
      network: "networkd",
      rules: "ufw",
      writers: ["Docker", "kube-proxy"],
    });
  });

  it("not by ufw that is installed and off", () => {
    expect(hostWith({ "etc/ufw/ufw.conf": "ENABLED=no\n" }).rules).toBeUndefined();
  });
});

describe("a fix is kept", () => {
  const route: Edit = {
    kind: "route",
    netns: "",
    verb: "add",
    destination: "10.9.0.0/24",
    via: "10.7.0.1",
    device: "eth0",
  };
  const input: Edit = {
    kind: "tables-rule",
    netns: "",
    tool: "iptables",
    verb: "insert",
    chain: "INPUT",
    rule: "-p icmp -j ACCEPT",
  };
  const by = (manager: Partial<Manager>): Manager => ({ network: null, rules: null, ...manager });

  it.each([
    ["NetworkManager", "nmcli connection modify"],
    ["netplan", "- to: 10.9.0.0/24"],
    ["networkd", "Destination=10.9.0.0/24"],
    ["ifupdown", "ip route replace 10.9.0.0/24"],
    [null, "Destination=10.9.0.0/24"],
  ] as const)("by %s", (network, words) => {
    expect(keep(route, by({ network }))?.lines.join("\n")).toContain(words);
  });

  it.each([
    [{ rules: "ufw" }, "/etc/ufw/before.rules", "-A ufw-before-input -p icmp -j ACCEPT"],
    [{ rules: "firewalld" }, null, "firewall-cmd --permanent --direct --add-rule ipv4 filter INPUT 0"],
    [{ rules: "iptables-persistent" }, null, "netfilter-persistent save"],
  ] as const)("in the place of its owner: %j", (manager, file, words) => {
    const kept = keep(input, by(manager));
    expect(kept?.file).toBe(file);
    expect(kept?.lines.join("\n")).toContain(words);
  });

  it("in DOCKER-USER, once Docker has made it", () => {
    const kept = keep({ ...input, chain: "FORWARD" }, by({ writers: ["Docker"] }));
    expect(kept?.lines.join("\n")).toContain("-I DOCKER-USER -p icmp -j ACCEPT");
  });
});
