// What becomes of an answer at the host it is for, in sentences.

import { formatIpv4 } from "../../model/address.ts";
import { pingErrorName } from "../../model/icmp-names.ts";
import { errnoOf } from "../../model/socket-error.ts";
import { type Text, text } from "../../model/text.ts";
import type { Attempt } from "../../model/trace.ts";
import type { At } from "../at.ts";
import type { Datagram } from "../message.ts";
import { askerName } from "../words.ts";

/** The asker's address is another host's too, and there the reply has gone. */
export function replyWithoutSocket({ host, packet }: At<Datagram>): Text {
  const own = formatIpv4(packet.destination);
  return text(
    `the reply ends in ${host.en}, which has the address ${own} too: no socket waits for it there`,
    `应答到了${host.zh}，它也有 ${own} 这个地址：那里没有套接字在等它`,
  );
}

/** lo has brought it back to the host that made it. */
export function replyStays({ host, packet }: At<Datagram>): Text {
  const to = formatIpv4(packet.destination);
  return text(
    `the answer to ${to} has not left ${host.en}: no socket waits for it there`,
    `给 ${to} 的应答没有离开${host.zh}：那里没有套接字在等它`,
  );
}

/** A bound socket gets only what came in by its interface. */
export function notTheBoundInterface(attempt: Attempt, logical: string): Text {
  const who = askerName(attempt);
  const bound = attempt.outInterface;
  return text(
    `the reply counts as come in by ${logical}, but ${who.en}'s socket is bound to ${bound}: it does not get it`,
    `这个应答算作从 ${logical} 进来，而 ${who.zh} 的套接字绑定在 ${bound}：它收不到`,
  );
}

/** An ICMP error that is about nothing that was asked from here. */
export function errorWithoutPing({ walk, host, packet }: At<Datagram>): Text {
  const name = pingErrorName(packet.type, packet.code);
  if (walk.attempt.transport !== undefined)
    return text(
      `the ICMP error “${name.en}” ends here: no socket of ${host.en} waits for an answer there`,
      `ICMP 差错“${name.zh}”到此为止：${host.zh}没有等待该应答的套接字`,
    );
  return text(
    `the ICMP error “${name.en}” ends here: no ping waits for it in ${host.en}`,
    `ICMP 差错“${name.zh}”到此为止：${host.zh}没有 ping 在等它`,
  );
}

/** An ICMP error by another interface than the socket's. */
export function errorNotForBound(attempt: Attempt, interfaceName: string): Text {
  const who = askerName(attempt);
  const bound = attempt.outInterface;
  return text(
    `the ICMP error came in by ${interfaceName}, but ${who.en}'s socket is bound to ${bound}: ${who.en} is not told`,
    `ICMP 差错从 ${interfaceName} 进来，而 ${who.zh} 的套接字绑定在 ${bound}：${who.zh} 得不到通知`,
  );
}

/** What ping prints, or another program is told. */
export function askerIsTold(attempt: Attempt, { source, type, code }: Datagram): Text {
  const name = pingErrorName(type, code);
  const who = askerName(attempt);
  const from = formatIpv4(source);
  const { transport } = attempt;
  if (transport !== undefined) {
    const errno = errnoOf({ type, code }) ?? name.en;
    return text(
      `${who.en} is told ${errno}: “${name.en}” by ${from}`,
      `${who.zh} 得到 ${errno}：来自 ${from} 的“${name.zh}”`,
    );
  }
  if (attempt.program !== undefined)
    return text(`${who.en} is told: “${name.en}” by ${from}`, `${who.zh} 得到通知：来自 ${from} 的“${name.zh}”`);
  return text(`ping is told “From ${from} ${name.en}”`, `ping 得到通知，打印“From ${from} ${name.en}”`);
}

/** A connected socket of UDP passes over what may heal (network or host unreachable, TTL). */
export function errorPassedOver(attempt: Attempt, { source, type, code }: Datagram): Text {
  const name = pingErrorName(type, code);
  const who = askerName(attempt);
  const from = formatIpv4(source);
  return text(
    `the ICMP error “${name.en}” from ${from} reaches ${who.en}'s UDP socket, which does not tell it: to UDP it is no hard error`,
    `来自 ${from} 的 ICMP 差错“${name.zh}”到达 ${who.zh} 的 UDP 套接字，但不会告诉程序：对 UDP 来说它不是硬错误`,
  );
}
