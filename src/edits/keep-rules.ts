// Where a host keeps its firewall rules over a reboot.

import type { Keep } from "../model/edit.ts";
import type { Manager } from "../model/manager.ts";

/** An nft command, in the file that is loaded at boot. */
export function keepNft(command: string, { rules }: Manager): Keep {
  const line = command.replace(/^nft /, "").replaceAll("'", "");
  if (rules === "iptables-persistent") return { file: null, lines: ["sudo netfilter-persistent save"] };
  // firewalld and ufw own their tables; what stands in a table of nftables.conf stays beside them.
  return { file: "/etc/nftables.conf", lines: [line], reload: "sudo systemctl enable nftables" };
}

// ufw asks these before its own rules; its file ends with the COMMIT that is there.
const OF_UFW: ReadonlyMap<string, string> = new Map([
  ["INPUT", "ufw-before-input"],
  ["FORWARD", "ufw-before-forward"],
  ["OUTPUT", "ufw-before-output"],
]);

/** An iptables rule; `rule` as in iptables-save, without its table. */
export function keepIptables(command: string, table: string, rule: string, { rules, writers = [] }: Manager): Keep {
  const [, chain = "", ...words] = rule.split(" ");
  if (rules === "ufw") return ofUfw(table, chain, words.join(" "));
  if (rules === "firewalld")
    return {
      file: null,
      lines: [`sudo firewall-cmd --permanent --direct --add-rule ipv4 ${table} ${chain} 0 ${words.join(" ")}`],
      reload: "sudo firewall-cmd --reload",
    };
  if (rules === "iptables-persistent") return { file: null, lines: ["sudo netfilter-persistent save"] };
  // Docker makes its chains when it starts: a rule in one of them waits for that.
  if (chain === "DOCKER-USER" || (writers.includes("Docker") && chain === "FORWARD" && table === "filter"))
    return {
      file: "/etc/systemd/system/docker.service.d/90-pktwhy.conf",
      lines: ["[Service]", `ExecStartPost=/usr/sbin/iptables -I DOCKER-USER ${words.join(" ")}`],
      reload: "sudo systemctl daemon-reload",
    };
  return { file: "/etc/rc.local", lines: [command] };
}

function ofUfw(table: string, chain: string, words: string): Keep {
  const own = table === "filter" ? OF_UFW.get(chain) : undefined;
  return {
    file: "/etc/ufw/before.rules",
    lines: own === undefined ? [`*${table}`, `-A ${chain} ${words}`, "COMMIT"] : [`-A ${own} ${words}`],
    reload: "sudo ufw reload",
  };
}
