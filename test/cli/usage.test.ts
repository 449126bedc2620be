// Wrong command lines: one sentence, a hint, status 2, nothing on standard output; in both languages.

import { describe, expect, it } from "vitest";
import { pktwhy } from "./run-cli.ts";

describe("wrong command lines", () => {
  it.each([
    [["explian", "x"], /There is no command explian\. Did you mean explain\?/],
    [["explain", "--jsn", "x"], /There is no option --jsn\. Did you mean --json\?/],
    [["explain", "-f", "yaml", "x"], /There is no format yaml\..* There are: text, json/],
    [["explain", "--json", "-f", "text", "x"], /--json and -f text exclude each other/],
    [["explain"], /There is nothing to read\./],
    [["explain", "-o"], /The option -o, --output <file> needs a value/],
    [["explain", "-c", "0", "x"], /0 is no value for -c, --count <n>\. It takes a whole number above 0/],
    [["explain", "--lang", "fr", "x"], /fr is no value for --lang <lang>\. It takes en, zh/],
    [["explain", "--expect", "arp-igore-1", "x"], /No cause has the code arp-igore-1\. Did you mean arp-ignore-1\?/],
    [["causes", "arp-no-local-ower"], /There is no cause arp-no-local-ower\. Did you mean arp-no-local-owner\?/],
    [["run", "--backend", "tcpdmp", "--", "ping"], /tcpdmp is no value for --backend <name>\. Did you mean tcpdump\?/],
    [["completion", "bsh"], /bsh is no value for <shell>\. Did you mean bash\? It takes bash, zsh, fish/],
    [["explain", "packge.json"], /packge\.json: no such file\. Did you mean package\.json\?/],
    [["help", "lab", "rnu"], /There is no command rnu\. Did you mean run\?/],
    [["lab", "rnu", "x"], /There is no pktwhy lab rnu\. Did you mean run\?/],
    [["snapshot", "--netns", "pw-nowhere"], /There is no namespace pw-nowhere/],
    [["causes", "a", "b"], /There are too many arguments/],
    [["package.json"], /to explain that capture: pktwhy explain package\.json/],
    [["predict", "example.org"], /example\.org is no IPv4 address\. Names are not resolved/],
  ])("%j", (args, sentence) => {
    const run = pktwhy(args);
    expect(run.stderr).toMatch(sentence);
    expect(run.stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(run.stdout).toBe("");
    expect(run.status).toBe(2);
  });

  it("are told in Chinese where Chinese is asked for", () => {
    expect(pktwhy(["explain", "--lang", "zh", "--jsn", "x"]).stderr).toContain("没有 --jsn 这个选项。是不是 --json？");
    expect(pktwhy(["explain"], { env: { PKTWHY_LANG: "zh_CN.UTF-8" } }).stderr).toContain("没有要读取的内容");
  });

  it("does not take the language from the locale", () => {
    expect(pktwhy(["explain"], { env: { LANG: "zh_CN.UTF-8", LC_ALL: "zh_CN.UTF-8" } }).stderr).toContain(
      "nothing to read",
    );
  });
});

describe("help", () => {
  it("is printed with status 0 when asked for, and with status 2 where no command is given", () => {
    const asked = pktwhy(["--help"]);
    expect(asked.status).toBe(0);
    expect(asked.stdout).toContain("explain");
    const bare = pktwhy([]);
    expect(bare.status).toBe(2);
    expect(bare.stdout).toBe("");
    expect(bare.stderr).toBe(asked.stdout);
  });

  it("speaks Chinese", () => {
    expect(pktwhy(["--lang", "zh", "explain", "--help"]).stdout).toContain("选项：");
  });

  it("knows its version", () => {
    expect(pktwhy(["--version"]).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe("the manual", () => {
  it("prints the list and a page, in both languages", () => {
    const list = pktwhy(["causes"]);
    expect(list.status).toBe(0);
    expect(list.stdout).toMatch(/^arp-no-local-owner +problem +ARP dropped: no local owner$/m);
    const page = pktwhy(["causes", "reply-via-lo", "--lang", "zh"]);
    expect(page.status).toBe(0);
    expect(page.stdout).toContain("含义");
  });
});
