// dst_discard: what this host sent to lo by the route of an address that is not its own is thrown away there.

import { formatIpv4 } from "../../model/address.ts";
import { text } from "../../model/text.ts";
import type { At } from "../at.ts";
import type { Halt } from "../hits.ts";
import { addressFacts, type Datagram } from "../message.ts";
import type { OutputRoute } from "../send/way.ts";

/** The packet came back from lo with the route that it left by, and that route delivers to nobody. */
export function routeToLo(at: At<Datagram>, { route, lines }: OutputRoute): Halt {
  const { destination } = at.packet;
  const to = formatIpv4(destination);
  return at.stop({
    code: "route-to-lo",
    says: text(
      `${to} is not an address of ${at.host.en}: the kernel throws the packet away`,
      `${to} 不是${at.host.zh}的地址：内核把报文丢弃`,
    ),
    lines,
    facts: { ...addressFacts(at.packet), ...(route === null ? {} : { route: route.line }) },
  });
}
