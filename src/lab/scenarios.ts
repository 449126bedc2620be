// Every scenario of the lab, in the order of their names; a test holds this list against the directory.

import type { Scenario } from "./scenario.ts";
import { scenario as acceptLocalOffIp } from "./scenarios/accept-local-off-ip.ts";
import { scenario as arpAnnounceForeignSource } from "./scenarios/arp-announce-foreign-source.ts";
import { scenario as arpFilter } from "./scenarios/arp-filter.ts";
import { scenario as arpFlux } from "./scenarios/arp-flux.ts";
import { scenario as arpIgnore1 } from "./scenarios/arp-ignore-1.ts";
import { scenario as arpIgnore8 } from "./scenarios/arp-ignore-8.ts";
import { scenario as asymmetricRouting } from "./scenarios/asymmetric-routing.ts";
import { scenario as boundSocketReplyLo } from "./scenarios/bound-socket-reply-lo.ts";
import { scenario as bridgeOk } from "./scenarios/bridge-ok.ts";
import { scenario as duplicateAddress } from "./scenarios/duplicate-address.ts";
import { scenario as forwardNoRoute } from "./scenarios/forward-no-route.ts";
import { scenario as fragNeededDf } from "./scenarios/frag-needed-df.ts";
import { scenario as gatewayArpFailed } from "./scenarios/gateway-arp-failed.ts";
import { scenario as icmpEchoIgnoreAll } from "./scenarios/icmp-echo-ignore-all.ts";
import { scenario as icmpRedirect } from "./scenarios/icmp-redirect.ts";
import { scenario as ipForwardOff } from "./scenarios/ip-forward-off.ts";
import { scenario as linkAdminDown } from "./scenarios/link-admin-down.ts";
import { scenario as loDown } from "./scenarios/lo-down.ts";
import { scenario as missingReturnRoute } from "./scenarios/missing-return-route.ts";
import { scenario as neighWrongMac } from "./scenarios/neigh-wrong-mac.ts";
import { scenario as nftInputDrop } from "./scenarios/nft-input-drop.ts";
import { scenario as nftOutputDrop } from "./scenarios/nft-output-drop.ts";
import { scenario as noRoute } from "./scenarios/no-route.ts";
import { scenario as ownAddress } from "./scenarios/own-address.ts";
import { scenario as proxyArp } from "./scenarios/proxy-arp.ts";
import { scenario as routeBlackhole } from "./scenarios/route-blackhole.ts";
import { scenario as routerOk } from "./scenarios/router-ok.ts";
import { scenario as rpFilterArp } from "./scenarios/rp-filter-arp.ts";
import { scenario as rpFilterStrict } from "./scenarios/rp-filter-strict.ts";
import { scenario as tapNames } from "./scenarios/tap-names.ts";
import { scenario as targetHasNoAddress } from "./scenarios/target-has-no-address.ts";
import { scenario as ttlExpired } from "./scenarios/ttl-expired.ts";
import { scenario as twoNamespaces } from "./scenarios/two-namespaces.ts";
import { scenario as twoNamespacesPeerDown } from "./scenarios/two-namespaces-peer-down.ts";
import { scenario as vethBothAddresses } from "./scenarios/veth-both-addresses.ts";
import { scenario as vethBothAddressesHalfFixed } from "./scenarios/veth-both-addresses-half-fixed.ts";
import { scenario as vethBothAddressesRefused } from "./scenarios/veth-both-addresses-refused.ts";
import { scenario as vethOneAddress } from "./scenarios/veth-one-address.ts";
import { scenario as vethOtherAddresses } from "./scenarios/veth-other-addresses.ts";
import { scenario as wrongNetmask } from "./scenarios/wrong-netmask.ts";

/** All scenarios. */
export const scenarios: readonly Scenario[] = [
  acceptLocalOffIp,
  arpAnnounceForeignSource,
  arpFilter,
  arpFlux,
  arpIgnore1,
  arpIgnore8,
  asymmetricRouting,
  boundSocketReplyLo,
  bridgeOk,
  duplicateAddress,
  forwardNoRoute,
  fragNeededDf,
  gatewayArpFailed,
  icmpEchoIgnoreAll,
  icmpRedirect,
  ipForwardOff,
  linkAdminDown,
  loDown,
  missingReturnRoute,
  neighWrongMac,
  nftInputDrop,
  nftOutputDrop,
  noRoute,
  ownAddress,
  proxyArp,
  routeBlackhole,
  routerOk,
  rpFilterArp,
  rpFilterStrict,
  tapNames,
  targetHasNoAddress,
  ttlExpired,
  twoNamespaces,
  twoNamespacesPeerDown,
  vethBothAddresses,
  vethBothAddressesHalfFixed,
  vethBothAddressesRefused,
  vethOneAddress,
  vethOtherAddresses,
  wrongNetmask,
];
