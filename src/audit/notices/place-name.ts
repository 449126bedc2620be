// A place as sentences name it.

import { printable } from "../../model/text.ts";

/** `net1:eth0`, or the interface alone in the namespace that the state was taken in. */
export function placeName(netns: string, name: string): string {
  return netns === "" ? printable(name) : `${printable(netns)}:${printable(name)}`;
}

/** The first few of a list, and how many more there are. */
export function fewOf(all: readonly string[], most = 4): string {
  return all.length <= most ? all.join(", ") : `${all.slice(0, most).join(", ")}, +${all.length - most}`;
}
