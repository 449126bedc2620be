// What may go wrong with another host, in sentences: each is told, and the other hosts are explained without it.

import type { Problem } from "../model/problem.ts";
import { printable, text } from "../model/text.ts";
import type { HostSpec } from "./connection.ts";
import type { Remote } from "./remotes.ts";

// Of what a host says, the last lines tell why.
const MOST_SAID = 300;

/** No connection came about. */
export function notConnected(host: HostSpec, said: string): Problem {
  const { name, target, tool, trial } = shown(host);
  const words = lastWords(said);
  const isKey = /Permission denied|Too many authentication failures/i.test(said);
  const isHostKey = /Host key verification failed/i.test(said);
  const remedy = isKey
    ? text(
        `It asks for a key or password that ssh does not have without asking: load the key (ssh-add), or open a shared connection first (ControlMaster in ssh_config).`,
        `对方要求的密钥或密码无法在不询问的情况下提供：请先加载密钥（ssh-add），或预先建立共享连接（ssh_config 的 ControlMaster）。`,
      )
    : isHostKey
      ? text(
          `Connect once by hand to check its host key: ssh ${target}`,
          `请先手动连接一次以核对主机密钥：ssh ${target}`,
        )
      : text(`See whether this works: ${trial} true`, `请检查这条命令是否可行：${trial} true`);
  return problem(
    host,
    "host-unreachable",
    text(
      `${name} could not be looked into: ${tool} said “${words}”. ${remedy.en}`,
      `无法查看 ${name}：${tool} 报告“${words}”。${remedy.zh}`,
    ),
  );
}

/** It was connected, and then no more. */
export function connectionLost(host: HostSpec, said: string, during: "start" | "capture"): Problem {
  const { name } = shown(host);
  const words = lastWords(said);
  const why = words === "" ? text("", "") : text(` (${words})`, `（${words}）`);
  return during === "start"
    ? problem(
        host,
        "host-lost",
        text(
          `The connection to ${name} ended before it was captured there${why.en}: what happened there is not known.`,
          `与 ${name} 的连接在开始抓包之前就断开了${why.zh}：那里发生了什么无从知道。`,
        ),
      )
    : problem(
        host,
        "host-lost",
        text(
          `The connection to ${name} ended too early${why.en}: what was seen there until then is explained, and that something is not seen there afterwards proves nothing.`,
          `与 ${name} 的连接提前断开${why.zh}：只解释那里在此之前看到的内容，之后没看到的不能当作没有。`,
        ),
      );
}

/** It gives no answer any more. */
export function hostHangs(host: HostSpec, seconds: number): Problem {
  const { name } = shown(host);
  return problem(
    host,
    "host-lost",
    text(
      `${name} gave no answer for ${seconds} s and was left alone; what it had told until then is explained.`,
      `${name} 在 ${seconds} 秒内没有应答，已放弃；只解释它此前提供的内容。`,
    ),
  );
}

/** The other side has no usable shell or tools, or not what was to collect there. */
export function notAnswering(host: HostSpec, said: string, remote: Remote): Problem {
  const { name, trial } = shown(host);
  const words = lastWords(said);
  const why = words === "" ? text("", "") : text(` (${words})`, `（${words}）`);
  return problem(
    host,
    "host-without-shell",
    remote === "plain"
      ? text(
          `${name} ran no shell script${why.en}: it needs sh, iproute2 and tcpdump. See what this prints: ${trial} sh -c true`,
          `${name} 没有执行脚本${why.zh}：那里需要 sh、iproute2 和 tcpdump。请看这条命令的输出：${trial} sh -c true`,
        )
      : text(
          `${name} could not be collected by --remote ${remote}${why.en}. It needs ${NEEDS[remote].en}; --remote plain needs only sh, iproute2 and tcpdump there.`,
          `无法用 --remote ${remote} 在 ${name} 上采集${why.zh}。那里需要${NEEDS[remote].zh}；--remote plain 只需要 sh、iproute2 和 tcpdump。`,
        ),
  );
}

const NEEDS = {
  node: text("Node 20 or newer in its PATH", " PATH 中有 Node 20 或更新版本"),
  pktwhy: text("a pktwhy of this version in its PATH", " PATH 中有同版本的 pktwhy"),
};

