// ping and the C library speak the user's language: their German, French, Spanish, Japanese, Portuguese and Russian lines are
// turned into the English ones. Taken from the translation catalogues of iputils and glibc; Chinese is read where English is.

type Phrase = readonly [pattern: RegExp, english: string];

// Whole lines. A name or address is (\S+); French puts narrow blanks in front of colons, which \s takes.
const LINES: readonly Phrase[] = [
  [/^(\d+)\s(?:Bytes von|octets de|bytes (?:desde|de)) (\S+?)(?: (\(\S+?\)))?\s?: /, "$1 bytes from $2 $3: "],
  [/^(\d+) バイト応答 送信元 (\S+?)(?: (\(\S+?\)))?: /, "$1 bytes from $2 $3: "],
  [/^(?:Von|De|Origen|送信元) (\S+?)(?: (\(\S+?\)))?\s?:?(?= icmp_seq=)/, "From $1 $2"],
  [/^(PING \S+ \(\S+\)) (?:von|de|desde|送信元) (\S+ \S+?)\s?: /, "$1 from $2: "],
  [
    /^--- (?:statistiques ping )?(\S+) (?:[Pp]ing-Statistik(?:en)? |esta[dt]ísticas (?:de )?ping |ping 統計 )?---$/,
    "--- $1 ping statistics ---",
  ],
  [
    /^(\d+)\s(?:Pakete übertragen|paquets transmis|paquetes transmitidos|pacotes transmitidos), /,
    "$1 packets transmitted, ",
  ],
  [/^送信パケット数 (\d+), 受信パケット数 (\d+)/, "$1 packets transmitted, $2 received"],
  [
    /^(?:noch keine Antwort für|encore aucune réponse pour|aún sin respuesta para|nenhuma resposta ainda para) /,
    "no answer yet for ",
  ],
  [/^(icmp_seq=\d+) が未応答です/, "no answer yet for $1"],
  [
    /^(?:lokaler Fehler|erreur locale|error local|内部エラー|erro local)\s?: .{1,60}?(?:mtu[=:]\s?)?(\d+)$/i,
    "local error: message too long, mtu=$1",
  ],
  [/^(?:WARNUNG|AVERTISSEMENT|AVISO|警告)\s?: ?/, "WARNING: "],
  [
    /(?:Möchten Sie broadcast pingen|Vous voulez faire un ping broadcast|¿Desea un ping broadcast|ブロードキャストpingを行う場合|Deseja enviar ping em broadcast)/,
    "Do you want to ping broadcast?",
  ],
];

