// From what this machine said to what it can do, each line with the command that mends it.

import { type Text, text, verbatim } from "../model/text.ts";
import {
  type DoctorFacts,
  EVENTS,
  NOT_INSTALLED,
  NOT_PERMITTED,
  TOO_SLOW,
  type Tool,
  type ToolReply,
} from "../system/collect-doctor.ts";

export type CheckGroup = "rights" | "capture" | "state" | "kernel" | "tools";

/** One line of the doctor's findings. */
export interface Check {
  readonly group: CheckGroup;
  /** Stable name. */
  readonly name: string;
  /** `limited`: works, but not for everything. */
  readonly status: "ok" | "limited" | "missing";
  readonly detail: Text;
  /** What to type, on Debian and Ubuntu; null where nothing is to be mended, or no command can. */
  readonly mend: string | null;
}

/** All findings, and the two that decide the exit status. */
export interface Diagnosis {
  readonly capture: boolean;
  readonly state: boolean;
  readonly checks: readonly Check[];
}

const NET_RAW = 13n;
const SYS_ADMIN = 21n;
/** Root of a container has the rights that it was started with. */
const CONTAINER_RIGHTS = "docker run --cap-add NET_RAW --cap-add NET_ADMIN …";

const PACKAGES: Readonly<Record<Tool, string>> = {
  ip: "iproute2",
  bridge: "iproute2",
  tc: "iproute2",
  nft: "nftables",
  iptables: "iptables",
  ping: "iputils-ping",
  nstat: "iproute2",
  nsenter: "util-linux",
  setpriv: "util-linux",
  tcpdump: "tcpdump",
  conntrack: "conntrack",
};

/** What each tool is for. */
const PURPOSES: Readonly<Record<Tool, Text>> = {
  ip: text("links, addresses, routes, neighbours", "链路、地址、路由、邻居"),
  bridge: text("bridge ports, forwarding table, VLANs", "网桥端口、转发表、VLAN"),
  tc: text("queueing disciplines and filters", "排队规则与过滤器"),
  nft: text("firewall rules", "防火墙规则"),
  iptables: text("rules of the older firewall tables", "旧式防火墙表的规则"),
  ping: text("lab and demo", "实验与演示"),
  nstat: text("the kernel's counters, to settle what a report leaves open", "内核计数器，用于核实报告中未定的结论"),
  nsenter: text("other network namespaces", "其他网络命名空间"),
  setpriv: text("captures end with pktwhy, also when it is killed", "pktwhy 被杀掉时，抓包进程也随之结束"),
  tcpdump: text("live capture", "实时抓包"),
  conntrack: text("NAT and connection tracking", "NAT 与连接跟踪"),
};

