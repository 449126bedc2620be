// What --why tells, as labelled lists of sentences: pings, walks, which one was chosen and why, and what was checked.

import type { Breach } from "../../model/breach.ts";
import { type Text, text } from "../../model/text.ts";
import type { BranchEnd, Leg } from "../../model/trace.ts";
import type {
  Misfit,
  RepairVerdict,
  WhyAttempt,
  WhyBound,
  WhyBranch,
  WhyChecked,
  WhyChosen,
  WhyEnd,
  WhyEntry,
  WhyRepair,
  WhySight,
  WhyState,
  WhyWalk,
  WhyWay,
} from "../../model/why.ts";
import { FULL, type Level, type Part, SHORT, USUAL } from "./document.ts";
import { framesOf } from "./frames.ts";
import { spansOf } from "./spans.ts";
import type { Voice } from "./voice.ts";

// A list under one label.
interface WhyList {
  readonly label: Text;
  readonly items: readonly WhyItem[];
}

// A sentence with what belongs to it.
interface WhyItem {
  /** At which levels it is shown, if not always. */
  readonly levels?: readonly Level[];
  readonly said: Text;
  readonly details: readonly Text[];
}

const LABEL = {
  attempt: text("Asked", "发起"),
  walk: text("Walks", "推演"),
  chosen: text("Chosen", "选定"),
  repair: text("Repairs", "修复"),
  bound: text("Limits", "上限"),
  checked: text("Checked", "核对"),
};

function isTaken(entry: WhyEntry): boolean {
  return entry.kind === "repair" && entry.verdict === "chosen";
}

// In the order in which a search goes, but for the repair that was taken; entries of one kind stand together.
function whyLists(entries: readonly WhyEntry[]): WhyList[] {
  const of = <T extends WhyEntry>(kind: T["kind"] & keyof typeof LABEL, item: (entry: T) => WhyItem): WhyList => ({
    label: LABEL[kind],
    items: [...entries.filter(isTaken), ...entries.filter((entry) => !isTaken(entry))]
      .filter((entry): entry is T => entry.kind === kind)
      .map(item),
  });
  return [
    of<WhyAttempt>("attempt", attemptItem),
    of<WhyWalk>("walk", walkItem),
    of<WhyChosen>("chosen", chosenItem),
    firstOf(of<WhyRepair>("repair", repairItem)),
    of<WhyBound>("bound", boundItem),
    of<WhyChecked>("checked", checkedItem),
  ].filter(({ items }) => items.length > 0);
}

// Of many repairs that came to nothing the first few tell enough.
function firstOf(list: WhyList): WhyList {
  const rest = list.items.length - MOST_REPAIRS;
  if (rest <= 0) return list;
  const more = text(`… and ${rest} more (-v shows them all)`, `……另有 ${rest} 个（加 -v 可全部显示）`);
  const items = list.items.map((item, at): WhyItem => (at < MOST_REPAIRS ? item : { ...item, levels: FULL }));
  return { ...list, items: [...items, { said: more, details: [], levels: SHORT }] };
}

const MOST_REPAIRS = 8;

/** How the answer was found, one list after the other. */
export function whyParts(voice: Voice, entries: readonly WhyEntry[]): Part[] {
  return whyLists(entries).map(({ label, items }) => ({
    kind: "list",
    levels: USUAL,
    asked: true,
    label: voice.say(label),
    items: items.map(({ said, details, levels = USUAL }) => ({
      levels,
      spans: spansOf(voice.say(said)),
      details: details.map((one) => spansOf(voice.say(one))),
    })),
  }));
}

const ORIGINS: Readonly<Record<WhyAttempt["origin"], Text>> = {
  command: text("by its command line", "依据命令行"),
  packets: text("as the packets show it", "依据报文"),
  asked: text("as asked", "依据所给的参数"),
};

function attemptItem({ n, netns, destination, source, outInterface, origin }: WhyAttempt): WhyItem {
  const bound = [source, outInterface].filter((one) => one !== null).join(", ");
  const [en, zh] = [
    [
      `a ping of ${destination}`,
      ...(netns === "" ? [] : [`from ${netns}`]),
      ...(bound === "" ? [] : [`bound to ${bound}`]),
    ],
    [`ping ${destination}`, ...(netns === "" ? [] : [`发自 ${netns}`]), ...(bound === "" ? [] : [`绑定 ${bound}`])],
  ];
  return {
    said: text(`${n}. ${en.join(" ")}, ${ORIGINS[origin].en}`, `${n}. ${zh.join("，")}（${ORIGINS[origin].zh}）`),
    details: [],
  };
}

