// Pastes modelled on public threads: only the kind of fault and the form of the output are theirs, everything else is made up.
// Their reports in both languages lie beside them.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { reportOfPastes } from "../../src/case/paste-report.ts";
import { causeByCode } from "../../src/causes/registry.ts";
import type { Report } from "../../src/model/report.ts";
import { renderText } from "../../src/render/text.ts";
import { sampled } from "../how-long.ts";

const folder = join(import.meta.dirname, "threads");
const G = "https://github.com";

/** The thread that each is modelled on, and the codes that tell what was wrong there. */
const THREADS: Readonly<Record<string, readonly [url: string, ...codes: string[]]>> = {
  "docker-gateway-input-drop": [`${G}/docker/for-linux/issues/806`, "iptables-drop"],
  "bridge-network-without-gateway": [`${G}/moby/moby/issues/13381`, "gateway-arp-failed", "arp-no-answer"],
  "pod-from-other-node-forward-drop": [`${G}/kelseyhightower/kubernetes-the-hard-way/issues/697`, "iptables-drop"],
  "own-runtime-bridge-arp-works": [`${G}/xianlubird/mydocker/issues/29`, "br-netfilter-drop", "iptables-drop"],
  "cni-bridge-same-node-forward-drop": [
    `${G}/containernetworking/plugins/issues/430`,
    "br-netfilter-drop",
    "iptables-drop",
  ],
  "network-bridge-left-down": [`${G}/docker/for-linux/issues/723`, "bridge-device-down"],
  "overlay-in-nothing-on-docker0": [
    `${G}/flannel-io/flannel/issues/469`,
    "ip-forward-off",
    "iptables-drop",
    "nft-forward-drop",
  ],
  "runtime-gives-no-gateway": [`${G}/intel/cc-oci-runtime/issues/55`, "no-route"],
  "login-node-without-default": [`${G}/clustervision/trinityX/issues/118`, "no-route"],
  "course-two-networks": [`${G}/build-your-own-internet/byoi/issues/18`, "no-route"],
  "new-runtime-busybox": [`${G}/AliyunContainerService/pouch/issues/604`, "no-route"],
  "default-route-by-a-veth": [`${G}/moby/libnetwork/issues/2481`, "arp-no-answer", "host-unreachable-is-local"],
  "vrf-leak-by-lo": [`${G}/FRRouting/frr/issues/15909`, "routing-loop"],
  "macvlan-and-its-host": [`${G}/moby/libnetwork/issues/1915`, "macvlan-host-isolation"],
  "macvlan-on-a-vm": [`${G}/jpetazzo/pipework/issues/130`, "arp-no-answer"],
  "bird-blackhole-swallows-a-pod": [`${G}/projectcalico/calicoctl/issues/1377`, "forward-blackhole"],
  "emulated-grid-ospf": [`${G}/networkop/meshnet-cni/issues/27`, "rp-filter-strict"],
  "lab-all-rp-filter-zero": [`${G}/KatharaFramework/Kathara/issues/2`, "rp-filter-strict"],
  "guest-with-two-interfaces": [
    `${G}/autotest/tp-libvirt/pull/6375`,
    "rp-filter-strict",
    "bound-socket-other-interface",
  ],
  "weave-names-forward-drop": [`${G}/testground/testground/issues/1455`, "br-netfilter-drop", "iptables-drop"],
  "vpn-need-to-frag": [`${G}/QubesOS/qubes-issues/issues/5264`, "frag-needed-df"],
  "overlay-large-packets": [
    `${G}/weaveworks/weave/issues/3012`,
    "pmtu-blackhole",
    "peer-mtu-smaller",
    "forward-fragments",
  ],
  "sidecar-without-net-raw": [`${G}/nicolaka/netshoot/issues/137`, "ping-permission"],
  "crictl-busybox-ping": [`${G}/book-of-kubernetes/examples/issues/42`, "ping-permission"],
  "rootless-ping-group-range": [`${G}/ES-Nix/podman-rootless/issues/10`, "ping-permission"],
  "stale-arp-of-a-container": [`${G}/moby/moby/issues/36069`, "neigh-stale-mac-changed", "neigh-wrong-mac"],
  "router-duplicates": [`${G}/semihalf-berestovskyy-andriy/test4/issues/10`, "duplicate-reply"],
  "wireguard-required-key": [`${G}/tusc/wireguard-kmod/issues/6`, "wireguard-allowed-ips"],
  "wireguard-destination-required": [`${G}/angristan/wireguard-install/issues/87`, "wireguard-no-handshake"],
  "book-namespace-lo-down": [`${G}/lizrice/container-security/issues/2`, "lo-down"],
  "testenv-veth-down": [`${G}/xdp-project/xdp-tutorial/issues/159`, "peer-down"],
  "user-space-router-no-arp": [`${G}/FDio/vpp/issues/843`, "arp-no-answer"],
  "hardened-distribution": [`${G}/vmware/photon/issues/1416`, "iptables-drop"],
  "nft-forward-policy-drop": [`${G}/moby/moby/issues/48411`, "nft-policy-drop", "nft-forward-drop"],
  "firewalld-trace-admin-prohibited": [`${G}/docker/for-linux/issues/1353`, "nft-reject", "nft-forward-drop"],
  "nested-docker0-incomplete": [`${G}/spurin/diveintoansible/issues/57`, "arp-no-answer", "target-has-no-address"],
  "netns-series-chinese": ["http://24js.cn/2359.html", "br-netfilter-drop", "iptables-drop"],
  "two-nics-martian": ["https://access.redhat.com/solutions/53031", "rp-filter-strict"],
  "macvlan-other-host-chinese": [`${G}/alfredhuang211/study-doc/issues/3`, "gateway-arp-failed", "arp-no-answer"],
  "lxd-bridge-ipv4": [`${G}/canonical/lxd/issues/7468`, "br-netfilter-drop", "iptables-drop"],
  "board-without-gateway-german": [`${G}/quartiq/stabilizer/issues/158`, "missing-return-route", "ip-forward-off"],
  "openwrt-bridge-vlan-self": [`${G}/openwrt/openwrt/issues/14195`, "bridge-vlan-mismatch", "bridge-vlan-no-pvid"],
  "smoke-ttl-exceeded": [`${G}/smartping/smartping/issues/110`, "ttl-expired", "routing-loop"],
  "course-pair-to-its-bridge": [`${G}/CiscoDevNet/netdevops-live-0213/issues/1`, "accept-local-off"],
  "containers-announce-one-address": [`${G}/tailhook/lithos/issues/17`, "duplicate-address"],
  "multi-nic-one-way-route": [`${G}/MicrosoftDocs/azure-docs/issues/8118`, "missing-return-route"],
  "proxmox-card-with-another-name": ["https://hexie.dev/bridge-with-no-slave/", "peer-down"],
  "kube-router-refuses-a-pod": [`${G}/cloudnativelabs/kube-router/issues/2059`, "nft-reject", "iptables-drop"],
  "second-card-behind-a-router": ["https://serverfault.com/questions/391954", "rp-filter-strict"],
  "docker-beside-kvm-guests": [`${G}/docker/for-linux/issues/949`, "br-netfilter-drop", "iptables-drop"],
  "wsl-all-interfaces-down": [`${G}/microsoft/WSL/issues/7141`, "link-admin-down"],
  "hotspot-without-masquerade": [`${G}/RaspAP/raspap-webgui/issues/139`, "missing-return-route"],
  "busybox-board-not-running": [`${G}/OpenNuvoton/NUC970_Buildroot/issues/21`, "peer-down"],
  "docker-network-overlaps-vpn": [`${G}/docker/for-linux/issues/288`, "arp-no-answer", "target-has-no-address"],
  "ifcfg-without-gateway": [`${G}/webmin/webmin/issues/1266`, "no-route"],
  "second-cloud-interface": [`${G}/aws/amazon-vpc-cni-k8s/issues/1327`, "rp-filter-strict"],
  "podman-after-firewalld-reload": [`${G}/podman-container-tools/podman/issues/5568`, "nft-reject", "nft-forward-drop"],
  "container-to-host-port-ufw": [`${G}/moby/moby/issues/49288`, "iptables-drop"],
  "accepted-routes-table-52": [
    `${G}/tailscale/tailscale/issues/9863`,
    "policy-routing-wrong-table",
    "missing-return-route",
  ],
  "registry-no-route-to-host": [`${G}/openshift/openshift-ansible/issues/283`, "nft-reject"],
  "netcat-no-route-only": [`${G}/firewalld/firewalld/issues/1452`, "nft-reject"],
  "portmap-from-a-container": [`${G}/greenpau/cni-plugins/issues/17`, "port-no-listener", "nat-hairpin"],
  "podman-nftables-localhost": [
    `${G}/podman-container-tools/podman/issues/9643`,
    "port-no-listener",
    "port-not-published",
  ],
  "postgres-in-a-container": [`${G}/utensils/docker-postgres/issues/13`, "port-no-listener", "port-other-address"],
  "node-inside-a-container": [`${G}/graphile/crystal/issues/1711`, "port-no-listener"],
  "postgres-on-the-docker-host": [`${G}/docker/for-linux/issues/287`, "port-other-address"],
  "kubelet-behind-ufw": [`${G}/k3s-io/k3s/issues/1280`, "iptables-drop"],
  "banned-by-an-ipset": [`${G}/fail2ban/fail2ban/issues/3172`, "iptables-drop"],
  "conntrack-syn-sent-unreplied": [`${G}/kubernetes/kubernetes/issues/101607`, "dnat-dead-target"],
  "networkd-without-gateway": [`${G}/systemd/systemd/issues/17803`, "no-route"],
  "nmcli-no-gateway": [`${G}/nmstate/kubernetes-nmstate/issues/316`, "no-route"],
  "bridge-without-ports": [`${G}/systemd/systemd/issues/9252`, "peer-down"],
  "ufw-log-container-to-database": [`${G}/chaifeng/ufw-docker/issues/53`, "iptables-drop"],
  "ufw-docker-log-forward": [`${G}/chaifeng/ufw-docker/issues/156`, "iptables-drop"],
  "container-to-host-ufw-status": [`${G}/chaifeng/ufw-docker/issues/16`, "iptables-drop"],
  "deploy-port-firewalld": [`${G}/appleboy/drone-ssh/issues/142`, "nft-reject"],
  "exit-node-log-ufw": [`${G}/tailscale/tailscale/issues/1164`, "iptables-drop"],
};
const names = readdirSync(folder)
  .filter((name) => /^[\w-]+\.txt$/.test(name))
  .map((name) => name.slice(0, -4));
