// Drop reasons of the kernel in words: what each says of a packet, and no more.

import { type Text, text, verbatim } from "../model/text.ts";
import type { KernelDrop, Untraced } from "./event.ts";

// enum skb_drop_reason, as `kfree_skb` prints its names; those that ARP, IPv4 and ICMP can meet.
const REASONS: ReadonlyMap<string, Text> = new Map(
  Object.entries({
    IP_RPFILTER: text("reverse-path filter", "反向路径过滤"),
    IP_LOCAL_SOURCE: text("its source is this host's own address", "源地址是本机自己的地址"),
    IP_INVALID_SOURCE: text("its source is no unicast address", "源地址不是单播地址"),
    IP_LOCALNET: text("a loopback address on a wire", "线路上出现环回地址"),
    IP_INVALID_DEST: text("its destination is invalid", "目的地址无效"),
    NETFILTER_DROP: text("a firewall rule or policy", "防火墙规则或默认策略"),
    OTHERHOST: text("its MAC address is another host's", "目的 MAC 地址是别的主机"),
    IP_INADDRERRORS: text("not for this host, and forwarding is off", "不是发给本机的，而且没有开启转发"),
    IP_INNOROUTES: text("no route to forward it by", "没有可供转发的路由"),
    IP_OUTNOROUTES: text("no route to send it by", "没有可供发送的路由"),
    IP_INHDR: text("its IPv4 header: TTL used up, or malformed", "IPv4 头部的问题：TTL 用尽或格式有误"),
    IP_CSUM: text("bad IPv4 checksum", "IPv4 校验和错误"),
    ICMP_CSUM: text("bad ICMP checksum", "ICMP 校验和错误"),
    PKT_TOO_BIG: text("too big for the next link, and not to be fragmented", "超过下一跳链路的 MTU，又不许分片"),
    PKT_TOO_SMALL: text("shorter than its header says", "比头部声明的长度短"),
    INVALID_PROTO: text("an ICMP message that is not taken here", "此处不接受的 ICMP 报文"),
    NO_SOCKET: text("no socket waits for it", "没有等待它的套接字"),
    NEIGH_FAILED: text("nobody answered the ARP requests for its next hop", "下一跳的 ARP 请求没有人应答"),
    NEIGH_QUEUEFULL: text("too many packets waited for that MAC address", "等待该 MAC 地址的报文太多"),
    NEIGH_CREATEFAIL: text("no room for a neighbour entry", "无法新建邻居表项"),
    NEIGH_DEAD: text("its neighbour entry was going away", "邻居表项正在删除"),
    QUEUE_PURGE: text("its queue was emptied", "所在队列被清空"),
    QDISC_DROP: text("the interface's queue does not take it", "接口的发送队列不接收它"),
    TC_INGRESS: text("a tc filter on the way in", "入方向的 tc 过滤器"),
    TC_EGRESS: text("a tc filter on the way out", "出方向的 tc 过滤器"),
    XDP: text("an XDP program", "XDP 程序"),
    XFRM_POLICY: text("an IPsec policy", "IPsec 策略"),
    UNICAST_IN_L2_MULTICAST: text("a unicast packet in a broadcast frame", "广播帧里的单播报文"),
    BRIDGE_INGRESS_STP_STATE: text("the bridge port does not forward in its state", "网桥端口在当前状态下不转发"),
    FRAG_REASM_TIMEOUT: text("its other fragments did not come in time", "其余分片没有及时到达"),
    DEV_READY: text("the interface is not ready", "接口没有就绪"),
    CPU_BACKLOG: text("too many packets waited for this CPU", "等待该 CPU 处理的报文太多"),
    FULL_RING: text("the ring is full", "环形队列已满"),
    NOMEM: text("no memory", "内存不足"),
    PROTO_MEM: text("no memory left for the protocol", "协议内存不足"),
    SOCKET_FILTER: text("a filter of the socket", "套接字上的过滤器"),
    SOCKET_RCVBUFF: text("the socket's buffer is full", "套接字缓冲区已满"),
    BPF_CGROUP_EGRESS: text("a BPF program of its control group", "控制组上的 BPF 程序"),
    SECURITY_HOOK: text("a security module", "安全模块"),
    NO_TX_TARGET: text("no bridge port and no tunnel end to send it to", "没有可发往的网桥端口或隧道对端"),
    LOCAL_MAC: text("it bears a MAC address of this host as sender", "源 MAC 地址是本机的"),
    MAC_INVALID_SOURCE: text("its sender's MAC address is invalid", "源 MAC 地址无效"),
    ARP_PVLAN_DISABLE: text("proxy ARP within one interface is off", "没有开启同一接口内的代理 ARP"),
    NOT_SPECIFIED: text("the kernel names no reason here", "内核在此处不说明原因"),
    SOCKET_CLOSE: text("its socket was closed", "套接字已关闭"),
    PFMEMALLOC: text("it sits in memory kept for emergencies", "它占用的是应急内存"),
    NEIGH_HH_FILLFAIL: text("no link header could be made for its neighbour", "无法为邻居生成链路层头部"),
    QDISC_OVERLIMIT: text("the interface's queue is full", "接口的发送队列已满"),
    QDISC_CONGESTED: text("the interface's queue is held short", "接口的发送队列在主动控制长度"),
    FQ_FLOW_LIMIT: text("too many packets of one flow in the queue (fq)", "队列中同一条流的报文太多（fq）"),
    FQ_BAND_LIMIT: text("one priority band of the queue is full (fq)", "队列中某个优先级已满（fq）"),
    FQ_HORIZON_LIMIT: text("its time to be sent is too far ahead (fq)", "它的发送时间太晚（fq）"),
    CAKE_FLOOD: text("its flow does not slow down (cake)", "它所在的流没有减速（cake）"),
    DUALPI2_STEP_DROP: text("it waited too long in the queue (dualpi2)", "它在队列中等得太久（dualpi2）"),
    UNHANDLED_PROTO: text("nothing here takes this protocol", "此处没有处理该协议的模块"),
    SKB_CSUM: text("its checksum could not be computed", "无法计算它的校验和"),
    DEV_HDR: text("the device's own header is invalid", "设备自己的头部无效"),
    HDR_TRUNC: text("its header is cut off", "头部不完整"),
    TAP_FILTER: text("a filter of the tap device", "tap 设备上的过滤器"),
    TAP_TXFILTER: text(
      "its MAC address is not among those that the tap device takes",
      "tap 设备不接收发往该 MAC 地址的帧",
    ),
    DUP_FRAG: text("this part of the packet was there already", "报文的这一部分已经收到过"),
    FRAG_TOO_FAR: text("too many other fragments of this sender came between", "期间该发送方的其他分片太多"),
    TC_COOKIE_ERROR: text("tc lost track of its own filters", "tc 找不到自己的过滤器状态"),
    TC_CHAIN_NOTFOUND: text("a tc filter sends it to a chain that is not there", "tc 过滤器转到的链不存在"),
    TC_RECLASSIFY_LOOP: text("tc filters send it in a circle", "tc 过滤器之间形成循环"),
    PACKET_SOCK_ERROR: text("a capture could not take its copy", "抓包程序没有接收它的副本"),
    VXLAN_INVALID_HDR: text("its VXLAN header is invalid", "VXLAN 头部无效"),
    VXLAN_VNI_NOT_FOUND: text("no VXLAN interface has its network number (VNI)", "没有使用该 VNI 的 VXLAN 接口"),
    VXLAN_ENTRY_EXISTS: text("its sender is a fixed entry of another tunnel end", "发送方已是另一隧道端点的固定表项"),
    IP_TUNNEL_ECN: text("its congestion marks contradict the tunnel's", "内外层的 ECN 标记矛盾"),
    TUNNEL_TXINFO: text("it does not say to which tunnel end it goes", "没有指明要发往哪个隧道端点"),
    RECURSION_LIMIT: text("its interfaces stand on each other in a circle", "接口相互叠加，形成循环"),
  }),
);

