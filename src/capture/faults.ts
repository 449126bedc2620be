// The sentences for what can go wrong with a live capture: what, where, and the command that mends it.

import { guessOf } from "../model/nearest.ts";
import type { Problem } from "../model/problem.ts";
import { printable, type Text, text } from "../model/text.ts";

/** What a fault needs to know of a capture. */
export interface FaultyCapture {
  readonly netns: string;
  readonly interface: string | null;
  readonly filter: string | null;
}

function problem(kind: string, severity: Problem["severity"], place: string, sentence: Text): Problem {
  return { kind, severity, place, text: sentence };
}

/** `veth0 in net0`, `all interfaces of net0`. */
function placeText({ netns, interface: name }: FaultyCapture): Text {
  const space = printable(netns);
  if (name !== null) {
    const own = printable(name);
    return netns === "" ? text(own, own) : text(`${own} in ${space}`, `${space} 中的 ${own}`);
  }
  return netns === "" ? text("all interfaces", "所有接口") : text(`all interfaces of ${space}`, `${space} 的所有接口`);
}

function placeName({ netns, interface: name }: FaultyCapture): string {
  return netns === "" ? (name ?? "any") : `${netns}:${name ?? "any"}`;
}

function command(netns: string, words: string): string {
  return netns === "" ? `sudo ${words}` : `sudo ip netns exec ${printable(netns)} ${words}`;
}

/** A program that capturing needs is not there. */
export function missingTool(tool: string): Problem {
  const packageName = tool === "tcpdump" ? "tcpdump" : "util-linux";
  const name = printable(tool);
  return problem(
    "missing-tool",
    "error",
    tool,
    text(
      `${name} is not installed, and captures are made with it. Install it: sudo apt install ${packageName} (or: sudo dnf install ${packageName}).`,
      `没有安装 ${name}，抓包要用到它。请安装：sudo apt install ${packageName}（或 sudo dnf install ${packageName}）。`,
    ),
  );
}

/** The caller may not capture. */
function noPermission(at: FaultyCapture): Problem {
  const place = placeText(at);
  // Root of a container has the rights that it was started with, and sudo adds none.
  if (process.getuid?.() === 0)
    return problem(
      "no-permission",
      "error",
      placeName(at),
      text(
        `You are root, and still not permitted to capture at ${place.en}, as in a container without CAP_NET_RAW. Run it on the host, or start the container with --cap-add NET_RAW --cap-add NET_ADMIN.`,
        `当前是 root，仍不允许在 ${place.zh} 上抓包，没有 CAP_NET_RAW 权能的容器里就是这样。请在宿主机上运行，或启动容器时加上 --cap-add NET_RAW --cap-add NET_ADMIN。`,
      ),
    );
  return problem(
    "no-permission",
    "error",
    placeName(at),
    text(
      `You are not permitted to capture at ${place.en}. Run the same with sudo, or allow it once for all: sudo setcap cap_net_raw+ep "$(command -v tcpdump)".`,
      `没有在 ${place.zh} 上抓包的权限。请在命令前加 sudo，或一次性授权：sudo setcap cap_net_raw+ep "$(command -v tcpdump)"。`,
    ),
  );
}

/** The caller may not enter the namespace. */
function cannotEnter(at: FaultyCapture): Problem {
  const space = printable(at.netns);
  return problem(
    "no-permission",
    "error",
    placeName(at),
    text(
      `You are not permitted to enter the namespace ${space}. Run the same with sudo.`,
      `没有进入命名空间 ${space} 的权限。请在命令前加 sudo。`,
    ),
  );
}

