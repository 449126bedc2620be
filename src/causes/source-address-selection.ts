// The kernel chose, or a route prescribed, a source address to which the target has no way back.

import { defineCause, inNamespace } from "../model/cause.ts";
import { routeRemedy } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** Requests arrive with a source that the target cannot answer. */
export const cause = defineCause({
  code: "source-address-selection",
  severity: "problem",
  marks: {
    drop: "no-end",
    counters: [],
    decides: ["addr", "route"],
  },
  title: text("unexpected source address: the target cannot answer it", "源地址选得不对：目标无法回复"),
  headline: ({ source }) =>
    source === undefined
      ? text("unexpected source address: the target cannot answer it", "源地址选得不对：目标无法回复")
      : text(
          `unexpected source address: the target cannot answer it (${source})`,
          `源地址选得不对：目标无法回复（${source}）`,
        ),
  summary: ({ target, source, outInterface, ownerInterface, inInterface, route }) =>
    text(
      `The ping leaves ${outInterface ?? "the outgoing interface"} with the source ${source ?? "address"}${ownerInterface === undefined || ownerInterface === outInterface ? "" : `, an address of ${ownerInterface}`}${route === undefined ? "" : `, chosen with the route "${route}"`}. It arrives${inInterface === undefined ? "" : ` at ${inInterface}`}, but ${target ?? "the target"} has no route back to that source: the reply is silently discarded.`,
      `ping 从 ${outInterface ?? "出接口"} 发出时用的源地址${source === undefined ? "" : `是 ${source}`}${ownerInterface === undefined || ownerInterface === outInterface ? (source === undefined ? "不合适" : "") : `${source === undefined ? "是" : "，即"} ${ownerInterface} 上的地址`}${route === undefined ? "" : `，由路由“${route}”选定`}。报文到达了 ${inInterface ?? "目标"}，但 ${target ?? "目标"} 没有回到这个源地址的路由：应答被静默丢弃。`,
    ),
  why: () =>
    text(
      "Without -I ADDRESS the source is the route's `src`, else the first fitting address of the outgoing interface, else a global address of any other interface.",
      "没有用 -I 指定地址时，源地址取路由的 `src`；没有则取出接口上第一个合适的地址；再没有就取其他接口上的全局地址。",
    ),
  fixes: ({ target, source, ownAddress, outInterface, inInterface, owner, route }, netns) => {
    const way = route?.match(/^\S+( via \S+)?( dev \S+)?/)?.[0] ?? `PREFIX dev ${outInterface ?? "IF"}`;
    const other = ownAddress?.split("/")[0];
    const kept = [/ table \S+/, / metric \S+/].map((part) => route?.match(part)?.[0] ?? "").join("");
    return [
      {
        ...routeRemedy(netns, "change", `${way} src ${other ?? "ADDRESS"}${kept}`),
        effect:
          other === undefined
            ? text(
                "prescribes the source for this route; put an own address that the target knows in place of ADDRESS",
                "为这条路由指定源地址；ADDRESS 请换成目标认识的本机地址",
              )
            : text(
                `prescribes the source for this route: ${other}, which is an address of this link`,
                `为这条路由指定源地址：${other}，它是这条链路上的地址`,
              ),
      },
      {
        edits: [{ kind: "question", netns, target: target ?? "TARGET", bind: other ?? "ADDRESS" }],
        effect: text("the same for one ping, to try it out", "只对这一次 ping 生效，用来验证"),
      },
      {
        edits: [
          {
            kind: "route",
            netns: owner ?? null,
            verb: "add",
            destination: `${source ?? "SOURCE"}/32`,
            device: inInterface ?? "IF",
          },
        ],
        effect: text("on the target: gives it a way back to this source", "在目标主机上执行：为这个源地址添加回程路由"),
      },
    ];
  },
  settle: ({ target }, netns) => [
    {
      command: inNamespace(netns, `ip route get ${target ?? "TARGET"}`),
      because: text(
        'names the source as "src": an address outside of the target\'s reach there means it is this',
        "“src”后面就是选中的源地址：如果目标到不了这个地址，就是这个原因",
      ),
    },
  ],
  lookalikes: [
    "missing-return-route",
    "echo-no-reply",
    "interface-without-address",
    "rp-filter-strict",
    "icmp-echo-ignore-all",
  ],
  search: [
    "wrong source address",
    "source address selection",
    "ip route src prefsrc",
    "echo request but no reply",
    "源地址选择",
    "源 IP 不对",
    "没有回包",
  ],
  page: () => ({
    meaning: text(
      "The request is fine and arrives, but with a source address that the target has no route to. The address came from a route's `src`, from the order of addresses on the interface, or from another interface. The target does not complain: its reply ends before it is made.",
      "请求本身没有问题，也到达了，但源地址是目标没有路由可回的。这个地址来自路由的 `src`、接口上地址的顺序，或者别的接口。目标不会报错：应答在生成之前就放弃了。",
    ),
    evidence: text(
      "Packets: echo requests everywhere with an unexpected source, ARP answered, no reply anywhere. State: `ip route get T` on the asker shows the source, `ip route get S` on the target fails. Counters: IcmpInEchos on the target moves, IcmpOutEchoReps does not; no drop event.",
      "报文：处处都有 echo 请求，源地址出乎意料；ARP 有应答；任何地方都没有 echo 应答。状态：询问方的 `ip route get T` 显示源地址，目标上 `ip route get S` 失败。计数器：目标的 IcmpInEchos 增长，IcmpOutEchoReps 不变；没有丢包事件。",
    ),
    tellApart: text(
      "missing-return-route: the source is the natural one, the address of the outgoing interface. interface-without-address: the outgoing interface has none at all. rp-filter-strict: IcmpInEchos does not move either.",
      "missing-return-route：源地址就是出接口的地址，选得没错。interface-without-address：出接口根本没有地址。rp-filter-strict：连 IcmpInEchos 也不增长。",
    ),
    kernel: "fib_result_prefsrc / inet_select_addr; on the target icmp_reply → ip_route_output_key fails",
  }),
  scenario: "source-address-selection",
  negativeTwin: "missing-return-route",
});
