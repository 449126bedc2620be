// The options that `run` and `watch` share: what is kept, and how is looked.

import { Option } from "commander";
import { BACKENDS } from "../capture/backends.ts";
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
