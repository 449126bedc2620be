// What causes say of a connection or of a question over UDP speaks of no ping.

import { describe, expect, test } from "vitest";
import { causes } from "../../src/causes/registry.ts";
import { fixesAndAdvice } from "../../src/edits/fixes.ts";
import { spoken } from "../../src/model/asked-words.ts";
import { text } from "../../src/model/text.ts";

const FACTS = {
  target: "10.0.0.2",
  source: "10.0.0.1",
  gateway: "10.0.0.254",
  outInterface: "eth0",
  inInterface: "eth1",
  asker: "a",
  owner: "b",
  router: "r",
  service: "8080",
  chain: "inet filter input",
  route: "default via 10.0.0.254 dev eth0",
} as const;
// What is only ever asked of a ping, or seen of one.
const OF_PINGS =
  /^(?:ping-permission|icmp-echo-ignore-all|icmp-rate-limit|echo-|answered|trace-reached|duplicate-reply|frag-|local-mtu-df|pmtu-|nothing-listens|kernel-drop)/;

describe.each(["tcp", "udp"] as const)("%s", (protocol) => {
  const facts = { ...FACTS, protocol };
  const told = causes.filter(({ code }) => !OF_PINGS.test(code));

  test("no sentence speaks of a ping or an echo", () => {
    const left = told.flatMap((cause) => {
      const { fixes } = fixesAndAdvice(cause, facts, "b");
      const said = [cause.headline(facts), cause.summary(facts), cause.why(facts)].map((one) => spoken(one, facts));
      return [...said, ...fixes.map(({ effect }) => effect)].flatMap(({ en, zh }) =>
        /\bping|\becho\b|回显/i.test(`${en} ${zh}`) ? [`${cause.code}: ${en} / ${zh}`] : [],
      );
    });
    expect(left).toEqual([]);
  });

  test("no fix lets ICMP pass or types a ping", () => {
    const left = told.flatMap((cause) => {
      const { fixes, advice } = fixesAndAdvice(cause, facts, "b");
      return [...fixes, ...advice].flatMap(({ command }) =>
        /\bicmp\b.*accept|(?:^|\s)ping /i.test(command) ? [`${cause.code}: ${command}`] : [],
      );
    });
    expect(left).toEqual([]);
  });
});

test("of a ping, sentences stay as they are", () => {
  const words = text("an echo request of the ping", "ping 的回显请求");
  expect(spoken(words, FACTS)).toBe(words);
  expect(spoken(words, { ...FACTS, protocol: "tcp" })).toEqual({ en: "a SYN of the connection", zh: "连接的SYN" });
});
