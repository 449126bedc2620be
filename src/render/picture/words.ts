// The words beside the pictures of a page.

import { text } from "../../model/text.ts";

/** Labels, in both languages. */
export const PICTURE = {
  topology: text("Where the packets went", "报文走过的路径"),
  sequence: text("In order of time", "时间顺序"),
  asTable: text("The same as a table", "以表格显示"),
  copy: text("copy of the frame", "泛洪的副本"),
  stopped: text("stopped here, step", "止于此，第"),
  steps: text("The numbers are those of the steps below.", "数字是下方步骤的编号。"),
  host: text("host", "主机"),
  interface: text("interface", "接口"),
  addresses: text("addresses", "地址"),
  connected: text("connected to", "连接到"),
  state: text("state", "状态"),
  guessed: text("not seen, known by other means", "未直接看到，由其他依据得知"),
} as const;
