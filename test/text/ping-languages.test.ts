// Lines as iputils and glibc print them in other languages, by their translation catalogues.

import { describe, expect, it } from "vitest";
import { readPingLine } from "../../src/model/ping-line.ts";

// Head, reply, error, silence, statistics, summary, refused call, name not found, broadcast.
const LANGUAGES: Readonly<Record<string, readonly string[]>> = {
  German: [
    "PING 10.0.0.2 (10.0.0.2) 56(84) Bytes an Daten.",
    "64 Bytes von 10.0.0.2: icmp_seq=1 ttl=64 Zeit=0.046 ms",
    "Von 10.0.0.1 icmp_seq=1 Zielhost nicht erreichbar",
    "noch keine Antwort für icmp_seq=1",
    "--- 10.0.0.2 ping-Statistiken ---",
    "4 Pakete übertragen, 1 empfangen, +2 Duplikate, +3 Fehler, 75% Paketverlust, Zeit 3062ms",
    "ping: connect: Das Netzwerk ist nicht erreichbar",
    "ping: web.example: Der Name oder der Dienst ist nicht bekannt",
    "ping: Möchten Sie broadcast pingen? Dann -b. Falls nicht, überprüfen Sie die lokalen Firewall Richtlinien",
  ],
  French: [
    "PING 10.0.0.2 (10.0.0.2) 56(84) octets de données.",
    "64\u00a0octets de 10.0.0.2\u00a0: icmp_seq=1 ttl=64 temps=0.046\u00a0ms",
    "De 10.0.0.1 icmp_seq=1 Hôte de destination injoignable",
    "encore aucune réponse pour icmp_seq=1",
    "--- statistiques ping 10.0.0.2 ---",
    "4\u00a0paquets transmis, 1 reçus, +2 dupliqués, +3 erreurs, 75\u00a0% paquets perdus, temps 3062\u00a0ms",
    "ping: connect: Le réseau n'est pas accessible",
    "ping: web.example: Nom ou service inconnu",
    "ping: Vous voulez faire un ping broadcast\u00a0? Alors utilisez -b, sinon veuillez vérifier votre pare-feu local.",
  ],
  Spanish: [
    "PING 10.0.0.2 (10.0.0.2) 56(84) bytes de datos.",
    "64 bytes desde 10.0.0.2: icmp_seq=1 ttl=64 tiempo=0.046 ms",
    "Origen 10.0.0.1 icmp_seq=1 Huésped Destino No Alcanzable",
    "aún sin respuesta para icmp_seq=1",
    "--- 10.0.0.2 estadísticas ping ---",
    "4 paquetes transmitidos, 1 recibidos, +2 duplicados, +3 errores, 75% paquetes perdidos, tiempo 3062ms",
    "ping: connect: La red es inaccesible",
    "ping: web.example: Nombre o servicio desconocido",
    "ping: ¿Desea un ping broadcast? Entonces -b. Si no, compruebe sus reglas de cortafuego local",
  ],
  Japanese: [
    "PING 10.0.0.2 (10.0.0.2) 56(84) バイトのデータ",
    "64 バイト応答 送信元 10.0.0.2: icmp_seq=1 ttl=64 時間=0.046ミリ秒",
    "送信元 10.0.0.1 icmp_seq=1 目的のホストへ届きません。",
    "icmp_seq=1 が未応答です",
    "--- 10.0.0.2 ping 統計 ---",
    "送信パケット数 4, 受信パケット数 1, +2 重複, +3 エラー, パケット損失 75%, 時間 3062ミリ秒",
    "ping: connect: ネットワークに届きません",
    "ping: web.example: 名前またはサービスが不明です",
    "ping: ブロードキャストpingを行う場合は -b オプション、違う場合はファイアウォールを確認してください",
  ],
  Portuguese: [
    "PING 10.0.0.2 (10.0.0.2) 56(84) bytes de dados.",
    "64 bytes de 10.0.0.2: icmp_seq=1 ttl=64 tempo=0.046 ms",
    "De 10.0.0.1 icmp_seq=1 Host de destino inalcançável",
    "nenhuma resposta ainda para icmp_seq=1",
    "--- 10.0.0.2 estatísticas de ping ---",
    "4 pacotes transmitidos, 1 recebidos, +2 duplicados, +3 erros, 75% perda de pacote, tempo 3062ms",
    "ping: connect: A rede está fora de alcance",
    "ping: web.example: Nome ou serviço desconhecido",
    "ping: Deseja enviar ping em broadcast? Então, -b. Caso contrário, verifique suas regras de firewall local",
  ],
  Chinese: [
    "PING 10.0.0.2 (10.0.0.2) 56(84) 字节的数据。",
    "64 字节，来自 10.0.0.2: icmp_seq=1 ttl=64 时间=0.046 毫秒",
    "来自 10.0.0.1 icmp_seq=1 目标主机不可达",
    "icmp_seq=1 未响应",
    "--- 10.0.0.2 ping 统计 ---",
    "已发送 4 个包， 已接收 1 个包, +2 重复, +3 错误, 75% 包丢失, 耗时 3062 毫秒",
    "ping: connect: 网络不可达",
    "ping: web.example: 域名解析出现暂时性错误",
    "ping: 您想要 ping 广播地址吗？若是则加上参数 -b，否则检查你的本地防火墙规则",
  ],
};
const target = 0x0a000002;
const gateway = 0x0a000001;
const MEANT = [
  { kind: "head", destination: target, length: 84 },
  { kind: "reply", from: target },
  { kind: "error", from: gateway, icmp: { type: 3, code: 1 }, sequence: 1 },
  { kind: "silence" },
  { kind: "statistics", destination: target },
  { kind: "summary", transmitted: 4, received: 1, duplicates: 2 },
  { kind: "refusal", call: "connect", errno: "ENETUNREACH" },
  { kind: "refusal", call: "resolve", name: "web.example" },
  { kind: "refusal", call: "connect", errno: "EACCES" },
];

describe.each(Object.entries(LANGUAGES))("ping in %s prints what the English one does:", (_, lines) => {
  it.each(lines.map((line, at) => [line, MEANT[at]] as const))("%s", (line, meant) => {
    expect(readPingLine(line)).toMatchObject(meant ?? {});
  });
});
