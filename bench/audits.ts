// How long an audit takes: the site of 40 addresses that was recorded, and one of 1,000 namespaces that is made up.

import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { type Command, once } from "./measure.ts";
import { siteState } from "./site-state.ts";
import { duration, type Row } from "./table.ts";

const pktwhy = join(import.meta.dirname, "../bin/pktwhy.js");
const SECONDS_OF_40 = 2;
const SECONDS_OF_1000 = 60;
const MEGABYTES_OF_1000 = 1000;

/** Both rows. */
export async function audits(directory: string, fixtures: string): Promise<Row[]> {
  const recorded = read(join(fixtures, "bridge-port-isolated/state.json.gz"));
  const faults = {
    "h1-3": (host: object) => withSetting(host, "net.ipv4.icmp_echo_ignore_all", "1"),
    "h3-1": (host: object) => withSetting(host, "net.ipv4.conf.eth0.arp_ignore", "8"),
  };
  const small = read(join(import.meta.dirname, "../test/audit/site/state.json.gz"));
  const large = siteState(recorded, { subnets: 20, hostsEach: 49, faults });
  return [
    await measured(directory, small, { what: "audit of 40 addresses, 1,440 pairs", seconds: SECONDS_OF_40 }),
    await measured(directory, large, {
      what: "audit of 1,000 namespaces, 980,000 pairs",
      seconds: SECONDS_OF_1000,
      megabytes: MEGABYTES_OF_1000,
    }),
  ];
}

async function measured(
  directory: string,
  state: unknown,
  { what, seconds, megabytes }: { readonly what: string; readonly seconds: number; readonly megabytes?: number },
): Promise<Row> {
  const file = join(directory, "site.json");
  writeFileSync(file, JSON.stringify(state));
  const command: Command = {
    name: "audit",
    argv: [process.execPath, pktwhy, "audit", file, "-o", join(directory, "audit.txt")],
  };
  const taken = await once(command.argv, null);
  rmSync(file);
  const memory = taken.megabytes === null ? "" : `, ${Math.round(taken.megabytes)} MB`;
  const fits = megabytes === undefined || (taken.megabytes ?? 0) <= megabytes;
  return {
    what,
    measured: `${duration(taken.seconds)}${memory}`,
    target: `≤ ${seconds} s${megabytes === undefined ? "" : `, ≤ ${megabytes} MB`}`,
    met: taken.seconds <= seconds && fits,
  };
}

function read(path: string) {
  return JSON.parse(gunzipSync(readFileSync(path)).toString("utf8"));
}

function withSetting(host: object, key: string, value: string) {
  const { sysctl, ...rest } = host as { readonly sysctl: Readonly<Record<string, string>> };
  return { ...rest, sysctl: { ...sysctl, [key]: value } };
}
