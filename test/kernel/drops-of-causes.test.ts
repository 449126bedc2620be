// What the table of drops says of causes: only of those there are, and never more than the reason tells.

import { describe, expect, it } from "vitest";
import { knownCodes } from "../../src/causes/codes.ts";
import { bearingOf, causesOf, dropsKnownFor, isNoise, isReported, isSilent } from "../../src/kernel/drops-of-causes.ts";
import type { KernelDrop } from "../../src/kernel/event.ts";
import { dropWords, untracedWords } from "../../src/kernel/words.ts";

function drop(reason: string | null, location: string | null): KernelDrop {
  return { time: 0n, reason, location, protocol: 2048, cpu: 0, pid: null, passed: [], beside: null };
}

describe("drops of causes", () => {
  it("knows only codes that exist, each once", () => {
    expect(dropsKnownFor.filter((code) => !knownCodes.includes(code))).toEqual([]);
    expect(new Set(dropsKnownFor).size).toBe(dropsKnownFor.length);
  });

  it("takes a reason for the cause it settles, and a firewall's drop for no rule in particular", () => {
    expect(bearingOf("rp-filter-strict", drop("IP_RPFILTER", "ip_rcv_finish_core"))).toBe("supports");
    expect(bearingOf("nft-input-drop", drop("NETFILTER_DROP", "nft_do_chain"))).toBe("supports-kind");
    expect(bearingOf("forward-prohibit", drop("NOT_SPECIFIED", "ip_error"))).toBe("supports-kind");
    expect(bearingOf("forward-prohibit", drop("NOT_SPECIFIED", "arp_process"))).toBe("contradicts");
  });

  it("hears a contradiction, and none in what says nothing", () => {
    expect(bearingOf("rp-filter-strict", drop("NETFILTER_DROP", "nft_do_chain"))).toBe("contradicts");
    expect(bearingOf("arp-no-local-owner", drop("NETFILTER_DROP", "nft_do_chain"))).toBe("contradicts");
    expect(bearingOf("rp-filter-strict", drop("NO_SOCKET", "ping_rcv"))).toBe("nothing");
    // A kernel that has the reasons of 5.17 only.
    expect(bearingOf("rp-filter-strict", drop("NOT_SPECIFIED", "ip_rcv_finish"))).toBe("nothing");
    expect(bearingOf("rp-filter-strict", drop(null, "ip_rcv_finish"))).toBe("nothing");
    expect(bearingOf("reply-via-lo", drop("IP_RPFILTER", "ip_rcv_finish_core"))).toBe("nothing");
  });

  it("takes what finds no socket at a good reply for noise", () => {
    expect(isNoise(drop("NO_SOCKET", "ping_rcv"))).toBe(true);
    expect(isNoise(drop("NO_SOCKET", "udp_queue_rcv_one_skb"))).toBe(false);
  });

  it("foresees no drop of ARP where only the IP packet would be counted", () => {
    expect(isReported("accept-local-but-rp-filter", "ipv4")).toBe(true);
    expect(isSilent("accept-local-but-rp-filter", "arp")).toBe(true);
    expect(isReported("accept-local-but-rp-filter", "arp")).toBe(false);
    expect(isReported("nft-arp-drop", "arp")).toBe(true);
  });

  it("names what it could be instead", () => {
    expect(causesOf(drop("IP_INADDRERRORS", "ip_error"))).toEqual(["ip-forward-off", "iface-forwarding-off"]);
    expect(causesOf(drop("SOME_FUTURE_REASON", "x"))).toEqual([]);
  });

  it("has words, and the bare name where it has none", () => {
    expect(dropWords(drop("IP_RPFILTER", "ip_rcv_finish_core"))).toEqual({
      en: "IP_RPFILTER (reverse-path filter) at ip_rcv_finish_core",
      zh: "IP_RPFILTER（反向路径过滤），位于 ip_rcv_finish_core",
    });
    expect(dropWords(drop("SOME_FUTURE_REASON", null)).en).toBe("SOME_FUTURE_REASON");
    expect(untracedWords("not-mounted").en).toContain("tracefs is not mounted");
  });
});
