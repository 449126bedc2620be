// Which hosts a case holds, and how hosts are asked for: nothing that could be taken for an option or another path.

import { describe, expect, test } from "vitest";
import { formatHosts, parseHosts } from "../../src/case/hosts/hosts-file.ts";
import { parseHosts as askedHosts } from "../../src/hosts/collect.ts";
import { parsePod } from "../../src/hosts/pod.ts";
import { parseHost, SshConnection } from "../../src/hosts/ssh.ts";
import { hostKey, placeOfKey } from "../../src/model/host.ts";
import { text } from "../../src/model/text.ts";

describe("hosts.json", () => {
  test("is read back as it was written", () => {
    const problem = { kind: "host-lost", severity: "warning", place: "b", text: text("gone", "没了") } as const;
    const hosts = [
      { name: "a", problems: [] },
      { name: "b", problems: [problem] },
    ];
    expect(parseHosts(JSON.parse(formatHosts(hosts)), "hosts.json")).toEqual(hosts);
    expect(parseHosts({ pktwhy: "hosts/1" }, "hosts.json")).toBeNull();
  });

  test.each([
    ["another format", { pktwhy: "state/1" }],
    ["a way out of the directory", { pktwhy: "hosts/1", hosts: [{ name: "../../etc" }] }],
    ["a hidden one", { pktwhy: "hosts/1", hosts: [{ name: ".ssh" }] }],
    ["one name twice", { pktwhy: "hosts/1", hosts: [{ name: "a" }, { name: "a" }] }],
    ["no list", { pktwhy: "hosts/1", hosts: [7] }],
    ["nothing", null],
  ])("%s is refused in words", (_, json) => {
    expect(() => parseHosts(json, "case/hosts.json")).toThrow(/case\/hosts.json does not list the hosts/);
  });
});

describe("--host", () => {
  test.each([
    ["root@b", "b", "root@b"],
    ["b", "b", "b"],
    ["me@10.0.0.2", "10.0.0.2", "me@10.0.0.2"],
    ["db=root@10.0.0.2", "db", "root@10.0.0.2"],
    ["ssh://root@b:2222", "b", "ssh://root@b:2222"],
    ["me@fe80::1%eth0", "fe80__1_eth0", "me@fe80::1%eth0"],
  ])("%s is %s", (asked, name, target) => {
    expect(parseHost(asked)).toEqual({ name, target });
  });

  test.each(["-oProxyCommand=touch /tmp/x", "root@-oX", "", "a b", "b=-v", "../x=root@b", "root@b\nls", "root@"])(
    "%j is refused",
    (asked) => {
      expect(() => parseHost(asked)).toThrow(/is no host to connect to/);
    },
  );

  test("two hosts of one name are refused", () => {
    expect(() => askedHosts({ host: ["root@b", "me@b"] })).toThrow(/Two hosts are called b/);
  });

  test("what ssh is called with ends its options before the host", async () => {
    const connection = await SshConnection.open({ name: "b", target: "root@b" });
    try {
      for (const which of ["first", "further"] as const) {
        const words = connection.words(which, ["sh", "-s"]);
        expect(words.slice(-4)).toEqual(["--", "root@b", "sh", "-s"]);
        expect(words).toContain("BatchMode=yes");
        expect(words).toContain("ForwardAgent=no");
      }
    } finally {
      connection.close();
    }
  });
});

describe("--pod", () => {
  test("is a pod by its namespace and name, or called otherwise", () => {
    expect(parsePod("shop/web-7d4b9", null)).toEqual({
      name: "shop/web-7d4b9",
      target: "shop/web-7d4b9",
      pod: { namespace: "shop", name: "web-7d4b9", image: null },
    });
    expect(parsePod("web=shop/web.0", "busybox:1.36").name).toBe("web");
  });

  test.each([
    "web",
    "shop/",
    "/web",
    "-n/web",
    "shop/-web",
    "shop/web/c",
    "Shop/web",
    "shop/web\nls",
    "../x=shop/web",
    "a/../b",
  ])("%j is refused", (asked) => {
    expect(() => parsePod(asked, null)).toThrow(/is no pod/);
  });

  test("an image that kubectl could take for an option is refused", () => {
    expect(() => parsePod("shop/web", "--as=root")).toThrow(/is no image/);
  });

  test("names that could be read as a namespace of another host are refused", () => {
    expect(() => askedHosts({ host: ["shop=root@b"], pod: ["shop/web"] })).toThrow(/Two hosts are called shop\/web/);
    expect(() => parseHost("shop/web=root@b")).toThrow(/is no host to connect to/);
    const hosts = [{ name: "shop" }, { name: "shop/web" }];
    expect(() => parseHosts({ pktwhy: "hosts/1", hosts }, "hosts.json")).toThrow(/does not list the hosts/);
    expect(placeOfKey("shop/web/net1", ["a", "shop/web"])).toEqual({ host: "shop/web", netns: "net1" });
  });
});

describe("keys of several hosts", () => {
  test("are taken apart where there are several, and only at a host's name", () => {
    expect(hostKey("b", "")).toBe("b");
    expect(placeOfKey("b", ["a", "b"])).toEqual({ host: "b", netns: "" });
    expect(placeOfKey("b/net1", ["a", "b"])).toEqual({ host: "b", netns: "net1" });
    expect(placeOfKey("bb", ["a", "b"])).toEqual({ host: null, netns: "bb" });
    expect(placeOfKey("net1", undefined)).toEqual({ host: null, netns: "net1" });
    expect(placeOfKey(null, ["a"])).toEqual({ host: null, netns: null });
  });
});
