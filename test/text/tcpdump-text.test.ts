// What tcpdump prints of real captures, read back: every field the text tells must be what the bytes say.

import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { formatIpv4, formatMac, type Ipv4, type Mac } from "../../src/model/address.ts";
import type { Packet } from "../../src/model/packet.ts";
import type { LinkType, Vantage } from "../../src/model/vantage.ts";
import { fromText, readCapture } from "../../src/paste/capture/capture-text.ts";
import { cutTranscript } from "../../src/paste/transcript.ts";
import { SavefileReader } from "../../src/savefile/reader.ts";
import { decode } from "../../src/wire/decode.ts";

const folder = new URL("../../../shared/corpus/captures/", import.meta.url);
const there = existsSync(folder) && has("tcpdump");
const vantage: Vantage = { id: 0, netns: null, interface: "x", source: "x" };

function has(tool: string): boolean {
  try {
    execFileSync(tool, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

function fromBytes(file: string): Packet[] {
  const reader = new SavefileReader(file);
  reader.append(new Uint8Array(readFileSync(new URL(file, folder))));
  reader.finish();
  const types = new Map<number, LinkType>();
  const packets: Packet[] = [];
  for (let record = reader.next(); record !== null; record = reader.next()) {
    if (record.type === "interface") types.set(record.id, record.linkType);
    if (record.type !== "packet") continue;
    packets.push(
      decode({
        vantage,
        number: packets.length + 1,
        time: record.time(),
        linkType: types.get(record.interfaceId) ?? "TEXT",
        direction: record.direction,
        length: record.length,
        bytes: record.bytes,
        start: record.start,
        end: record.end,
      }),
    );
  }
  return packets;
}

function told(packet: Packet): Record<string, unknown> {
  const { network } = packet;
  const ip = (a: Ipv4 | null): string | null => (a === null ? null : formatIpv4(a));
  const mac = (a: Mac | null): string | null => (a === null ? null : formatMac(a));
  if (network.kind === "arp") {
    return {
      op: network.operation,
      smac: mac(network.senderMac),
      sip: ip(network.senderIp),
      tip: ip(network.targetIp),
    };
  }
  if (network.kind === "icmp") {
    const { ip: header, icmp } = network;
    const body = icmp?.body;
    return {
      src: ip(header.source),
      dst: ip(header.destination),
      ttl: header.ttl,
      id: header.identification,
      length: header.totalLength,
      df: header.dontFragment,
      type: icmp?.type ?? null,
      code: icmp?.code ?? null,
      echo: body?.kind === "echo" ? `${body.reply} ${body.id} ${body.sequence}` : null,
      mtu: body?.kind === "error" ? body.mtu : null,
      gateway: body?.kind === "error" ? ip(body.gateway) : null,
      quoted: body?.kind === "error" && body.quoted ? ip(body.quoted.ip.destination) : null,
    };
  }
  if (network.kind === "tcp" || network.kind === "udp") {
    const { ip: header } = network;
    const common = { src: ip(header.source), dst: ip(header.destination), ttl: header.ttl, length: header.totalLength };
    if (network.kind === "tcp") {
      const { tcp } = network;
      return {
        ...common,
        ports: tcp && `${tcp.sourcePort} ${tcp.destinationPort}`,
        flags: tcp?.flags ?? null,
        window: tcp?.window ?? null,
        payload: tcp?.payloadLength ?? null,
        mss: tcp?.options?.mss ?? null,
        scale: tcp?.options?.windowScale ?? null,
        stamps: tcp?.options?.timestamps ? `${tcp.options.timestamps.value} ${tcp.options.timestamps.echo}` : null,
      };
    }
    const { udp } = network;
    const application = udp?.application ?? null;
    return {
      ...common,
      ports: udp && `${udp.sourcePort} ${udp.destinationPort}`,
      payload: udp?.payloadLength ?? null,
      application: application?.kind ?? null,
      dnsId: application?.kind === "dns" ? application.id : null,
      dnsName: application?.kind === "dns" ? (application.question?.name ?? null) : null,
      dhcp: application?.kind === "dhcp" ? application.message : null,
      client: application?.kind === "dhcp" ? mac(application.clientMac) : null,
      offered: application?.kind === "dhcp" ? ip(application.offeredAddress) : null,
      wanted: application?.kind === "dhcp" ? ip(application.requestedAddress) : null,
    };
  }
  return {};
}

const styles = [
  ["-n"],
  ["-n", "-e"],
  ["-n", "-v"],
  ["-n", "-v", "-e"],
  ["-n", "-tttt"],
  ["-n", "-tt", "-e"],
  ["-n", "-xx"],
  ["-n", "-x"],
  ["-n", "-X", "-e"],
];

describe.skipIf(!there)("tcpdump's own words of real captures", () => {
  const files = there ? readdirSync(folder).filter((f) => /\.pcap(ng)?$/.test(f)) : [];
  for (const style of styles) {
    test(style.join(" "), () => {
      let compared = 0;
      const unread: string[] = [];
      for (const file of files) {
        const packets = fromBytes(file);
        const output = run([...style, "-r", new URL(file, folder).pathname]);
        if (output === null) continue;
        const blocks = cutTranscript(`listening on x, link-type EN10MB\n${output}`);
        const lines = blocks.flatMap((b) => readCapture(b).packets);
        if (lines.length !== packets.length) continue;
        lines.forEach((line, index) => {
          const real = packets[index] as Packet;
          if (real.network.kind === "other" || real.faults.length > 0) return;
          // tcpdump itself does not know every family that a BSD writes.
          if (/\bAF Unknown/.test(line.line.text)) return;
          // NFS runs over both, and without -v tcpdump does not say over which.
          if (/: NFS re/.test(line.line.text)) return;
          const read = fromText(line, vantage, index + 1, null, () => null);
          const packet = read === null ? null : read.kind === "frame" ? decode(read.frame) : read.packet;
          if (packet === null || packet.network.kind !== real.network.kind) {
            unread.push(`${file}: ${line.line.text}`);
            return;
          }
          const expected = told(real);
          const actual = told(packet);
          for (const [key, value] of Object.entries(actual)) {
            if (value !== null)
              expect(`${file}#${index + 1} ${key} ${value}`).toBe(`${file}#${index + 1} ${key} ${expected[key]}`);
          }
          compared++;
        });
      }
      expect(unread).toEqual([]);
      expect(compared).toBeGreaterThan(40);
    });
  }
});

test("the comparison with tcpdump ran", () => {
  if (!there) console.warn("SKIPPED: tcpdump or the shared corpus is not here");
  expect(there || process.env.PKTWHY_REQUIRE_ALL !== "1").toBe(true);
});

function run(args: string[]): string | null {
  try {
    return execFileSync("tcpdump", args, {
      encoding: "utf8",
      env: { ...process.env, TZ: "UTC" },
      stdio: ["ignore", "pipe", "ignore"],
    });
  } catch {
    return null;
  }
}
