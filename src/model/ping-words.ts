// The words by which the pings of the world say the same thing: iputils in English and Chinese, busybox, BSD and Windows.

/** An ICMP error as RFC 792 numbers it. */
export interface IcmpWords {
  readonly type: number;
  readonly code: number;
  /** Next-hop MTU of fragmentation needed. */
  readonly mtu?: number;
  /** Gateway that a redirect names. */
  readonly gateway?: string;
}

// iputils: pr_icmph. Windows says the first two and the TTL's end in words of its own.
const ICMP: readonly (readonly [words: RegExp, type: number, code: number])[] = [
  [/^(?:Destination Net Unreachable for|对于此 ToS 而言目标网络)/i, 3, 11],
  [/^(?:Destination Host Unreachable for|对于此 ToS 而言目标主机)/i, 3, 12],
  [/^(?:Destination Net(?:work)? Unreachable|目标网络不可达|无法访问目标网)/i, 3, 0],
  [/^(?:Destination Host Unreachable|目标主机不可达|无法访问目标主机)/i, 3, 1],
  [/^(?:Destination Protocol Unreachable|目标协议不可达|无法访问目标协议)/i, 3, 2],
  [/^(?:Destination Port Unreachable|目标端口不可达|无法访问目标端口)/i, 3, 3],
  [/^(?:Frag(?:mentation)? needed and DF set|需要分段但是设置了 ?DF|需要拆分数据包但是设置 ?DF)/i, 3, 4],
  [/^(?:Packet needs to be fragmented but DF set)/i, 3, 4],
  [/^(?:Source Route Failed|源路由失败)/i, 3, 5],
  [/^(?:Destination Net Unknown|目标网络未知)/i, 3, 6],
  [/^(?:Destination Host Unknown|目标主机未知)/i, 3, 7],
  [/^(?:Destination Net Prohibited|目标网络被禁止)/i, 3, 9],
  [/^(?:Destination Host Prohibited|目标主机被禁止)/i, 3, 10],
  [/^(?:Packet filtered|数据包被过滤|Communication prohibited by filter)/i, 3, 13],
  [/^(?:Redirect Net|重定向网络)/i, 5, 0],
  [/^(?:Redirect Host|重定向主机)/i, 5, 1],
  [/^(?:Time to live exceeded|超过生存时间|TTL expired in transit|TTL 传输中过期)/i, 11, 0],
  [/^(?:Frag reassembly time exceeded|分段重建时间超时)/i, 11, 1],
  [/^(?:Parameter problem|参数问题)/i, 12, 0],
];

/** What an ICMP error's words mean; null for words nobody here knows. */
export function icmpOfWords(words: string): IcmpWords | null {
  const found = ICMP.find(([pattern]) => pattern.test(words));
  if (!found) return null;
  const mtu = /mtu ?= ?(\d{1,6})/i.exec(words)?.[1];
  const gateway = /(?:New nexthop|新的下一跳)[:：] ?([\d.]{7,15})/i.exec(words)?.[1];
  return {
    type: found[1],
    code: found[2],
    ...(mtu === undefined ? {} : { mtu: Number(mtu) }),
    ...(gateway === undefined ? {} : { gateway }),
  };
}

// strerror of glibc, of musl (busybox on Alpine), and glibc's Chinese.
const ERRNO: readonly (readonly [words: RegExp, errno: string])[] = [
  [/^(?:Network (?:is )?unreachable|网络不可达)/i, "ENETUNREACH"],
  [/^(?:No route to host|Host is unreachable|没有到主机的路由)/i, "EHOSTUNREACH"],
  [/^(?:Invalid argument|无效的参数|无效参数|参数无效)/i, "EINVAL"],
  [/^(?:Permission denied|权限不够|拒绝访问)/i, "EACCES"],
  [/^(?:Operation not permitted|不允许的操作)/i, "EPERM"],
  [/^(?:No buffer space available|没有可用的缓冲)/i, "ENOBUFS"],
  [/^(?:Message too (?:long|large)|消息过长|消息太长|信息过长)/i, "EMSGSIZE"],
  [/^(?:(?:Cannot|Can't) assign requested address|Address not available|(?:无法|不能)(?:分配|指定))/i, "EADDRNOTAVAIL"],
  [/^(?:No such device|没有那个设备)/i, "ENODEV"],
  [/^(?:Required key not available|需要的关键字不存在|没有需要的密钥)/i, "ENOKEY"],
  [/^(?:Destination address required|需要目标地址)/i, "EDESTADDRREQ"],
];

/** The errno that strerror's words stand for; null for words nobody here knows. */
export function errnoOfWords(words: string): string | null {
  return ERRNO.find(([pattern]) => pattern.test(words))?.[1] ?? null;
}

/** Words of a resolver that found no address for a name. */
export const NO_NAME =
  /^(?:Name or service not known|Temporary failure in name resolution|No address associated|Name does not resolve|Unknown host|nodename nor servname|未知的名称或服务|域名解析暂时失败|域名解析出现暂时性错误|没有与主机名关联的地址|名称或服务未知)/i;
