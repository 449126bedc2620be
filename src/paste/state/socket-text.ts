// Listings of sockets: what `ss` and `netstat` print, and whether their options ask for all that listen.

import { netstatSockets, ssSockets } from "../../system/parse/ss-text.ts";
import type { NamespaceModel } from "./network.ts";

const HEADS = /^(?:Netid\s+State\s|State\s+Recv-Q\s|Recv-Q\s+Send-Q\s|Active Internet connections|Proto\s+Recv-Q\s)/;
const LINES = /^\s*(?:(?:tcp|udp)6?\s+\S|(?:LISTEN|UNCONN|ESTAB|TIME-WAIT|CLOSE-WAIT|SYN-(?:SENT|RECV))\s+\d+\s+\d+\s)/;

/** Whether it is a line or a heading of such a listing. */
export function isSocketLine(text: string): boolean {
  return HEADS.test(text) || (LINES.test(text) && /\s\S*[.:*\]]\S*:(?:\d+|\*)(?:\s|$)/.test(text));
}

/** Puts the sockets into the namespace. */
export function takeSockets(
  ns: NamespaceModel,
  lines: readonly string[],
  { partial, argv }: { readonly partial: boolean; readonly argv: readonly string[] },
): void {
  const listed = lines.join("\n");
  ns.sockets = [...ssSockets(listed), ...netstatSockets(listed)];
  const of = listedOf(argv, partial);
  if (of === undefined) delete ns.socketsOf;
  else ns.socketsOf = of;
}

// Without -l or -a only what is connected is listed; what follows the options narrows, to one port where it names one.
function listedOf([tool = "", ...words]: readonly string[], partial: boolean): NamespaceModel["socketsOf"] {
  const pipe = words.findIndex((word) => word.startsWith("|"));
  const own = pipe < 0 ? words : words.slice(0, pipe);
  const letters = own.filter((word) => /^-\w/.test(word)).join("");
  const others = own.filter((word) => !word.startsWith("-"));
  if (!/^(?:ss|netstat)$/.test(tool) || !/[la]/.test(letters)) return "some";
  const [tcp, udp] = [/t|--tcp/.test(letters), /u|--udp/.test(letters)];
  const port = portIn(others.join(" ")) ?? (pipe < 0 ? null : grepped(words.slice(pipe)));
  if (port !== null && (others.length === 0 || pipe < 0)) return `${tcp === udp ? "" : tcp ? "tcp" : "udp"}:${port}`;
  if (partial || others.length > 0) return "some";
  return tcp === udp ? undefined : tcp ? "tcp" : "udp";
}

// ss's own filter: `sport = :80`.
function portIn(filter: string): number | null {
  const [, port] = /^['"(\s]*sport\s*(?:=|==|eq)\s*:?(\d{1,5})['")\s]*$/.exec(filter) ?? [];
  return port === undefined ? null : Number(port);
}

// What the tool prints of a port holds its number.
function grepped(words: readonly string[]): number | null {
  const [tool, ...more] = words.filter((word) => word !== "|").map((word) => word.replace(/^\|/, ""));
  const [pattern, ...others] = more.filter((word) => !/^-[wFEn]+$/.test(word));
  const [, port] = /^['"]?:?(\d{1,5})['"]?$/.exec(pattern ?? "") ?? [];
  return tool === "grep" && port !== undefined && others.length === 0 ? Number(port) : null;
}