// A sample of them; `npm run test:long` reads every one, and so does whoever writes the goldens anew.
const read = process.env.UPDATE_GOLDEN === "1" ? names : sampled(names, "threads", 3);

async function reportOf(name: string): Promise<Report | null> {
  const content = readFileSync(join(folder, `${name}.txt`), "utf8");
  const { report } = await reportOfPastes({ pastes: [{ source: `${name}.txt`, content }] });
  return report;
}

/** What it could be, the likeliest first: the answer, and what else looks like it. */
function suspects(report: Report | null): string[] {
  const told = report?.flows.find(({ flow }) => flow.id === report.answer?.flow)?.findings[0];
  if (told === undefined) return [];
  // That nothing came back is no cause.
  return [...(told.code === "echo-no-reply" ? [] : [told.code]), ...told.lookalikes];
}

const placeOf = (name: string, found: readonly string[]) => {
  const [, ...codes] = THREADS[name] ?? [""];
  const at = found.findIndex((code) => codes.includes(code));
  return at < 0 ? null : at + 1;
};

test("each names its thread, and no thread stands twice", () => {
  expect(Object.keys(THREADS).sort()).toEqual([...names].sort());
  expect(names.length).toBeGreaterThanOrEqual(40);
  const urls = Object.values(THREADS).map(([url]) => url);
  expect(new Set(urls).size).toBe(urls.length);
});

