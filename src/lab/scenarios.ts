// Generated from the files of src/lab/scenarios by `npm run generate`: not edited by hand.

import type { Scenario } from "./scenario.ts";
import { scenario as acceptLocalOffIp } from "./scenarios/accept-local-off-ip.ts";
import { scenario as addressOnDownInterface } from "./scenarios/address-on-down-interface.ts";
import { scenario as answerWithoutSocket } from "./scenarios/answer-without-socket.ts";
import { scenario as arpAnnounceForeignSource } from "./scenarios/arp-announce-foreign-source.ts";
import { scenario as arpFilter } from "./scenarios/arp-filter.ts";
import { scenario as arpFlux } from "./scenarios/arp-flux.ts";
import { scenario as arpIgnore1 } from "./scenarios/arp-ignore-1.ts";
import { scenario as arpIgnore2 } from "./scenarios/arp-ignore-2.ts";
import { scenario as arpIgnore3 } from "./scenarios/arp-ignore-3.ts";
import { scenario as arpIgnore8 } from "./scenarios/arp-ignore-8.ts";
import { scenario as arpLoopbackTarget } from "./scenarios/arp-loopback-target.ts";
import { scenario as arpProbeSipZero } from "./scenarios/arp-probe-sip-zero.ts";
import { scenario as arpProblemHiddenByCache } from "./scenarios/arp-problem-hidden-by-cache.ts";
import { scenario as arpSuppressedEntryUpdate } from "./scenarios/arp-suppressed-entry-update.ts";
import { scenario as asymmetricRouting } from "./scenarios/asymmetric-routing.ts";
import { scenario as bondInactiveSlave } from "./scenarios/bond-inactive-slave.ts";
import { scenario as bondOk } from "./scenarios/bond-ok.ts";
import { scenario as boundSocketOtherInterface } from "./scenarios/bound-socket-other-interface.ts";
import { scenario as boundSocketReplyLo } from "./scenarios/bound-socket-reply-lo.ts";
import { scenario as brNetfilterDrop } from "./scenarios/br-netfilter-drop.ts";
import { scenario as bridgeDeviceDown } from "./scenarios/bridge-device-down.ts";
import { scenario as bridgeFdbIngressPort } from "./scenarios/bridge-fdb-ingress-port.ts";
import { scenario as bridgeFdbLocalMac } from "./scenarios/bridge-fdb-local-mac.ts";
import { scenario as bridgeFdbWrongPort } from "./scenarios/bridge-fdb-wrong-port.ts";
import { scenario as bridgeFloodOff } from "./scenarios/bridge-flood-off.ts";
import { scenario as bridgeNeighSuppress } from "./scenarios/bridge-neigh-suppress.ts";
import { scenario as bridgeOk } from "./scenarios/bridge-ok.ts";
import { scenario as bridgeOwnMacSource } from "./scenarios/bridge-own-mac-source.ts";
import { scenario as bridgePortIsolated } from "./scenarios/bridge-port-isolated.ts";
import { scenario as bridgePortLocked } from "./scenarios/bridge-port-locked.ts";
import { scenario as bridgePortMtuSmaller } from "./scenarios/bridge-port-mtu-smaller.ts";
import { scenario as bridgePortState } from "./scenarios/bridge-port-state.ts";
import { scenario as bridgeStpForwardDelay } from "./scenarios/bridge-stp-forward-delay.ts";
import { scenario as bridgeVlanMismatch } from "./scenarios/bridge-vlan-mismatch.ts";
import { scenario as bridgeVlanNoPvid } from "./scenarios/bridge-vlan-no-pvid.ts";
import { scenario as bridgeVlanOk } from "./scenarios/bridge-vlan-ok.ts";
import { scenario as broadcastNeedsB } from "./scenarios/broadcast-needs-b.ts";
import { scenario as connectionUnreachable } from "./scenarios/connection-unreachable.ts";
import { scenario as defaultRoutesTie } from "./scenarios/default-routes-tie.ts";
import { scenario as dhcpNoOffer } from "./scenarios/dhcp-no-offer.ts";
import { scenario as directedBroadcastNotForwarded } from "./scenarios/directed-broadcast-not-forwarded.ts";
import { scenario as dnatDeadTarget } from "./scenarios/dnat-dead-target.ts";
import { scenario as dnsErrorAnswer } from "./scenarios/dns-error-answer.ts";
import { scenario as dnsNoAnswer } from "./scenarios/dns-no-answer.ts";
import { scenario as dockerDeadTarget } from "./scenarios/docker-dead-target.ts";
import { scenario as dockerForwardDrop } from "./scenarios/docker-forward-drop.ts";
import { scenario as dockerPublishedOk } from "./scenarios/docker-published-ok.ts";
import { scenario as dummySwallows } from "./scenarios/dummy-swallows.ts";
import { scenario as duplicateAddress } from "./scenarios/duplicate-address.ts";
import { scenario as duplicateMac } from "./scenarios/duplicate-mac.ts";
import { scenario as duplicateReply } from "./scenarios/duplicate-reply.ts";
import { scenario as echoReplyNoSocket } from "./scenarios/echo-reply-no-socket.ts";
import { scenario as forwardBlackhole } from "./scenarios/forward-blackhole.ts";
import { scenario as forwardBroadcastFrame } from "./scenarios/forward-broadcast-frame.ts";
import { scenario as forwardFragments } from "./scenarios/forward-fragments.ts";
import { scenario as forwardNextHopArpFailed } from "./scenarios/forward-next-hop-arp-failed.ts";
import { scenario as forwardNoRoute } from "./scenarios/forward-no-route.ts";
import { scenario as forwardProhibit } from "./scenarios/forward-prohibit.ts";
import { scenario as forwardUnreachable } from "./scenarios/forward-unreachable.ts";
import { scenario as fragNeededDf } from "./scenarios/frag-needed-df.ts";
import { scenario as fragReassemblyTimeout } from "./scenarios/frag-reassembly-timeout.ts";
import { scenario as gatewayArpFailed } from "./scenarios/gateway-arp-failed.ts";
import { scenario as gratuitousArpDropped } from "./scenarios/gratuitous-arp-dropped.ts";
import { scenario as gratuitousArpIgnored } from "./scenarios/gratuitous-arp-ignored.ts";
import { scenario as gratuitousArpUpdates } from "./scenarios/gratuitous-arp-updates.ts";
import { scenario as greOk } from "./scenarios/gre-ok.ts";
import { scenario as greOtherKey } from "./scenarios/gre-other-key.ts";
import { scenario as icmpEchoIgnoreAll } from "./scenarios/icmp-echo-ignore-all.ts";
import { scenario as icmpRateLimit } from "./scenarios/icmp-rate-limit.ts";
import { scenario as icmpRedirect } from "./scenarios/icmp-redirect.ts";
import { scenario as ifaceForwardingOff } from "./scenarios/iface-forwarding-off.ts";
import { scenario as interfaceWithoutAddress } from "./scenarios/interface-without-address.ts";
import { scenario as ipForwardOff } from "./scenarios/ip-forward-off.ts";
import { scenario as ipHeaderBad } from "./scenarios/ip-header-bad.ts";
import { scenario as ipOnBridgePort } from "./scenarios/ip-on-bridge-port.ts";
import { scenario as ipipOk } from "./scenarios/ipip-ok.ts";
import { scenario as ipipPeerWithoutTunnel } from "./scenarios/ipip-peer-without-tunnel.ts";
import { scenario as iptablesDrop } from "./scenarios/iptables-drop.ts";
import { scenario as ipvlanOk } from "./scenarios/ipvlan-ok.ts";
import { scenario as kernelDrop } from "./scenarios/kernel-drop.ts";
import { scenario as kubeClusteripPing } from "./scenarios/kube-clusterip-ping.ts";
import { scenario as kubeDeadEndpoint } from "./scenarios/kube-dead-endpoint.ts";
import { scenario as kubeNftNoEndpoint } from "./scenarios/kube-nft-no-endpoint.ts";
import { scenario as kubeNftServiceOk } from "./scenarios/kube-nft-service-ok.ts";
import { scenario as kubeNftWrongTargetPort } from "./scenarios/kube-nft-wrong-target-port.ts";
import { scenario as kubeNoEndpoint } from "./scenarios/kube-no-endpoint.ts";
import { scenario as kubeServiceOk } from "./scenarios/kube-service-ok.ts";
import { scenario as kubeWrongTargetPort } from "./scenarios/kube-wrong-target-port.ts";
import { scenario as linkAdminDown } from "./scenarios/link-admin-down.ts";
import { scenario as linkdownRouteIgnored } from "./scenarios/linkdown-route-ignored.ts";
import { scenario as listenBacklogFull } from "./scenarios/listen-backlog-full.ts";
import { scenario as loDown } from "./scenarios/lo-down.ts";
import { scenario as localMtuDf } from "./scenarios/local-mtu-df.ts";
import { scenario as localRouteWithoutAddress } from "./scenarios/local-route-without-address.ts";
import { scenario as localTableAfterPolicyRule } from "./scenarios/local-table-after-policy-rule.ts";
import { scenario as loopbackSourceOffHost } from "./scenarios/loopback-source-off-host.ts";
import { scenario as macvlanBridgeOk } from "./scenarios/macvlan-bridge-ok.ts";
import { scenario as macvlanHostIsolation } from "./scenarios/macvlan-host-isolation.ts";
import { scenario as macvlanPrivate } from "./scenarios/macvlan-private.ts";
import { scenario as macvlanVepa } from "./scenarios/macvlan-vepa.ts";
import { scenario as malformedPacket } from "./scenarios/malformed-packet.ts";
import { scenario as martianDestinationLoopback } from "./scenarios/martian-destination-loopback.ts";
import { scenario as martianSourceInvalid } from "./scenarios/martian-source-invalid.ts";
import { scenario as martianSourceLoopback } from "./scenarios/martian-source-loopback.ts";
import { scenario as missingReturnRoute } from "./scenarios/missing-return-route.ts";
import { scenario as missingReturnRouteRpFilter } from "./scenarios/missing-return-route-rp-filter.ts";
import { scenario as mtuBelow68 } from "./scenarios/mtu-below-68.ts";
import { scenario as multicastNoMember } from "./scenarios/multicast-no-member.ts";
import { scenario as multipathDeadNexthop } from "./scenarios/multipath-dead-nexthop.ts";
import { scenario as natDnatRedirected } from "./scenarios/nat-dnat-redirected.ts";
import { scenario as natHairpin } from "./scenarios/nat-hairpin.ts";
import { scenario as natHairpinOk } from "./scenarios/nat-hairpin-ok.ts";
import { scenario as natSnatMasquerade } from "./scenarios/nat-snat-masquerade.ts";
import { scenario as neighNoProbes } from "./scenarios/neigh-no-probes.ts";
import { scenario as neighQueueFull } from "./scenarios/neigh-queue-full.ts";
import { scenario as neighStaleMacChanged } from "./scenarios/neigh-stale-mac-changed.ts";
import { scenario as neighWrongMac } from "./scenarios/neigh-wrong-mac.ts";
import { scenario as nftArpDrop } from "./scenarios/nft-arp-drop.ts";
import { scenario as nftBridgeDrop } from "./scenarios/nft-bridge-drop.ts";
import { scenario as nftConntrackInvalid } from "./scenarios/nft-conntrack-invalid.ts";
import { scenario as nftForwardDrop } from "./scenarios/nft-forward-drop.ts";
import { scenario as nftInputDrop } from "./scenarios/nft-input-drop.ts";
import { scenario as nftInputDropTcp } from "./scenarios/nft-input-drop-tcp.ts";
import { scenario as nftNetdevEgressDrop } from "./scenarios/nft-netdev-egress-drop.ts";
import { scenario as nftNetdevIngressDrop } from "./scenarios/nft-netdev-ingress-drop.ts";
import { scenario as nftOutputDrop } from "./scenarios/nft-output-drop.ts";
import { scenario as nftPolicyDrop } from "./scenarios/nft-policy-drop.ts";
import { scenario as nftPolicyDropTcp } from "./scenarios/nft-policy-drop-tcp.ts";
import { scenario as nftPostroutingDrop } from "./scenarios/nft-postrouting-drop.ts";
import { scenario as nftPreroutingDrop } from "./scenarios/nft-prerouting-drop.ts";
import { scenario as nftReject } from "./scenarios/nft-reject.ts";
import { scenario as nftRejectTcp } from "./scenarios/nft-reject-tcp.ts";
import { scenario as nftReplyDrop } from "./scenarios/nft-reply-drop.ts";
import { scenario as noRoute } from "./scenarios/no-route.ts";
import { scenario as noarpReceiver } from "./scenarios/noarp-receiver.ts";
import { scenario as noarpSender } from "./scenarios/noarp-sender.ts";
import { scenario as noprefixrouteNoConnectedRoute } from "./scenarios/noprefixroute-no-connected-route.ts";
import { scenario as ownAddress } from "./scenarios/own-address.ts";
import { scenario as peerDownNeighKnown } from "./scenarios/peer-down-neigh-known.ts";
import { scenario as peerMtuSmaller } from "./scenarios/peer-mtu-smaller.ts";
import { scenario as pingPermission } from "./scenarios/ping-permission.ts";
import { scenario as pingUnprivileged } from "./scenarios/ping-unprivileged.ts";
import { scenario as pmtuBlackhole } from "./scenarios/pmtu-blackhole.ts";
import { scenario as pmtuCached } from "./scenarios/pmtu-cached.ts";
import { scenario as policyRoutingWrongTable } from "./scenarios/policy-routing-wrong-table.ts";
import { scenario as policyRuleReject } from "./scenarios/policy-rule-reject.ts";
import { scenario as portIpv6Only } from "./scenarios/port-ipv6-only.ts";
import { scenario as portNoListener } from "./scenarios/port-no-listener.ts";
import { scenario as portNotInBridge } from "./scenarios/port-not-in-bridge.ts";
import { scenario as portNotPublished } from "./scenarios/port-not-published.ts";
import { scenario as portOk } from "./scenarios/port-ok.ts";
import { scenario as portOtherAddress } from "./scenarios/port-other-address.ts";
import { scenario as portOtherDevice } from "./scenarios/port-other-device.ts";
import { scenario as proxyArp } from "./scenarios/proxy-arp.ts";
import { scenario as proxyArpNoForwarding } from "./scenarios/proxy-arp-no-forwarding.ts";
import { scenario as proxyArpPvlan } from "./scenarios/proxy-arp-pvlan.ts";
import { scenario as proxyNeighEntry } from "./scenarios/proxy-neigh-entry.ts";
import { scenario as publishedForwardDrop } from "./scenarios/published-forward-drop.ts";
import { scenario as publishedOk } from "./scenarios/published-ok.ts";
import { scenario as publishedWrongPort } from "./scenarios/published-wrong-port.ts";
import { scenario as qdiscDrop } from "./scenarios/qdisc-drop.ts";
import { scenario as replyTtlExpired } from "./scenarios/reply-ttl-expired.ts";
import { scenario as reverseArpProbe } from "./scenarios/reverse-arp-probe.ts";
import { scenario as routeBlackhole } from "./scenarios/route-blackhole.ts";
import { scenario as routeProhibit } from "./scenarios/route-prohibit.ts";
import { scenario as routeThrow } from "./scenarios/route-throw.ts";
import { scenario as routeToLo } from "./scenarios/route-to-lo.ts";
import { scenario as routeUnreachable } from "./scenarios/route-unreachable.ts";
import { scenario as routerOk } from "./scenarios/router-ok.ts";
import { scenario as routingLoop } from "./scenarios/routing-loop.ts";
import { scenario as rpFilterArp } from "./scenarios/rp-filter-arp.ts";
import { scenario as rpFilterLooseNoRoute } from "./scenarios/rp-filter-loose-no-route.ts";
import { scenario as rpFilterStrict } from "./scenarios/rp-filter-strict.ts";
import { scenario as sameMacVethPair } from "./scenarios/same-mac-veth-pair.ts";
import { scenario as sameSubnetTwoInterfaces } from "./scenarios/same-subnet-two-interfaces.ts";
import { scenario as secondaryDeletedWithPrimary } from "./scenarios/secondary-deleted-with-primary.ts";
import { scenario as sourceAddressSelection } from "./scenarios/source-address-selection.ts";
import { scenario as sourceNotLocal } from "./scenarios/source-not-local.ts";
import { scenario as srcValidMark } from "./scenarios/src-valid-mark.ts";
import { scenario as staticRouteLostAfterFlap } from "./scenarios/static-route-lost-after-flap.ts";
import { scenario as tapNames } from "./scenarios/tap-names.ts";
import { scenario as targetHasNoAddress } from "./scenarios/target-has-no-address.ts";
import { scenario as tcEgressDrop } from "./scenarios/tc-egress-drop.ts";
import { scenario as tcIngressDrop } from "./scenarios/tc-ingress-drop.ts";
import { scenario as tcOk } from "./scenarios/tc-ok.ts";
import { scenario as tcpAnsweredOk } from "./scenarios/tcp-answered-ok.ts";
import { scenario as tcpConntrackInvalid } from "./scenarios/tcp-conntrack-invalid.ts";
import { scenario as tcpDataNotAcknowledged } from "./scenarios/tcp-data-not-acknowledged.ts";
import { scenario as tcpForwardDrop } from "./scenarios/tcp-forward-drop.ts";
import { scenario as tcpForwardNoRoute } from "./scenarios/tcp-forward-no-route.ts";
import { scenario as tcpNotMasqueraded } from "./scenarios/tcp-not-masqueraded.ts";
import { scenario as tcpOwnRedirect } from "./scenarios/tcp-own-redirect.ts";
import { scenario as tcpRedirectNoProxy } from "./scenarios/tcp-redirect-no-proxy.ts";
import { scenario as tcpRedirectOk } from "./scenarios/tcp-redirect-ok.ts";
import { scenario as tcpRefused } from "./scenarios/tcp-refused.ts";
import { scenario as tcpReplyForwardDrop } from "./scenarios/tcp-reply-forward-drop.ts";
import { scenario as tcpReplyInputDrop } from "./scenarios/tcp-reply-input-drop.ts";
import { scenario as tcpReplyOutputDrop } from "./scenarios/tcp-reply-output-drop.ts";
import { scenario as tcpReset } from "./scenarios/tcp-reset.ts";
import { scenario as tcpRoutedOk } from "./scenarios/tcp-routed-ok.ts";
import { scenario as tcpStallOwnRouters } from "./scenarios/tcp-stall-own-routers.ts";
import { scenario as tcpStallPmtu } from "./scenarios/tcp-stall-pmtu.ts";
import { scenario as tcpSynNoAnswer } from "./scenarios/tcp-syn-no-answer.ts";
import { scenario as tcpZeroWindow } from "./scenarios/tcp-zero-window.ts";
import { scenario as ttlExpired } from "./scenarios/ttl-expired.ts";
import { scenario as tunnelNoMatch } from "./scenarios/tunnel-no-match.ts";
import { scenario as twoNamespaces } from "./scenarios/two-namespaces.ts";
import { scenario as twoNamespacesPeerDown } from "./scenarios/two-namespaces-peer-down.ts";
import { scenario as udpAnsweredFromElsewhere } from "./scenarios/udp-answered-from-elsewhere.ts";
import { scenario as udpBufferFull } from "./scenarios/udp-buffer-full.ts";
import { scenario as udpInputDrop } from "./scenarios/udp-input-drop.ts";
import { scenario as udpNoAnswer } from "./scenarios/udp-no-answer.ts";
import { scenario as udpOk } from "./scenarios/udp-ok.ts";
import { scenario as udpPortNoListener } from "./scenarios/udp-port-no-listener.ts";
import { scenario as udpReject } from "./scenarios/udp-reject.ts";
import { scenario as unicastInL2Broadcast } from "./scenarios/unicast-in-l2-broadcast.ts";
import { scenario as vethBothAddresses } from "./scenarios/veth-both-addresses.ts";
import { scenario as vethBothAddressesHalfFixed } from "./scenarios/veth-both-addresses-half-fixed.ts";
import { scenario as vethBothAddressesRefused } from "./scenarios/veth-both-addresses-refused.ts";
import { scenario as vethOneAddress } from "./scenarios/veth-one-address.ts";
import { scenario as vethOtherAddresses } from "./scenarios/veth-other-addresses.ts";
import { scenario as vlanOk } from "./scenarios/vlan-ok.ts";
import { scenario as vlanTaggedToUntaggedHost } from "./scenarios/vlan-tagged-to-untagged-host.ts";
import { scenario as vrfOk } from "./scenarios/vrf-ok.ts";
import { scenario as vrfUnbound } from "./scenarios/vrf-unbound.ts";
import { scenario as vxlanFdbOk } from "./scenarios/vxlan-fdb-ok.ts";
import { scenario as vxlanNoRemote } from "./scenarios/vxlan-no-remote.ts";
import { scenario as vxlanOk } from "./scenarios/vxlan-ok.ts";
import { scenario as wireguardAllowedIps } from "./scenarios/wireguard-allowed-ips.ts";
import { scenario as wireguardNoHandshake } from "./scenarios/wireguard-no-handshake.ts";
import { scenario as wireguardOk } from "./scenarios/wireguard-ok.ts";
import { scenario as wireguardSourceNotAllowed } from "./scenarios/wireguard-source-not-allowed.ts";
import { scenario as wrongNetmask } from "./scenarios/wrong-netmask.ts";

