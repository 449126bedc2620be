// hosts.json: what makes a directory a case of several hosts, and what is to be told of those that did not give all.

import { areMistakable, isHostName } from "../../model/host.ts";
import type { Problem } from "../../model/problem.ts";
import { printable, text } from "../../model/text.ts";
import { problemsOf } from "../run-file.ts";
import { usageError } from "../usage-error.ts";

/** Name of the file. */
export const HOSTS_FILE = "hosts.json";
/** What `pktwhy` in it must say. */
const HOSTS_FORMAT = "hosts/1";
/** More than that are no case that a person looks at; `audit` is for those. */
export const MOST_HOSTS = 64;

/** One host of a case; its bundle lies in the directory of its name. */
export interface CaseHost {
  readonly name: string;
  readonly problems: readonly Problem[];
}

/** The file's text. */
export function formatHosts(hosts: readonly CaseHost[]): string {
  const listed = hosts.map(({ name, problems }) => (problems.length === 0 ? { name } : { name, problems }));
  return `${JSON.stringify({ pktwhy: HOSTS_FORMAT, hosts: listed }, null, 1)}\n`;
}

/** The hosts that it names, the one that the others' clocks are set by first; null where it names none by itself. */
export function parseHosts(json: unknown, place: string): readonly CaseHost[] | null {
  const file = isRecord(json) ? json : {};
  if (file.pktwhy !== HOSTS_FORMAT) throw notHosts(place, `"pktwhy": "${HOSTS_FORMAT}"`);
  if (file.hosts === undefined) return null;
  const hosts = Array.isArray(file.hosts) ? file.hosts : [];
  const named = hosts.flatMap((one): CaseHost[] =>
    isRecord(one) && typeof one.name === "string" && isHostName(one.name)
      ? [{ name: one.name, problems: problemsOf(one.problems) }]
      : [],
  );
  const names = named.map(({ name }) => name);
  const isTwice = names.some((name, at) => names.slice(0, at).some((other) => areMistakable(name, other)));
  if (named.length !== hosts.length || isTwice || named.length > MOST_HOSTS)
    throw notHosts(place, `"hosts": [{ "name": "a" }, { "name": "b" }]`);
  return named;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function notHosts(place: string, wanted: string) {
  const name = printable(place);
  return usageError(
    place,
    text(
      `${name} does not list the hosts of a case: it should hold ${wanted}, at most ${MOST_HOSTS} of them, each the name of a directory beside it.`,
      `${name} 没有列出案例中的各台主机：里面应当有 ${wanted}，最多 ${MOST_HOSTS} 台，每个名字对应旁边的一个目录。`,
    ),
  );
}
