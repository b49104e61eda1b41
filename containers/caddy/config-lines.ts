import type { ConfigLine, ConfigScope } from '../../harness/model/service.ts';
import { inSeconds, lineOf, readDurationMs, readStatements, type Claim, type Statement } from '../config-statements.ts';

/** A statement with the blocks that it stands in, outermost first. */
interface Placed {
  readonly statement: Statement;
  readonly blocks: readonly Statement[];
}

const MAX_DEPTH = 32;
/** Directives that answer by themselves, with the status they have when the line gives none. */
const ANSWERS: ReadonlyMap<string, number | null> = new Map([
  ['respond', 200],
  ['redir', 302],
  ['error', 500],
  ['abort', null],
  ['file_server', null],
  ['basicauth', 401],
  ['basic_auth', 401],
]);
const REWRITES = new Set(['rewrite', 'uri', 'handle_path', 'method']);

/** The lines of a Caddyfile that matter to a WebSocket. Never throws. What an `import` brings in is not followed. */
export const readConfig = (text: string, file: string): readonly ConfigLine[] => readLines(text, file, 'lab');

/** `origin`: any next host is the origin, or the lab's only. */
export function readLines(text: string, file: string, origin: 'any' | 'lab'): readonly ConfigLine[] {
  const placed = placeAll(readStatements(text));
  return placed.flatMap((one) => claimsOf(one, placed, origin).map((claim) => lineOf(one.statement, file, claim)));
}

function placeAll(statements: readonly Statement[]): readonly Placed[] {
  const placed: Placed[] = [];
  let blocks: readonly Statement[] = [];
  for (const statement of statements) {
    if (statement.words[0] === '}') blocks = blocks.slice(0, -1);
    else {
      placed.push({ statement, blocks });
      if (statement.words.at(-1) === '{' && blocks.length < MAX_DEPTH) blocks = [...blocks, statement];
    }
  }
  return placed;
}

/** The path that a line's own matcher, or that of a block around it, asks for; a trailing `*` is a prefix. */
function scopeOf({ statement, blocks }: Placed): { readonly scope?: ConfigScope } {
  const matcher = [statement, ...blocks.toReversed()].map(({ words }) => words[1] ?? '').find((word) => /^\/[^\s*]+\*?$/.test(word));
  return matcher === undefined ? {} : { scope: { pathPrefix: matcher.replace(/\*$/, '') } };
}

function claimsOf(placed: Placed, all: readonly Placed[], origin: 'any' | 'lab'): readonly Claim[] {
  const { statement, blocks } = placed;
  const [name = '', ...args] = statement.words;
  // The first block without a name holds global options.
  if (blocks[0]?.words[0] === '{' || blocks.some(({ words }) => words[0] === 'log')) return globalClaims(statement);
  if (blocks.at(-1)?.words[0] === 'reverse_proxy') return insideProxy(placed);
  if (blocks.length === 0) return [];
  if (name === 'reverse_proxy') return proxyClaims(placed, all, origin);
  if (ANSWERS.has(name)) return [answerClaim(placed, args)];
  return REWRITES.has(name)
    ? [{ symptom: 'rewrites-target', explanation: `\`${statement.text}\` changes the request`, ...scopeOf(placed) }]
    : [];
}

function answerClaim(placed: Placed, args: readonly string[]): Claim {
  const name = placed.statement.words[0] ?? '';
  const given = args.map(Number).find((value) => Number.isInteger(value) && value >= 100 && value < 600);
  const status = given ?? ANSWERS.get(name) ?? null;
  const scope = { ...scopeOf(placed).scope, ...(status === null ? {} : { status }) };
  const explanation = `\`${placed.statement.text}\` answers by itself${status === null ? '' : ` with status ${status}`}`;
  return { symptom: 'answers-itself', explanation, ...(Object.keys(scope).length === 0 ? {} : { scope }) };
}

const isOrigin = (address: string): boolean => /^(?:http:\/\/)?origin:9000$/.test(address);

/** https://caddyserver.com/docs/caddyfile/directives/reverse_proxy: defaults, and that a reload closes tunnels. */
function proxyClaims(placed: Placed, all: readonly Placed[], origin: 'any' | 'lab'): readonly Claim[] {
  const { statement } = placed;
  const scope = scopeOf(placed);
  const targets = statement.words.slice(1).filter((word) => word !== '{' && !/^[/@*]/.test(word));
  const proxies = all.filter((one) => one.statement.words[0] === 'reverse_proxy');
  const inside = all.filter(({ blocks }) => blocks.at(-1) === statement).map((one) => one.statement.words[0]);
  const claims: Claim[] = [
    {
      symptom: 'changes-header',
      explanation: 'Caddy adds X-Forwarded-For, -Host and -Proto, and asks for gzip where the client does not',
      ...scope,
    },
  ];
  if (origin === 'lab' && proxies.length > 1 && targets.length > 0 && !targets.every(isOrigin))
    claims.push({
      symptom: 'answers-itself',
      explanation: `this line gives the request to \`${targets[0]}\`, which is not the origin`,
      ...scope,
    });
  if (!inside.includes('stream_close_delay'))
    claims.push({
      symptom: 'cuts-on-reload',
      limitMs: 0,
      explanation: 'no `stream_close_delay` is set, so a reload closes tunnels at once',
      ...scope,
    });
  return claims;
}

function insideProxy(placed: Placed): readonly Claim[] {
  const [name = '', field = ''] = placed.statement.words;
  const scope = scopeOf({ ...placed, statement: placed.blocks.at(-1) ?? placed.statement });
  const limitMs = readDurationMs(field, 1e-6);
  if (name === 'header_up' && /^-(?:upgrade|connection)$/i.test(field))
    return [
      { symptom: 'drops-upgrade', explanation: `\`${field.slice(1)}\` is taken off the request, so the origin sees no upgrade`, ...scope },
    ];
  if (name === 'header_up' || name === 'header_down') {
    const where = name === 'header_up' ? 'request' : 'response';
    return [{ symptom: 'changes-header', explanation: `\`${placed.statement.text}\` changes a header of the ${where}`, ...scope }];
  }
  if (name === 'rewrite')
    return [{ symptom: 'rewrites-target', explanation: `\`${placed.statement.text}\` changes the request target`, ...scope }];
  if (name === 'stream_timeout' && limitMs !== null)
    return [{ symptom: 'cuts-idle', limitMs, explanation: `a tunnel ends ${inSeconds(limitMs)} after it began, idle or not`, ...scope }];
  if (name === 'stream_close_delay' && limitMs !== null)
    return [
      { symptom: 'cuts-on-reload', limitMs, explanation: `tunnels that are open at a reload end within ${inSeconds(limitMs)}`, ...scope },
    ];
  return [];
}

function globalClaims({ words: [name, value] }: Statement): readonly Claim[] {
  const limitMs = name === 'grace_period' ? readDurationMs(value, 1e-6) : null;
  return limitMs === null
    ? []
    : [{ symptom: 'cuts-on-reload', limitMs, explanation: `a reload waits ${inSeconds(limitMs)} for what is open` }];
}
