// A report built by hand, for what no recorded capture shows: every kind of step, evidence and remark at once.

import { type Ipv4, parseIpv4 } from "../../src/model/address.ts";
import type { Finding } from "../../src/model/finding.ts";
import type { Flow } from "../../src/model/flow.ts";
import type { FrameRef } from "../../src/model/packet.ts";
import type { Report, ReportStep } from "../../src/model/report.ts";
import { text, verbatim } from "../../src/model/text.ts";
import { parseTime } from "../../src/model/time.ts";
import type { InputSummary, Vantage } from "../../src/model/vantage.ts";

const START = parseTime("2026-11-21T03:04:05.123456789Z") as bigint;
const ESCAPE = "\u001b[31m";

const veth0: Vantage = { id: 0, netns: "", interface: "veth0", source: "veth0.pcap" };
const veth1: Vantage = { id: 1, netns: "net1", interface: `veth1${ESCAPE}`, source: "veth1.pcap" };

function frame(vantage: Vantage, number: number, after: bigint): FrameRef {
  return { vantage, number, time: START + after, captured: 42, length: 42, direction: null };
}

export function flow(changes: Partial<Flow> = {}): Flow {
  return {
    id: 1,
    kind: "ping",
    netns: "",
    src: parseIpv4("192.168.2.11") as Ipv4,
    dst: parseIpv4("192.168.2.1") as Ipv4,
    icmpId: 24169,
    requests: 4,
    replies: 4,
    duplicates: 0,
    errors: 0,
    rttMs: { min: 0.0310000001, avg: 0.0469, max: 0.0611 },
    from: START,
    to: START + 3_000_000_000n,
    echoOutcomes: [],
    arpOutcomes: [],
    loneOutcomes: [],
    ...changes,
  };
}

const finding: Finding = {
  code: "arp-no-local-owner",
  severity: "problem",
  certainty: "certain",
  netns: "net1",
  interface: "veth1",
  facts: {},
  title: text("ARP dropped: no local owner", "ARP 被丢弃：本机无此地址"),
  headline: text("ARP dropped: no local owner of 192.168.2.1", "ARP 被丢弃：本机无此地址 192.168.2.1"),
  summary: text(
    'veth0 asked "who has 192.168.2.1?" 3 times. It came out of veth1, and the kernel there silently ignored it: none of its interfaces has that address. The kernel does not count this as a drop.',
    "veth0 广播询问“谁是 192.168.2.1？”，共 3 次。请求从 veth1 进来，那里的协议栈没有任何接口配置了这个地址，于是不应答，静默丢弃。内核并不把它算作丢包，所以丢包统计和跟踪工具里都看不到。",
  ),
  why: text(
    "A kernel answers ARP only for addresses in its table `local`, or for those it is told to proxy.",
    "内核只为 local 路由表里的地址（或被要求代理的地址）应答 ARP。",
  ),
  evidence: [
    {
      basis: "state",
      text: text("no address of net1 is 192.168.2.1", "net1 里没有 192.168.2.1"),
      state: { netns: "net1", key: "addr", line: `inet 10.0.0.1/24 scope global veth1${ESCAPE}` },
    },
    { basis: "seen", text: text("the request at veth1", "veth1 上的请求"), frames: [frame(veth1, 1, 6_000n)] },
    {
      basis: "kernel",
      text: text("a counter moved", "计数器有变化"),
      counter: { netns: "net1", name: "TcpExtIPReversePathFilter", before: 0, after: 2 },
    },
  ],
  ruledOut: [
    { code: "arp-ignore-1", because: verbatim("net.ipv4.conf.veth1.arp_ignore = 0") },
    { code: "arp-filter", because: verbatim("net.ipv4.conf.veth1.arp_filter = 0") },
    { code: "rp-filter-arp", because: verbatim("net.ipv4.conf.veth1.rp_filter = 0") },
  ],
  settle: [
    {
      command: "pktwhy snapshot -o state.json",
      because: text("shows whether any interface there has 192.168.2.1", "就能知道那里有没有接口配置了 192.168.2.1"),
    },
  ],
  fixes: [
    {
      command: "sudo ip netns exec net1 ip addr add 192.168.2.1/24 broadcast 192.168.2.255 label veth1:ping dev veth1",
      effect: text(
        "gives veth1 the address; where both ends share one namespace, accept_local is needed too, see accept-local-off",
        "把地址配到 veth1 上；如果两端在同一个命名空间里，还需要 accept_local，见 accept-local-off",
      ),
    },
    { command: "", effect: text("or ping an address that is there", "或者改为 ping 一个存在的地址") },
  ],
  lookalikes: ["accept-local-off", "rp-filter-arp", "arp-ignore-1", "arp-filter", "wrong-netmask"],
  search: ["no ARP reply", "incomplete", "Destination Host Unreachable", "ARP 没有应答", "ARP 请求无响应", "ping 不通"],
};

