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
  const [tool = "", ...words] = argv;
  const letters = words.filter((word) => /^-\w/.test(word)).join("");
  const others = words.filter((word) => !word.startsWith("-"));
  const [tcp, udp] = [/t|--tcp/.test(letters), /u|--udp/.test(letters)];
  // Without -l or -a only what is connected; what follows the options narrows.
  const some = !/^(?:ss|netstat)$/.test(tool) || partial || others.length > 0 || !/[la]/.test(letters);
  const of = some ? "some" : tcp === udp ? undefined : tcp ? "tcp" : "udp";
  if (of === undefined) delete ns.socketsOf;
  else ns.socketsOf = of;
}
