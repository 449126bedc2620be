// Every TCP, UDP, DNS and DHCP packet of the captures that nobody here made, and of our own recordings, against tshark.

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { formatIpv4, formatMac } from "../../src/model/address.ts";
import type { Network } from "../../src/model/packet.ts";
import type { LinkType } from "../../src/model/vantage.ts";
import { SavefileReader } from "../../src/savefile/reader.ts";
import { decode } from "../../src/wire/decode.ts";

const root = join(import.meta.dirname, "../..");
const corpus = join(root, "../shared/corpus/captures");
const able = existsSync(corpus) && spawnSync("tshark", ["--version"]).status === 0;
const scratch = mkdtempSync(join(tmpdir(), "pktwhy-tshark-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const FIELDS = [
  "frame.number",
  "frame.len",
  "tcp.srcport",
  "tcp.dstport",
  "tcp.seq",
  "tcp.ack",
  "tcp.flags",
  "tcp.window_size_value",
  "tcp.len",
  "tcp.hdr_len",
  "tcp.options.mss_val",
  "tcp.options.wscale.shift",
  "tcp.options.timestamp.tsval",
  "tcp.options.timestamp.tsecr",
  "tcp.checksum.status",
  "udp.srcport",
  "udp.dstport",
  "udp.length",
  "udp.checksum.status",
  "dns.id",
  "dns.flags.response",
  "dns.flags.rcode",
  "dns.qry.name",
  "dns.count.answers",
  "dns.a",
  "dhcp.option.dhcp",
  "dhcp.option.requested_ip_address",
  "dhcp.option.dhcp_server_id",
  "dhcp.hw.mac_addr",
  "dhcp.ip.your",
] as const;

type Fields = Partial<Record<(typeof FIELDS)[number], string>>;

// tshark takes a second of processor time to start: it is shown all files in one, one behind the other.
function merged(files: readonly string[]): string {
  const all = join(scratch, "all.pcapng");
  execFileSync("mergecap", ["-a", "-w", all, ...files], { stdio: "ignore" });
  return all;
}

function tshark(file: string): Map<number, Fields> {
  const options = ["tcp.relative_sequence_numbers:FALSE", "tcp.check_checksum:TRUE", "udp.check_checksum:TRUE"];
  const output = execFileSync(
    "tshark",
    [
      ...["-r", file, "-n", "-T", "fields", "-E", "separator=|", "-E", "occurrence=f", "-o", "ip.defragment:FALSE"],
      ...["-o", "tcp.analyze_sequence_numbers:FALSE", "-o", "tcp.desegment_tcp_streams:FALSE"],
      ...options.flatMap((one) => ["-o", one]),
      ...FIELDS.flatMap((one) => ["-e", one]),
    ],
    { encoding: "utf8", env: { ...process.env, WIRESHARK_CONFIG_DIR: scratch }, stdio: ["ignore", "pipe", "ignore"] },
  );
  const lines = output.split("\n").filter((line) => line !== "");
  return new Map(
    lines.map((line) => {
      const values = line.split("|");
      const fields = Object.fromEntries(FIELDS.flatMap((name, at) => (values[at] ? [[name, values[at]]] : [])));
      return [Number(fields["frame.number"]), fields];
    }),
  );
}

interface Told {
  readonly network: Network;
  readonly length: number;
}

function networksOf(file: string): Map<number, Told> {
  const reader = new SavefileReader(file);
  reader.append(new Uint8Array(readFileSync(file)));
  reader.finish();
  const types = new Map<number, LinkType>();
  const vantage = { id: 0, netns: null, interface: null, source: file };
  const networks = new Map<number, Told>();
  let number = 0;
  for (let record = reader.next(); record !== null; record = reader.next()) {
    if (record.type === "interface") types.set(record.id, record.linkType);
    if (record.type !== "packet") continue;
    number++;
    const { bytes, start, end, length, direction } = record;
    const linkType = types.get(record.interfaceId) ?? "TEXT";
    const { network } = decode({ vantage, number, time: null, linkType, direction, length, bytes, start, end });
    networks.set(number, { network, length });
  }
  return networks;
}

const known = (fields: Record<string, string | number | null | undefined>): Fields =>
  Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => (value == null ? [] : [[name, String(value)]])));

// tshark knows no partial checksum: what it calls bad is not judged here where we call it that.
const status = (ok: boolean | null): string | null => (ok === null ? null : ok ? "1" : "0");

