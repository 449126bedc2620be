// A ping over IPv6 is told as that, whatever its form: never as no ping at all, and never as if all were well.

import { expect, test } from "vitest";
import { statusOf } from "../../src/case/exit-status.ts";
import { reportOfPastes } from "../../src/case/paste-report.ts";
import { renderText } from "../../src/render/text.ts";

const LOST = "\n--- fd00:10::2 ping statistics ---\n3 packets transmitted, 0 received, 100% packet loss, time 2030ms\n";
const HEAD =
  "PING fd00:10::2(fd00:10::2) 56 data bytes\nFrom fd00:10::1 icmp_seq=1 Destination unreachable: No route\n";
const WELL = "PING ::1(::1) 56 data bytes\n64 bytes from ::1: icmp_seq=1 ttl=64 time=0.03 ms\n";

test.each([
  ["ping6", `$ ping6 -c 3 fd00:10::2\n${HEAD}${LOST}`],
  ["ping -6", `$ ping -6 -c 3 fd00:10::2\n${HEAD}${LOST}`],
  ["no command", `${HEAD}${LOST}`],
  ["a name with an IPv6 address", "$ ping web.lan\nPING web.lan(web.lan (2001:db8::7)) 56 data bytes\n^C\n"],
  ["answered", `$ ping -6 ::1\n${WELL}`],
])("%s", async (_, content) => {
  const { report } = await reportOfPastes({ pastes: [{ source: "paste", content }] });
  expect(report?.answer).toBeNull();
  expect(report === null ? null : statusOf(report)).toBe(1);
  const told = report === null ? "" : renderText(report, { language: "en", width: 90, color: false, verbose: false });
  expect(told).toContain("This went over IPv6, which is not explained.");
  expect(told).toMatch(/went over IPv6, which is not explained: pktwhy follows IPv4/);
});
