/** Words in names and paths by which people tell WebSockets. */
const STRONG =
  /^(?:wss?|websockets?|websocketd?|wsock|wsapp|wsserver|wsbackend|sockets?|socketio|sockjs|engineio|cable|actioncable|signalr|primus|realtime|centrifugo|centrifuge|faye|pusher|mqttws)$/;
/** The same, of less weight: other things are called so as well. */
const WEAK =
  /^(?:hubs?|live|streams?|streaming|mqtt|graphql|subscriptions?|channels?|kernels|terminals?|chat|events?|push|notifications?|io|notify)$/;
/** What is surely something else. */
const ELSE =
  /^(?:static|assets?|img|images?|css|js|fonts?|media|favicon|robots|acme|letsencrypt|certbot|health|healthz|healthcheck|status|metrics|stats|prometheus|monitor|maintenance|blackhole|deny|reject|errors?|redirect)$/;

export type WordWeight = 'strong' | 'weak' | 'none' | 'else';

const MAX_NAME = 300;

/** What a name or path speaks of: `be_ws`, `/socket.io/`, `is-websocket-path`. */
export function weightOf(name: string): WordWeight {
  const text = name.slice(0, MAX_NAME);
  const words = text
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  if (words.some((word) => STRONG.test(word)) || /websocket|socket\.io/i.test(text)) return 'strong';
  if (words.some((word) => WEAK.test(word))) return 'weak';
  return words.some((word) => ELSE.test(word)) ? 'else' : 'none';
}

const KNOWN: readonly (readonly [RegExp, string])[] = [
  [/socket[._-]?io/i, '/socket.io/?EIO=4&transport=websocket'],
  [/engine[._-]?io/i, '/engine.io/?EIO=4&transport=websocket'],
  [/sockjs/i, '/sockjs/1/abcdefgh/websocket'],
  [/cable/i, '/cable'],
];

/** Well-known request-targets that names speak of. */
export const targetsFor = (names: readonly string[]): readonly string[] => {
  const text = names.join(' ').slice(0, 2000);
  return KNOWN.filter(([words]) => words.test(text)).map(([, target]) => target);
};

/** Ports of protocols that are never HTTP: their `mode tcp` front sections carry no WebSocket. */
export const OTHER_PROTOCOLS: ReadonlySet<number> = new Set([
  ...[21, 22, 23, 25, 53, 88, 110, 111, 135, 139, 143, 389, 445, 465, 514, 587, 636, 853, 993, 995, 1433, 1521, 1883, 2181, 2379, 2380],
  ...[3306, 3389, 5432, 5433, 5671, 5672, 5900, 6379, 6443, 8883, 9042, 9092, 9418, 11211, 16379, 26379, 27017, 33060, 61613],
]);
