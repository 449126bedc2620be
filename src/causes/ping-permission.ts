// ping gets no socket from the kernel: neither a raw one (no CAP_NET_RAW) nor one for pings (its group is not let in).

import { defineCause, inNamespace } from "../model/cause.ts";
import { setting } from "../model/remedy.ts";
import { type Text, text } from "../model/text.ts";

/** The ping ended before there was any packet. */
export const cause = defineCause({
  code: "ping-permission",
  severity: "problem",
  marks: {
    drop: "no-end",
    counters: [],
    decides: [{ sysctl: "ping_group_range" }],
  },
  title: text("ping may not open a socket", "ping 没有权限打开套接字"),
  headline: ({ target }) =>
    text(
      `ping may not open a socket${target === undefined ? "" : ` (to ${target})`}`,
      `ping 没有权限打开套接字${target === undefined ? "" : `（目标 ${target}）`}`,
    ),
  summary: ({ target, error, value }) => {
    const rights = rightsOf(value);
    return text(
      `The kernel refuses the ping${target === undefined ? "" : ` to ${target}`} a socket for ICMP${error === undefined ? "" : ` ("${error}")`}: ${rights.en}. ping ends before it looks up a route: nothing is sent, and addresses, routes and firewalls have no part in it.`,
      `内核拒绝给${target === undefined ? "这个 ping " : `去 ${target} 的 ping `}分配 ICMP 套接字${error === undefined ? "" : `（“${error}”）`}：${rights.zh}。ping 还没有查路由就退出了：什么也没有发出，与地址、路由、防火墙都无关。`,
    );
  },
  why: () =>
    text(
      "A raw socket takes CAP_NET_RAW; a datagram socket for pings takes none, but only groups within net.ipv4.ping_group_range of the namespace may open it, and by default (1 0) no group may.",
      "原始套接字需要 CAP_NET_RAW；ping 用的数据报套接字不需要，但只有在本命名空间 net.ipv4.ping_group_range 范围内的组才能打开，而默认值（1 0）不允许任何组。",
    ),
  fixes: ({ target }, netns) => [
    {
      advice: inNamespace(netns, `ping ${target ?? "TARGET"}`),
      effect: text("as root: shows whether the way itself is fine", "以 root 运行：看链路本身是否正常"),
    },
    {
      edits: [setting(netns, { "net.ipv4.ping_group_range": "0 2147483647" })],
      effect: text(
        "lets everybody in this namespace ping, without any special right; in a file under /etc/sysctl.d it lasts",
        "让这个命名空间里的所有人都能 ping，不需要特权；写进 /etc/sysctl.d 才能长期有效",
      ),
    },
    {
      advice: 'sudo setcap cap_net_raw+ep "$(command -v ping)"',
      effect: text(
        "gives the program the right, as packages do; without effect under no_new_privs and where a container took the capability away",
        "给 ping 程序授权，发行版的软件包就是这样做的；在 no_new_privs 之下，或容器已去掉该权能时不起作用",
      ),
    },
  ],
  settle: (_, netns) => [
    {
      command: inNamespace(netns, "sysctl net.ipv4.ping_group_range"),
      because: text(
        "lowest and highest group that may ping without rights; `id -G` shows one's own",
        "无需特权即可 ping 的最小和最大组号；自己的组用 `id -G` 查看",
      ),
    },
    {
      command: "grep -E 'CapEff|CapBnd|NoNewPrivs|Seccomp:' /proc/self/status",
      because: text(
        "bit 13 (0x2000) of CapEff is CAP_NET_RAW; without it in CapBnd, or with NoNewPrivs 1, no file capability of ping helps",
        "CapEff 的第 13 位（0x2000）就是 CAP_NET_RAW；CapBnd 里没有它，或 NoNewPrivs 为 1，ping 的文件权能就不起作用",
      ),
    },
  ],
  lookalikes: ["no-route", "nft-output-drop", "route-prohibit", "broadcast-needs-b"],
  search: [
    "ping: socket: Operation not permitted",
    "missing cap_net_raw+p capability or setuid",
    "permission denied (are you root?)",
    "ping as non-root in container",
    "ping_group_range",
    "CAP_NET_RAW",
    "ping 不允许的操作",
    "普通用户不能 ping",
    "容器里 ping 没有权限",
  ],
  page: () => ({
    meaning: text(
      "Whoever runs ping is not allowed to send ICMP. Distributions give the program the right (a file capability, or setuid root) or open ping_group_range; the right is lost where the program was copied, in containers without NET_RAW, under no_new_privs, and in a new network namespace, whose ping_group_range starts at 1 0 again.",
      "运行 ping 的人没有发送 ICMP 的权限。发行版会给程序授权（文件权能或 setuid root），或放开 ping_group_range；程序是复制来的、容器没有 NET_RAW、设置了 no_new_privs，或者进了新的网络命名空间（其 ping_group_range 又从 1 0 开始），权限就没有了。",
    ),
    evidence: text(
      "ping's own words: `socket: Operation not permitted`, newer versions with `socktype: SOCK_RAW` before it and `missing cap_net_raw+p capability or setuid?` after it; busybox: `permission denied (are you root?)`. State: net.ipv4.ping_group_range. Packets: none. No counter moves. The rights of the process are in no state file, so that they follow from ping's words.",
      "ping 自己的输出：`socket: Operation not permitted`，较新的版本前面还有 `socktype: SOCK_RAW`，后面还有 `missing cap_net_raw+p capability or setuid?`；busybox 则是 `permission denied (are you root?)`。状态：net.ipv4.ping_group_range。报文：没有。没有计数器变化。进程的权限不在任何状态文件里，由 ping 的输出得知。",
    ),
    tellApart: text(
      "no-route: ping prints `connect:`, not `socket:`. nft-output-drop: ping has its socket, prints its first line, and `sendmsg: Operation not permitted` at most. Where ping_group_range lets the group in and it is refused all the same, seccomp or a security module is the likely reason.",
      "no-route：ping 打印的是 `connect:`，不是 `socket:`。nft-output-drop：ping 已有套接字，会打印首行，最多再打印 `sendmsg: Operation not permitted`。如果 ping_group_range 已允许该组却仍被拒绝，多半是 seccomp 或安全模块造成的。",
    ),
    kernel: "inet_create: !ns_capable(CAP_NET_RAW) → -EPERM; ping_init_sock: gid outside ping_group_range → -EACCES",
  }),
  scenario: "ping-permission",
  negativeTwin: "ping-unprivileged",
});

function rightsOf(value: string | undefined): Text {
  if (value === undefined) {
    return text(
      "the process lacks CAP_NET_RAW, and its group is not in net.ipv4.ping_group_range",
      "进程没有 CAP_NET_RAW，所在的组也不在 net.ipv4.ping_group_range 之内",
    );
  }
  if (/^0 (2147483647|429496729[45])$/.test(value)) {
    return text(
      `net.ipv4.ping_group_range ("${value}") lets every group in, so that something else refuses: seccomp, a security module`,
      `net.ipv4.ping_group_range（“${value}”）允许所有组，所以是别的东西在拒绝：seccomp 或安全模块`,
    );
  }
  const nobody = value === "1 0";
  return text(
    `the process lacks CAP_NET_RAW, and net.ipv4.ping_group_range is "${value}"${nobody ? ", which lets in nobody" : ""}`,
    `进程没有 CAP_NET_RAW，而 net.ipv4.ping_group_range 是“${value}”${nobody ? "，即不允许任何组" : ""}`,
  );
}