/** There is no such namespace. */
export function noSuchNamespace(netns: string, known: readonly string[]): Problem {
  const space = printable(netns);
  const names = known.map(printable);
  const guess = guessOf(space, names);
  const list =
    names.length === 0 ? text("", "") : text(` There are: ${names.join(", ")}.`, `现有：${names.join("、")}。`);
  return problem(
    "no-such-namespace",
    "error",
    netns,
    text(
      `There is no namespace ${space}.${guess.en}${list.en} To see them: ip netns list.`,
      `没有命名空间 ${space}。${guess.zh}${list.zh}查看全部：ip netns list。`,
    ),
  );
}

/** The namespace has no such interface. */
export function noSuchInterface(at: FaultyCapture, known: readonly string[]): Problem {
  const name = printable(at.interface ?? "any");
  const space = printable(at.netns);
  const where = at.netns === "" ? text("here", "当前命名空间") : text(`in ${space}`, `命名空间 ${space} `);
  const names = known.map(printable);
  const guess = guessOf(name, names);
  const list =
    names.length === 0 ? text("", "") : text(` There are: ${names.join(", ")}.`, `现有：${names.join("、")}。`);
  const show = at.netns === "" ? "ip link" : `sudo ip -n ${space} link`;
  return problem(
    "no-such-interface",
    "error",
    placeName(at),
    text(
      `There is no interface ${name} ${where.en}.${guess.en}${list.en} To see them: ${show}.`,
      `${where.zh}里没有接口 ${name}。${guess.zh}${list.zh}查看全部：${show}。`,
    ),
  );
}

function interfaceDown(at: FaultyCapture): Problem {
  const place = placeText(at);
  const name = printable(at.interface ?? "any");
  const up = command(at.netns, `ip link set ${name} up`);
  return problem(
    "interface-down",
    "error",
    placeName(at),
    text(
      `${place.en} is down, and nothing can be captured there. Bring it up: ${up}.`,
      `${place.zh} 处于 down 状态，无法抓包。请先启用：${up}。`,
    ),
  );
}

function badFilter(at: FaultyCapture, words: string): Problem {
  const filter = printable(at.filter ?? "");
  return problem(
    "bad-filter",
    "error",
    at.filter ?? "",
    text(
      `The filter "${filter}" is none that pcap understands (${words}). How to write one: man pcap-filter; for instance 'arp or icmp'.`,
      `pcap 不认识过滤表达式 “${filter}”（${words}）。写法见 man pcap-filter，例如 'arp or icmp'。`,
    ),
  );
}

function oldLibpcap(at: FaultyCapture): Problem {
  return problem(
    "no-sll2",
    "error",
    placeName(at),
    text(
      "This tcpdump is too old to tell the interfaces of a namespace apart (libpcap 1.10 can). Name the interfaces: -i veth0 -i veth1.",
      "这个 tcpdump 太旧，无法区分命名空间里的各个接口（需要 libpcap 1.10）。请逐个指定接口：-i veth0 -i veth1。",
    ),
  );
}

/** Said with every report that rests on captures of an old tcpdump. */
export function oneByOne(captured: number): Problem {
  return problem(
    "one-by-one",
    "warning",
    "tcpdump",
    text(
      `This tcpdump is too old to tell the interfaces of a namespace apart (libpcap 1.10 can), so that ${captured} interfaces were captured one by one: no others were, nor any that came up later.`,
      `这个 tcpdump 太旧，无法区分命名空间里的各个接口（需要 libpcap 1.10），因此只对 ${captured} 个接口逐个抓包：其他接口以及之后才出现的接口都没有抓。`,
    ),
  );
}

function vanished(at: FaultyCapture): Problem {
  const place = placeText(at);
  return problem(
    "interface-gone",
    "warning",
    placeName(at),
    text(
      `${place.en} was deleted or moved away while it was captured: what was seen until then is explained. To go on past that, capture the whole namespace: -i any${at.netns === "" ? "" : `@${printable(at.netns)}`}.`,
      `抓包期间 ${place.zh} 被删除或移走：只解释在此之前看到的内容。想不受影响，请抓整个命名空间：-i any${at.netns === "" ? "" : `@${printable(at.netns)}`}。`,
    ),
  );
}

