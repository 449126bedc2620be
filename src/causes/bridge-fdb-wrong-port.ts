// The forwarding table sends the frame to a port behind which the target is not.

import { defineCause, inNamespace } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** A wrong FDB entry. */
export const cause = defineCause({
  code: "bridge-fdb-wrong-port",
  severity: "problem",
  marks: {
    drop: [{ reason: "OTHERHOST", settles: "cause" }],
    counters: [{ name: "rx_otherhost_dropped", of: "interface", at: "end", always: false, sometimes: true }],
    decides: ["bridge"],
  },
  title: text("the bridge's table names the wrong port", "网桥转发表指向了错误的端口"),
  headline: ({ bridge, mac }) => {
    const where = [bridge, mac].filter((part) => part !== undefined);
    return text(
      `the bridge's table names the wrong port${where.length === 0 ? "" : ` (${where.join(", ")})`}`,
      `网桥转发表指向了错误的端口${where.length === 0 ? "" : `（${where.join("，")}）`}`,
    );
  },
  summary: ({ bridge, mac, target, inInterface }) =>
    text(
      `The frame for ${target ?? "the target"} is addressed to ${mac ?? "the right MAC address"}, but the forwarding table of ${bridge ?? "the bridge"} holds that address behind another port. So it comes out at ${inInterface ?? "another machine"}, which ignores it as somebody else's. ARP works, because broadcasts go to all ports.`,
      `发往 ${target ?? "目标"} 的帧，目的 MAC 是 ${mac ?? "正确的"}，但 ${bridge ?? "网桥"} 的转发表认为这个 MAC 在别的端口后面。于是帧到了 ${inInterface ?? "另一台机器"}，被当作别人的帧忽略。ARP 是通的，因为广播会发到所有端口。`,
    ),
  why: () =>
    text(
      "A known unicast goes to the one port of its entry; a sticky entry, or one on a bridge without learning, does not move when the owner talks elsewhere.",
      "已知单播只发往表项所指的端口；sticky 表项（或关闭了学习）不会因为主人在别处发言而移动。",
    ),
  fixes: ({ bridge, mac, port }, netns) => [
    {
      edits: [{ kind: "fdb", netns, verb: "del", mac: mac ?? "MAC", device: port ?? "PORT", master: true }],
      effect: text(
        "deletes the wrong entry; the bridge learns anew from the next frame of its owner",
        "删除错误表项；主人下次发帧时网桥会重新学习",
      ),
    },
    {
      advice: inNamespace(netns, `bridge fdb show br ${bridge ?? "br0"}`),
      effect: text(
        `shows the port of ${mac ?? "the MAC address"} and whether the entry is static or sticky`,
        `查看 ${mac ?? "该 MAC"} 在哪个端口，表项是 static 还是 sticky`,
      ),
    },
  ],
  settle: ({ bridge }, netns) => [
    {
      command: inNamespace(netns, `bridge fdb show br ${bridge ?? "br0"}`),
      because: text(
        "the port of the target's MAC against the port the target is really on",
        "把目标 MAC 的端口与目标实际所在端口对比",
      ),
    },
  ],
  faults: ({ netns, role, bridge, otherPort, frameTo: mac }) => {
    if (role !== "switch" || bridge === null || mac === null) return [];
    if (otherPort === null) return [[{ kind: "listener", netns, bridge, mac }]];
    return [
      [{ kind: "fdb", netns, verb: "replace", mac, device: otherPort, master: true, state: "static", sticky: true }],
    ];
  },
  lookalikes: [
    "echo-no-reply",
    "duplicate-mac",
    "bridge-fdb-local-mac",
    "bridge-fdb-ingress-port",
    "br-netfilter-drop",
    "neigh-wrong-mac",
  ],
  search: [
    "bridge fdb static wrong port",
    "bridge fdb sticky",
    "ARP works but ping does not on bridge",
    "网桥 fdb 表错误",
    "MAC 表指向错误端口",
    "ARP 通 ping 不通 网桥",
  ],
  page: () => ({
    meaning: text(
      "The bridge believes a MAC address behind the wrong port: an entry made by hand, left over after a move, or held fast by `sticky`.",
      "网桥认为某个 MAC 在错误的端口后面：手工加的表项、迁移后残留的表项，或者被 `sticky` 固定。",
    ),
    evidence: text(
      "Packets: the echo request leaves by another port than the ARP reply came in by. State: `bridge fdb`, static or sticky. Kernel: OTHERHOST at ip_rcv_core on the wrong host, and rx_otherhost_dropped of its interface.",
      "报文：echo 请求离开的端口，与 ARP 应答进来的端口不同。状态：`bridge fdb`，static 或 sticky。内核：错误主机上 ip_rcv_core 处的 OTHERHOST，其接口的 rx_otherhost_dropped 增长。",
    ),
    tellApart: text(
      "duplicate-mac: the entry is dynamic and moves with each talker. bridge-fdb-local-mac: the frame goes up to the bridge. br-netfilter-drop: the frame goes to no port.",
      "duplicate-mac：表项是动态的，谁说话就移到谁那里。bridge-fdb-local-mac：帧交给了网桥自己。br-netfilter-drop：帧没有到任何端口。",
    ),
    kernel: "br_handle_frame_finish: br_fdb_find_rcu(dest) → br_forward(dst->dst)",
  }),
  scenario: "bridge-fdb-wrong-port",
  negativeTwin: "duplicate-mac",
});
