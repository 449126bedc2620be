// A pair after several edits ends as a walk over the state with all of them says, though only those are made that it comes to.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { auditOf } from "../../src/audit/audit.ts";
import { pairsIn } from "../../src/audit/classes/pairs.ts";
import { Walks } from "../../src/audit/walks.ts";
import type { Edit } from "../../src/model/edit.ts";
import { parseState } from "../../src/system/parse.ts";

const path = join(import.meta.dirname, "site/state.json.gz");
const { state } = parseState(JSON.parse(gunzipSync(readFileSync(path)).toString("utf8")), path);

it("ends as with all edits made", () => {
  const edits = auditOf("site", state, null).faults.flatMap(({ fix }) => fix.edits ?? []);
  // One that makes a host worse, where others have to pass it.
  const worse: Edit = { kind: "sysctl", netns: "pwcore", settings: [{ key: "net.ipv4.ip_forward", value: "0" }] };
  const walks = new Walks(null);
  // All of them would take a minute on a busy machine.
  const all = pairsIn(state, null, ["pwh1-3", "pwh2-5", "pwh3-1", "pwcore"]).classes;
  const classes = all.filter((_, at) => at % 5 === 0);
  for (const some of [edits, [...edits, worse]]) {
    const after = walks.edited(state, some);
    if (after === null) throw new Error("the edits cannot be made");
    const ends = { answered: 0, stopped: 0, open: 0, exits: 0 };
    for (const { askers, destinations } of classes) {
      const [asker, destination] = [askers[0], destinations[0]];
      const quick = walks.endAfter(state, after, asker, destination);
      const whole = walks.end(after.state, asker, destination);
      expect([quick.kind, quick.hit?.code], `${asker} -> ${destination}`).toEqual([whole.kind, whole.hit?.code]);
      ends[whole.kind]++;
    }
    expect(ends.answered).toBeGreaterThan(0);
    if (some.includes(worse)) expect(ends.stopped).toBeGreaterThan(5);
    else expect(ends.stopped).toBe(0);
  }
});
