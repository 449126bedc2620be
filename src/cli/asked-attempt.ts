// What is asked of a state without sending anything: the ping, connection or question that the options of a command name.

import type { Command } from "commander";
import { usageError } from "../case/usage-error.ts";
import { parseIpv4 } from "../model/address.ts";
import { nearest } from "../model/nearest.ts";
import type { SystemState } from "../model/system-state.ts";
import { printable, text } from "../model/text.ts";
import type { Attempt } from "../model/trace.ts";
import type { Transport } from "../model/transport.ts";
import type { Say } from "./language.ts";

/** What these options were set to. */
export interface AskedOptions {
  readonly interface?: string;
  readonly netns?: string;
  readonly tcp?: string;
  readonly udp?: string;
}

// What ping sends by default: 20 bytes of IPv4, 8 of ICMP, 56 of payload.
const PLAIN_PING = 84;

/** Adds the options to a command. */
export function addAskedOptions(command: Command, say: Say): Command {
  return command
    .option(
      "--tcp <port>",
      say(text("a TCP connection to this port instead of a ping", "不是 ping，而是连接这个 TCP 端口")),
    )
    .option(
      "--udp <port>",
      say(text("a question to this UDP port instead of a ping", "不是 ping，而是询问这个 UDP 端口")),
    )
    .option(
      "-I, --interface <if|addr>",
      say(text("as ping's -I: interface or source address", "同 ping 的 -I：接口或源地址")),
    )
    .option("--netns <ns>", say(text("namespace of the pinging process", "发起 ping 的命名空间")));
}

/** The question without its place: that depends on the state it is asked of. */
export type Question = Omit<Attempt, "netns">;

/** What was asked; throws a usage error for what is no address or no port. */
export function questionOf(address: string, options: AskedOptions): Question {
  const destination = parseIpv4(address);
  if (destination === null) {
    const name = printable(address);
    throw usageError(
      address,
      text(
        `${name} is no IPv4 address. Names are not resolved: give the address, e.g. 192.168.2.1.`,
        `${name} 不是 IPv4 地址。本工具不解析名字，请直接给出地址，例如 192.168.2.1。`,
      ),
    );
  }
  const transport = transportOf(options);
  const source = options.interface === undefined ? null : parseIpv4(options.interface);
  return {
    destination,
    source,
    outInterface: source === null ? (options.interface ?? null) : null,
    ttl: null,
    length: PLAIN_PING,
    dontFragment: true,
    broadcastAllowed: false,
    mark: 0,
    origin: "asked",
    ...(transport === null ? {} : { transport }),
  };
}

/** The question asked in a namespace of this state; a usage error where the state has no such one, or several. */
export function attemptIn(state: SystemState, question: Question, netns: string | undefined): Attempt {
  return { netns: namespaceOf(state, netns), ...question };
}

/** The port that is asked for, null for a ping; a usage error for what is no port. */
export function transportOf({ tcp, udp }: Pick<AskedOptions, "tcp" | "udp">): Transport | null {
  const asked = tcp ?? udp;
  if (asked === undefined) return null;
  if (tcp !== undefined && udp !== undefined)
    throw usageError("--udp", text("Give --tcp or --udp, not both.", "--tcp 和 --udp 只能给一个。"));
  const port = /^\d{1,5}$/.test(asked) ? Number(asked) : 0;
  if (port < 1 || port > 65_535) {
    const name = printable(asked);
    throw usageError(
      asked,
      text(`${name} is no port. Give a number from 1 to 65535.`, `${name} 不是端口号。请给 1 到 65535 之间的数字。`),
    );
  }
  return { protocol: tcp === undefined ? "udp" : "tcp", sourcePort: null, destinationPort: port };
}

function namespaceOf(state: SystemState, asked: string | undefined): string {
  const keys = [...state.namespaces.keys()];
  if (asked === undefined && (state.namespaces.has("") || keys.length === 1))
    return keys.length === 1 ? (keys[0] ?? "") : "";
  if (asked !== undefined && state.namespaces.has(asked)) return asked;
  const known = keys.filter((key) => key !== "").map(printable);
  const list =
    known.length === 0 ? text("none with a name", "没有具名的命名空间") : text(known.join(", "), known.join("、"));
  if (asked === undefined) {
    throw usageError(
      "--netns",
      text(
        `Say which namespace pings, with --netns: ${list.en}.`,
        `请用 --netns 指明由哪个命名空间发起 ping：${list.zh}。`,
      ),
    );
  }
  const meant = nearest(asked, known);
  throw usageError(
    asked,
    text(
      `The state holds no namespace ${printable(asked)}.${meant === null ? "" : ` Did you mean ${meant}?`} It holds: ${list.en}.`,
      `状态里没有命名空间 ${printable(asked)}。${meant === null ? "" : `是不是 ${meant}？`}其中有：${list.zh}。`,
    ),
  );
}
