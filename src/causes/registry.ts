// Generated from the cause files beside it by `npm run generate`: not edited by hand.

import type { Cause } from "../model/cause.ts";
import { cause as acceptLocalButRpFilter } from "./accept-local-but-rp-filter.ts";
import { cause as acceptLocalOff } from "./accept-local-off.ts";
import { cause as acceptLocalOffIp } from "./accept-local-off-ip.ts";
import { cause as addressOnDownInterface } from "./address-on-down-interface.ts";
import { cause as answerWithoutSocket } from "./answer-without-socket.ts";
import { cause as answered } from "./answered.ts";
import { cause as arpAnnounceForeignSource } from "./arp-announce-foreign-source.ts";
import { cause as arpFilter } from "./arp-filter.ts";
import { cause as arpFlux } from "./arp-flux.ts";
import { cause as arpIgnore1 } from "./arp-ignore-1.ts";
import { cause as arpIgnore2 } from "./arp-ignore-2.ts";
import { cause as arpIgnore3 } from "./arp-ignore-3.ts";
import { cause as arpIgnore8 } from "./arp-ignore-8.ts";
import { cause as arpLoopbackTarget } from "./arp-loopback-target.ts";
import { cause as arpNoAnswer } from "./arp-no-answer.ts";
import { cause as arpNoLocalOwner } from "./arp-no-local-owner.ts";
import { cause as arpProbeSipZero } from "./arp-probe-sip-zero.ts";
import { cause as arpProblemHiddenByCache } from "./arp-problem-hidden-by-cache.ts";
import { cause as arpSuppressedEntryUpdate } from "./arp-suppressed-entry-update.ts";
import { cause as asymmetricRouting } from "./asymmetric-routing.ts";
import { cause as bondInactiveSlave } from "./bond-inactive-slave.ts";
import { cause as boundSocketOtherInterface } from "./bound-socket-other-interface.ts";
import { cause as boundSocketReplyLo } from "./bound-socket-reply-lo.ts";
import { cause as brNetfilterDrop } from "./br-netfilter-drop.ts";
import { cause as bridgeDeviceDown } from "./bridge-device-down.ts";
import { cause as bridgeFdbIngressPort } from "./bridge-fdb-ingress-port.ts";
import { cause as bridgeFdbLocalMac } from "./bridge-fdb-local-mac.ts";
import { cause as bridgeFdbWrongPort } from "./bridge-fdb-wrong-port.ts";
import { cause as bridgeFloodOff } from "./bridge-flood-off.ts";
import { cause as bridgeLoop } from "./bridge-loop.ts";
import { cause as bridgeNeighSuppress } from "./bridge-neigh-suppress.ts";
import { cause as bridgeOwnMacSource } from "./bridge-own-mac-source.ts";
import { cause as bridgePortIsolated } from "./bridge-port-isolated.ts";
import { cause as bridgePortLocked } from "./bridge-port-locked.ts";
import { cause as bridgePortMtuSmaller } from "./bridge-port-mtu-smaller.ts";
import { cause as bridgePortState } from "./bridge-port-state.ts";
import { cause as bridgeStpForwardDelay } from "./bridge-stp-forward-delay.ts";
import { cause as bridgeVlanMismatch } from "./bridge-vlan-mismatch.ts";
import { cause as bridgeVlanNoPvid } from "./bridge-vlan-no-pvid.ts";
import { cause as broadcastNeedsB } from "./broadcast-needs-b.ts";
import { cause as cgroupBpfDrop } from "./cgroup-bpf-drop.ts";
import { cause as connected } from "./connected.ts";
import { cause as connectionUnreachable } from "./connection-unreachable.ts";
import { cause as conntrackTableFull } from "./conntrack-table-full.ts";
import { cause as cpuBacklogFull } from "./cpu-backlog-full.ts";
import { cause as destinationInvalid } from "./destination-invalid.ts";
import { cause as deviceNotReady } from "./device-not-ready.ts";
import { cause as dhcpNoOffer } from "./dhcp-no-offer.ts";
import { cause as directedBroadcastNotForwarded } from "./directed-broadcast-not-forwarded.ts";
import { cause as dnatDeadTarget } from "./dnat-dead-target.ts";
import { cause as dnsErrorAnswer } from "./dns-error-answer.ts";
import { cause as dnsNoAnswer } from "./dns-no-answer.ts";
import { cause as dummySwallows } from "./dummy-swallows.ts";
import { cause as duplicateAddress } from "./duplicate-address.ts";
import { cause as duplicateMac } from "./duplicate-mac.ts";
import { cause as duplicateReply } from "./duplicate-reply.ts";
import { cause as echoNoReply } from "./echo-no-reply.ts";
import { cause as echoReplyNoSocket } from "./echo-reply-no-socket.ts";
import { cause as forwardBlackhole } from "./forward-blackhole.ts";
import { cause as forwardBroadcastFrame } from "./forward-broadcast-frame.ts";
import { cause as forwardFragments } from "./forward-fragments.ts";
import { cause as forwardNextHopArpFailed } from "./forward-next-hop-arp-failed.ts";
import { cause as forwardNoRoute } from "./forward-no-route.ts";
import { cause as forwardProhibit } from "./forward-prohibit.ts";
import { cause as forwardUnreachable } from "./forward-unreachable.ts";
import { cause as fragNeededDf } from "./frag-needed-df.ts";
import { cause as fragReassemblyTimeout } from "./frag-reassembly-timeout.ts";
import { cause as gatewayArpFailed } from "./gateway-arp-failed.ts";
import { cause as gratuitousArpDropped } from "./gratuitous-arp-dropped.ts";
import { cause as gratuitousArpIgnored } from "./gratuitous-arp-ignored.ts";
import { cause as gratuitousArpUpdates } from "./gratuitous-arp-updates.ts";
import { cause as hostUnreachableIsLocal } from "./host-unreachable-is-local.ts";
import { cause as icmpEchoIgnoreAll } from "./icmp-echo-ignore-all.ts";
import { cause as icmpRateLimit } from "./icmp-rate-limit.ts";
import { cause as icmpRedirect } from "./icmp-redirect.ts";
import { cause as ifaceForwardingOff } from "./iface-forwarding-off.ts";
import { cause as interfaceWithoutAddress } from "./interface-without-address.ts";
import { cause as ipForwardOff } from "./ip-forward-off.ts";
import { cause as ipHeaderBad } from "./ip-header-bad.ts";
import { cause as ipOnBridgePort } from "./ip-on-bridge-port.ts";
import { cause as iptablesDrop } from "./iptables-drop.ts";
import { cause as kernelDrop } from "./kernel-drop.ts";
import { cause as linkAdminDown } from "./link-admin-down.ts";
import { cause as linkdownRouteIgnored } from "./linkdown-route-ignored.ts";
import { cause as listenBacklogFull } from "./listen-backlog-full.ts";
import { cause as loDown } from "./lo-down.ts";
import { cause as localAddressViaLo } from "./local-address-via-lo.ts";
import { cause as localMtuDf } from "./local-mtu-df.ts";
import { cause as localRouteWithoutAddress } from "./local-route-without-address.ts";
import { cause as localTableAfterPolicyRule } from "./local-table-after-policy-rule.ts";
import { cause as loopbackSourceOffHost } from "./loopback-source-off-host.ts";
import { cause as lostBetweenHosts } from "./lost-between-hosts.ts";
import { cause as macvlanHostIsolation } from "./macvlan-host-isolation.ts";
import { cause as malformedPacket } from "./malformed-packet.ts";
import { cause as martianDestinationLoopback } from "./martian-destination-loopback.ts";
import { cause as martianSourceInvalid } from "./martian-source-invalid.ts";
import { cause as martianSourceLoopback } from "./martian-source-loopback.ts";
import { cause as missingReturnRoute } from "./missing-return-route.ts";
import { cause as missingReturnRouteRpFilter } from "./missing-return-route-rp-filter.ts";
import { cause as mtuBelow68 } from "./mtu-below-68.ts";
import { cause as multicastNoMember } from "./multicast-no-member.ts";
import { cause as multipathDeadNexthop } from "./multipath-dead-nexthop.ts";
import { cause as natDnatRedirected } from "./nat-dnat-redirected.ts";
import { cause as natHairpin } from "./nat-hairpin.ts";
import { cause as natSnatMasquerade } from "./nat-snat-masquerade.ts";
import { cause as neighNoProbes } from "./neigh-no-probes.ts";
import { cause as neighQueueFull } from "./neigh-queue-full.ts";
import { cause as neighStaleMacChanged } from "./neigh-stale-mac-changed.ts";
import { cause as neighTableOverflow } from "./neigh-table-overflow.ts";
import { cause as neighWrongMac } from "./neigh-wrong-mac.ts";
import { cause as nftArpDrop } from "./nft-arp-drop.ts";
import { cause as nftBridgeDrop } from "./nft-bridge-drop.ts";
import { cause as nftConntrackInvalid } from "./nft-conntrack-invalid.ts";
import { cause as nftForwardDrop } from "./nft-forward-drop.ts";
import { cause as nftInputDrop } from "./nft-input-drop.ts";
import { cause as nftNetdevEgressDrop } from "./nft-netdev-egress-drop.ts";
import { cause as nftNetdevIngressDrop } from "./nft-netdev-ingress-drop.ts";
import { cause as nftOutputDrop } from "./nft-output-drop.ts";
import { cause as nftPolicyDrop } from "./nft-policy-drop.ts";
import { cause as nftPostroutingDrop } from "./nft-postrouting-drop.ts";
import { cause as nftPreroutingDrop } from "./nft-prerouting-drop.ts";
import { cause as nftReject } from "./nft-reject.ts";
import { cause as nftReplyDrop } from "./nft-reply-drop.ts";
import { cause as noRoute } from "./no-route.ts";
import { cause as noarpReceiver } from "./noarp-receiver.ts";
import { cause as noarpSender } from "./noarp-sender.ts";
import { cause as noprefixrouteNoConnectedRoute } from "./noprefixroute-no-connected-route.ts";
import { cause as nothingListens } from "./nothing-listens.ts";
import { cause as peerDown } from "./peer-down.ts";
import { cause as peerDownNeighKnown } from "./peer-down-neigh-known.ts";
import { cause as peerMtuSmaller } from "./peer-mtu-smaller.ts";
import { cause as pingPermission } from "./ping-permission.ts";
import { cause as pmtuBlackhole } from "./pmtu-blackhole.ts";
import { cause as pmtuCached } from "./pmtu-cached.ts";
import { cause as policyRoutingWrongTable } from "./policy-routing-wrong-table.ts";
import { cause as policyRuleReject } from "./policy-rule-reject.ts";
import { cause as portIpv6Only } from "./port-ipv6-only.ts";
import { cause as portNoListener } from "./port-no-listener.ts";
import { cause as portNotInBridge } from "./port-not-in-bridge.ts";
import { cause as portNotPublished } from "./port-not-published.ts";
import { cause as portOtherAddress } from "./port-other-address.ts";
import { cause as portOtherDevice } from "./port-other-device.ts";
import { cause as proxyArp } from "./proxy-arp.ts";
import { cause as proxyArpNoForwarding } from "./proxy-arp-no-forwarding.ts";
import { cause as proxyArpPvlan } from "./proxy-arp-pvlan.ts";
import { cause as proxyNeighEntry } from "./proxy-neigh-entry.ts";
import { cause as qdiscDrop } from "./qdisc-drop.ts";
import { cause as replyTtlExpired } from "./reply-ttl-expired.ts";
import { cause as replyViaLo } from "./reply-via-lo.ts";
import { cause as reverseArpProbe } from "./reverse-arp-probe.ts";
import { cause as routeBlackhole } from "./route-blackhole.ts";
import { cause as routeProhibit } from "./route-prohibit.ts";
import { cause as routeThrow } from "./route-throw.ts";
import { cause as routeToLo } from "./route-to-lo.ts";
import { cause as routeUnreachable } from "./route-unreachable.ts";
import { cause as routingLoop } from "./routing-loop.ts";
import { cause as rpFilterArp } from "./rp-filter-arp.ts";
import { cause as rpFilterLooseNoRoute } from "./rp-filter-loose-no-route.ts";
import { cause as rpFilterStrict } from "./rp-filter-strict.ts";
import { cause as sameMacVethPair } from "./same-mac-veth-pair.ts";
import { cause as sameSubnetTwoInterfaces } from "./same-subnet-two-interfaces.ts";
import { cause as secondaryDeletedWithPrimary } from "./secondary-deleted-with-primary.ts";
import { cause as serviceNoEndpoint } from "./service-no-endpoint.ts";
import { cause as serviceOtherPort } from "./service-other-port.ts";
import { cause as socketDrop } from "./socket-drop.ts";
import { cause as sourceAddressSelection } from "./source-address-selection.ts";
import { cause as sourceMacInvalid } from "./source-mac-invalid.ts";
import { cause as sourceNotLocal } from "./source-not-local.ts";
import { cause as srcValidMark } from "./src-valid-mark.ts";
import { cause as staticRouteLostAfterFlap } from "./static-route-lost-after-flap.ts";
import { cause as targetHasNoAddress } from "./target-has-no-address.ts";
import { cause as tcEgressDrop } from "./tc-egress-drop.ts";
import { cause as tcIngressDrop } from "./tc-ingress-drop.ts";
import { cause as tcpDataNotAcknowledged } from "./tcp-data-not-acknowledged.ts";
import { cause as tcpRefused } from "./tcp-refused.ts";
import { cause as tcpReset } from "./tcp-reset.ts";
import { cause as tcpStallPmtu } from "./tcp-stall-pmtu.ts";
import { cause as tcpSynNoAnswer } from "./tcp-syn-no-answer.ts";
import { cause as tcpZeroWindow } from "./tcp-zero-window.ts";
import { cause as traceReached } from "./trace-reached.ts";
import { cause as ttlExpired } from "./ttl-expired.ts";
import { cause as tunnelNoMatch } from "./tunnel-no-match.ts";
import { cause as udpAnsweredFromElsewhere } from "./udp-answered-from-elsewhere.ts";
import { cause as udpNoAnswer } from "./udp-no-answer.ts";
import { cause as unicastInL2Broadcast } from "./unicast-in-l2-broadcast.ts";
import { cause as vlanTaggedToUntaggedHost } from "./vlan-tagged-to-untagged-host.ts";
import { cause as vxlanNoRemote } from "./vxlan-no-remote.ts";
import { cause as wireguardAllowedIps } from "./wireguard-allowed-ips.ts";
import { cause as wireguardNoHandshake } from "./wireguard-no-handshake.ts";
import { cause as wrongNetmask } from "./wrong-netmask.ts";
import { cause as xdpDrop } from "./xdp-drop.ts";
import { cause as xfrmPolicyBlock } from "./xfrm-policy-block.ts";