// Windows speaks its user's language, too.
const WINDOWS: readonly Phrase[] = [
  [
    /^Ping wird ausgeführt für (\S+?)(?: (\[\S+?\]))?(?: von (\S+))? mit (\d+) Bytes Daten/,
    "Pinging $1 $2 with $4 bytes of data",
  ],
  [
    /^Zeitüberschreitung der Anforderung\.?$|^Délai d['’]attente de la demande dépassé\.?$|^Tiempo de espera agotado para esta solicitud\.?$/,
    "Request timed out.",
  ],
  [/^Antwort von (\S+?): Bytes=/, "Reply from $1: bytes="],
  [/^Antwort von (\S+?): Zielhost nicht erreichbar\.?$/, "Reply from $1: Destination host unreachable."],
  [/^Antwort von (\S+?): Zielnetz nicht erreichbar\.?$/, "Reply from $1: Destination net unreachable."],
  [
    /^Antwort von (\S+?): Die Gültigkeitsdauer wurde bei der Übertragung überschritten\.?$/,
    "Reply from $1: TTL expired in transit.",
  ],
  [/^Ping-Statistik für (\S+?):/, "Ping statistics for $1:"],
  [/^\s*Pakete: Gesendet = (\d+), Empfangen = (\d+)/, "    Packets: Sent = $1, Received = $2"],
  [/^(?:Übertragungsfehler|PING: Fehler bei der Übertragung).*$/, "PING: transmit failed. General failure."],
  [/^Ping-Anforderung konnte Host "?(\S+?)"? nicht finden\..*$/, "Ping request could not find host $1. "],
];

// Parts of lines.
const PARTS: readonly Phrase[] = [
  [/(packets transmitted, \d+) (?:empfangen|reçus|recibidos|recebidos)/, "$1 received"],
  [/\+(\d+) (?:Duplikate|dupliqués|duplicados|重複)/, "+$1 duplicates"],
  [/\((?:DUPLIQUÉ\s?!|重複.)\)/, "(DUP!)"],
  [/ANDERE ADRESSE!|ADRESSE DIFFÉRENTE|DIRECC DIFERENTE|アドレス相違|ENDEREÇO DIFERENTE!/, "DIFFERENT ADDRESS!"],
  [/\((?:abgeschnitten|tronqué|truncado|切り詰められました)\)/, "(truncated)"],
  [
    /Ziel(?:netz)(?= nicht erreichbar)|Réseau de destination(?= injoignable)|Red Destino(?= (?:No Alc|Inalc))|目的のネットワーク(?=へ届)|Rede de destino(?= inalc)/,
    "Destination Net",
  ],
  [
    /Zielhost(?= nicht erreichbar)|Hôte de destination(?= injoignable)|(?:Huésped|Hospedaje) Destino(?= (?:No Alc|Inalc))|目的のホスト(?=へ届)|Host de destino(?= inalc)/,
    "Destination Host",
  ],
  [
    /Zielprotokoll(?= nicht erreichbar)|Protocole de destination(?= injoignable)|Protocolo Destino(?= No Alc)|目的のプロトコル(?=へ届)|Protocolo de destino(?= inalc)/,
    "Destination Protocol",
  ],
  [
    /Zielport(?= nicht erreichbar)|Port de destination(?= injoignable)|Puerto Destino(?= No Alc)|目的のポート(?=へ届)|Porta de destino(?= inalc)/,
    "Destination Port",
  ],
  [
    /(Destination (?:Net|Host|Protocol|Port))(?: nicht erreichbar| injoignable| No Alcanzable| Inalcanzable|へ届きません。?| inalcançável)/,
    "$1 Unreachable",
  ],
  [
    /Zielnetz verboten|Réseau de destination interdit|Red Destino Prohibida|目的のネットワークは禁止されています|Rede de destino proibida/,
    "Destination Net Prohibited",
  ],
  [
    /Zielhost verboten|Hôte de destination interdit|Anfitrión Destino Prohibido|目的のホストは禁止されています|Host de destino proibido/,
    "Destination Host Prohibited",
  ],
  [
    /Fragmentierung benötigt und DF gesetzt|Fragmentation nécessaire et DF est défini|Frag necesario y DF fijado|断片化が必要ですがDFフラグがセットされています|Frag necessária e DF definida/,
    "Frag needed and DF set",
  ],
  [
    /Lebenszeit überschritten|Durée de vie dépassée|Tiempo de vida superado|TTLを超過しました|Tempo de vida excedido/,
    "Time to live exceeded",
  ],
  [
    /Fragmentierungs-Wiederherstellungszeit überschritten|Temps de réassemblage des fragments dépassé|Se excedió el tiempo de re-ensamblaje de fragmentos|断片化パケットの再構築時間を超過しました|Tempo de remontagem de frag excedido/,
    "Frag reassembly time exceeded",
  ],
  [
    /Netzwerk umleiten|Rediriger le réseau|Redirigir Red|ネットワークのリダイレクト|Redirecionamento de rede/,
    "Redirect Network",
  ],
  [
    /Host umleiten|Rediriger l'hôte|Redireccionar Hospedaje|ホストのリダイレクト|Redirecionamento de host/,
    "Redirect Host",
  ],
];

// strerror and gai_strerror.
const ERRORS: readonly Phrase[] = [
  [
    /^(?:Das Netzwerk ist nicht erreichbar|Le réseau n['’]est pas accessible|La red es inaccesible|ネットワークに届きません|A rede está fora de alcance|Rede inacessível|Сеть недоступна)/,
    "Network is unreachable",
  ],
  [
    /^(?:Keine Route zum Zielrechner|Aucun chemin d['’]accès pour atteindre l['’]hôte cible|No existe ninguna ruta hasta el|ホストへの経路がありません|Não há rota para o host|Sem caminho para o anfitrião|Нет маршрута до узла)/,
    "No route to host",
  ],
  [
    /^(?:Das Argument ist ungültig|Argument invalide|Argumento inválido|無効な引数です|Недопустимый аргумент)/,
    "Invalid argument",
  ],
  [
    /^(?:Keine Berechtigung|Permission non accordée|Permiso denegado|許可がありません|Permissão (?:negada|recusada)|Отказано в доступе)/,
    "Permission denied",
  ],
  [
    /^(?:Die Operation ist nicht erlaubt|Opération non permise|Operación no permitida|許可されていない操作です|Operação não permitida|Операция не позволена)/,
    "Operation not permitted",
  ],
  [
    /^(?:Kein Hauptspeicher für den Puffer verfügbar|Aucun espace tampon disponible|No queda espacio para memoria intermedia|利用可能な空きバッファがありません|Não há espaço de buffer disponível|Sem espaço disponível no buffer|Недостаточно буферного пространства)/,
    "No buffer space available",
  ],
  [
    /^(?:Die Nachricht ist zu lang|Message trop long|Mensaje demasiado largo|メッセージが長すぎます|Mensagem muito (?:longa|grande)|Сообщение слишком длинное)/,
    "Message too long",
  ],
  [
    /^(?:Die angeforderte Adresse kann nicht zugewiesen werden|Ne peut attribuer l['’]adresse demandée|No se puede asignar la dirección solicitada|要求アドレスに割り当てられません|Não foi possível acessar o endereço requisitado|Impossível atribuir o endereço pedido|Невозможно назначить запрошенный адрес)/,
    "Cannot assign requested address",
  ],
  [
    /^(?:Kein passendes Gerät gefunden|Aucun périphérique de ce type|No existe el dispositivo|そのようなデバイスはありません|Dispositivo inexistente|Нет такого устройства)/,
    "No such device",
  ],
  [
    /^(?:Der Name oder der Dienst ist nicht bekannt|Nom ou service inconnu|Nombre o servicio desconocido|名前またはサービスが不明です|Nome ou serviço desconhecidos?|Неизвестное имя или служба)/,
    "Name or service not known",
  ],
  [
    /^(?:Temporärer Fehler bei der Namensauflösung|Échec temporaire dans la résolution du nom|Fallo temporal en la resolución del nombre|名前解決に一時的に失敗しました|Falha tempor[áa]ri[ao] na resolução de nome|Временный сбой в разрешении имен)/,
    "Temporary failure in name resolution",
  ],
];

// What is pure ASCII in one of these languages begins so; other lines in ASCII are English already.
const MARKED =
  /[\u0080-\uffff]|^(?:nenhuma |\d+ Bytes von|\d+ octets de|\d+ bytes (?:desde|de) |Von |De |Origen |--- |\d+ p(?:aque|aco)tes |PING |(?:ping[46]?: )?(?:AVISO|WARNUNG|Argument|Permiso|La red|Das |Keine? |Die |Der |Message trop|Mensa|Nom|Aucun|No (?:existe|queda|se))|.*: (?:Das|Die|Der|Kein|La red|Permiso|Nom|No (?:existe|queda|se)|Argument|Mensa|Message trop|Dispositivo|Aucun) ?)/;

/** The line as an English ping prints it; the same line where it is English, Chinese or not ping's. */
export function inEnglish(line: string): string {
  const windows = translated(line, WINDOWS);
  if (windows !== line) return windows;
  if (!MARKED.test(line)) return line;
  const whole = translated(line, LINES)
    .replace(/(\S) {2,}(?=:|icmp_seq|$)/, "$1 ")
    .replace(/ : /, ": ");
  const said = PARTS.reduce((text, [pattern, english]) => text.replace(pattern, english), whole);
  return said.replace(
    /^((?:ping[46]?: ?)?(?:[^:：]{1,80}[:：] ?)?)(.+)$/i,
    (_, before: string, words: string) => before + translated(words, ERRORS),
  );
}

function translated(text: string, phrases: readonly Phrase[]): string {
  const found = phrases.find(([pattern]) => pattern.test(text));
  return found === undefined ? text : text.replace(...found);
}
