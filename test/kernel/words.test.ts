// Every drop reason that a cause is bound to is told in words, in both languages.

import { describe, expect, it } from "vitest";
import { causes } from "../../src/causes/registry.ts";
import { dropWords } from "../../src/kernel/words.ts";
import { endOf } from "../../src/model/marks.ts";

const bound = new Set(
  causes.flatMap(({ marks }) =>
    marks === undefined
      ? []
      : (["ipv4", "arp"] as const).flatMap((protocol) => {
          const end = endOf(marks, protocol);
          return typeof end === "object" ? end.map(({ reason }) => reason) : [];
        }),
  ),
);

describe("drop reasons", () => {
  it("are bound to causes, most of those that an ARP or IPv4 packet can meet", () => {
    expect(bound.size).toBeGreaterThanOrEqual(45);
  });

  it.each([...bound])("%s has words", (reason) => {
    const { en, zh } = dropWords({ reason, location: null });
    expect(en).toMatch(/^[A-Z0-9_]+ \(.+\)$/);
    expect(zh).toMatch(/^[A-Z0-9_]+（.+）$/);
  });

  it("of newer kernels stay names", () => {
    expect(dropWords({ reason: "NOT_KNOWN_YET", location: "ip_rcv" }).en).toBe("NOT_KNOWN_YET at ip_rcv");
  });
});
