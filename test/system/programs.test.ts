// What /proc/PID/fdinfo of a BPF link or program tells: as kernel 6.18 printed it.

import { expect, test } from "vitest";
import { programOf } from "../../src/system/collect-programs.ts";

const HOLDER = { isManager: false, netnsInode: 4026532177, cgroups: new Set([77]) };
const COMMON = "pos:\t0\nflags:\t02000002\nmnt_id:\t16\nino:\t2061\n";
const linkText = (type: string, more: string): string =>
  `${COMMON}link_type:\t${type}\nlink_id:\t3\nprog_tag:\ta04f5eef06a7f555\nprog_id:\t12\n${more}`;

test("a link of tc names its interface and its side", () => {
  const text = linkText("tcx", "ifindex:\t2\nattach_type:\t46 (ingress)\n");
  expect(programOf(text, HOLDER)).toEqual({
    kind: "tcx",
    program: 12,
    netnsInode: 4026532177,
    ifindex: 2,
    attach: "ingress",
  });
});

test("a link of netfilter names its hook", () => {
  const text = linkText("netfilter", "pf:\t2\thooknum:\t1\tprio:\t0\n");
  expect(programOf(text, HOLDER)).toMatchObject({ kind: "netfilter", family: 2, hook: 1 });
});

test("a program of a control group matters where it is our own", () => {
  expect(programOf(linkText("cgroup", "cgroup_id:\t77\nattach_type:\t1\n"), HOLDER)).toMatchObject({ kind: "cgroup" });
  expect(programOf(linkText("cgroup", "cgroup_id:\t78\nattach_type:\t1\n"), HOLDER)).toBeNull();
});

test("a program without a link: the service manager's are for its services", () => {
  const text = `${COMMON}prog_type:\t8\nprog_jited:\t1\nprog_tag:\ta04f5eef06a7f555\nprog_id:\t9\n`;
  expect(programOf(text, HOLDER)).toMatchObject({ kind: "cgroup", program: 9 });
  expect(programOf(text, { ...HOLDER, isManager: true })).toBeNull();
  expect(programOf(text.replace("prog_type:\t8", "prog_type:\t15"), HOLDER)).toBeNull();
});
