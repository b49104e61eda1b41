import type { Claim } from './claim.ts';
import { walk } from './config-lines.ts';
import type { Directive } from './config-tree.ts';
import { type Blocks, describeBlock, effective, namedIn, scopeOf } from './scope.ts';

const countOf = (text: string | undefined): number | null => (/^[1-9]\d{0,8}$/.test(text ?? '') ? Number(text) : null);

/** Limits of number: `worker_connections`, `worker_rlimit_nofile`, `limit_conn` and `listen ... backlog=`. */
export const countClaims = (main: readonly Directive[]): readonly Claim[] => [
  ...workerClaims(main),
  ...main.flatMap((top) =>
    top.name === 'http' || top.name === 'stream' ? walk([top], (blocks) => [...addressClaims(blocks), ...backlogClaims(blocks)]) : [],
  ),
];

/**
 * https://nginx.org/en/docs/ngx_core_module.html#worker_connections: all connections of a worker count, those to the next hosts and the
 * listening sockets and the channel to the master as well; so a proxied socket takes two. With several workers the kernel shares the
 * clients out by chance, and only the sum is known.
 */
function workerClaims(main: readonly Directive[]): readonly Claim[] {
  const events = main.find(({ name }) => name === 'events');
  const at = events?.block?.find(({ name }) => name === 'worker_connections');
  const slots = countOf(at?.args[0]);
  const declared = main.find(({ name }) => name === 'worker_processes')?.args[0] ?? '1';
  const workers = countOf(declared);
  if (at === undefined || slots === null || workers === null) return [];
  const listeners = everyDirective(main).filter(({ name }) => name === 'listen').length;
  const limit = Math.max(0, Math.floor((slots - Math.max(1, listeners) - 1) / 2)) * workers;
  const each = `\`worker_connections ${slots}\` is enough for ${limit} proxied sockets`;
  const explanation = `${each}: each takes two, and ${Math.max(1, listeners)} listening and one internal connection count too`;
  return [{ symptom: 'limits-count', at, resource: 'connections', limit, explanation }];
}

const everyDirective = (directives: readonly Directive[]): readonly Directive[] =>
  directives.flatMap((directive) => [directive, ...everyDirective(directive.block ?? [])]);

/** https://nginx.org/en/docs/http/ngx_http_limit_conn_module.html: a zone counts by its key; only keys of the client's address are read. */
function addressClaims(blocks: Blocks): readonly Claim[] {
  const pass = blocks.at(-1)?.block?.find(({ name }) => name === 'proxy_pass');
  if (pass === undefined) return [];
  const zones = blocks
    .slice(0, 1)
    .flatMap((http) => namedIn(http, 'limit_conn_zone'))
    .filter(({ args }) => /^\$(?:binary_)?remote_addr$/.test(args[0] ?? ''));
  return effective(blocks, 'limit_conn').flatMap((at): readonly Claim[] => {
    const limit = countOf(at.args[1]);
    const isByAddress = zones.some(({ args }) => args.some((arg) => arg.startsWith(`zone=${at.args[0] ?? ''}:`)));
    if (limit === null || !isByAddress) return [];
    const status = effective(blocks, 'limit_conn_status')[0]?.args[0] ?? '503';
    const explanation = `\`limit_conn ${at.args.join(' ')}\` in ${describeBlock(blocks)} lets one address have ${limit} requests at a time, and a WebSocket is one until it ends; the next gets ${status}`;
    return [{ symptom: 'limits-count', at, resource: 'connections-per-address', limit, explanation, ...scopeOf(blocks) }];
  });
}

function backlogClaims(blocks: Blocks): readonly Claim[] {
  return (blocks.at(-1)?.block ?? []).flatMap((at): readonly Claim[] => {
    const limit = at.name === 'listen' ? countOf(at.args.find((arg) => arg.startsWith('backlog='))?.slice('backlog='.length)) : null;
    if (limit === null) return [];
    return [
      {
        symptom: 'limits-count',
        at,
        resource: 'backlog',
        limit,
        explanation: `the kernel holds ${limit} connections that were not accepted yet`,
      },
    ];
  });
}