/** Every scenario of the lab, in the order of their names. */
export const scenarios: readonly Scenario[] = [
  acceptLocalOffIp,
  addressOnDownInterface,
  answerWithoutSocket,
  arpAnnounceForeignSource,
  arpFilter,
  arpFlux,
  arpIgnore1,
  arpIgnore2,
  arpIgnore3,
  arpIgnore8,
  arpLoopbackTarget,
  arpProbeSipZero,
  arpProblemHiddenByCache,
  arpSuppressedEntryUpdate,
  asymmetricRouting,
  bondInactiveSlave,
  bondOk,
  boundSocketOtherInterface,
  boundSocketReplyLo,
  brNetfilterDrop,
  bridgeDeviceDown,
  bridgeFdbIngressPort,
  bridgeFdbLocalMac,
  bridgeFdbWrongPort,
  bridgeFloodOff,
  bridgeNeighSuppress,
  bridgeOk,
  bridgeOwnMacSource,
  bridgePortIsolated,
  bridgePortLocked,
  bridgePortMtuSmaller,
  bridgePortState,
  bridgeStpForwardDelay,
  bridgeVlanMismatch,
  bridgeVlanNoPvid,
  bridgeVlanOk,
  broadcastNeedsB,
  connectionUnreachable,
  defaultRoutesTie,
  dhcpNoOffer,
  directedBroadcastNotForwarded,
  dnatDeadTarget,
  dnsErrorAnswer,
  dnsNoAnswer,
  dockerDeadTarget,
  dockerForwardDrop,
  dockerPublishedOk,
  dummySwallows,
  duplicateAddress,
  duplicateMac,
  duplicateReply,
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
  greOk,
  greOtherKey,
  icmpEchoIgnoreAll,
  icmpRateLimit,
  icmpRedirect,
  ifaceForwardingOff,
  interfaceWithoutAddress,
  ipForwardOff,
  ipHeaderBad,
  ipOnBridgePort,
  ipipOk,
  ipipPeerWithoutTunnel,
  iptablesDrop,
  ipvlanOk,
  kernelDrop,
  kubeClusteripPing,
  kubeDeadEndpoint,
  kubeNftNoEndpoint,
  kubeNftServiceOk,
  kubeNftWrongTargetPort,
  kubeNoEndpoint,
  kubeServiceOk,
  kubeWrongTargetPort,
  linkAdminDown,
  linkdownRouteIgnored,
  listenBacklogFull,
  loDown,
  localMtuDf,
  localRouteWithoutAddress,
  localTableAfterPolicyRule,
  loopbackSourceOffHost,
  macvlanBridgeOk,
  macvlanHostIsolation,
  macvlanPrivate,
  macvlanVepa,
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
  natHairpinOk,
  natSnatMasquerade,
  neighNoProbes,
  neighQueueFull,
  neighStaleMacChanged,
  neighWrongMac,
  nftArpDrop,
  nftBridgeDrop,
  nftConntrackInvalid,
  nftForwardDrop,
  nftInputDrop,
  nftInputDropTcp,
  nftNetdevEgressDrop,
  nftNetdevIngressDrop,
  nftOutputDrop,
  nftPolicyDrop,
  nftPolicyDropTcp,
  nftPostroutingDrop,
  nftPreroutingDrop,
  nftReject,
  nftRejectTcp,
  nftReplyDrop,
  noRoute,
  noarpReceiver,
  noarpSender,
  noprefixrouteNoConnectedRoute,
  ownAddress,
  peerDownNeighKnown,
  peerMtuSmaller,
  pingPermission,
  pingUnprivileged,
  pmtuBlackhole,
  pmtuCached,
  policyRoutingWrongTable,
  policyRuleReject,
  portIpv6Only,
  portNoListener,
  portNotInBridge,
  portNotPublished,
  portOk,
  portOtherAddress,
  portOtherDevice,
  proxyArp,
  proxyArpNoForwarding,
  proxyArpPvlan,
  proxyNeighEntry,
  publishedForwardDrop,
  publishedOk,
  publishedWrongPort,
  qdiscDrop,
  replyTtlExpired,
  reverseArpProbe,
  routeBlackhole,
  routeProhibit,
  routeThrow,
  routeToLo,
  routeUnreachable,
  routerOk,
  routingLoop,
  rpFilterArp,
  rpFilterLooseNoRoute,
  rpFilterStrict,
  sameMacVethPair,
  sameSubnetTwoInterfaces,
  secondaryDeletedWithPrimary,
  sourceAddressSelection,
  sourceNotLocal,
  srcValidMark,
  staticRouteLostAfterFlap,
  tapNames,
  targetHasNoAddress,
  tcEgressDrop,
  tcIngressDrop,
  tcOk,
  tcpAnsweredOk,
  tcpConntrackInvalid,
  tcpDataNotAcknowledged,
  tcpForwardDrop,
  tcpForwardNoRoute,
  tcpNotMasqueraded,
  tcpOwnRedirect,
  tcpRedirectNoProxy,
  tcpRedirectOk,
  tcpRefused,
  tcpReplyForwardDrop,
  tcpReplyInputDrop,
  tcpReplyOutputDrop,
  tcpReset,
  tcpRoutedOk,
  tcpStallOwnRouters,
  tcpStallPmtu,
  tcpSynNoAnswer,
  tcpZeroWindow,
  ttlExpired,
  tunnelNoMatch,
  twoNamespaces,
  twoNamespacesPeerDown,
  udpAnsweredFromElsewhere,
  udpBufferFull,
  udpInputDrop,
  udpNoAnswer,
  udpOk,
  udpPortNoListener,
  udpReject,
  unicastInL2Broadcast,
  vethBothAddresses,
  vethBothAddressesHalfFixed,
  vethBothAddressesRefused,
  vethOneAddress,
  vethOtherAddresses,
  vlanOk,
  vlanTaggedToUntaggedHost,
  vrfOk,
  vrfUnbound,
  vxlanFdbOk,
  vxlanNoRemote,
  vxlanOk,
  wireguardAllowedIps,
  wireguardNoHandshake,
  wireguardOk,
  wireguardSourceNotAllowed,
  wrongNetmask,
];
