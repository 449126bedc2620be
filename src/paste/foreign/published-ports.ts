// Ports that Docker publishes on a host, by what `docker ps` and the like list of its containers.

import { type PastedBlock, placeOf } from "../state/pasted.ts";

/** One of them, and the line that shows it. */
interface PublishedPort {
  readonly port: string;
  readonly protocol: string;
  readonly number: number;
}

const PUBLISHED = /:(\d{1,5}(?:-\d{1,5})?)->\d[\d-]*\/(tcp|udp)/g;

/** Those of this host; a range as iptables and nft do not both write it is left to its first port. */
export function publishedPorts(blocks: readonly PastedBlock[], netns: string | null): PublishedPort[] {
  const found = new Map<string, PublishedPort>();
  for (const block of blocks.filter((one) => placeOf(one) === netns))
    for (const { text, number } of block.lines)
      for (const [, ports = "", protocol = ""] of text.matchAll(PUBLISHED)) {
        const [port = ""] = ports.split("-");
        found.set(`${port}/${protocol}`, { port, protocol, number });
      }
  return [...found.values()];
}
