// What people type: an example or two below the options of each command's help, and in its part of the man page.

import type { Command } from "commander";
import { ownValue } from "../model/own-value.ts";
import { type Text, text } from "../model/text.ts";
import type { Say } from "./language.ts";

/** A command line as it is typed, and what it is for. */
export interface Example {
  readonly typed: string;
  readonly effect: Text;
}

/** Examples by command, verbs of `lab` behind it; the empty name is the program's own. */
const EXAMPLES: Readonly<Record<string, readonly Example[]>> = {
  "": [
    example(
      "sudo pktwhy run -- ping -c 4 192.168.2.1",
      "capture while a ping runs, and explain it",
      "边 ping 边抓包，并解释结果",
    ),
    example("pktwhy explain veth0.pcap veth1.pcap", "explain what was captured before", "解释已有的抓包"),
  ],
  explain: [
    example(
      "pktwhy explain veth0.pcap veth1.pcap --state state.json",
      "captures, and the state that decides",
      "抓包，以及能作出判断的系统状态",
    ),
    example(
      "pktwhy explain paste.txt",
      "terminal text that somebody pasted into a question",
      "别人提问时粘贴的终端文本",
    ),
  ],
  predict: [
    example(
      "pktwhy predict 192.168.2.1 -I veth0",
      "the path of ping -I veth0 192.168.2.1",
      "ping -I veth0 192.168.2.1 会走的路径",
    ),
    example(
      "pktwhy predict 10.0.0.2 --tcp 8080 --state state.json",
      "a connection, by a state that was kept",
      "根据保存的状态推算一个连接",
    ),
  ],
  diff: [
    example("pktwhy diff good/ bad/", "the ping that two bundles were kept of", "比较两次记录中的 ping"),
    example("pktwhy diff good.json bad.json 192.168.2.1", "two state files (pktwhy snapshot)", "比较两份状态文件"),
  ],
  audit: [
    example("pktwhy audit state.json", "all pairs of hosts in a state", "状态里的所有主机对"),
    example("pktwhy audit case/ --tcp 80", "the same by connections to a port", "改为连接某个端口"),
  ],
  run: [
    example("sudo pktwhy run -- ping -c 4 -I veth0 192.168.2.1", "explain this ping", "解释这个 ping"),
    example(
      "sudo pktwhy run -w case/ -- ip netns exec net0 ping 192.168.10.2",
      "the same in a namespace, and keep everything",
      "在命名空间里运行，并保存全部内容",
    ),
  ],
  collect: [
    example(
      "pktwhy collect --host root@a --host root@b -o case/ --for 30s",
      "two hosts for half a minute; then: pktwhy explain case/",
      "在两台主机上抓包半分钟；然后执行 pktwhy explain case/",
    ),
  ],
  watch: [
    example("sudo pktwhy watch -i veth0 -i lo", "two interfaces; Ctrl-C ends it", "观察两个接口，按 Ctrl-C 结束"),
  ],
  snapshot: [example("sudo pktwhy snapshot -o state.json", "all namespaces of this machine", "本机的全部命名空间")],
  causes: [
    example("pktwhy causes arp-no-local-owner", "the manual page of one cause", "某一项原因的说明"),
    example("pktwhy causes --json", "all of them as data", "以 JSON 输出全部原因"),
  ],
  lab: [example("sudo pktwhy lab run rp-filter-strict", "see one fault for real", "实际重现一种故障")],
  "lab list": [example("pktwhy lab list", "names, networks and faults", "名字、网络和故障")],
  "lab run": [
    example("sudo pktwhy lab run rp-filter-strict --lang zh", "the same, explained in Chinese", "用中文解释"),
  ],
  "lab up": [example("sudo pktwhy lab up rp-filter-strict", "look around in it, ping by hand", "进去查看，手动 ping")],
  "lab down": [example("sudo pktwhy lab down", "everything that up left standing", "拆除 up 保留的全部场景")],
  "lab record": [
    example(
      "sudo pktwhy lab record rp-filter-strict -o case",
      "captures and state in one directory",
      "把抓包和状态存入一个目录",
    ),
  ],
  "lab from": [example("sudo pktwhy lab from case/ --fix", "rebuild a case and try its fix", "重建案例并试用修复命令")],
  doctor: [example("sudo pktwhy doctor", "what is possible as root", "以 root 能做到什么")],
  demo: [example("pktwhy demo", "nothing is needed for it", "不需要任何准备")],
  mcp: [example("pktwhy mcp", "the command to name in the agent's settings", "写入智能体程序的配置")],
  completion: [
    example(
      "source <(pktwhy completion bash)",
      "in this shell; ~/.bashrc for all",
      "在当前 shell 生效；写入 ~/.bashrc 则长期有效",
    ),
    example(
      "pktwhy completion fish > ~/.config/fish/completions/pktwhy.fish",
      "for good, in fish",
      "在 fish 中长期生效",
    ),
  ],
  help: [example("pktwhy help lab run", "the same as pktwhy lab run --help", "等同于 pktwhy lab run --help")],
};

function example(typed: string, en: string, zh: string): Example {
  return { typed, effect: text(en, zh) };
}

/** The words that name a command behind `pktwhy`. */
export function pathOf(command: Command): string {
  const above = command.parent;
  if (above === null) return "";
  return `${pathOf(above)} ${command.name()}`.trimStart();
}

/** The examples of a command; empty for those that only pktwhy itself runs. */
export function examplesOf(command: Command): readonly Example[] {
  return ownValue(EXAMPLES, pathOf(command)) ?? [];
}

/** Adds to each command's help what people type. */
export function addExamples(program: Command, say: Say): void {
  const examples = examplesOf(program);
  if (examples.length > 0) {
    const lines = examples.map(({ typed, effect }) => `  ${typed}\n      ${say(effect)}`);
    const title = say(examples.length === 1 ? text("Example:", "示例：") : text("Examples:", "示例："));
    program.addHelpText("after", `\n${title}\n${lines.join("\n")}`);
  }
  for (const command of program.commands) addExamples(command, say);
}
