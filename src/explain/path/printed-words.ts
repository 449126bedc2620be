// The sentences of a path that somebody pasted, each with the line that says it.

import { formatIpv4, type Ipv4 } from "../../model/address.ts";
import type { PrintedBack, PrintedHop } from "../../model/printed-path.ts";
import { printable, type Text, text } from "../../model/text.ts";

const LONGEST_LINE = 70;

function quoted({ line }: PrintedHop, program: string, { en, zh }: Text): Text {
  const short = line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line;
  const name = printable(program);
  return text(`${en} (${name} printed: ${printable(short)})`, `${zh}（${name} 的输出：${printable(short)}）`);
}

function nameOf({ from, name }: PrintedBack): Text {
  if (from !== null) return text(formatIpv4(from), formatIpv4(from));
  return name === null ? text("a router", "某个路由器") : text(printable(name), printable(name));
}

function named(backs: readonly PrintedBack[]): Text {
  const all = backs.map(nameOf);
  return text(all.map(({ en }) => en).join(", "), all.map(({ zh }) => zh).join("、"));
}

/** A router at which the packets of this TTL expired. */
export function hopSaid(hop: PrintedHop, program: string): Text {
  const who = named(hop.backs);
  const several = hop.backs.length > 1;
  return quoted(
    hop,
    program,
    text(
      `hop ${hop.ttl}: ${who.en} ${several ? "say" : "says"} “Time to live exceeded”`,
      `第 ${hop.ttl} 跳：${who.zh} 回“Time to live exceeded”`,
    ),
  );
}

/** Nothing came back for these. */
export function hopsSilent(hop: PrintedHop, until: number, program: string): Text {
  return quoted(
    hop,
    program,
    until > hop.ttl
      ? text(`hops ${hop.ttl} to ${until}: nothing came back`, `第 ${hop.ttl} 到 ${until} 跳：没有任何回应`)
      : text(`hop ${hop.ttl}: nothing came back`, `第 ${hop.ttl} 跳：没有任何回应`),
  );
}

/** Who says that there is no way on. */
export function refusedSaid(hop: PrintedHop, program: string): Text {
  const refusing = hop.backs.filter(({ error }) => error !== null);
  const who = named(refusing);
  const error = refusing[0]?.error;
  const words = error?.words ?? "";
  const [en, zh] = error?.mtu === undefined ? ["", ""] : [` (mtu ${error.mtu})`, `（mtu ${error.mtu}）`];
  return quoted(
    hop,
    program,
    text(
      `packets with TTL ${hop.ttl}: ${who.en} says “${words}”${en}`,
      `TTL 为 ${hop.ttl} 的报文：${who.zh} 回“${words}”${zh}`,
    ),
  );
}

/** The end of the path. */
export function targetSaid(hop: PrintedHop, target: Ipv4 | null, program: string): Text {
  const who = target === null ? text("the target", "目标") : text(formatIpv4(target), formatIpv4(target));
  const error = hop.backs.find((one) => one.error !== null && one.error.code !== 4)?.error;
  const said =
    error == null
      ? text(`hop ${hop.ttl}: the target ${who.en} answers`, `第 ${hop.ttl} 跳：目标 ${who.zh} 有应答`)
      : text(
          `hop ${hop.ttl}: the target ${who.en} itself says “${error.words}”`,
          `第 ${hop.ttl} 跳：目标 ${who.zh} 自己回“${error.words}”`,
        );
  return quoted(hop, program, said);
}

/** Who is looked for is not named in the paste. */
export function guessedTarget(program: string, target: string): Text {
  const name = printable(program);
  return text(
    `The paste does not name the target of ${name}: taken to be ${target}, the last that answered. Paste its command line, too.`,
    `粘贴的内容里没有 ${name} 的目标：这里按最后一个回应的 ${target} 处理。请把命令行也一起贴上。`,
  );
}

/** Why silence decides little. */
export function byOtherPackets(program: string, protocol: string): Text {
  const name = printable(program);
  return text(
    `${name} asks by ${protocol === "ICMP" ? "ICMP echo" : protocol} with a small TTL: a filter may swallow these packets or their answers and let a ping pass, and many routers and hosts are silent on purpose. Whether the target is there, ping tells.`,
    `${name} 发的是 TTL 很小的 ${protocol === "ICMP" ? "ICMP echo" : protocol} 报文：防火墙可能丢掉它们或它们的回应，却放行 ping；许多路由器和主机也故意不回应。目标是否可达，要用 ping 来判断。`,
  );
}
