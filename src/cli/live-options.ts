// The options that `run` and `watch` share: what is kept, and how is looked.

import { Option } from "commander";
import { BACKENDS } from "../capture/backends.ts";
import { REMOTES } from "../hosts/remotes.ts";
import { text } from "../model/text.ts";
import type { Say } from "./language.ts";

/** Takes an option that may be given several times. */
export function collected(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** -w: keep everything. */
export function writeOption(say: Say): Option {
  const words = text(
    "keep everything: DIR/ for a bundle, FILE for one pcapng",
    "保存全部内容：目录/ 存为一组文件，文件名则存为单个 pcapng",
  );
  return new Option("-w, --write <dir|file>", say(words));
}

/** --no-kernel-events: packets are not followed through the kernel. */
export function kernelEventsOption(say: Say): Option {
  const words = text("do not record why the kernel drops packets (tracefs)", "不记录内核丢包的原因（tracefs）");
  return new Option("--no-kernel-events", say(words));
}

/** --backend: what captures. */
export function backendOption(say: Say): Option {
  return new Option("--backend <name>", say(text("what captures", "抓包方式"))).choices(BACKENDS).default("tcpdump");
}

/** --remote: what collects on other hosts. */
export function remoteOption(say: Say): Option {
  const words = text(
    "what collects there: plain tools, a Node that is sent what it runs, or an installed pktwhy",
    "在那里由什么采集：plain 为系统自带工具，node 为那里的 Node（程序随连接送去），pktwhy 为已安装的 pktwhy",
  );
  return new Option("--remote <kind>", say(words)).choices(REMOTES).default("plain");
}

/** --pod: a pod as a host. */
export function podOption(say: Say): Option {
  const words = text("a pod too, by your own kubectl (repeatable)", "也包括这个 pod，通过你自己的 kubectl（可重复）");
  return new Option("--pod <[name=]namespace/pod>", say(words)).argParser(collected);
}

/** --debug-image: what is added to pods that lack tools. */
export function debugImageOption(say: Say): Option {
  const words = text(
    "add a debug container of this image (kubectl debug) to pods without tcpdump",
    "给没有 tcpdump 的 pod 加一个使用此镜像的调试容器（kubectl debug）",
  );
  return new Option("--debug-image <image>", say(words));
}