/** Judges the facts. */
export function diagnose(facts: DoctorFacts): Diagnosis {
  const capture = facts.linkTypes.status === 0;
  const state = facts.state.status === 0 && /^\[/.test(facts.state.said);
  return {
    capture,
    state,
    checks: [...rights(facts), ...captures(facts), ...states(facts, state), ...kernel(facts), ...tools(facts)],
  };
}

// Stopped for being slow: that says nothing of what it can do.
function late(group: CheckGroup, name: string, asked: string, { status }: ToolReply): Check | null {
  if (status !== TOO_SLOW) return null;
  const words = text(
    `${asked} gave no answer within a minute: this machine is too busy to tell`,
    `${asked} 一分钟内没有回应：机器太忙，无法判断`,
  );
  return check(group, name, "limited", words, null);
}

/** Whether the lab can build, ping and capture here. */
export function labTools({ tools: asked, enter, linkTypes }: DoctorFacts): boolean {
  const needed: readonly Tool[] = ["ip", "bridge", "ping", "nsenter", "setpriv", "tcpdump"];
  return (
    enter.status === 0 &&
    linkTypes.status === 0 &&
    needed.every((name) => ![NOT_INSTALLED, NOT_PERMITTED].includes(asked[name].status))
  );
}

function rights(facts: DoctorFacts): Check[] {
  const { uid, capabilities } = facts;
  const root = uid === 0;
  const has = (bit: bigint): boolean => capabilities !== null && ((capabilities >> bit) & 1n) === 1n;
  return [
    check("rights", "root", root ? "ok" : "limited", who(facts), root ? null : "sudo pktwhy doctor"),
    has(NET_RAW)
      ? check("rights", "cap_net_raw", "ok", text("packet sockets may be opened", "可以打开数据包套接字"))
      : check(
          "rights",
          "cap_net_raw",
          facts.linkTypes.status === 0 ? "limited" : "missing",
          facts.linkTypes.status === 0
            ? text("not ours, but tcpdump has it", "本进程没有，但 tcpdump 有")
            : text("no right to open packet sockets: no live capture", "无权打开数据包套接字，无法实时抓包"),
          facts.linkTypes.status === 0
            ? null
            : root
              ? CONTAINER_RIGHTS
              : "sudo setcap cap_net_raw+ep $(command -v tcpdump)",
        ),
    late("rights", "cap_sys_admin", "nsenter", facts.enter) ??
      (facts.enter.status === 0
        ? check(
            "rights",
            "cap_sys_admin",
            "ok",
            text("other network namespaces may be entered", "可以进入其他网络命名空间"),
          )
        : check(
            "rights",
            "cap_sys_admin",
            has(SYS_ADMIN) ? "limited" : "missing",
            text(
              `other network namespaces cannot be entered: ${firstLine(facts.enter) || "nsenter is not installed"}`,
              `无法进入其他网络命名空间：${firstLine(facts.enter) || "没有安装 nsenter"}`,
            ),
            facts.enter.status === NOT_INSTALLED ? "sudo apt install util-linux" : root ? null : "sudo pktwhy doctor",
          )),
    pingGroups(facts, root || has(NET_RAW)),
  ];
}

function who({ uid }: DoctorFacts): Text {
  if (uid === 0) return text("running as root", "以 root 运行");
  return text(`running as user ${uid ?? "unknown"}`, `以用户 ${uid ?? "未知"} 运行`);
}

function pingGroups({ pingGroups: range, groups }: DoctorFacts, privileged: boolean): Check {
  const name = "ping_group_range";
  if (range === null) return check("rights", name, "missing", text("the kernel does not tell", "内核没有提供"));
  const shown = `net.ipv4.ping_group_range = ${range[0]} ${range[1]}`;
  if (groups.some((group) => group >= range[0] && group <= range[1]))
    return check("rights", name, "ok", verbatim(shown));
  if (privileged) {
    return check(
      "rights",
      name,
      "ok",
      text(`${shown}: not our group, but raw sockets may be opened`, `${shown}：不含本组，但可以打开原始套接字`),
    );
  }
  return check(
    "rights",
    name,
    "limited",
    text(`${shown}: ping needs a file capability or setuid of its own`, `${shown}：ping 程序自身需要文件权能或 setuid`),
    'sudo sysctl -w net.ipv4.ping_group_range="0 2147483647"',
  );
}

function captures(facts: DoctorFacts): Check[] {
  const { linkTypes, tools: asked } = facts;
  if (asked.tcpdump.status === NOT_INSTALLED) {
    return [tool(facts, "tcpdump", "capture", "missing"), addon(facts)];
  }
  const permitted = linkTypes.status === 0;
  const libpcap = /libpcap version (\d+)\.(\d+)/.exec(asked.tcpdump.said);
  const recent = libpcap !== null && (Number(libpcap[1]) > 1 || Number(libpcap[2]) >= 10);
  const cooked2 = permitted ? /\bLINUX_SLL2\b/.test(linkTypes.said) : recent;
  const version = `libpcap ${libpcap === null ? "?" : `${libpcap[1]}.${libpcap[2]}`}`;
  return [
    tool(facts, "tcpdump", "capture", "missing"),
    late("capture", "permission", "tcpdump", linkTypes) ??
      (permitted
        ? check("capture", "permission", "ok", text("tcpdump may capture here", "tcpdump 可以在此抓包"))
        : check(
            "capture",
            "permission",
            "missing",
            text(`tcpdump may not capture: ${firstLine(linkTypes)}`, `tcpdump 不能抓包：${firstLine(linkTypes)}`),
            facts.uid === 0 ? CONTAINER_RIGHTS : "sudo pktwhy doctor",
          )),
    late("capture", "sll2", "tcpdump", asked.tcpdump) ??
      (cooked2
        ? check(
            "capture",
            "sll2",
            "ok",
            text(`${version}: one capture for each namespace`, `${version}：每个命名空间一路抓包`),
          )
        : check(
            "capture",
            "sll2",
            "limited",
            text(
              `${version} has no LINUX_SLL2 (1.10 and later): one capture for each interface, without directions`,
              `${version} 不支持 LINUX_SLL2（需要 1.10 以上）：每个接口一路抓包，且没有方向信息`,
            ),
            "sudo apt install tcpdump",
          )),
    addon(facts),
  ];
}

function addon({ addon: asked }: DoctorFacts): Check {
  if (asked.status === 0) {
    return check("capture", "cap", "ok", text("--backend cap can be used", "可以使用 --backend cap"));
  }
  const slow = late("capture", "cap", "node", asked);
  if (slow !== null) return slow;
  const absent = /Cannot find module 'cap'/.test(asked.said);
  return check(
    "capture",
    "cap",
    "limited",
    absent
      ? text(
          "the optional package cap is not installed; only --backend cap needs it",
          "没有安装可选的 cap 包，只有 --backend cap 需要它",
        )
      : text(
          "the optional package cap is there but does not load; only --backend cap needs it",
          "可选的 cap 包已安装但无法加载，只有 --backend cap 需要它",
        ),
    "sudo apt install libpcap-dev g++ make python3 && sudo npm install -g cap --allow-scripts=cap",
  );
}

function states(facts: DoctorFacts, works: boolean): Check[] {
  const { namespaces, state } = facts;
  return [
    late("state", "ip-json", "ip", state) ??
      (works
        ? check("state", "ip-json", "ok", text("ip prints its tables as JSON", "ip 能以 JSON 输出各类表项"))
        : check(
            "state",
            "ip-json",
            "missing",
            state.status === NOT_INSTALLED
              ? text("ip is not installed: there is no state", "没有安装 ip，无法读取系统状态")
              : text(`ip prints no JSON: ${firstLine(state)}`, `ip 不能输出 JSON：${firstLine(state)}`),
            "sudo apt install iproute2",
          )),
    check(
      "state",
      "namespaces",
      facts.enter.status === 0 ? "ok" : "limited",
      facts.enter.status === 0
        ? text(`network namespaces that can be seen: ${namespaces}`, `可见的网络命名空间：${namespaces} 个`)
        : text(
            `network namespaces that can be seen: ${namespaces}, but only this one can be read`,
            `可见的网络命名空间：${namespaces} 个，但只能读取当前这一个`,
          ),
      facts.enter.status === 0 || facts.uid === 0 ? null : "sudo pktwhy snapshot",
    ),
  ];
}

function kernel({ tracing, uid }: DoctorFacts): Check[] {
  const { directory, events } = tracing;
  if (directory === null) {
    const words = !tracing.supported
      ? text("this kernel has no tracefs", "当前内核没有 tracefs")
      : tracing.mounted
        ? text("tracefs is mounted but may not be read", "tracefs 已挂载，但无权读取")
        : text("tracefs is not mounted", "tracefs 没有挂载");
    const mount = "sudo mount -t tracefs nodev /sys/kernel/tracing";
    const mend = !tracing.supported ? null : tracing.mounted ? (uid === 0 ? null : "sudo pktwhy doctor") : mount;
    const rest = text("; explanations rest on packets and state alone", "；解释只依据报文和状态");
    return [check("kernel", "tracefs", "limited", text(words.en + rest.en, words.zh + rest.zh), mend)];
  }
  const absent = EVENTS.filter((event) => !events.includes(event));
  const clock = tracing.taiClock ? "tai" : "mono";
  return [
    check("kernel", "tracefs", "ok", verbatim(directory)),
    tracing.instances
      ? check(
          "kernel",
          "trace-buffer",
          "ok",
          text(
            "run records why the kernel drops packets, in a trace buffer of its own",
            "run 会在单独的跟踪缓冲区里记录内核丢包的原因",
          ),
        )
      : check(
          "kernel",
          "trace-buffer",
          "limited",
          text("no trace buffer of our own may be made", "无权建立单独的跟踪缓冲区"),
          uid === 0 ? null : "sudo pktwhy doctor",
        ),
    absent.length === 0
      ? check("kernel", "events", "ok", text(`events: ${events.join(" ")}`, `事件：${events.join(" ")}`))
      : check(
          "kernel",
          "events",
          "limited",
          text(`events missing: ${absent.join(" ")}`, `缺少事件：${absent.join(" ")}`),
        ),
    tracing.reasons
      ? check("kernel", "drop-reasons", "ok", text("kfree_skb names the reason of a drop", "kfree_skb 带有丢弃原因"))
      : check(
          "kernel",
          "drop-reasons",
          "limited",
          text("kfree_skb names no reason (kernel before 5.17)", "kfree_skb 不带丢弃原因（内核早于 5.17）"),
        ),
    check("kernel", "clock", tracing.taiClock ? "ok" : "limited", text(`trace clock: ${clock}`, `跟踪时钟：${clock}`)),
  ];
}

function tools(facts: DoctorFacts): Check[] {
  const names: readonly Tool[] = [
    "ip",
    "bridge",
    "nft",
    "iptables",
    "tc",
    "ping",
    "nstat",
    "conntrack",
    "nsenter",
    "setpriv",
  ];
  return names.map((name) => tool(facts, name, "tools", name === "ip" ? "missing" : "limited"));
}

function tool({ tools: asked }: DoctorFacts, name: Tool, group: CheckGroup, absent: "limited" | "missing"): Check {
  const said = asked[name];
  if (said.status === NOT_INSTALLED) {
    const purpose = PURPOSES[name];
    return check(
      group,
      name,
      absent,
      text(`not installed (${purpose.en})`, `没有安装（${purpose.zh}）`),
      `sudo apt install ${PACKAGES[name]}`,
    );
  }
  const slow = late(group, name, name, said);
  if (slow !== null) return slow;
  if (said.status === NOT_PERMITTED)
    return check(
      group,
      name,
      absent,
      text(
        "may not be run here: it has a capability that we may not gain",
        "此处不允许运行：它带有本进程不能获得的权能",
      ),
    );
  return check(group, name, "ok", verbatim(versionOf(name, said)));
}

// "ip utility, iproute2-6.1.0, libbpf 1.1.2", "nftables v1.0.6 (…)", "tcpdump version 4.99.3" to the words that matter.
function versionOf(name: Tool, said: ToolReply): string {
  const line = firstLine(said);
  const version = /\bv?(\d+\.\d+[\w.]*|\d{8}|s\d{8})/.exec(line)?.[1];
  return version === undefined ? line || name : `${name} ${version}`;
}

function firstLine({ said }: ToolReply): string {
  return said.split("\n")[0]?.trim() ?? "";
}

function check(
  group: CheckGroup,
  name: string,
  status: Check["status"],
  detail: Text,
  mend: string | null = null,
): Check {
  return { group, name, status, detail, mend };
}
