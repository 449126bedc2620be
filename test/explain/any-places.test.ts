// Captures that do not say where they were taken: of `-i any`, of Windows and macOS, with somebody's notes inside.

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withPlaces } from "../../src/case/any-places.ts";
import { reportOf } from "../../src/case/read-report.ts";
import { readState } from "../../src/case/state-file.ts";
import type { SystemState } from "../../src/model/system-state.ts";
import { formatVantage } from "../../src/model/vantage.ts";
import { renderJson } from "../../src/render/json.ts";
import { renderText } from "../../src/render/text.ts";
import { resolveInputs } from "../../src/savefile/open.ts";
import { SavefileReader } from "../../src/savefile/reader.ts";
import { interfaceBlock, packetBlock, sectionBlock } from "../../src/savefile/write-pcapng.ts";
import { captureAny, type InterfaceFile } from "../text/any-capture.ts";

const FIXTURES = "fixtures";
const FEWEST_BOUND = 100;
const PCAP_HEADER = 24;

interface Recorded {
  readonly name: string;
  readonly state: SystemState;
}

async function recordings(): Promise<Recorded[]> {
  const all: Recorded[] = [];
  for (const name of readdirSync(FIXTURES)) {
    const path = join(FIXTURES, name, "state.json.gz");
    if (!existsSync(path)) continue;
    const { state } = await readState(path);
    if (state.namespaces.size > 1) all.push({ name, state });
  }
  return all;
}

function filesOf({ name, state }: Recorded, netns: string): InterfaceFile[] {
  return (state.namespaces.get(netns)?.links ?? []).flatMap((link) => {
    const path = join(FIXTURES, name, `${netns}.${link.name}.pcap`);
    return existsSync(path) ? [{ path, link }] : [];
  });
}

describe("captures that do not say where they were taken", () => {
  let directory: string;
  let all: Recorded[];
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "pktwhy-any-"));
    all = await recordings();
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it.each(["LINUX_SLL", "LINUX_SLL2"] as const)(
    "%s is bound to the namespace it is of, or to none",
    async (kind) => {
      let bound = 0;
      const wrong: string[] = [];
      for (const recorded of all) {
        for (const netns of recorded.state.namespaces.keys()) {
          const files = filesOf(recorded, netns);
          if (files.length === 0) continue;
          const path = join(directory, "capture.pcap");
          writeFileSync(path, captureAny(files, kind));
          const { captures, notes } = await withPlaces(resolveInputs([path]).captures, recorded.state);
          const told = captures[0]?.netns ?? null;
          if (told !== null && told !== netns) wrong.push(`${recorded.name} ${netns}: ${told}`);
          if (told !== null) bound++;
          if ((told === null) !== (notes.length === 0)) wrong.push(`${recorded.name} ${netns}: ${notes[0]?.en}`);
        }
      }
      expect(wrong).toEqual([]);
      expect(bound).toBeGreaterThan(FEWEST_BOUND);
    },
    120_000,
  );

  it("what a capture of a whole namespace saw counts as seen there", async () => {
    const recorded = all.find(({ name }) => name === "bridge-flood-off");
    if (recorded === undefined) throw new Error("no recording of bridge-flood-off");
    const path = join(directory, "capture.pcap");
    writeFileSync(path, captureAny(filesOf(recorded, "switch"), "LINUX_SLL2"));
    const { report } = await reportOf([path], { state: join(FIXTURES, recorded.name, "state.json.gz") });
    const places = report?.inputs.map(({ vantage }) => formatVantage(vantage));
    expect(places).toEqual(expect.arrayContaining(["switch:p0", "switch:br0"]));
    expect(report?.notes[0]?.en).toContain("capture.pcap does not say where it was captured");
  });

  it("lo is known by its hardware type, without any state", async () => {
    const recorded = all.find(({ name }) => name === "ping-own-address") ?? all[0];
    const netns = [...(recorded?.state.namespaces.keys() ?? [])][0] ?? "";
    const lo = filesOf(recorded as Recorded, netns).filter(({ link }) => link.isLoopback);
    for (const kind of ["LINUX_SLL", "LINUX_SLL2"] as const) {
      const path = join(directory, "capture.pcap");
      const [file] = lo.filter((one) => readFileSync(one.path).length > PCAP_HEADER);
      if (file === undefined) continue;
      writeFileSync(path, captureAny([file], kind));
      const { report } = await reportOf([path]);
      expect(report?.inputs.map(({ vantage }) => vantage.interface)).toEqual(["lo"]);
    }
  });

  it("one capture at veth0 and a ping that works: the reply may have come by lo", async () => {
    const recorded = join(FIXTURES, "veth-both-addresses");
    const { argv, output } = JSON.parse(readFileSync(join(recorded, "run.json"), "utf8"));
    const printed = join(directory, "ping.txt");
    writeFileSync(printed, `$ ${argv.join(" ")}\n${output}\nThe ping works, but where is the reply?\n`);
    const { report } = await reportOf([join(recorded, "veth0.pcap"), printed]);
    expect(report?.answer).toMatchObject({ code: "answered", verdict: "worked" });
    const findings = report?.flows[0]?.findings ?? [];
    expect(findings[0]?.lookalikes.slice(0, 2)).toContain("reply-via-lo");
  });

  it("an interface is told by what its system calls it, and what was noted on a packet is kept", async () => {
    const path = join(directory, "capture.pcapng");
    const noted = (name: string, description: string): void =>
      writeFileSync(
        path,
        withNotes(join(FIXTURES, "two-namespaces", "net0.veth0.pcap"), {
          name,
          description,
          comment: "here it\nhangs",
        }),
      );
    noted("en0", "Wi-Fi");
    const { report } = await reportOf([path]);
    if (report === null) throw new Error("not read");
    const shown = renderText(report, { language: "en", color: false, width: 200, verbose: false });
    expect(shown).toContain("read on en0 (Wi-Fi)");
    expect(shown).toContain('noted in the capture: "here it hangs"');
    const json = JSON.parse(renderJson(report, { language: "en", version: "0" }));
    expect(json.inputs[0]).toMatchObject({ interface: "en0", description: "Wi-Fi" });
    expect(json.flows[0].steps[0].comments[0]).toEqual({ frame: "en0#1", text: "here it\nhangs" });
    noted("\\Device\\NPF_{0A1B2C3D-0000-4000-8000-00805F9B34FB}", "Ethernet 2");
    const windows = await reportOf([path]);
    expect(windows.report?.inputs[0]?.vantage.interface).toBe("Ethernet 2");
  });
});

// A recording as Wireshark would save it, with a comment on its first packet.
function withNotes(recording: string, words: { name: string; description: string; comment: string }): Uint8Array {
  const reader = new SavefileReader(recording);
  reader.append(readFileSync(recording));
  reader.finish();
  const blocks = [sectionBlock({ application: "Dumpcap (Wireshark)" })];
  blocks.push(interfaceBlock({ linkType: "EN10MB", name: words.name, description: words.description }));
  for (let record = reader.next(); record !== null; record = reader.next()) {
    if (record.type !== "packet") continue;
    const captured = record.bytes.slice(record.start, record.end);
    const comments = blocks.length === 2 ? { comments: [words.comment] } : {};
    blocks.push(
      packetBlock({ interfaceId: 0, time: record.time() ?? 0n, captured, length: record.length, ...comments }),
    );
  }
  return Buffer.concat(blocks);
}