/** A capture there could not begin, or ended by itself. */
export function captureFailed(host: HostSpec, netns: string, said: string): Problem {
  const { name } = shown(host);
  const place = netns === "" ? name : `${name}/${printable(netns)}`;
  const words = lastWords(said);
  const remedy = /not found|No such file|failed to run command/i.test(said)
    ? text(" Install it there: sudo apt install tcpdump", "请在那里安装：sudo apt install tcpdump")
    : /permission|Operation not permitted/i.test(said)
      ? host.pod === undefined
        ? text(" Capturing there needs root: name the host as root@HOST.", "在那里抓包需要 root：请写成 root@主机。")
        : text(
            " Capturing there needs NET_RAW, which a debug container can have: --debug-image IMAGE",
            "在那里抓包需要 NET_RAW，调试容器可以有这个权限：--debug-image 镜像",
          )
      : text("", "");
  return {
    ...problem(
      host,
      "capture-failed",
      text(
        `Nothing could be captured on ${place} to the end: “${words}”.${remedy.en}`,
        `${place} 上的抓包没有成功进行到底：“${words}”。${remedy.zh}`,
      ),
    ),
    place,
  };
}

/** More came than is kept. */
export function tooMuch(host: HostSpec, netns: string, megabytes: number): Problem {
  const { name } = shown(host);
  const place = netns === "" ? name : `${name}/${printable(netns)}`;
  return problem(
    host,
    "capture-behind",
    text(
      `More than ${megabytes} MB came from ${place}: the capture there was ended, and what was seen afterwards is not kept. A narrower filter helps: --filter 'icmp and host ADDRESS'`,
      `${place} 传来的数据超过 ${megabytes} MB：已结束那里的抓包，之后的内容没有保留。可以缩小过滤范围：--filter 'icmp and host 地址'`,
    ),
  );
}

/** Its state could not be read. */
export function stateFailed(host: HostSpec, why: string): Problem {
  const { name } = shown(host);
  const words = printable(why);
  return problem(
    host,
    "no-state",
    text(
      `The state of ${name} could not be read (${words}): only its packets are explained.`,
      `无法读取 ${name} 的状态（${words}）：只根据它的报文解释。`,
    ),
  );
}

/** Namespaces there that were left out. */
export function manySpaces(host: HostSpec, captured: number, all: number): Problem {
  const { name } = shown(host);
  return problem(
    host,
    "many-namespaces",
    text(
      `${name} has ${all} network namespaces; ${captured} of them were captured, the named ones first.`,
      `${name} 有 ${all} 个网络命名空间，只在其中 ${captured} 个上抓包，有名字的优先。`,
    ),
  );
}

/** A pod has no tcpdump of its own. */
export function podLacksTools(host: HostSpec): Problem {
  const { name } = shown(host);
  return problem(
    host,
    "host-without-shell",
    text(
      `${name} has no tcpdump or no ip, and was not looked into. A debug container can have them: --debug-image IMAGE adds one to the pod by kubectl debug (for instance nicolaka/netshoot); it stays listed in the pod until the pod is deleted.`,
      `${name} 里没有 tcpdump 或 ip，因此没有查看。可以借助调试容器：--debug-image 镜像 会通过 kubectl debug 给 pod 加一个（例如 nicolaka/netshoot）；它会一直列在 pod 里，直到 pod 被删除。`,
    ),
  );
}

/** A container was added to a pod: that cannot be taken back. */
export function containerAdded(host: HostSpec, container: string): Problem {
  const { name } = shown(host);
  return problem(
    host,
    "container-added",
    text(
      `${name} has no tcpdump of its own: the debug container ${container} was added to it. It has ended, and stays listed in the pod until the pod is deleted.`,
      `${name} 自己没有 tcpdump：已给它加了调试容器 ${container}。该容器已经结束，但会一直列在 pod 里，直到 pod 被删除。`,
    ),
  );
}

function shown({ name, target, pod }: HostSpec): { name: string; target: string; tool: string; trial: string } {
  const words = { name: printable(name), target: printable(target) };
  return pod === undefined
    ? { ...words, tool: "ssh", trial: `ssh ${words.target}` }
    : { ...words, tool: "kubectl", trial: `kubectl exec -n ${pod.namespace} ${pod.name} --` };
}

function problem(host: HostSpec, kind: string, words: Problem["text"]): Problem {
  return { kind, severity: "warning", place: host.name, text: words };
}

/** What is worth repeating of what was said, on one line. */
function lastWords(said: string): string {
  const lines = said
    .split("\n")
    .map((line) => line.trim())
    .filter(
      (line) =>
        line !== "" &&
        // kubectl's log says before its error what it tried.
        !/^[EIW]\d{4} /.test(line) &&
        !/^(?:tcpdump: (?:listening|data link)|\d+ packets|Warning: Permanently added|\*\* )/.test(line),
    );
  return printable(lines.slice(-2).join("; ").slice(-MOST_SAID));
}