function walkItem(walk: WhyWalk): WhyItem {
  const { n, attempt, failedOnly, seen, missing, unforeseen, against } = walk;
  const [by, end] = [stateWords(walk.state), endWords(walk.end)];
  const ping =
    attempt === null
      ? text("from where it came in", "从报文进来的地方开始")
      : text(`ping ${attempt}`, `第 ${attempt} 个 ping`);
  const part = failedOnly ? text(", held against what failed", "，只与失败的请求对照") : text("", "");
  const verdict = seen === null ? text("", "") : verdictWords(against);
  const said = text(
    `${n}. ${ping.en}, ${by.en}${part.en}: ${end.en.replace(/(?<![.?])$/, ".")}${verdict.en}`,
    `${n}. ${ping.zh}，${by.zh}${part.zh}：${end.zh.replace(/(?<![。？])$/, "。")}${verdict.zh}`,
  );
  const tree = [listOf(text("way", "路径"), walk.ways.map(wayWords)), ...walk.branches.map(branchWords)];
  const details = [
    ...tree,
    seen === null ? null : listOf(text("seen", "已看到"), seen.map(sightWords)),
    listOf(text("missing", "缺少"), missing.map(sightWords)),
    unforeseen.length === 0 ? null : namedFrames(framesOf(unforeseen)),
  ];
  return { said, details: details.flatMap((one) => one ?? []) };
}

const LEGS: Readonly<Record<Leg, Text>> = {
  request: text("echo request", "echo request"),
  "arp-request": text("ARP request", "ARP 请求"),
  "arp-reply": text("ARP reply", "ARP 应答"),
  reply: text("echo reply", "echo reply"),
  error: text("ICMP error", "ICMP 差错"),
  "reply-arp-request": text("ARP request", "ARP 请求"),
  "reply-arp-reply": text("ARP reply", "ARP 应答"),
};

function wayWords({ leg, places }: WhyWay): Text {
  return text(`${LEGS[leg].en} ${places.join(" > ")}`, `${LEGS[leg].zh} ${places.join(" > ")}`);
}

function branchWords({ n, of, ways, end }: WhyBranch): Text {
  const off = of === 0 ? text("", "") : text(` of copy ${of}`, `（第 ${of} 份的副本）`);
  const [way, ended] = [ways.map(wayWords), branchEnd(end)];
  return text(
    `copy ${n}${off.en}: ${way.map(({ en }) => en).join("; ")}: ${ended.en}`,
    `第 ${n} 份${off.zh}：${way.map(({ zh }) => zh).join("；")}：${ended.zh}`,
  );
}

function branchEnd(end: BranchEnd): Text {
  switch (end.kind) {
    case "answers":
      return text("answered there too", "那里也会应答");
    case "silent":
      return text(`nothing is said there (${end.code})`, `那里不作声（${end.code}）`);
    case "lost":
      return text(`it ends there (${end.code})`, `到此为止（${end.code}）`);
    case "ignored":
      return text("addressed to another host", "目的 MAC 属于别的主机");
    case "exits":
      return text("it leaves the known network", "离开已知的网络");
    case "open":
      return text("the state does not say what becomes of it", "状态说明不了它的去向");
  }
}

function namedFrames(frames: string): Text {
  return text(`not foreseen: ${frames}`, `预料之外：${frames}`);
}

function listOf(name: Text, items: readonly Text[]): Text | null {
  if (items.length === 0) return null;
  return text(
    `${name.en}: ${items.map(({ en }) => en).join("; ")}`,
    `${name.zh}：${items.map(({ zh }) => zh).join("；")}`,
  );
}

function stateWords({ kind, setting }: WhyState): Text {
  if (kind === "before") return text("by the state", "按状态");
  if (kind === "after") return text("by the state after the run", "按运行之后的状态");
  return setting === null
    ? text("with the kernel's defaults for what nobody showed", "没有给出的设置取内核默认值")
    : text(`with ${setting} assumed`, `假定 ${setting}`);
}

function endWords(end: WhyEnd): Text {
  switch (end.kind) {
    case "answered":
      return text("it is answered", "得到应答");
    case "stopped": {
      const place = [end.netns, end.interface].filter((one) => one !== null && one !== "").join(":");
      return place === ""
        ? text(`it stops with ${end.code}`, `止于 ${end.code}`)
        : text(`it stops with ${end.code} at ${place}`, `在 ${place} 止于 ${end.code}`);
    }
    case "open":
      return text(`it stays open: ${end.question.en}`, `不能确定：${end.question.zh}`);
    case "exits": {
      const place = end.netns === "" ? end.interface : `${end.netns}:${end.interface}`;
      return text(`it leaves the known network by ${place}`, `从 ${place} 离开已知的网络`);
    }
  }
}

