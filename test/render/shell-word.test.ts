// Names in commands that somebody will type: a real shell must take each as what it is.

import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, it } from "vitest";
import { causeByCode } from "../../src/causes/registry.ts";
import { fixesOf } from "../../src/edits/fixes.ts";
import { shellFacts, shellWords } from "../../src/model/shell-word.ts";

it.each([
  "veth0",
  "br-lan.5@eth0",
  "net0",
  "接口",
  "inet filter input",
  "-A INPUT ! -s 10.0.0.1/32 -j DROP",
  '-A INPUT -m comment --comment "no pings" -j DROP',
])("leaves %s as it is", (words) => {
  expect(shellWords(words)).toBe(words);
});

it("has a shell take any words as they are", () => {
  const word = fc.string({ unit: "binary-ascii", minLength: 1, maxLength: 20 });
  const printable = word.filter((one) => !/[\s"\0]/.test(one));
  fc.assert(
    fc.property(fc.array(printable, { minLength: 1, maxLength: 4 }), (words) => {
      const line = `printf '%s\\n' ${shellWords(words.join(" "))}`;
      expect(execFileSync("sh", ["-c", line], { encoding: "utf8" })).toBe(words.map((one) => `${one}\n`).join(""));
    }),
    { numRuns: 100 },
  );
});

it("takes a comment of iptables-save out of its quotes before it quotes it anew", () => {
  expect(shellWords('-m comment --comment "a \\"b\\" $(reboot)" -j DROP')).toBe(
    `-m comment --comment 'a "b" $(reboot)' -j DROP`,
  );
});

it("keeps hostile names quoted in the commands of a cause", () => {
  const name = "v$(reboot)'x";
  const cause = causeByCode("arp-no-local-owner");
  const facts = { target: "192.168.2.1", inInterface: name };
  const commands = cause ? fixesOf(cause, facts, "net;reboot").map((fix) => fix.command) : [];
  expect(commands.join("\n")).toContain("ip netns exec 'net;reboot' ");
  expect(commands.join("\n")).toContain(`'v$(reboot)'\\''x'`);
  expect(shellFacts({ target: "192.168.2.1" })).toEqual({ target: "192.168.2.1" });
});
