/** Words in paths of WebSockets: no standard has any, but frameworks and the programs in front of which proxies stand do. */
const SOCKET_WORD =
  /(?:^|[/._-])(?:ws|wss|websockets?|web-socket|sockets?|socket\.io|sockjs|sockjs-node|engine\.io|cable|live|realtime|real-time|signalr|hubs?|mqtt|stomp|xmpp-websocket|graphql[_-]?(?:ws|socket|subscriptions)|subscriptions|streaming|hmr|_next\/webpack-hmr|terminals?|novnc|websockify)(?:$|[/._?*-])/i;
const MAX_PATTERN = 500;
/** What may follow a literal so that it may be absent, or more than itself. */
const QUANTIFIERS = '?*+{';

/** Whether a path is one that programs use for WebSockets by habit: `/ws/`, `/socket.io/`, `/cable`. */
export const looksLikeSocketPath = (path: string): boolean => SOCKET_WORD.test(path.slice(0, MAX_PATTERN));

/**
 * A path that a regular expression matches, made of the literal beginning of it and the first alternative of each group there. Best
 * effort: what cannot be followed ends the path. Never runs the expression, which is untrusted.
 */
export function pathOfPattern(pattern: string): string {
  let rest = pattern
    .slice(0, MAX_PATTERN)
    .replace(/^\(\?i\)/, '')
    .replace(/^\^/, '');
  let path = '';
  while (rest !== '') {
    const group = /^\((?:\?:)?([^()|]*)(?:\|[^()]*)?\)([?*+]?)/.exec(rest);
    const literal = /^(?:\\([./_~-])|([\w/_~:@%=-]))/.exec(rest);
    const taken = group ?? literal;
    if (taken === null) break;
    const after = rest.slice(taken[0].length);
    const isMaybe = group === null ? QUANTIFIERS.includes(after[0] ?? ' ') && after[0] !== '+' : /[?*]/.test(group[2] ?? '');
    if (!isMaybe) {
      const text = group === null ? (literal?.[1] ?? literal?.[2] ?? '') : pathOfPattern(group[1] ?? '').slice(1);
      path += text;
      if (group !== null && `/${group[1]}` !== pathOfPattern(group[1] ?? '')) break;
    }
    rest = isMaybe && group === null ? after.slice(1) : after.replace(/^\+/, '');
  }
  return path.startsWith('/') ? path : `/${path}`;
}
