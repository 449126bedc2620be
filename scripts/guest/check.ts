// What CI asks of a stock kernel: the demo live, doctor, and a choice of scenarios that gives the recordings' answers.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Kept, outcomeOf, shown } from "./kept.ts";
import { withScenarios } from "./scenarios.ts";

const root = join(import.meta.dirname, "../..");
/** What CI has for it, a second boot included. */
const LONGEST_SECONDS = 25 * 60;

/** One of each part of the way, and the links that only some kernels have. */
const CHOSEN = [
  ...["veth-one-address", "veth-both-addresses", "two-namespaces", "bridge-ok", "router-ok", "no-route"],
  ...["arp-ignore-1", "arp-filter", "rp-filter-strict", "accept-local-off-ip", "missing-return-route"],
  ...["nft-input-drop", "nft-reject", "iptables-drop", "br-netfilter-drop", "nft-netdev-egress-drop"],
  ...["ip-forward-off", "gateway-arp-failed", "peer-mtu-smaller", "link-admin-down", "peer-down-neigh-known"],
  ...["bridge-port-state", "bridge-port-locked", "macvlan-host-isolation", "nat-snat-masquerade", "ttl-expired"],
];

/** Titles of the two stories; that they ran live shows by the words at their head. */
const DEMO_SAYS = ["runs two experiments live", "ARP dropped: no local owner", "reply looped via lo"];

interface Verdict {
  readonly of: string;
  readonly got: string;
  /** What it should have been, where it was something else. */
  readonly wrong: string | null;
}

/** Boots once; the exit status. */
export async function check(kernel: string): Promise<number> {
  const began = Date.now();
  const verdicts = await verdictsOn(kernel).catch((error: unknown) => [
    { of: "the machine", got: String(error), wrong: "that it is built, boots and comes to its end" },
  ]);
  for (const { of, got, wrong } of verdicts)
    console.log(wrong === null ? `ok    ${of}: ${got}` : `FAIL  guest ${kernel}, ${of}: ${got}; expected: ${wrong}`);
  const failed = verdicts.filter(({ wrong }) => wrong !== null).length;
  // .ci/run counts it by this line.
  console.log(`Guest ${kernel}  ${failed} failed | ${verdicts.length - failed} passed (${verdicts.length})`);
  console.log(`It took ${Math.round((Date.now() - began) / 1000)} s.`);
  return failed === 0 ? 0 : 1;
}

async function verdictsOn(kernel: string): Promise<Verdict[]> {
  const further = { demo: "pktwhy demo --no-color", doctor: "pktwhy doctor --no-color" };
  const asked = { kernel, names: CHOSEN, further, limit: LONGEST_SECONDS };
  return withScenarios(asked, async (ran) => {
    const verdicts: Verdict[] = [];
    for (const [title, { status, output }] of ran.further) {
      const missing = title === "demo" ? DEMO_SAYS.filter((words) => !output.includes(words)) : [];
      const wrong = status !== 0 ? `0; it said:\n${output}` : missing.length > 0 ? `${missing.join(", ")}` : null;
      verdicts.push({ of: title, got: `exit status ${status}`, wrong });
    }
    const kept = new Kept(kernel);
    for (const name of CHOSEN) {
      const { directory, because } = ran.recorded(name);
      // For the table of all kernels.
      kept.keep(name, directory, because);
      const got = shown(await outcomeOf(directory, because));
      verdicts.push({ of: name, got, wrong: got === recorded(name) ? null : recorded(name) });
    }
    return verdicts;
  });
}

/** The answer of a scenario's recording. */
export function recorded(name: string): string {
  const report = JSON.parse(readFileSync(join(root, "fixtures", name, "report.json"), "utf8")) as {
    readonly answer: { readonly code: string; readonly certainty: string } | null;
  };
  return report.answer === null ? "no answer" : `${report.answer.code}, ${report.answer.certainty}`;
}
