// Interfaces by which nothing goes.

import { formatIpv4, isLoopback } from "../../model/address.ts";
import { isBridgeName } from "../../model/bridge-name.ts";
import type { InterfaceAddress, Link, Namespace } from "../../model/system-state.ts";
import { type Text, text } from "../../model/text.ts";

/** With an address, and down or without a carrier. */
export function withoutCarrier({ links = [], addresses = [] }: Namespace): Text[] {
  return links.flatMap((link) => {
    const own = addresses.find((one) => one.interface === link.name && !isLoopback(one.local));
    if (own === undefined || link.isLoopback) return [];
    if (!link.flags.has("UP")) return [isDown(link, own)];
    const isDead = link.flags.has("NO-CARRIER") || /^(?:down|lowerlayerdown)$/i.test(link.operstate ?? "");
    return isDead && !isBridge(link) ? [hasNoCarrier(link, own)] : [];
  });
}

function isDown({ name }: Link, { local, prefixLength }: InterfaceAddress): Text {
  const own = `${formatIpv4(local)}/${prefixLength}`;
  return text(
    `${name} has ${own} and is down: nothing goes by it until \`ip link set ${name} up\``,
    `${name} 配有 ${own}，但处于 down 状态：执行 \`ip link set ${name} up\` 之前，它收发不了任何报文`,
  );
}

function hasNoCarrier({ name }: Link, { local, prefixLength }: InterfaceAddress): Text {
  const own = `${formatIpv4(local)}/${prefixLength}`;
  return text(
    `${name} has ${own} and no carrier: its cable, its other end or the device behind it is down, and nothing leaves by it`,
    `${name} 配有 ${own}，但没有载波：网线没有接好，或者对端、它背后的设备没有启用，什么也发不出去`,
  );
}

// Programs make these for whatever they will start: without anything on them all is well.
const IDLE = /^(?:docker|virbr|lxcbr|lxdbr|podman)0$/;

/** A bridge to which nothing is attached: where all links were listed. */
export function withoutPorts({ links = [] }: Namespace): Text[] {
  const isWhole = links.some(({ isLoopback: lo }) => lo);
  return links
    .filter((link) => isBridge(link) && link.flags.has("UP") && !IDLE.test(link.name))
    .filter(({ name }) => isWhole && !links.some(({ master }) => master === name))
    .map(({ name }) =>
      text(
        `${name} is a bridge to which nothing is attached: whoever should be reached by it is not on it`,
        `网桥 ${name} 没有任何端口：本应经它到达的主机都没有接在上面`,
      ),
    );
}

function isBridge({ kind, name }: Link): boolean {
  return kind === "bridge" || isBridgeName(name);
}