/** Every cause that has a file, in alphabetical order of its code. */
export const causes: readonly Cause[] = [
  acceptLocalButRpFilter,
  acceptLocalOff,
  acceptLocalOffIp,
  addressOnDownInterface,
  answerWithoutSocket,
  answered,
  arpAnnounceForeignSource,
  arpFilter,
  arpFlux,
  arpIgnore1,
  arpIgnore2,
  arpIgnore3,
  arpIgnore8,
  arpLoopbackTarget,
  arpNoAnswer,
  arpNoLocalOwner,
  arpProbeSipZero,
  arpProblemHiddenByCache,
  arpSuppressedEntryUpdate,
  asymmetricRouting,
  bondInactiveSlave,
  boundSocketOtherInterface,
  boundSocketReplyLo,
  brNetfilterDrop,
  bridgeDeviceDown,
  bridgeFdbIngressPort,
  bridgeFdbLocalMac,
  bridgeFdbWrongPort,
  bridgeFloodOff,
  bridgeLoop,
  bridgeNeighSuppress,
  bridgeOwnMacSource,
  bridgePortIsolated,
  bridgePortLocked,
  bridgePortMtuSmaller,
  bridgePortState,
  bridgeStpForwardDelay,
  bridgeVlanMismatch,
  bridgeVlanNoPvid,
  broadcastNeedsB,
  cgroupBpfDrop,
  connected,
  connectionUnreachable,
  conntrackTableFull,
  cpuBacklogFull,
  destinationInvalid,
  deviceNotReady,
  dhcpNoOffer,
  directedBroadcastNotForwarded,
  dnatDeadTarget,
  dnsErrorAnswer,
  dnsNoAnswer,
  dummySwallows,
  duplicateAddress,
  duplicateMac,
  duplicateReply,
  echoNoReply,
  echoReplyNoSocket,
  forwardBlackhole,
  forwardBroadcastFrame,
  forwardFragments,
  forwardNextHopArpFailed,
  forwardNoRoute,
  forwardProhibit,
  forwardUnreachable,
  fragNeededDf,
  fragReassemblyTimeout,
  gatewayArpFailed,
  gratuitousArpDropped,
  gratuitousArpIgnored,
  gratuitousArpUpdates,
  hostUnreachableIsLocal,
  icmpEchoIgnoreAll,
  icmpRateLimit,
  icmpRedirect,
  ifaceForwardingOff,
  interfaceWithoutAddress,
  ipForwardOff,
  ipHeaderBad,
  ipOnBridgePort,
  iptablesDrop,
  kernelDrop,
  linkAdminDown,
  linkdownRouteIgnored,
  listenBacklogFull,
  loDown,
  localAddressViaLo,
  localMtuDf,
  localRouteWithoutAddress,
  localTableAfterPolicyRule,
  loopbackSourceOffHost,
  lostBetweenHosts,
  macvlanHostIsolation,
  malformedPacket,
  martianDestinationLoopback,
  martianSourceInvalid,
  martianSourceLoopback,
  missingReturnRoute,
  missingReturnRouteRpFilter,
  mtuBelow68,
  multicastNoMember,
  multipathDeadNexthop,
  natDnatRedirected,
  natHairpin,
  natSnatMasquerade,
  neighNoProbes,
  neighQueueFull,
  neighStaleMacChanged,
  neighTableOverflow,
  neighWrongMac,
  nftArpDrop,
  nftBridgeDrop,
  nftConntrackInvalid,
  nftForwardDrop,
  nftInputDrop,
  nftNetdevEgressDrop,
  nftNetdevIngressDrop,
  nftOutputDrop,
  nftPolicyDrop,
  nftPostroutingDrop,
  nftPreroutingDrop,
  nftReject,
  nftReplyDrop,
  noRoute,
  noarpReceiver,
  noarpSender,
  noprefixrouteNoConnectedRoute,
  nothingListens,
  peerDown,
  peerDownNeighKnown,
  peerMtuSmaller,
  pingPermission,
  pmtuBlackhole,
  pmtuCached,
  policyRoutingWrongTable,
  policyRuleReject,
  portIpv6Only,
  portNoListener,
  portNotInBridge,
  portNotPublished,
  portOtherAddress,
  portOtherDevice,
  proxyArp,
  proxyArpNoForwarding,
  proxyArpPvlan,
  proxyNeighEntry,
  qdiscDrop,
  replyTtlExpired,
  replyViaLo,
  reverseArpProbe,
  routeBlackhole,
  routeProhibit,
  routeThrow,
  routeToLo,
  routeUnreachable,
  routingLoop,
  rpFilterArp,
  rpFilterLooseNoRoute,
  rpFilterStrict,
  sameMacVethPair,
  sameSubnetTwoInterfaces,
  secondaryDeletedWithPrimary,
  serviceNoEndpoint,
  serviceOtherPort,
  socketDrop,
  sourceAddressSelection,
  sourceMacInvalid,
  sourceNotLocal,
  srcValidMark,
  staticRouteLostAfterFlap,
  targetHasNoAddress,
  tcEgressDrop,
  tcIngressDrop,
  tcpDataNotAcknowledged,
  tcpRefused,
  tcpReset,
  tcpStallPmtu,
  tcpSynNoAnswer,
  tcpZeroWindow,
  traceReached,
  ttlExpired,
  tunnelNoMatch,
  udpAnsweredFromElsewhere,
  udpNoAnswer,
  unicastInL2Broadcast,
  vlanTaggedToUntaggedHost,
  vxlanNoRemote,
  wireguardAllowedIps,
  wireguardNoHandshake,
  wrongNetmask,
  xdpDrop,
  xfrmPolicyBlock,
];

const byCode = new Map<string, Cause>(causes.map((cause) => [cause.code, cause]));

/** The cause with this code; undefined where no file speaks for it. */
export function causeByCode(code: string): Cause | undefined {
  return byCode.get(code);
}