function ours(network: Network): Fields {
  if (network.kind === "tcp" && network.tcp !== null) {
    const { tcp } = network;
    return known({
      "tcp.srcport": tcp.sourcePort,
      "tcp.dstport": tcp.destinationPort,
      "tcp.seq": tcp.sequence,
      "tcp.ack": tcp.acknowledgement,
      "tcp.flags": `0x${tcp.flags.toString(16).padStart(4, "0")}`,
      "tcp.window_size_value": tcp.window,
      "tcp.len": tcp.payloadLength,
      "tcp.hdr_len": tcp.headerLength,
      "tcp.options.mss_val": tcp.options?.mss,
      "tcp.options.wscale.shift": tcp.options?.windowScale,
      "tcp.options.timestamp.tsval": tcp.options?.timestamps?.value,
      "tcp.options.timestamp.tsecr": tcp.options?.timestamps?.echo,
      "tcp.checksum.status": status(tcp.checksumOk),
    });
  }
  if (network.kind !== "udp" || network.udp === null) return {};
  const { udp } = network;
  const dns = udp.application?.kind === "dns" ? udp.application : null;
  const dhcp = udp.application?.kind === "dhcp" ? udp.application : null;
  return known({
    "udp.srcport": udp.sourcePort,
    "udp.dstport": udp.destinationPort,
    "udp.length": udp.length,
    "udp.checksum.status": status(udp.checksumOk),
    "dns.id": dns && `0x${dns.id.toString(16).padStart(4, "0")}`,
    "dns.flags.response": dns && Number(dns.response),
    "dns.flags.rcode": dns?.response ? dns.responseCode : null,
    "dns.qry.name": dns?.question?.name,
    "dns.count.answers": dns?.answers,
    "dns.a": dns?.addresses[0] === undefined ? null : formatIpv4(dns.addresses[0]),
    "dhcp.option.dhcp": dhcp?.message,
    "dhcp.option.requested_ip_address": dhcp?.requestedAddress == null ? null : formatIpv4(dhcp.requestedAddress),
    "dhcp.option.dhcp_server_id": dhcp?.server == null ? null : formatIpv4(dhcp.server),
    "dhcp.hw.mac_addr": dhcp?.clientMac == null ? null : formatMac(dhcp.clientMac),
    "dhcp.ip.your": dhcp == null ? null : formatIpv4(dhcp.offeredAddress ?? (0 as never)),
  });
}

function capturesOf(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.pcap(ng)?$/.test(name))
    .map((name) => join(directory, name))
    .sort();
}

test("tshark and the corpus are here", ({ skip }) => {
  if (able) return;
  console.warn("SKIPPED: tshark or ../shared/corpus is absent, so TCP and UDP are not compared with tshark's");
  expect(process.env.PKTWHY_REQUIRE_ALL, "PKTWHY_REQUIRE_ALL=1 demands both").not.toBe("1");
  skip("tshark or ../shared/corpus is absent");
});

describe.runIf(able)("against tshark", () => {
  const recorded = able
    ? readdirSync(join(root, "fixtures"))
        .filter((name) => /^(?:tcp|udp|dns|dhcp)-/.test(name))
        .flatMap((name) => capturesOf(join(root, "fixtures", name)))
    : [];
  const files = [...(able ? capturesOf(corpus) : []), ...recorded];
  const theirs = able ? tshark(merged(files)) : new Map<number, Fields>();
  const before = new Map<string, number>();
  let count = 0;
  for (const file of files) {
    before.set(file, count);
    count += networksOf(file).size;
  }
  const compared = { tcp: 0, udp: 0, dns: 0, dhcp: 0 };

  test("every packet of every file is there", () => {
    expect(theirs.size).toBe(count);
  });

  test.each(files)("%s", (file) => {
    for (const [number, { network, length }] of networksOf(file)) {
      const fields = theirs.get((before.get(file) ?? 0) + number) ?? {};
      expect(`#${number} ${fields["frame.len"]} bytes`).toBe(`#${number} ${length} bytes`);
      if (network.kind !== "tcp" && network.kind !== "udp") continue;
      const mine = ours(network);
      if (Object.keys(mine).length === 0) continue;
      for (const [name, value] of Object.entries(mine)) {
        // A field that stands in no bytes of the packet tshark leaves out: an empty option, a response's code of a question.
        if (name in fields) expect(`#${number} ${name} ${value}`).toBe(`#${number} ${name} ${fields[name as never]}`);
      }
      compared[network.kind]++;
      const application = network.kind === "udp" ? network.udp?.application : null;
      if (application) compared[application.kind]++;
    }
  });

  test("enough was compared, and fields that tshark shows are not missing here", () => {
    expect(compared.tcp).toBeGreaterThanOrEqual(4);
    expect(compared.udp).toBeGreaterThanOrEqual(15);
    expect(compared.dns).toBeGreaterThanOrEqual(1);
    expect(compared.dhcp).toBeGreaterThanOrEqual(11);
  });
});
