// pktwhy mcp: the same answers for agents, over the Model Context Protocol on standard input and output.

import type { Command } from "commander";
import { text } from "../model/text.ts";
import type { Say } from "./language.ts";

/** Adds the command. */
export function addMcp(program: Command, say: Say): void {
  program
    .command("mcp")
    .summary(say(text("serve agents (Model Context Protocol)", "供智能体调用（Model Context Protocol）")))
    .description(
      say(
        text(
          "Serves the Model Context Protocol on standard input and output: snapshot, explain, predict, causes and check_fix.\nOnly reads; no argument reaches a shell. Started by the agent's program, not by hand.",
          "在标准输入输出上提供 Model Context Protocol 服务：snapshot、explain、predict、causes 和 check_fix。\n只读取；任何参数都不会传给 shell。由智能体的宿主程序启动，不用手工运行。",
        ),
      ),
    )
    .action(async () => {
      const { serve } = await import("./mcp/server.ts");
      await serve(process.stdin, process.stdout);
    });
}
