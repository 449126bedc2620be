// What was read and not explained, by the names under which it was counted.

import { type Text, text } from "./text.ts";
import type { InputSummary } from "./vantage.ts";

/** The name under which a packet inside another is counted: the encapsulation around it, then what it is. */
export function carriedName(around: string | null, inner: string): string {
  return around === null ? inner : `${around}/${inner}`;
}

/** Packets by name, over all inputs. */
export function othersIn(inputs: readonly InputSummary[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const input of inputs)
    for (const [name, count] of input.otherProtocols) counts.set(name, (counts.get(name) ?? 0) + count);
  return counts;
}

// Everything else is plain traffic under its protocol's name.
const PLAIN: readonly string[] = ["tcp", "udp", "ipv6", "ipv4-other", "llc", "other"];

/** Of these, what holds or may hold a packet that was not reached. */
export function unreachedIn(counts: ReadonlyMap<string, number>): Map<string, number> {
  return new Map(
    [...counts].filter(([name]) => !PLAIN.includes(name.split("/").at(-1) ?? "") || name.endsWith("/other")),
  );
}

/** The same as a list: `20 tcp, 3 tcp inside vxlan`. */
export function listOf(counts: ReadonlyMap<string, number>): Text {
  const named = [...counts].map(([name, count]): Text => {
    const [around, inner] = name.split("/");
    return inner === undefined
      ? text(`${count} ${name}`, `${count} ${name}`)
      : text(`${count} ${inner} inside ${around}`, `${count} ${around} 内的 ${inner}`);
  });
  return text(named.map(({ en }) => en).join(", "), named.map(({ zh }) => zh).join(", "));
}
