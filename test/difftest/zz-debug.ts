import { runLab } from "../../src/lab/runner.ts";
import { scenarioOf } from "./judge.ts";
import { writeFileSync } from "node:fs";
const { scenario } = scenarioOf(Number(process.argv[2]));
const rec = await runLab(scenario);
for (const c of rec.commands) console.log(c.argv.join(" "), c.output);
for (const t of rec.taps) writeFileSync(`/tmp/dd/${t.netns}.${t.interface}.pcap`, t.bytes);
