// Short listings that tell one thing each: ethtool's carrier, OpenWrt's configuration, networkctl's link states.

import type { PastedLine } from "../clean.ts";
import type { PastedBlock } from "../state/pasted.ts";
import { maskLength } from "../state/route-text.ts";
import { addressLines, type Converted, listed, type ShownLink } from "./converted.ts";

const DETECTED = /^\s*Link detected: (yes|no)/;

/** Whether these lines are `ethtool IF`. */
export function isEthtool({ lines }: PastedBlock): boolean {
  return lines.some(({ text }) => DETECTED.test(text)) && lines.some(({ text }) => /^Settings for /.test(text));
}

/** Whether it has carrier; without it, it is as good as unplugged. */
export function fromEthtool({ lines }: PastedBlock, netns: string | null): Converted {
  const shown: PastedLine[] = [];
  let name: string | null = null;
  for (const { text, number } of lines) {
    name = /^Settings for ([^\s:]+):/.exec(text)?.[1] ?? name;
    const detected = DETECTED.exec(text)?.[1];
    // Brief listings say no more than this.
    if (detected === "no" && name !== null) shown.push({ number, text: `${name} DOWN` });
    else if (detected === "yes" && name !== null) shown.push({ number, text: `${name} UP` });
  }
  return {
    blocks: shown.length === 0 ? [] : [listed(netns, ["ip", "-br", "link", "show", "dev", name ?? ""], shown)],
    unknown: [],
  };
}

const UCI = /^network\.(\w+)(?:\.(\w+))?='?([^']*)'?/;

/** Whether these lines are `uci show network`. */
export function isUci({ lines }: PastedBlock): boolean {
  return lines.some(({ text }) => UCI.test(text));
}

/** What is configured: it may not be what is in force, but is what the router is meant to have. */
export function fromUci({ lines }: PastedBlock, netns: string | null): Converted {
  const sections = new Map<string, Map<string, { value: string; number: number }>>();
  const unknown: PastedLine[] = [];
  for (const line of lines) {
    const [, section, option = ".type", value = ""] = UCI.exec(line.text) ?? [];
    if (section === undefined) {
      if (line.text.trim() !== "") unknown.push(line);
      continue;
    }
    const options = sections.get(section) ?? new Map<string, { value: string; number: number }>();
    options.set(option, { value, number: line.number });
    sections.set(section, options);
  }
  const links: ShownLink[] = [];
  const routes: PastedLine[] = [];
  for (const [section, options] of sections) {
    const get = (key: string): string => options.get(key)?.value ?? "";
    const at = options.get("ipaddr");
    const bridged = get("type") === "bridge";
    const device = get("device") || (bridged ? `br-${section}` : get("ifname")) || section;
    if (at !== undefined && /^\d/.test(at.value)) {
      const address = at.value.includes("/") ? at.value : `${at.value}/${maskLength(get("netmask")) ?? 24}`;
      const link = {
        name: device,
        number: at.number,
        up: true,
        carrier: true,
        mtu: Number(get("mtu")) || null,
        mac: null,
        loopback: device === "lo",
      };
      links.push({ ...link, addresses: [{ address, number: at.number }] });
    }
    const via = options.get("gateway");
    if (via !== undefined && get(".type") !== "route")
      routes.push({ number: via.number, text: `default via ${via.value} dev ${device}` });
  }
  const [first] = links;
  return {
    blocks: [
      ...(first === undefined
        ? []
        : [listed(netns, ["ip", "-4", "addr", "show", "dev", first.name], addressLines(links))]),
      ...(routes.length === 0 ? [] : [listed(netns, ["ip", "route", "show", "default", "dev", "x"], routes)]),
    ],
    unknown,
  };
}