test("the true cause leads or is among the first five in 85 of 100, and none is certain and wrong", async () => {
  const rows: string[] = [];
  let right = 0;
  for (const name of read) {
    const report = await reportOf(name);
    const found = suspects(report);
    const place = placeOf(name, found);
    if (place !== null && place <= 5) right++;
    rows.push(`${place ?? "-"} ${name}: ${report?.answer?.certainty ?? ""} ${found.slice(0, 7).join(" ")}`);
    if (report?.answer?.certainty === "certain") expect(place, rows.at(-1)).toBe(1);
  }
  expect(right, rows.sort().join("\n")).toBeGreaterThanOrEqual(
    Math.ceil((read.length * (read.length === names.length ? 34 : 30)) / 40),
  );
}, 120_000);

describe.each(["en", "zh"] as const)("as told in %s", (language) => {
  it.each(read)("%s", async (name) => {
    const report = await reportOf(name);
    const golden = join(folder, `${name}.${language}.golden`);
    const text =
      report === null
        ? ""
        : renderText(report, {
            language,
            width: 90,
            color: false,
            verbose: false,
            titleOf: (other) => causeByCode(other)?.title,
          });
    if (process.env.UPDATE_GOLDEN === "1") writeFileSync(golden, text);
    expect(text).toBe(readFileSync(golden, "utf8"));
  });
});
