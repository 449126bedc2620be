// What recorded reports print under "To settle it": commands that look, none whose output the state has shown already.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { hasBlank } from "../../src/model/remedy.ts";
import { changes, makes } from "../../src/model/typed-change.ts";

const root = join(import.meta.dirname, "../../fixtures");
const names = readdirSync(root).filter((name) => existsSync(join(root, name, "report.json")));

interface Told {
  readonly code: string;
  readonly fixes: readonly unknown[];
  readonly settle: readonly { readonly command: string }[];
}

function toldOf(name: string): Told[] {
  const report = JSON.parse(readFileSync(join(root, name, "report.json"), "utf8"));
  return report.flows.flatMap(({ causes }: { readonly causes: readonly Told[] }) =>
    causes.map((one, at) => ({ ...one, isFirst: at === 0 })),
  );
}

describe("to settle it", () => {
  it.each(names)("%s", (name) => {
    for (const { fixes, settle, isFirst } of toldOf(name) as (Told & { readonly isFirst: boolean })[]) {
      for (const { command } of settle) {
        expect(command).not.toMatch(/\bpktwhy snapshot\b/);
        expect(makes(command), command).toBe(false);
        // What a person must judge first stands there only where nothing else mends it.
        if (changes(command)) expect([isFirst, fixes.length], command).toEqual([true, 0]);
        else expect(hasBlank(command), command).toBe(false);
      }
    }
  });

  it("asks for nothing that the state holds", () => {
    const asked = names.flatMap((name) => toldOf(name).flatMap(({ settle }) => settle.map(({ command }) => command)));
    expect(asked.length).toBeGreaterThan(10);
    expect(asked.filter((one) => /\bip (?:-\S+ )*(?:addr|link|rule|route)\b/.test(one) && !changes(one))).toEqual([]);
    expect(asked.filter((one) => /\bnft\b.* list\b|\bsysctl net\./.test(one))).toEqual([]);
  });
});

describe("a command", () => {
  it.each([
    ["sudo ip netns exec net0 ip route get 10.0.2.2", false, false],
    ["sudo sysctl -a -r 'net.ipv4.conf.*.(arp_ignore|arp_filter)'", false, false],
    ["sudo nft -a list ruleset", false, false],
    ["sudo ethtool -S veth0", false, false],
    ["sudo sysctl -w net.ipv4.ip_forward=1", true, false],
    ["sudo ethtool -K veth0 tx off", true, false],
    ["sudo sh -c 'echo net.ipv4.ip_forward=1 > /etc/sysctl.d/90-forward.conf'", true, false],
    ["sudo ip addr add 10.0.0.1/24 dev veth0", true, true],
    ["sudo ip link add br0 type bridge", true, true],
    ["sudo iptables -t filter -I FORWARD -p icmp -j ACCEPT", true, false],
    ["sudo iptables -P INPUT DROP", true, false],
    ["sudo ufw allow 80/tcp", true, false],
    ["sudo iptables -L -n -v", false, false],
    ["sudo ufw status", false, false],
  ])("%s", (command, isChange, isMaking) => {
    expect([changes(command), makes(command)]).toEqual([isChange, isMaking]);
  });
});
