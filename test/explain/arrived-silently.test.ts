// A hook that counts nothing of its own, one capture before it, no kernel events: the kernel's counts of the host decide.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { reportOf } from "../../src/case/read-report.ts";
import { fixtures } from "../recorded.ts";

const made: string[] = [];

/** The answer of a recording of which only the asker's capture is left, with other counts of net1 afterwards. */
async function answerOf(name: string, counts: Readonly<Record<string, number>> = {}) {
  const directory = mkdtempSync(join(tmpdir(), "pktwhy-arrived-"));
  made.push(directory);
  for (const file of ["net0.veth0.pcap", "state.json.gz", "run.json"])
    writeFileSync(join(directory, file), readFileSync(join(fixtures, name, file)));
  const after = JSON.parse(gunzipSync(readFileSync(join(fixtures, name, "state.after.json.gz"))).toString());
  const { counters } = after.namespaces.net1;
  for (const [counter, more] of Object.entries(counts)) counters[counter] += more;
  writeFileSync(join(directory, "state.after.json.gz"), gzipSync(JSON.stringify(after)));
  const { report } = await reportOf([directory]);
  return `${report?.answer?.code} ${report?.answer?.certainty}`;
}

afterEach(() => {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true });
});

describe.each(["nft-policy-drop", "nft-policy-drop-tcp"])("a policy that drops silently: %s", (name) => {
  it("is certain where just these packets came in and nothing became of them", async () => {
    expect(await answerOf(name)).toBe("nft-policy-drop certain");
  });

  it.each(["IpInReceives", "IpInDelivers", "IpForwDatagrams", "IpInAddrErrors", "TcpExtIPReversePathFilter"])(
    "is likely where %s moved, too",
    async (counter) => {
      expect(await answerOf(name, { [counter]: 1 })).toBe("nft-policy-drop likely");
    },
  );

  it("is likely where they did not come in", async () => {
    expect(await answerOf(name, { IpInReceives: -1 })).toBe("nft-policy-drop likely");
  });
});
