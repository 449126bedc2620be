// Whose chains are known by their names.

import { expect, it } from "vitest";
import { ownerOf } from "../../src/edits/owner.ts";

it.each([
  ["filter", "INPUT", null],
  ["filter", "FORWARD", null],
  ["filter", "DOCKER-FORWARD", "Docker"],
  ["filter", "DOCKER-USER", "Docker"],
  ["filter", "ufw-before-input", "ufw"],
  ["firewalld", "filter_IN_public_deny", "firewalld"],
  ["filter", "IN_public", "firewalld"],
  ["nat", "KUBE-SERVICES", "kube-proxy"],
  ["filter", "cali-FORWARD", "CNI"],
  ["nat", "CNI-HOSTPORT-DNAT", "CNI"],
  ["filter", "LIBVIRT_FWI", "libvirt"],
])("%s %s", (table, chain, owner) => {
  expect(ownerOf(table, chain)?.name ?? null).toBe(owner);
});
