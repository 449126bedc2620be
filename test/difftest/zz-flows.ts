import { readdirSync, readFileSync } from "node:fs";
import { drive } from "../../src/capture/drive.ts";
import { FlowTracker } from "../../src/flow/tracker.ts";
import { openPipe } from "../../src/savefile/open-bytes.ts";
import { journeysOf } from "../../src/model/observed.ts";
const dir = "/tmp/dd/";
const files = readdirSync(dir).filter((f) => f.endsWith(".pcap"));
async function* once(b: Uint8Array) { yield b; }
const tracker = new FlowTracker({});
await drive(files.map((f, i) => ({ source: `${i}`, path: null, content: null, interface: f.split(".")[1] as string, netns: f.split(".")[0] as string, stem: null })), tracker, { bytes: ({ source }) => openPipe(once(readFileSync(dir + files[Number(source)])), source) });
for (const f of tracker.finish()) {
  console.log(f.kind, f.src, f.dst, f.requests, f.replies);
  for (const o of [...f.arpOutcomes, ...f.echoOutcomes, ...f.loneOutcomes]) {
    console.log("  outcome", o.count);
    for (const e of o.last ? [o.first, o.last] : [o.first]) { console.log("   ex", e.kind, (e as any).copies?.length);
      for (const j of journeysOf(e)) console.log("     ", j.sightings.map((s) => `${s.frame.vantage.netns}:${s.frame.vantage.interface}#${s.frame.number}/${s.network.kind === "icmp" ? `${s.network.icmp?.type} off ${s.network.ip.fragmentOffset} ttl ${s.network.ip.ttl}` : ""}`).join(" "));
      for (const j of (e as any).copies ?? []) console.log("    copy ", j.sightings.map((s: any) => `${s.frame.vantage.netns}:${s.frame.vantage.interface}#${s.frame.number}/${s.network.kind === "icmp" ? `${s.network.icmp?.type} off ${s.network.ip.fragmentOffset}` : ""}`).join(" "));
    }
  }
}
