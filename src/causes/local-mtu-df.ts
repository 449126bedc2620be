// The packet is larger than the own interface allows, and it may not be fragmented: it is refused before it is sent.

import { defineCause, inNamespace } from "../model/cause.ts";
import { smallMtu } from "../model/fault-place.ts";
import { verdictOfError } from "../model/observed.ts";
import { verdictOfRefusal } from "../model/printed-verdict.ts";
import { askedFrom } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** Too big already at home. */
export const cause = defineCause({
  code: "local-mtu-df",
  severity: "problem",
  marks: {
    drop: "no-end",
    counters: [],
    decides: ["link", "route"],
  },
  title: text("packet larger than the own MTU, with DF", "报文超过本机 MTU，且不许分片（DF）"),
  headline: ({ size, mtu, outInterface }) => {
    const en = [
      size === undefined ? undefined : `${size} bytes`,
      mtu === undefined ? undefined : `MTU ${mtu}`,
      outInterface === undefined ? undefined : outInterface,
    ].filter((p) => p !== undefined);
    const zh = [
      size === undefined ? undefined : `${size} 字节`,
      mtu === undefined ? undefined : `MTU ${mtu}`,
      outInterface === undefined ? undefined : outInterface,
    ].filter((p) => p !== undefined);
    return text(
      `packet larger than the own MTU, with DF${en.length === 0 ? "" : ` (${en.join(", ")})`}`,
      `报文超过本机 MTU，且不许分片（DF）${zh.length === 0 ? "" : `：${zh.join("，")}`}`,
    );
  },
  summary: ({ target, size, mtu, outInterface }) =>
    text(
      `The ping to ${target ?? "the target"} makes a packet of ${size === undefined ? "too many" : size} bytes, headers included, and forbids to fragment it. ${outInterface ?? "The outgoing interface"}${mtu === undefined ? " takes fewer" : ` takes at most ${mtu} on this route`}, so the kernel refuses to send it, and ping says "message too long". No router is involved; nothing is on the wire.`,
      `发给 ${target ?? "目标"} 的 ping 报文${size === undefined ? "（含首部）太大" : `含首部共 ${size} 字节`}，而且不许分片。${outInterface ?? "出接口"} ${mtu === undefined ? "放不下这么大的报文" : `在这条路由上最多 ${mtu} 字节`}，所以内核拒绝发送，ping 报“message too long”。与路由器无关，线上什么也没有。`,
    ),
  why: () =>
    text(
      "With DF the kernel may not fragment, and a packet that exceeds the MTU of the interface or the route ends in EMSGSIZE at sendmsg.",
      "设置了 DF，内核就不能分片；超过接口或路由 MTU 的报文，在 sendmsg 时就以 EMSGSIZE 失败。",
    ),
  fixes: ({ mtu, target, outInterface, size }, netns) => {
    const payload = mtu === undefined || Number.isNaN(Number(mtu)) ? null : Number(mtu) - 28;
    return [
      {
        ...(payload === null
          ? { advice: plainIn(netns, `ping -M do -s SIZE ${target ?? "TARGET"}`) }
          : {
              edits: [
                {
                  kind: "question",
                  ...askedFrom(netns),
                  target: target ?? "TARGET",
                  discovery: "do",
                  payload,
                  atFault: true,
                },
              ],
            }),
        effect: text(
          "the largest payload that fits: MTU less 28 bytes of headers",
          "能放下的最大负载：MTU 减去 28 字节首部",
        ),
      },
      {
        ...(size === undefined
          ? { advice: inNamespace(netns, `ip link set ${outInterface ?? "IF"} mtu SIZE`) }
          : { edits: [{ kind: "link", netns, device: outInterface ?? "IF", mtu: Number(size) }] }),
        effect: text(
          "raises the interface's MTU, where the whole link can carry it; both ends need it",
          "调大接口 MTU，前提是整条链路都支持，两端都要改",
        ),
      },
    ];
  },
  settle: ({ outInterface, target }, netns) => [
    {
      command: inNamespace(netns, `ip route get ${target ?? "TARGET"}`),
      because: text(
        `"mtu" in that line is a path MTU that was learned or set; without it ${outInterface ?? "the interface"}'s own MTU is the limit`,
        `这一行里有“mtu”，说明是学到的或手工设置的路径 MTU；没有的话，限制就是 ${outInterface ?? "接口"} 自己的 MTU`,
      ),
    },
  ],
  faults: ({ netns, role, outInterface }) =>
    role === "asker" && outInterface !== null ? [[smallMtu(netns, outInterface)]] : [],
  lookalikes: ["pmtu-cached", "frag-needed-df", "peer-mtu-smaller", "pmtu-blackhole"],
  search: [
    "local error: message too long, mtu=1500",
    "Message too long",
    "EMSGSIZE",
    "ping -M do -s",
    "大包不通 小包通",
    "消息太长",
    "MTU 太小",
  ],
  page: () => ({
    meaning: text(
      "ping was told not to fragment (-M do) and to send more than the own interface or route can carry. The kernel refuses before any packet leaves. Useful as a measurement: the largest size that passes tells the MTU.",
      "ping 被要求不分片（-M do），而报文又超过了自己的接口或路由所能承载的大小。内核在发出之前就拒绝了。它也可以用来测量：能通过的最大尺寸就是 MTU。",
    ),
    evidence: text(
      "Packets: none for the large size. ping prints `local error: message too long, mtu=N`. State: the MTU of the outgoing interface, or `mtu` at the route. No drop event, no counter.",
      "报文：大尺寸的没有发出。ping 打印 `local error: message too long, mtu=N`。状态：出接口的 MTU，或路由上的 `mtu`。没有丢包事件，也没有计数。",
    ),
    tellApart: text(
      "frag-needed-df: the first packet leaves, and a router answers From ROUTER Frag needed. pmtu-cached: the number printed is smaller than the interface's MTU, learned from such a router. peer-mtu-smaller: it leaves and dies at the other end.",
      "frag-needed-df：第一个报文发出去了，是路由器回 From ROUTER Frag needed。pmtu-cached：打印的数字比接口 MTU 小，是从路由器学来的。peer-mtu-smaller：报文发出去了，死在对端。",
    ),
    kernel: "raw_send_hdrinc / __ip_append_data: length > mtu with IP_PMTUDISC_DO → ip_local_error(EMSGSIZE)",
  }),
  scenario: "local-mtu-df",
  negativeTwin: "frag-needed-df",
  // The kernel also says this once a router has told it a smaller path MTU: then that error came first.
  check: (view) =>
    verdictOfError(view, [[3, 4]], "likely") === null
      ? verdictOfRefusal(view, [["sendmsg", "EMSGSIZE"]], "likely", {
          ...(view.flow.printed?.length ? { size: String(view.flow.printed.length) } : {}),
        })
      : null,
});

// Without a namespace ping needs no root.
function plainIn(netns: string | null, command: string): string {
  return netns === null || netns === "" ? command : inNamespace(netns, command);
}
