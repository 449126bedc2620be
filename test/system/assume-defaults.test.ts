// What a paste leaves out is filled in with the kernel's defaults, marked as assumed, and what was said stays.

import { describe, expect, it } from "vitest";
import { reportOfPastes } from "../../src/case/paste-report.ts";
import type { Report } from "../../src/model/report.ts";
import { readPaste } from "../../src/paste/read.ts";
import { stateFromText } from "../../src/paste/state/replay.ts";
import { withDefaults } from "../../src/system/assume-defaults.ts";
import { effectiveSysctl } from "../../src/system/lookup/sysctl.ts";

const PAIR = `# ip netns add a
# ip netns add b
# ip link add va netns a type veth peer name vb netns b
# ip -n a addr add 10.0.0.1/24 dev va
# ip -n b addr add 10.0.0.2/24 dev vb
# ip -n a link set va up
# ip -n b link set vb up
`;

function completed(pasted: string) {
  const { state } = stateFromText(readPaste(pasted, "paste").state);
  const made = state && withDefaults(state);
  if (!made) throw new Error("nothing was assumed");
  return made;
}

async function explained(content: string): Promise<Report> {
  const pastes = [{ source: "paste.txt", content, interface: null, netns: null }];
  return (await reportOfPastes({ pastes, captures: [], state: null, problems: [] })).report as Report;
}

describe("defaults", () => {
  it("are marked wherever they are quoted", () => {
    const b = completed(PAIR).namespaces.get("b");
    const filter = b && effectiveSysctl(b, "rp_filter", "vb");
    expect(filter).toMatchObject({ value: 0, lines: [{ assumed: true }, { assumed: true }] });
  });

  it("leave what was said as it was said", () => {
    const b = completed(`${PAIR}# ip netns exec b sysctl -w net.ipv4.conf.all.rp_filter=1\n`).namespaces.get("b");
    const filter = b && effectiveSysctl(b, "rp_filter", "vb");
    expect(filter?.value).toBe(1);
    expect(filter?.lines.map((line) => line.assumed ?? false)).toEqual([false, true]);
  });

  it("follow ip_forward and conf.default", () => {
    const said = "# ip netns exec b sysctl net.ipv4.ip_forward net.ipv4.conf.default.rp_filter\n";
    const b = completed(`${PAIR}${said}net.ipv4.ip_forward = 1\nnet.ipv4.conf.default.rp_filter = 2\n`).namespaces.get(
      "b",
    );
    // ip_forward stands for every interface, and is quoted as it was shown.
    expect(b?.sysctl?.get("net.ipv4.ip_forward")).toBe("1");
    expect(b && effectiveSysctl(b, "forwarding", "vb")).toBeUndefined();
    expect(b && effectiveSysctl(b, "rp_filter", "vb")?.value).toBe(2);
  });
});

describe("a report that rests on them", () => {
  const failed = `# ip netns exec a ping -c 2 -W 1 -I 10.9.9.9 10.0.0.2
PING 10.0.0.2 (10.0.0.2) from 10.9.9.9 : 56(84) bytes of data.

--- 10.0.0.2 ping statistics ---
2 packets transmitted, 0 received, 100% packet loss, time 1002ms
`;
  const own = "# ip -n a addr add 10.9.9.9/32 dev lo\n# ip -n a link set lo up\n";

  it("names what is assumed, and is likely at most", async () => {
    const { answer, notes } = await explained(`${PAIR}${own}${failed}`);
    expect(answer).toMatchObject({ code: "missing-return-route", certainty: "likely" });
    expect(notes[0]?.en).toMatch(/^Assumed, because the paste does not show it: /);
    expect(notes[0]?.en).toContain("no firewall rules");
  });

  it("takes the value that was said", async () => {
    const { answer } = await explained(
      `${PAIR}${own}# ip netns exec b sysctl -w net.ipv4.conf.all.rp_filter=1\n${failed}`,
    );
    expect(answer?.code).toBe("arp-announce-foreign-source");
  });

  it("shows assumed settings as inferred", async () => {
    const both = PAIR.replace("-n b addr add 10.0.0.2/24 dev vb", "-n b addr add 10.0.0.1/24 dev vb");
    const { flows } = await explained(
      `${both}# ip netns exec a ping -c 1 -W 1 10.0.0.2\nPING 10.0.0.2 (10.0.0.2) 56(84) bytes of data.\n\n--- 10.0.0.2 ping statistics ---\n1 packets transmitted, 0 received, 100% packet loss, time 0ms\n`,
    );
    const assumed = flows.flatMap((flow) => flow.steps).filter((step) => step.state.some((line) => line.assumed));
    for (const step of assumed) expect(step.basis).toBe("inferred");
  });
});
