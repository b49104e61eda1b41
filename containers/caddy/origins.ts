import type { ConfigPlace, ExpectedOrigin } from '../../harness/model/surroundings.ts';
import type { Node } from './caddyfile.ts';

interface Targets {
  readonly origins: readonly ExpectedOrigin[];
  readonly doubts: readonly { readonly because: string; readonly place: ConfigPlace }[];
}

const MAX_TARGETS = 500;
const MAX_RANGE = 100;

/** Upstreams of `reverse_proxy`, `forward_auth` and `ask`. https://caddyserver.com/docs/caddyfile/directives/reverse_proxy#upstreams */
export function originsOf(nodes: readonly Node[]): Targets {
  const origins: ExpectedOrigin[] = [];
  const doubts: { because: string; place: ConfigPlace }[] = [];
  const add = (word: string, place: ConfigPlace, tls: boolean): void => {
    const found = targetsOf(word, place, tls);
    if (found === null) doubts.push({ because: `where \`${word}\` leads is only known when a request comes`, place });
    for (const one of found ?? [])
      if (origins.length < MAX_TARGETS && !origins.some(({ host, port }) => host === one.host && port === one.port)) origins.push(one);
  };
  const visit = (node: Node): void => {
    const [name = '', ...args] = node.words;
    if (name === 'reverse_proxy' || name === 'forward_auth') visitProxy(node, args, add, doubts);
    else if (name === 'ask' && args[0] !== undefined) add(args[0], node.place, false);
    if (name === 'php_fastcgi') doubts.push({ because: "the lab's origin does not speak fcgi", place: node.place });
    for (const child of node.children ?? []) visit(child);
  };
  for (const node of nodes) visit(node);
  return { origins, doubts };
}

function visitProxy(
  { children, place }: Node,
  args: readonly string[],
  add: (word: string, place: ConfigPlace, tls: boolean) => void,
  doubts: { because: string; place: ConfigPlace }[],
): void {
  const inside = children ?? [];
  const transport = inside.find(({ words }) => words[0] === 'transport');
  const tls = transport?.children?.some(({ words }) => words[0]?.startsWith('tls') === true) === true;
  if (transport?.words[1] === 'fastcgi') doubts.push({ because: "the lab's origin does not speak fcgi", place });
  const own = args.filter((word, at) => !(at === 0 && /^[/@*]/.test(word)));
  for (const word of own) add(word, place, tls);
  for (const { words, place: at } of inside) if (words[0] === 'to') for (const word of words.slice(1)) add(word, at, tls);
  for (const dynamic of inside.filter(({ words }) => words[0] === 'dynamic')) addDynamic(dynamic, add, doubts, tls);
}

/** `dynamic a NAME PORT` asks DNS; so does `dynamic srv`, whose answers the lab does not have. */
function addDynamic(
  { words, children, place }: Node,
  add: (word: string, place: ConfigPlace, tls: boolean) => void,
  doubts: { because: string; place: ConfigPlace }[],
  tls: boolean,
): void {
  const [, kind = '', name, port] = words;
  const value = (key: string): string | undefined => children?.find((child) => child.words[0] === key)?.words[1];
  if (kind === 'a') add(`${name ?? value('name') ?? ''}:${port ?? value('port') ?? '80'}`, place, tls);
  else doubts.push({ because: `the upstreams of \`dynamic ${kind}\` are only known when a request comes`, place });
}

/** `app:3000`, `https://app`, `h2c://app:80`, `unix//run/app.sock`, `app:8001-8003`, `:3000`; null: it has placeholders. */
function targetsOf(word: string, place: ConfigPlace, wrapped: boolean): readonly ExpectedOrigin[] | null {
  if (/[{}]/.test(word)) return null;
  const socket = /^(?:unix\+h2c|unix)\/(\/?.*)$/.exec(word)?.[1];
  if (socket !== undefined) return [{ host: socket.split('|')[0] ?? '', port: null, isUnix: true, tls: wrapped, place }];
  const [, scheme = '', bracketed, name, from, to] =
    /^(?:(https?|h2c):\/\/)?(?:\[([\da-f:.]+)\]|([^:/\s]*))(?::(\d{1,5})(?:-(\d{1,5}))?)?(?:\/.*)?$/i.exec(word) ?? [];
  const host = bracketed ?? name;
  if (host === undefined) return [];
  const tls = wrapped || scheme === 'https';
  const first = from === undefined ? (scheme === 'https' ? 443 : 80) : Number(from);
  const last = Math.min(Number(to ?? first), first + MAX_RANGE);
  return Array.from({ length: Math.max(1, last - first + 1) }, (_, at) => ({
    host: host || 'localhost',
    port: first + at,
    isUnix: false,
    tls,
    place,
  }));
}