const steps: readonly Omit<ReportStep, "n">[] = [
  {
    netns: "",
    interface: null,
    direction: null,
    time: null,
    basis: "state",
    text: text("to 192.168.2.1: on-link, dev veth0", "去 192.168.2.1：直连，走 veth0"),
    frames: [],
    state: [
      { netns: "", key: "route", line: "192.168.2.0/24 dev veth0 proto kernel scope link src 192.168.2.11" },
      { netns: "", key: "rule", line: "32766: from all lookup main" },
      { netns: "", key: "rule", line: "0: from all lookup local" },
    ],
  },
  {
    netns: "",
    interface: "veth0",
    direction: "out",
    time: START,
    basis: "seen",
    text: text(
      "ARP who-has 192.168.2.1, tell 192.168.2.11 (3 times)",
      "ARP 请求：谁是 192.168.2.1？请告诉 192.168.2.11（共 3 次）",
    ),
    frames: [frame(veth0, 1, 0n), frame(veth0, 2, 1_000_000_000n), frame(veth0, 3, 2_000_000_000n)],
    state: [],
  },
  {
    netns: "net1",
    interface: `veth1${ESCAPE}`,
    direction: "in",
    time: START + 6_000n,
    basis: "seen",
    text: text("the same frame, through the pair", "同一个帧，从这一对的另一端出来"),
    frames: [frame(veth1, 1, 6_000n)],
    state: [],
  },
  {
    netns: "net1",
    interface: null,
    direction: null,
    time: null,
    basis: "inferred",
    text: text("veth1 hands it to the stack", "veth1 把它交给协议栈"),
    frames: [],
    state: [],
  },
  {
    netns: "",
    interface: "lo",
    direction: "in",
    time: START + 3_060_000_000n,
    basis: "out-of-view",
    text: text(
      '"host unreachable", from this host to itself: what ping prints, and it is a sentence long enough to be wrapped',
      "本机发给自己的“主机不可达”：ping 打印的就是它，这句话长到需要折行，而且不能在标点之前断开，否则不好看",
    ),
    frames: [],
    state: [],
  },
  {
    netns: "net1",
    interface: "veth1",
    direction: "out",
    time: null,
    basis: "missing",
    text: text("no ARP reply", "没有 ARP 应答"),
    frames: [],
    state: [],
  },
];

function input(vantage: Vantage): InputSummary {
  return {
    vantage,
    format: "pcap",
    linkType: "EN10MB",
    packets: 12,
    explained: 10,
    otherProtocols: new Map([["ipv6", 2]]),
    droppedByKernel: vantage.id === 0 ? 0 : null,
    snapLength: 262144,
    from: START,
    to: START + 3_060_000_000n,
    filter: null,
    timeSource: "kernel",
    problems: [],
  };
}

/** One failed ping with everything a report can hold, and a second flow that worked. */
export const sample: Report = {
  answer: { verdict: "failed", code: finding.code, certainty: finding.certainty, flow: 1, headline: finding.headline },
  command: { argv: ["ping", "-c", "4", "192.168.2.1"], exitCode: 1, output: null },
  inputs: [input(veth0), input(veth1)],
  flows: [
    {
      flow: flow({ requests: 4, replies: 0, rttMs: null, errors: 3 }),
      verdict: "failed",
      findings: [
        finding,
        {
          ...finding,
          code: "host-unreachable-is-local",
          severity: "note",
          headline: text(
            '"Destination Host Unreachable" is this host speaking to itself',
            "“Destination Host Unreachable”是本机发给自己的",
          ),
        },
      ],
      steps: steps.map((step, index) => ({ n: index + 1, ...step })),
      drawing: {
        places: [
          { name: "veth0", detail: "192.168.2.11/24" },
          { name: "net1:veth1", detail: "10.0.0.1/24 10.0.0.2/24" },
          { name: "lo", detail: "" },
        ],
        lines: [
          { from: 0, to: 1, label: text("ARP who-has", "ARP 请求"), end: "dies" },
          { from: 1, to: 0, label: text("ARP reply", "ARP 应答"), end: "arrives" },
          { from: 2, to: 2, label: text("host unreachable", "主机不可达"), end: "arrives" },
          { from: 0, to: 2, label: text("echo request", "echo request"), end: "arrives" },
        ],
      },
    },
    {
      flow: flow({ id: 2, netns: "net1", duplicates: 1 }),
      verdict: "worked",
      findings: [
        { ...finding, code: "reply-via-lo", severity: "note", headline: text("reply looped via lo", "应答经 lo 返回") },
      ],
      steps: [],
      drawing: null,
    },
  ],
  notes: [text("The captures were taken one after another.", "这些抓包是先后抓取的。")],
  problems: [
    {
      kind: "cut-off",
      severity: "warning",
      place: "veth0.pcap",
      text: text(
        "veth0.pcap is cut off at byte 1234. Copy it again.",
        "veth0.pcap 在第 1234 字节处被截断。请重新复制。",
      ),
    },
  ],
};

/** A report in which there was nothing to explain. */
export const empty: Report = { ...sample, answer: null, command: null, flows: [], notes: [], problems: [] };
