// A bridge that answers ARP from its own neighbour table: a problem where its entry is wrong, and none where it is right.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, it } from "vitest";
import type { SystemState } from "../../src/model/system-state.ts";
import { predict } from "../../src/predict/predict.ts";
import { parseState } from "../../src/system/parse.ts";
import { typed as ping } from "../attempts.ts";

const WRONG = "02:00:00:00:00:99";
const OWN = "02:00:00:00:00:03";

function stateWith(mac: string): SystemState {
  const file = join(import.meta.dirname, "../../fixtures/bridge-neigh-suppress/state.json.gz");
  const text = gunzipSync(readFileSync(file)).toString("utf8").replaceAll(WRONG, mac);
  return parseState(JSON.parse(text), file).state;
}

it("is the cause where nobody has the address that it gives, with that of who gets the frames", () => {
  const { disposition } = predict(stateWith(WRONG), ping("a", "192.168.2.1"));
  expect(disposition).toMatchObject({
    hit: { code: "bridge-neigh-suppress", facts: { mac: WRONG, expectedMac: OWN } },
  });
});

it("is nothing to tell of where the owner has that address", () => {
  const { disposition, remarks } = predict(stateWith(OWN), ping("a", "192.168.2.1"));
  expect(disposition.kind).toBe("answered");
  expect(remarks.map(({ code }) => code)).not.toContain("bridge-neigh-suppress");
});