function wentDown(at: FaultyCapture): Problem {
  const place = placeText(at);
  return problem(
    "interface-went-down",
    "warning",
    placeName(at),
    text(
      `The capture at ${place.en} ended because the interface went down: what was seen until then is explained. Run it again once it is up.`,
      `${place.zh} 变为 down，抓包因此中止：只解释在此之前看到的内容。请在接口启用后重新运行。`,
    ),
  );
}

function killed(at: FaultyCapture, signal: string): Problem {
  const place = placeText(at);
  return problem(
    "capture-killed",
    "warning",
    placeName(at),
    text(
      `The capture at ${place.en} was ended from outside (${signal}): what it saw until then is explained, and what came later was not seen there. Run the same again.`,
      `${place.zh} 上的抓包被外部终止（${signal}）：只解释在此之前看到的内容，之后的没有看到。请重新运行。`,
    ),
  );
}

function endedEarly(at: FaultyCapture, words: string, severity: Problem["severity"]): Problem {
  const place = placeText(at);
  const said = words === "" ? text("without a word", "没有任何提示") : text(words, words);
  return problem(
    "capture-failed",
    severity,
    placeName(at),
    text(
      `The capture at ${place.en} ended before its time: ${said.en}. To see what this machine can do: pktwhy doctor.`,
      `${place.zh} 上的抓包提前结束：${said.zh}。查看本机的抓包能力：pktwhy doctor。`,
    ),
  );
}

function missingPackage(): Problem {
  return problem(
    "missing-package",
    "error",
    "--backend cap",
    text(
      "The package cap is not installed, or was not built. First: sudo apt install g++ make python3 libpcap-dev. Then: npm install cap@0.2.1, and where npm says that it blocked the install script: npm install-scripts approve cap && npm rebuild cap. Or leave --backend out.",
      "没有安装 cap 包，或没有编译成功。先运行 sudo apt install g++ make python3 libpcap-dev，再运行 npm install cap@0.2.1；如果 npm 提示阻止了安装脚本，再运行 npm install-scripts approve cap && npm rebuild cap。也可以不用 --backend。",
    ),
  );
}

function crashed(at: FaultyCapture, signal: string): Problem {
  const place = placeText(at);
  return problem(
    "capture-crashed",
    "warning",
    placeName(at),
    text(
      `The capture at ${place.en} crashed (${signal}), as the package cap does when an interface changes: what it saw until then is explained. Capture with tcpdump, which does not: leave --backend out.`,
      `${place.zh} 上的抓包崩溃了（${signal}）：接口变化时 cap 包会这样。只解释在此之前看到的内容。tcpdump 没有这个问题：去掉 --backend 即可。`,
    ),
  );
}

/** What the backend cap cannot do, told with every report that rests on it. */
export function limitsOfCap(): readonly Problem[] {
  return [
    problem(
      "cap-limits",
      "warning",
      "--backend cap",
      text(
        "Captured with the package cap: time stamps are made late and outside the kernel, lost packets are not counted, and its promiscuous mode changes what the interfaces take in. For an order that can be relied on, leave --backend out.",
        "由 cap 包抓取：时间戳在内核之外补记、偏晚，丢包不计数，而且它的混杂模式会改变接口接收的内容。需要可靠的先后顺序时，请去掉 --backend。",
      ),
    ),
  ];
}

/** A capture never began to listen. */
export function neverReady(at: FaultyCapture, seconds: number): Problem {
  const place = placeText(at);
  return problem(
    "capture-not-ready",
    "error",
    placeName(at),
    text(
      `The capture at ${place.en} did not begin within ${seconds} s. Try it alone: ${command(at.netns, `tcpdump -p -n -i ${printable(at.interface ?? "any")}`)}.`,
      `${place.zh} 上的抓包在 ${seconds} 秒内没有开始。请单独试一下：${command(at.netns, `tcpdump -p -n -i ${printable(at.interface ?? "any")}`)}。`,
    ),
  );
}

