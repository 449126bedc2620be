// What each exit status says, for the man page.

import { type Text, text } from "../model/text.ts";

export const EXIT_STATUSES: readonly (readonly [status: number, words: Text])[] = [
  [
    0,
    text(
      "everything that was explained worked; with --expect: the answer is that cause",
      "所解释的全部正常；使用 --expect 时：答案就是该原因",
    ),
  ],
  [1, text("a problem was found, or the outcome cannot be told", "发现了问题，或无法判断结果")],
  [2, text("bad usage, or nothing that could be read", "用法错误，或没有可读取的内容")],
  [
    3,
    text(
      "not the cause that --expect names, or a lab scenario with another outcome than expected",
      "答案不是 --expect 指定的原因，或实验场景的结果与预期不符",
    ),
  ],
];
