// A second copy of the network, joined to it by nothing, with the same addresses, MAC addresses, rules and tables, stands
// first in the state: whoever follows this ping must not look anything up there. Each answer stays what it is.

import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, expect, it } from "vitest";
import { packageVersion } from "../../src/case/package-root.ts";
import { reportOf } from "../../src/case/read-report.ts";
import type { Report } from "../../src/model/report.ts";
import { renderJson } from "../../src/render/json.ts";
import { howMany } from "../how-long.ts";

const root = join(import.meta.dirname, "../../fixtures");
const scratch = mkdtempSync(join(tmpdir(), "pktwhy-bystander-"));
afterAll(() => rmSync(scratch, { recursive: true }));

interface StateJson {
  readonly namespaces: Readonly<Record<string, { readonly netnsInode?: number }>>;
}

const STATES = ["state.json.gz", "state.after.json.gz"];
// Whose captures say of no frame which of two like hosts it belongs to.
const UNPLACED = ["veth-other-addresses"];
// What was once misled; `npm run test:long` asks every recording.
const MISLED = [
  "arp-ignore-1",
  "bridge-fdb-local-mac",
  "duplicate-mac",
  "ip-on-bridge-port",
  "secondary-deleted-with-primary",
  "tcp-stall-own-routers",
];
const names = readdirSync(root).filter(
  (name) => existsSync(join(root, name, "state.json.gz")) && !UNPLACED.includes(name),
);
const chosen = names.filter((name, at) => MISLED.includes(name) || at % howMany(8, 1) === 0);

const FAR = 100_000;

/** The state with a copy of every namespace in front of it, under names and inode numbers of their own. */
function doubled(state: StateJson): StateJson {
  const keys = Object.keys(state.namespaces);
  let json = JSON.stringify(state.namespaces);
  for (const key of keys) if (key !== "") json = json.replaceAll(JSON.stringify(key), JSON.stringify(`0-${key}`));
  const copies = Object.entries(JSON.parse(json) as StateJson["namespaces"]).map(([key, ns]) => [
    key === "" ? "0-here" : key,
    { ...ns, ...(ns.netnsInode === undefined ? {} : { netnsInode: ns.netnsInode + FAR }) },
  ]);
  return { ...state, namespaces: { ...Object.fromEntries(copies), ...state.namespaces } };
}

function copied(name: string): string {
  const directory = mkdtempSync(join(scratch, "case-"));
  for (const file of readdirSync(join(root, name)))
    if (!STATES.includes(file)) copyFileSync(join(root, name, file), join(directory, file));
  for (const file of STATES.filter((one) => existsSync(join(root, name, one)))) {
    const state = JSON.parse(gunzipSync(readFileSync(join(root, name, file))).toString("utf8")) as StateJson;
    writeFileSync(join(directory, file.replace(/\.gz$/, "")), JSON.stringify(doubled(state)));
  }
  return directory;
}

interface Told {
  readonly flows: readonly {
    readonly verdict: string;
    readonly causes: readonly {
      readonly code: string;
      readonly certainty: string;
      readonly netns: string | null;
      readonly interface: string | null;
      readonly fixes: readonly { readonly command: string }[];
    }[];
  }[];
}

function essence({ flows }: Told): unknown {
  return flows.map(({ verdict, causes }) => [
    verdict,
    causes.map(({ code, certainty, netns, interface: name }) => [code, certainty, netns, name]),
    causes[0]?.fixes.map(({ command }) => command),
  ]);
}

it.each(chosen)("%s", async (name) => {
  const { report } = await reportOf([copied(name)]);
  const made = JSON.parse(renderJson(report as Report, { language: "en", version: packageVersion() })) as Told;
  const golden = JSON.parse(readFileSync(join(root, name, "report.json"), "utf8")) as Told;
  expect(essence(made)).toEqual(essence(golden));
});