/** More captures than are started at once. */
export function tooManyPlaces(wanted: number, most: number): Problem {
  return problem(
    "too-many-captures",
    "error",
    "-i",
    text(
      `${wanted} captures at once are more than the ${most} that are started. Name fewer interfaces, or whole namespaces: -i any@NETNS.`,
      `同时 ${wanted} 个抓包超过了上限 ${most} 个。请少指定一些接口，或整个命名空间一起抓：-i any@NETNS。`,
    ),
  );
}

/** How a capture ended that nobody had told to end, from what it said and how it died. */
export function captureFault(
  at: FaultyCapture,
  said: string,
  death: { readonly status: number | null; readonly signal: string | null; readonly listening: boolean },
): Problem {
  const tool = /(?:setpriv|nsenter): failed to execute (\S+):/.exec(said)?.[1];
  if (tool !== undefined) return missingTool(tool);
  if (/^nsenter: cannot open .*: No such file/m.test(said)) return noSuchNamespace(at.netns, []);
  if (/^nsenter: .*(Operation not permitted|Permission denied)/m.test(said)) return cannotEnter(at);
  if (/You don't have permission|socket: Operation not permitted/.test(said)) return noPermission(at);
  if (/No such device exists|SIOCGIFHWADDR: No such device/.test(said)) return noSuchInterface(at, []);
  if (/That device is not up/.test(said)) return interfaceDown(at);
  if (/not one of the DLTs|invalid data link type LINUX_SLL2/.test(said)) return oldLibpcap(at);
  if (/The interface disappeared/.test(said)) return vanished(at);
  if (/The interface went down|Network is down/.test(said)) return wentDown(at);
  if (/Cannot find (?:package|module) '[^']*\bcap(?:\.node)?'/.test(said)) return missingPackage();
  if (death.signal === "SIGABRT" || death.signal === "SIGSEGV") return crashed(at, death.signal);
  const words = wordsOf(said);
  if (/filter expression|syntax error|expression rejects|unknown (host|port|network|ether|protocol)/.test(words)) {
    return badFilter(at, words.replace(/^can't parse filter expression: /, ""));
  }
  if (death.signal !== null) return killed(at, death.signal);
  // What libpcap calls unfit in an expression has many words; at the start nothing else is left that it could be.
  if (
    !death.listening &&
    death.status === 1 &&
    at.filter !== null &&
    /modifier|expression|qualifier|illegal/.test(words)
  ) {
    return badFilter(at, words);
  }
  return endedEarly(at, words, death.listening ? "warning" : "error");
}

// The last thing tcpdump complained of, without its announcements and counts.
function wordsOf(said: string): string {
  const lines = said
    .split("\n")
    .map((line) => line.replace(/^tcpdump: /, "").trim())
    .filter((line) => line !== "" && !/^(data link type|listening on|verbose output)|^\d+ packets? /.test(line));
  return printable(lines.at(-1) ?? "");
}

/** Whoever reads the packets was too slow to read them all before the end. */
export function fellBehind(at: FaultyCapture, unread: number | null): Problem {
  const place = placeText(at);
  const lost =
    unread === null
      ? text("packets captured last may never have been read", "最后抓到的报文可能没有读到")
      : text(`up to ${unread} packets captured last were never read`, `最后抓到的报文中至多有 ${unread} 个没有读到`);
  return problem(
    "capture-behind",
    "warning",
    placeName(at),
    text(
      `The capture at ${place.en} was behind the traffic when it ended: ${lost.en}. That something is not seen there proves nothing. A narrower filter helps.`,
      `${place.zh} 上的抓包结束时落后于流量：${lost.zh}。那里没看到的，不能当作没有。可以用更窄的过滤表达式。`,
    ),
  );
}
