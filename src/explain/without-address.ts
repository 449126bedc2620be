// Pings of which nobody knows what address they were for: by a name that was not resolved, or that never came so far.

import { printable, type Text, text } from "../model/text.ts";
import type { AskedPing } from "./case.ts";

function refusedNote(line: string): Text {
  return text(
    `ping did not accept its own command line (“${printable(line)}”): it sent nothing, and no network is at fault.`,
    `ping 不接受自己的命令行（“${printable(line)}”）：什么也没有发出，与网络无关。`,
  );
}

function targetUnnamed(program: string): Text {
  return text(
    `The paste does not name the target of ${program}: paste its command line, too.`,
    `粘贴的内容里没有 ${program} 的目标：请把命令行也一起贴上。`,
  );
}

/** Why there is no flow for them: in a sentence each, from what ping printed. */
export function notesWithoutAddress(pings: readonly AskedPing[]): Text[] {
  return pings.flatMap(({ program, ping, output, path, destination, refused = null }) => {
    if (refused !== null) return [refusedNote(refused)];
    if (destination !== null || output === null) return [];
    const name = printable(ping.target);
    if (output.ipv6) return [];
    if (path !== undefined && path.hops.length > 0) return [targetUnnamed(program)];
    const complaint = output.refusals.find(({ call }) => call === "resolve")?.line ?? null;
    if (output.socketRefused !== null) {
      return [
        text(
          `${program} ${name} sent nothing: it may not open a socket ("${printable(output.socketRefused)}"). Run it as root; for more: pktwhy causes ping-permission`,
          `${program} ${name} 什么也没有发出：它没有权限打开套接字（“${printable(output.socketRefused)}”）。请以 root 运行；详见 pktwhy causes ping-permission`,
        ),
      ];
    }
    if (complaint === null) return [];
    return [
      text(
        `${program} ${name} sent nothing: the name was not resolved ("${printable(complaint)}"). Ping an address to see whether the network works; names are looked up by getent hosts ${name}`,
        `${program} ${name} 什么也没有发出：名字没有解析出来（“${printable(complaint)}”）。请直接 ping 地址来判断网络是否正常；查看名字解析：getent hosts ${name}`,
      ),
    ];
  });
}
