// What a drop says of a cause by its marks: never more than the reason tells.

import { describe, expect, it } from "vitest";
import { causes } from "../../src/causes/registry.ts";
import { bearingOf, causesOf, isNoise, isReported, isSilent } from "../../src/kernel/drop-marks.ts";
import type { KernelDrop } from "../../src/kernel/event.ts";
import { dropWords, untracedWords } from "../../src/kernel/words.ts";
import type { Code } from "../../src/model/code.ts";
import { marksOf } from "../../src/model/marks.ts";

function drop(reason: string | null, location: string | null, protocol = IPV4): KernelDrop {
  return { time: 0n, reason, location, protocol, cpu: 0, pid: null, passed: [], beside: null };
}

const IPV4 = 0x0800;
const ARP = 0x0806;
const of = (code: Code) => marksOf(causes, code);

describe("drops of causes", () => {
  it("takes a reason for the cause it settles, and a firewall's drop for no rule in particular", () => {
    expect(bearingOf(of("rp-filter-strict"), drop("IP_RPFILTER", "ip_rcv_finish_core"))).toBe("supports");
    expect(bearingOf(of("nft-input-drop"), drop("NETFILTER_DROP", "nft_do_chain"))).toBe("supports-kind");
    expect(bearingOf(of("forward-prohibit"), drop("NOT_SPECIFIED", "ip_error"))).toBe("supports-kind");
    expect(bearingOf(of("forward-prohibit"), drop("NOT_SPECIFIED", "arp_process"))).toBe("contradicts");
  });

  it("hears a contradiction, and none in what says nothing", () => {
    expect(bearingOf(of("rp-filter-strict"), drop("NETFILTER_DROP", "nft_do_chain"))).toBe("contradicts");
    expect(bearingOf(of("arp-no-local-owner"), drop("NETFILTER_DROP", "nft_do_chain"))).toBe("contradicts");
    expect(bearingOf(of("rp-filter-strict"), drop("NO_SOCKET", "ping_rcv"))).toBe("nothing");
    // A kernel that has the reasons of 5.17 only.
    expect(bearingOf(of("rp-filter-strict"), drop("NOT_SPECIFIED", "ip_rcv_finish"))).toBe("nothing");
    expect(bearingOf(of("rp-filter-strict"), drop(null, "ip_rcv_finish"))).toBe("nothing");
    expect(bearingOf(undefined, drop("IP_RPFILTER", "ip_rcv_finish_core"))).toBe("nothing");
    expect(bearingOf(of("reply-via-lo"), drop("IP_RPFILTER", "ip_rcv_finish_core"))).toBe("nothing");
  });

  it("takes what finds no socket at a good reply for noise", () => {
    expect(isNoise(drop("NO_SOCKET", "ping_rcv"))).toBe(true);
    expect(isNoise(drop("NO_SOCKET", "udp_queue_rcv_one_skb"))).toBe(false);
    expect(isNoise(drop("NOT_SPECIFIED", "tcp_v4_rcv"))).toBe(true);
    expect(isNoise(drop("NOT_SPECIFIED", "tcp_v4_do_rcv"))).toBe(false);
  });

  it("foresees no drop of ARP where only the IP packet would be counted", () => {
    expect(isReported(of("accept-local-but-rp-filter"), "ipv4")).toBe(true);
    expect(isSilent(of("accept-local-but-rp-filter"), "arp")).toBe(true);
    expect(isReported(of("accept-local-but-rp-filter"), "arp")).toBe(false);
    expect(isReported(of("nft-arp-drop"), "arp")).toBe(true);
  });

  it("hears a drop of an ARP packet for what it says of ARP", () => {
    expect(bearingOf(of("accept-local-but-rp-filter"), drop("NETFILTER_DROP", "nft_do_chain", ARP))).toBe(
      "contradicts",
    );
    expect(bearingOf(of("nft-arp-drop"), drop("NETFILTER_DROP", "nft_do_chain", ARP))).toBe("supports-kind");
  });

  it("names what it could be instead", () => {
    expect(causesOf(causes, drop("IP_INADDRERRORS", "ip_error"))).toEqual([
      "ip-forward-off",
      "duplicate-mac",
      "bridge-own-mac-source",
      "iface-forwarding-off",
    ]);
    expect(causesOf(causes, drop("SOME_FUTURE_REASON", "x"))).toEqual([]);
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
