// Stories beside the answer, and causes no lab can record: told where they hold, silent where they only look alike.

import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { reportOf } from "../../src/case/read-report.ts";
import type { Report } from "../../src/model/report.ts";
import type { Attempt, Trace } from "../../src/model/trace.ts";
import { predict } from "../../src/predict/predict.ts";
import { SavefileReader } from "../../src/savefile/reader.ts";
import { pcapHeader, pcapPacket } from "../../src/savefile/write-pcap.ts";
import { parseState } from "../../src/system/parse.ts";
import { asked } from "../attempts.ts";

type Json = Record<string, unknown>;
type Raw = { namespaces: Record<string, Json & { sysctl: Record<string, string>; link: Json[]; neigh: Json[] }> };
type Namespace = Raw["namespaces"][string];

const root = join(import.meta.dirname, "../../fixtures");
const scratch = mkdtempSync(join(tmpdir(), "pktwhy-beside-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
let made = 0;

function raw(fixture: string, file = "state.json"): Raw {
  return JSON.parse(gunzipSync(readFileSync(join(root, fixture, `${file}.gz`))).toString("utf8")) as Raw;
}
const space = (state: Raw, name: string): Namespace => state.namespaces[name] as Namespace;

/** A fixture with something else in its state, read as a person would hand it in. */
async function changed(fixture: string, change: (state: Raw, file: "state" | "state.after") => void): Promise<Report> {
  const folder = join(scratch, `${fixture}-${++made}`);
  cpSync(join(root, fixture), folder, { recursive: true });
  for (const file of ["state", "state.after"] as const) {
    const state = raw(fixture, `${file}.json`);
    change(state, file);
    rmSync(join(folder, `${file}.json.gz`));
    writeFileSync(join(folder, `${file}.json`), JSON.stringify(state));
  }
  return (await reportOf([folder])).report as Report;
}

function told(report: Report): string[] {
  return report.flows.flatMap((f) => f.findings.map((finding) => finding.code));
}

function walk(state: Raw, netns: string, to: string, more: Partial<Attempt> = {}): Trace {
  return predict(parseState(state, "changed").state, asked(netns, to, { origin: "command", ...more }));
}
const endOf = ({ disposition }: Trace): string =>
  disposition.kind === "stopped" ? disposition.hit.code : disposition.kind;
const remarks = (trace: Trace): string[] => trace.remarks.map((r) => r.code);

function entry(dst: string, dev: string, lladdr: string, state: string): Json {
  return { dst, dev, lladdr, state: [state] };
}

describe("gratuitous ARP", () => {
  it("is dropped where drop_gratuitous_arp says so, which is not to be ignored", async () => {
    const codes = told(
      await changed("gratuitous-arp-ignored", (state) => {
        space(state, "net0").sysctl["net.ipv4.conf.veth0.drop_gratuitous_arp"] = "1";
      }),
    );
    expect(codes).toContain("gratuitous-arp-dropped");
    expect(codes).not.toContain("gratuitous-arp-ignored");
  });

  it("is not called ignored by state where arp_accept lets it make an entry", async () => {
    const report = await changed("gratuitous-arp-ignored", (state) => {
      space(state, "net0").sysctl["net.ipv4.conf.all.arp_accept"] = "1";
    });
    const announced = report.flows.find((f) => f.flow.kind === "arp");
    expect(announced?.findings).toEqual([]);
  });

  it("changes an entry that is there, but not one that was made by hand", async () => {
    const withEntry = (state: string) =>
      changed("gratuitous-arp-ignored", (file) => {
        space(file, "net0").neigh = [entry("192.168.2.1", "veth0", "02:00:00:00:00:99", state)];
      });
    const codes = (report: Report): string[] =>
      report.flows.find((f) => f.flow.kind === "arp")?.findings.map((f) => f.code) ?? [];
    expect(codes(await withEntry("STALE"))).toEqual(["gratuitous-arp-updates"]);
    expect(codes(await withEntry("PERMANENT"))).toEqual([]);
  });

  it("is not called ignored by packets where frames went out by an entry before the question", async () => {
    const folder = join(root, "gratuitous-arp-dropped");
    const captures = readdirSync(folder).filter((file) => file.endsWith(".pcap"));
    const { report } = await reportOf(captures.map((file) => join(folder, file)));
    expect(told(report as Report)).not.toContain("gratuitous-arp-ignored");
  });

  it("is told of as an announcement, not as a question", async () => {
    const { report } = await reportOf([join(root, "gratuitous-arp-ignored")]);
    const announced = report?.flows.find((f) => f.flow.kind === "arp");
    expect(announced?.flow.src).toBe(announced?.flow.dst);
    expect(report?.answer).toMatchObject({ code: "answered", verdict: "worked" });
  });
});

describe("a request that is not answered", () => {
  const withEntry = (fixture: string, to = "192.168.2.1"): Trace => {
    const state = raw(fixture);
    space(state, "net1").neigh = ["veth1", "veth3"].map((dev) =>
      entry("192.168.2.11", dev, "02:00:00:00:00:99", "STALE"),
    );
    return walk(state, "net0", to);
  };

  it("changes the entry for the asker where its source is refused", () => {
    expect(endOf(withEntry("rp-filter-arp"))).toBe("rp-filter-arp");
    expect(remarks(withEntry("rp-filter-arp"))).toContain("arp-suppressed-entry-update");
  });

  it.each([
    ["arp-ignore-1", "192.168.9.1"],
    ["arp-filter", "192.168.2.3"],
  ])("leaves it as it is where %s suppresses the answer", (code, to) => {
    expect(endOf(withEntry(code, to))).toBe(code);
    expect(remarks(withEntry(code, to))).not.toContain("arp-suppressed-entry-update");
  });
});

describe("a remembered neighbour", () => {
  const withEntry = (fixture: string, state: string, mac = "02:00:00:00:00:02"): Trace => {
    const file = raw(fixture);
    space(file, "net0").neigh = [entry("192.168.2.1", "veth0", mac, state)];
    return walk(file, "net0", "192.168.2.1");
  };

  it.each(["REACHABLE", "STALE", "DELAY", "PROBE"])("hides that ARP is refused while it is %s", (state) => {
    const trace = withEntry("arp-ignore-8", state);
    expect(endOf(trace)).toBe("answered");
    expect(remarks(trace)).toEqual(["arp-problem-hidden-by-cache", "arp-ignore-8"]);
  });

  it("hides nothing where it is never checked, where ARP is answered, or where it leads to nobody", () => {
    expect(remarks(withEntry("arp-ignore-8", "PERMANENT"))).toEqual([]);
    expect(remarks(withEntry("two-namespaces", "STALE"))).toEqual([]);
    const lost = withEntry("arp-ignore-8", "STALE", "02:00:00:00:00:99");
    expect(endOf(lost)).toBe("neigh-stale-mac-changed");
    expect(remarks(lost)).not.toContain("arp-problem-hidden-by-cache");
  });
});

describe("frames and packets for more than one", () => {
  it("lets a unicast packet in a broadcast frame pass by default", () => {
    const state = raw("unicast-in-l2-broadcast");
    space(state, "net1").sysctl["net.ipv4.conf.veth1.drop_unicast_in_l2_multicast"] = "0";
    expect(endOf(walk(state, "net0", "192.168.2.1"))).toBe("answered");
  });

  it("answers for 224.0.0.1, which every host joins, where broadcasts are not ignored", () => {
    const state = raw("multicast-no-member");
    const bound = { outInterface: "veth0" };
    expect(endOf(walk(state, "net0", "224.0.0.1", bound))).toBe("multicast-no-member");
    space(state, "net1").sysctl["net.ipv4.icmp_echo_ignore_broadcasts"] = "0";
    expect(endOf(walk(state, "net0", "224.0.0.1", bound))).toBe("answered");
    // Whether another group was joined, state does not tell.
    const other = walk(state, "net0", "239.77.0.1", bound);
    expect(endOf(other)).toBe("multicast-no-member");
    expect(other.assumed).toContain("net1: maddr");
  });
});

describe("a queue of packets that wait for ARP", () => {
  it("was not full where only the last requests are without an error", async () => {
    expect(told(await changed("arp-ignore-1", () => {}))).not.toContain("neigh-queue-full");
  });

  it("is only likely the reason where state does not tell its size", async () => {
    const report = await changed("neigh-queue-full", (state) => {
      space(state, "net0").sysctl = {};
    });
    const finding = report.flows.flatMap((f) => f.findings).find((f) => f.code === "neigh-queue-full");
    expect(finding?.certainty).toBe("likely");
  });
});

describe("a neighbour table that is full (not recorded: its limits are the whole machine's)", () => {
  const complaint = "ping: sendmsg: No buffer space available";
  const run = (log: string[]): Promise<Report> => {
    const folder = join(scratch, `overflow-${++made}`);
    mkdirSync(folder);
    cpSync(join(root, "two-namespaces/net0.lo.pcap"), join(folder, "net0.lo.pcap"));
    const state = raw("two-namespaces");
    const after = structuredClone(state);
    space(after, "net0").kernelLog = log;
    writeFileSync(join(folder, "state.json"), JSON.stringify(state));
    writeFileSync(join(folder, "state.after.json"), JSON.stringify(after));
    const output = `PING 192.168.2.1 (192.168.2.1) 56(84) bytes of data.\n${complaint}\n\n--- 192.168.2.1 ping statistics ---\n2 packets transmitted, 0 received, 100% packet loss, time 1012ms\n`;
    const command = { argv: ["ping", "-c", "2", "192.168.2.1"], netns: "net0", exitCode: 1, output };
    writeFileSync(join(folder, "run.json"), JSON.stringify(command));
    return reportOf([folder]).then(({ report }) => report as Report);
  };

  it("is told where the kernel has logged it", async () => {
    const { answer } = await run(["[ 812.42] neighbour: arp_cache: neighbor table overflow!"]);
    expect(answer).toMatchObject({ code: "neigh-table-overflow", verdict: "failed", certainty: "likely" });
  });

  it("is not told by ping's words alone", async () => {
    expect(told(await run(["[ 812.42] veth0: entered promiscuous mode"]))).not.toContain("neigh-table-overflow");
  });
});

describe("a loop of bridges (not recorded: it would storm)", () => {
  // br0 of the recorded switch, joined twice to a second bridge.
  const looped = (state = "forwarding"): Raw => {
    const file = raw("bridge-ok");
    const links = space(file, "switch").link;
    const port = links.find((l) => l.ifname === "p1") as Json;
    const bridge = links.find((l) => l.ifname === "br0") as Json;
    const info = (port.linkinfo as Json).info_slave_data as Json;
    links.push({ ...bridge, ifindex: 90, ifname: "br1", address: "02:00:00:00:01:00" });
    for (const [index, ifname, link, master] of [
      [91, "x0", "x1", "br0"],
      [92, "x1", "x0", "br1"],
      [93, "y0", "y1", "br0"],
      [94, "y1", "y0", "br1"],
    ] as const) {
      const data = { ...info, state: ifname === "y1" ? state : "forwarding" };
      const { link_index: _, link_netnsid: __, ...own } = port;
      links.push({
        ...own,
        ifindex: index,
        ifname,
        link,
        master,
        address: `02:00:00:00:01:${index}`,
        linkinfo: { ...(port.linkinfo as Json), info_slave_data: data },
      });
    }
    delete space(file, "switch").bridge;
    return file;
  };

  it("is seen in the state, and ends the walk's copies", () => {
    expect(remarks(walk(looped(), "a", "192.168.2.1"))).toContain("bridge-loop");
  });

  it("is none where one of the two ways is closed", () => {
    const trace = walk(looped("blocking"), "a", "192.168.2.1");
    expect(endOf(trace)).toBe("answered");
    expect(remarks(trace)).toEqual([]);
  });

  const storm = async (times: number, apart: bigint): Promise<Report> => {
    const place = join(root, "veth-one-address", "veth0.pcap");
    const reader = new SavefileReader(place);
    reader.append(readFileSync(place));
    reader.finish();
    let frame: Uint8Array | null = null;
    for (let record = reader.next(); record !== null; record = reader.next()) {
      if (record.type === "packet") frame ??= record.bytes.slice(record.start, record.end);
    }
    const parts = [pcapHeader("EN10MB")];
    for (let n = 0; n < times; n++)
      parts.push(pcapPacket(1_795_267_574_000_000_000n + BigInt(n) * apart, frame as Uint8Array));
    const file = join(scratch, `p${++made}.pcap`);
    writeFileSync(file, Buffer.concat(parts));
    return (await reportOf([file])).report as Report;
  };

  it("is told by packets where one request comes by again and again", async () => {
    expect((await storm(400, 30_000n)).answer).toMatchObject({ code: "bridge-loop", certainty: "likely" });
  });

  it("is not told where a host asks once a second", async () => {
    expect(told(await storm(60, 1_000_000_000n))).not.toContain("bridge-loop");
  });
});

it("tells none of these stories from the healthy recordings they do not belong to", async () => {
  for (const fixture of ["two-namespaces", "bridge-ok", "router-ok", "own-address", "tap-names"]) {
    const captures = readdirSync(join(root, fixture)).filter((file) => file.endsWith(".pcap"));
    const both = [
      (await reportOf([join(root, fixture)])).report as Report,
      (await reportOf(captures.map((file) => join(root, fixture, file)))).report as Report,
    ];
    for (const report of both) {
      for (const code of told(report)) expect(["answered", "local-address-via-lo"], fixture).toContain(code);
    }
  }
});
