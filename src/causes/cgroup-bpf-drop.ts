// A BPF program of the sender's control group refuses the packet.

import { defineCause, inNamespace } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** systemd's IPAddressDeny, a container's own filter. */
export const cause = defineCause({
  code: "cgroup-bpf-drop",
  severity: "problem",
  marks: {
    drop: [{ reason: "BPF_CGROUP_EGRESS", settles: "cause" }],
    counters: [],
    decides: [],
    stages: ["sent"],
  },
  title: text("refused by a BPF program of the control group", "被控制组上的 BPF 程序拒绝"),
  headline: ({ target }) =>
    text(
      `refused by a BPF program of the control group${target === undefined ? "" : ` (to ${target})`}`,
      `被控制组上的 BPF 程序拒绝${target === undefined ? "" : `（${target}）`}`,
    ),
  summary: ({ target, owner }) =>
    text(
      `What the command sends to ${target ?? "the target"}${owner ? ` in ${owner}` : ""} is refused by a BPF program that is attached to its control group, behind the firewall and before any interface: no capture sees it, and sendmsg reports “Operation not permitted”.`,
      `命令${owner ? `在 ${owner} 里` : ""}发往 ${target ?? "目标"} 的报文被挂在它所属控制组上的 BPF 程序拒绝。这发生在防火墙之后、任何接口之前：抓包看不到它，sendmsg 报“Operation not permitted”。`,
    ),
  why: () =>
    text(
      "ip_finish_output runs the egress programs of the socket's control group; one that returns 0 drops the packet.",
      "ip_finish_output 会运行套接字所属控制组的出方向程序；返回 0 的程序会丢弃报文。",
    ),
  fixes: (_, netns) => [
    {
      advice: inNamespace(netns, "bpftool cgroup tree"),
      effect: text(
        "shows the program and the unit or container it belongs to; for a systemd unit, IPAddressAllow= lets an address through",
        "看是哪个程序、属于哪个单元或容器；对 systemd 单元，用 IPAddressAllow= 放行地址",
      ),
    },
  ],
  settle: (_, netns) => [
    {
      command: inNamespace(netns, "systemctl show -p IPAddressDeny -p IPAddressAllow system.slice"),
      because: text("an IPAddressDeny that holds the target decides it", "如果 IPAddressDeny 包含该目标，就可以确定"),
    },
  ],
  lookalikes: [],
  search: [
    "BPF_CGROUP_EGRESS",
    "IPAddressDeny",
    "Operation not permitted ping",
    "cgroup bpf",
    "systemd 限制 IP",
    "控制组 过滤",
  ],
  page: () => ({
    meaning: text(
      "The process runs in a control group whose owner limits its traffic: a systemd service with IPAddressDeny=, a container runtime, Cilium. Other processes of the same host reach the target.",
      "该进程所在的控制组被限制了流量：带 IPAddressDeny= 的 systemd 服务、容器运行时、Cilium。同一主机上的其他进程可以到达目标。",
    ),
    evidence: text(
      "ping: “Operation not permitted”. Packets: none. Drop reason BPF_CGROUP_EGRESS at ip_finish_output.",
      "ping：“Operation not permitted”。没有任何报文。丢包原因为 ip_finish_output 处的 BPF_CGROUP_EGRESS。",
    ),
    tellApart: text(
      "nft-output-drop, iptables-drop: the same words from sendmsg, but NETFILTER_DROP, and a rule counts it. Run from another control group (another login), the ping works.",
      "nft-output-drop、iptables-drop：sendmsg 报错相同，但原因是 NETFILTER_DROP，而且有规则计数。换一个控制组（例如另一个登录会话）执行则能通。",
    ),
    kernel: "ip_finish_output → BPF_CGROUP_RUN_PROG_INET_EGRESS: SKB_DROP_REASON_BPF_CGROUP_EGRESS",
  }),
  scenario: null,
  negativeTwin: null,
});