const MISFITS: Readonly<Record<Misfit, Text>> = {
  unforeseen: text("packets were seen that it does not foresee", "看到了它预料之外的报文"),
  "addressed-otherwise": text("the frames went to another MAC address", "帧发往了另一个 MAC 地址"),
  "ends-otherwise": text("the ping ended otherwise", "ping 的结局不同"),
  missing: text("what it foresees was not seen where somebody looked", "有人观察的地方没有看到它预料的报文"),
  "printed-otherwise": text("ping printed something else", "ping 的输出不同"),
  open: text("the state does not say how it ends", "状态说明不了结局"),
};

function verdictWords(against: Misfit | null): Text {
  if (against === null) return text(" It fits.", "相符。");
  return text(` It does not fit: ${MISFITS[against].en}.`, `不符：${MISFITS[against].zh}。`);
}

const PACKETS: Readonly<Record<WhySight["packet"], Text>> = {
  "arp-request": text("ARP request", "ARP 请求"),
  "arp-reply": text("ARP reply", "ARP 应答"),
  "echo-request": text("echo request", "echo request"),
  "echo-reply": text("echo reply", "echo reply"),
  "icmp-error": text("ICMP error", "ICMP 差错"),
  transport: text("TCP or UDP packet", "TCP 或 UDP 报文"),
};

function sightWords({ netns, interface: name, direction, packet, frames }: WhySight): Text {
  const place = netns === "" ? name : `${netns}:${name}`;
  const shown = frames.length === 0 ? "" : ` [${framesOf(frames)}]`;
  return text(
    `${PACKETS[packet].en} ${direction === "out" ? "out of" : "into"} ${place}${shown}`,
    `${place} ${direction === "out" ? "发出" : "收到"} ${PACKETS[packet].zh}${shown}`,
  );
}

function chosenItem({ walk, because }: WhyChosen): WhyItem {
  const said =
    walk === null
      ? text(`no walk: ${because.en}`, `没有选用推演：${because.zh}`)
      : text(`walk ${walk}: ${because.en}`, `第 ${walk} 次推演：${because.zh}`);
  return { said, details: [] };
}

const VERDICTS: Readonly<Record<RepairVerdict, Text>> = {
  chosen: text("taken: the cheapest that answers the ping", "采用：能让 ping 有应答的修复中代价最小"),
  answers: text("would do as well, and costs more", "同样有效，但代价更大"),
  further: text("not enough by itself", "单靠它还不够"),
  unproven: text("not proven", "无法验证"),
  "no-use": text("refused: it makes no difference", "不采用：没有作用"),
  "other-host": text("refused: the host that answers does not own the address", "不采用：应答的主机并不拥有该地址"),
  breaks: text(
    "refused: a ping between other hosts would no longer work",
    "不采用：其他主机之间原来通的 ping 会因此中断",
  ),
  harmful: text("refused without a walk: it harms whatever it achieves", "不采用，也不推演：无论效果如何都有害"),
};

function repairItem({ command, end, verdict }: WhyRepair): WhyItem {
  if (end === null)
    return {
      said: text(`\`${command}\`: ${VERDICTS[verdict].en}`, `\`${command}\`：${VERDICTS[verdict].zh}`),
      details: [],
    };
  const then = endWords(end);
  return {
    said: text(
      `\`${command}\`: ${then.en.replace(/[.?]$/, "")}; ${VERDICTS[verdict].en}`,
      `\`${command}\`：${then.zh.replace(/[。？]$/, "")}；${VERDICTS[verdict].zh}`,
    ),
    details: [],
  };
}

function boundItem({ search, walks }: WhyBound): WhyItem {
  const said =
    search === "repair"
      ? text(`the search for a repair was ended after ${walks} walks`, `搜索修复在推演 ${walks} 次后停止`)
      : text(`of the ways that the state leaves, ${walks} were walked`, `状态留下的多条路中只推演了 ${walks} 条`);
  return { said, details: [] };
}

const RULES: Readonly<Record<Breach["rule"], Text>> = {
  hop: text("hops", "逐跳顺序"),
  place: text("places", "位置"),
  sighting: text("sightings", "报文归属"),
  time: text("times", "时间顺序"),
  quote: text("quoted lines", "引用的状态"),
};

function checkedItem({ breaches }: WhyChecked): WhyItem {
  const rules = Object.values(RULES);
  const all = text(rules.map(({ en }) => en).join(", "), rules.map(({ zh }) => zh).join("、"));
  if (breaches.length === 0) return { said: text(`${all.en}: all hold`, `${all.zh}：全部符合`), details: [] };
  return {
    said: text(
      `${breaches.length === 1 ? "one rule does" : `${breaches.length} rules do`} not hold, an error of this program:`,
      `有 ${breaches.length} 处不符合规则，是本程序的错误：`,
    ),
    details: breaches.map(({ rule, text: said }) =>
      text(`${RULES[rule].en}: ${said.en}`, `${RULES[rule].zh}：${said.zh}`),
    ),
  };
}
