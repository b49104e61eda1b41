import type { Claim } from './claim.ts';
import type { Directive } from './config-tree.ts';
import { type Blocks, describeBlock, scopeOf } from './scope.ts';

/** Other modules that send a request to something that is no WebSocket origin. */
const OTHER_HANDLERS = new Set(['fastcgi_pass', 'uwsgi_pass', 'scgi_pass', 'memcached_pass', 'stub_status', 'empty_gif', 'flv', 'mp4']);
/** `grpc_pass` is HTTP/2 and relays no upgrade; it is here because no WebSocket passes it either. */
const isOtherHandler = ({ name }: Directive): boolean => OTHER_HANDLERS.has(name) || name === 'grpc_pass';

/** Lines of the innermost block with which nginx answers a request itself, or asks something that is not the origin. */
export function answeringLines(blocks: Blocks): readonly Claim[] {
  const inner = blocks.at(-1);
  const level = inner?.block ?? [];
  const claims = level.flatMap((at) => lineOf(blocks, at));
  if (inner?.name !== 'location' || level.some(passesOn)) return claims;
  const explanation = `${describeBlock(blocks)} has no \`proxy_pass\`, so nginx serves files for it and answers the request itself`;
  return [...claims, { symptom: 'answers-itself', at: inner, explanation, ...scopeOf(blocks) }];
}

/** With one of these a location is no plain file server: it has its own line, or the answer is decided further in or elsewhere. */
const passesOn = (directive: Directive): boolean =>
  directive.name === 'proxy_pass' ||
  directive.name === 'return' ||
  directive.name === 'include' ||
  directive.name === 'rewrite' ||
  directive.name === 'try_files' ||
  isOtherHandler(directive) ||
  (directive.block !== null && ['location', 'if', 'limit_except'].includes(directive.name));

function lineOf(blocks: Blocks, at: Directive): readonly Claim[] {
  const where = blocks.at(-1)?.name === 'if' ? `${describeBlock(blocks)} when ${blocks.at(-1)?.args.join(' ')}` : describeBlock(blocks);
  const answers = (explanation: string, status?: number): readonly Claim[] => [
    { symptom: 'answers-itself', at, explanation, ...scopeOf(blocks, status) },
  ];
  const shown = `\`${[at.name, ...at.args].join(' ').slice(0, 120)}\``;
  if (at.name === 'return') {
    // A lone URL is a redirect with 302; 444 closes the connection without an answer.
    const status = /^\d{3}$/.test(at.args[0] ?? '') ? Number(at.args[0]) : 302;
    if (status === 444) return answers(`${shown} closes the connection in ${where} without an answer`);
    return answers(`${shown} answers the request with ${status} in ${where}`, status);
  }
  if (at.name === 'deny') return answers(`${shown} refuses these clients with 403 in ${where}`, 403);
  if (at.name === 'auth_basic' && at.args[0] !== 'off')
    return answers(`${shown} answers 401 in ${where} to a request without a user and password`, 401);
  if (at.name === 'auth_request' && at.args[0] !== 'off')
    return answers(`${shown} asks another address first, which may refuse the request in ${where}`);
  if (at.name === 'try_files') return answers(`${shown} looks for files in ${where} before anything else`);
  if (isOtherHandler(at)) return answers(`${shown} hands the request in ${where} to something that is not a WebSocket origin`);
  return at.name === 'rewrite' ? rewriteLine(blocks, at, shown, where) : [];
}

/** https://nginx.org/en/docs/http/ngx_http_rewrite_module.html#rewrite */
function rewriteLine(blocks: Blocks, at: Directive, shown: string, where: string): readonly Claim[] {
  const [, replacement = '', flag = ''] = at.args;
  if (flag === 'permanent')
    return [{ symptom: 'answers-itself', at, explanation: `${shown} redirects the client with 301 in ${where}`, ...scopeOf(blocks, 301) }];
  if (flag === 'redirect' || /^(?:https?:\/\/|\$scheme)/.test(replacement)) {
    return [{ symptom: 'answers-itself', at, explanation: `${shown} redirects the client with 302 in ${where}`, ...scopeOf(blocks, 302) }];
  }
  return [
    {
      symptom: 'rewrites-target',
      at,
      explanation: `${shown} changes the request target in ${where} before it is sent on`,
      ...scopeOf(blocks),
    },
  ];
}
