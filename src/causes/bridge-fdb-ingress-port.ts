// The table places the destination behind the port the frame came in by, so it is sent nowhere.

import { defineCause, inNamespace } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** No way back out of the input port without hairpin. */
export const cause = defineCause({
  code: "bridge-fdb-ingress-port",
  severity: "problem",
  marks: {
    drop: [{ reason: "NOT_SPECIFIED", at: ["br_handle_frame_finish"], settles: "kind" }],
    counters: [],
    decides: ["bridge"],
  },
  title: text("the bridge holds the target behind the port the frame came in by", "网桥认为目标就在帧进来的端口后面"),
  headline: ({ bridge, inInterface }) => {
    const where = [bridge, inInterface].filter((part) => part !== undefined);
    return text(
      `the bridge holds the target behind the port the frame came in by${where.length === 0 ? "" : ` (${where.join(", ")})`}`,
      `网桥认为目标就在帧进来的端口后面${where.length === 0 ? "" : `（${where.join("，")}）`}`,
    );
  },
  summary: ({ bridge, inInterface, target }) =>
    text(
      `The frame for ${target ?? "the target"} comes in by ${inInterface ?? "a port"} of ${bridge ?? "the bridge"}, whose table says that its destination MAC is behind that very port. A bridge does not send a frame back where it came from, so it is dropped and is seen on no other port.`,
      `发往 ${target ?? "目标"} 的帧从 ${bridge ?? "网桥"} 的 ${inInterface ?? "某个端口"} 进来，而转发表说目的 MAC 就在这个端口后面。网桥不会把帧从原路送回，于是丢弃，其他端口都看不到。`,
    ),
  why: () =>
    text(
      "What is behind the input port has seen the frame already; only hairpin mode sends it back out.",
      "入端口后面的设备本来就见过这个帧；只有 hairpin 模式才会把它发回去。",
    ),
  fixes: ({ bridge, inInterface, mac }, netns) => [
    {
      edits: [{ kind: "fdb", netns, verb: "del", mac: mac ?? "MAC", device: inInterface ?? "PORT", master: true }],
      effect: text(
        "deletes the wrong entry; the bridge learns anew from the next frame of its owner",
        "删除错误的表项；主人下次发帧时网桥会重新学习",
      ),
    },
    {
      edits: [{ kind: "bridge-port", netns, device: inInterface ?? "PORT", flags: { hairpin: true } }],
      effect: text(
        "only where several machines really are behind this port (a reflective relay)",
        "仅当这个端口后面确实有多台机器（反射式转发）时使用",
      ),
    },
    {
      advice: inNamespace(netns, `bridge fdb show br ${bridge ?? "br0"}`),
      effect: text("shows the table, with what is static or permanent", "查看转发表，包括 static 或 permanent 的表项"),
    },
  ],
  settle: ({ bridge }, netns) => [
    {
      command: inNamespace(netns, `bridge fdb show br ${bridge ?? "br0"}`),
      because: text("the destination MAC at the input port is this", "目的 MAC 的端口就是入端口，就是这个原因"),
    },
  ],
  faults: ({ netns, role, inInterface, frameTo: mac }) =>
    role === "switch" && inInterface !== null && mac !== null
      ? [
          [
            {
              kind: "fdb",
              netns,
              verb: "replace",
              mac,
              device: inInterface,
              master: true,
              state: "static",
              sticky: true,
            },
          ],
        ]
      : [],
  lookalikes: ["echo-no-reply", "bridge-port-locked", "bridge-fdb-wrong-port", "duplicate-mac", "bridge-loop"],
  search: [
    "bridge hairpin mode",
    "bridge fdb same port drop",
    "container cannot reach itself through service hairpin",
    "网桥 hairpin",
    "发夹模式",
    "fdb 表项 入端口",
  ],
  page: () => ({
    meaning: text(
      "Either the table is wrong (a static entry, a MAC seen at two ports), or two machines behind one port rely on the bridge to reflect their frames, which it does only in hairpin mode.",
      "要么转发表错了（静态表项，或同一 MAC 出现在两个端口），要么同一端口后面的两台机器指望网桥把帧反射回去，而这只在 hairpin 模式下才行。",
    ),
    evidence: text(
      "Packets: the frame on the input port only. State: the FDB entry of the destination names the input port, hairpin off. Kernel: NOT_SPECIFIED at br_handle_frame_finish.",
      "报文：只在入端口上有帧。状态：目的 MAC 的 FDB 表项就是入端口，hairpin off。内核：br_handle_frame_finish 处的 NOT_SPECIFIED。",
    ),
    tellApart: text(
      "bridge-port-locked: the same event, decided by the source. bridge-fdb-wrong-port: the frame does leave, elsewhere.",
      "bridge-port-locked：事件相同，但由源 MAC 决定。bridge-fdb-wrong-port：帧确实出去了，只是去了别处。",
    ),
    kernel: "should_deliver: skb->dev != p->dev || BR_HAIRPIN_MODE; br_handle_frame_finish: kfree_skb",
  }),
  scenario: "bridge-fdb-ingress-port",
  negativeTwin: "bridge-fdb-wrong-port",
});
