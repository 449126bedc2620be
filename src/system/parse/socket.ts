// TCP sockets that listen and UDP sockets: as `ss` prints them, else by /proc/net/tcp and its like.

import type { PortSocket } from "../../model/system-state.ts";
import { procSockets } from "./proc-socket.ts";
import { type Fields, isFields, textField } from "./shape.ts";
import { ssSockets } from "./ss-text.ts";

/** Those of a namespace; undefined where nobody looked. */
export function parseSockets(
  fields: Fields,
  holders: ReadonlyMap<string, string> | undefined,
): PortSocket[] | undefined {
  const listed = textField(fields, "sockets");
  if (listed !== null) return ssSockets(listed, holders ?? new Map());
  const { socketTables: tables } = fields;
  if (!isFields(tables)) return undefined;
  return (["tcp", "tcp6", "udp", "udp6"] as const).flatMap((table) =>
    procSockets(table, textField(tables, table) ?? "", holders ?? new Map()),
  );
}
