// The run.json of several hosts as one: the command of the host that it ran on, and what each capture has to say.

import { hostKey } from "../../model/host.ts";
import { parseRunFile } from "../run-file.ts";

/** What `reportOfCaptures` takes for a run.json; null where no host has one. */
export function runOnHosts(hosts: readonly { readonly name: string; readonly run: unknown }[]): unknown {
  const read = hosts.flatMap(({ name, run }) => (run === null ? [] : [{ name, ...parseRunFile(run) }]));
  if (read.length === 0) return null;
  const ran = read.find(({ command }) => command !== null);
  const captures = read.flatMap(({ name, captures: notes }) =>
    notes.map((note) => ({ ...note, netns: hostKey(name, note.netns) })),
  );
  if (ran?.command == null) return { captures };
  const { name, command } = ran;
  const inner = command.ran?.map((one) => ({ ...one, netns: hostKey(name, one.netns) }));
  const netns = hostKey(name, command.netns ?? "");
  return { ...command, netns, ...(inner === undefined ? {} : { ran: inner }), captures };
}