/** `IP_RPFILTER (reverse-path filter) at ip_rcv_finish_core`; a reason without words of ours stays a name. */
export function dropWords({ reason, location }: Pick<KernelDrop, "reason" | "location">): Text {
  const known = reason === null ? undefined : REASONS.get(reason);
  const name = reason === null ? text("without a reason", "没有给出原因") : verbatim(reason);
  const why = known ? text(`${name.en} (${known.en})`, `${name.zh}（${known.zh}）`) : name;
  return location === null ? why : text(`${why.en} at ${location}`, `${why.zh}，位于 ${location}`);
}

const UNTRACED: Readonly<Record<Untraced, Text>> = {
  "not-asked": text("it was not asked for (--no-kernel-events)", "没有要求记录（--no-kernel-events）"),
  "no-tracefs": text("this kernel has no tracefs", "当前内核没有 tracefs"),
  "not-mounted": text(
    "tracefs is not mounted (sudo mount -t tracefs nodev /sys/kernel/tracing)",
    "tracefs 没有挂载（sudo mount -t tracefs nodev /sys/kernel/tracing）",
  ),
  "no-permission": text("tracefs may not be used by this user (sudo)", "当前用户无权使用 tracefs（sudo）"),
  "no-instance": text("tracefs makes no buffer of its own for us", "tracefs 无法为本工具单独建立缓冲区"),
  "no-event": text("this kernel has no event skb:kfree_skb", "当前内核没有 skb:kfree_skb 事件"),
  "no-clock": text("the clock of tracefs could not be compared with ours", "无法将 tracefs 的时钟与系统时钟对应"),
};

/** One sentence. */
export function untracedWords(because: Untraced): Text {
  const why = UNTRACED[because];
  return text(
    `What the kernel itself says of drops was not recorded: ${why.en}.`,
    `没有记录内核自己对丢包的说明：${why.zh}。`,
  );
}
