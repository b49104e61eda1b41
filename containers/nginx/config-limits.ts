import type { LadderMode } from '../../harness/model/ladder-mode.ts';
import type { ConfigLine } from '../../harness/model/service.ts';
import type { Claim } from './claim.ts';
import { claimsToLines, walk } from './config-lines.ts';
import { type Directive, parseConfig } from './config-tree.ts';
import { countClaims } from './count-claims.ts';
import { HTTP_DURATIONS, STREAM_DURATIONS } from './duration-defaults.ts';
import { type Blocks, describeBlock, effective, milliseconds, scopeOf } from './scope.ts';

/** Which quiet each duration ends in a location with a `proxy_pass`, and how. */
const ENDS: Readonly<Record<string, { readonly modes: readonly LadderMode[]; readonly does: string }>> = {
  client_header_timeout: { modes: ['connect-silent', 'head-unfinished'], does: 'ends a connection whose request head is not whole' },
  keepalive_timeout: { modes: ['keep-alive-idle'], does: 'ends a connection that is kept for a next request' },
  proxy_read_timeout: {
    modes: ['idle', 'head-unanswered'],
    does: 'cuts an idle tunnel, and answers 504 for a next host that does not answer',
  },
};

const LAYER_4: readonly LadderMode[] = ['idle', 'connect-silent', 'head-unanswered', 'keep-alive-idle'];

/** Limits of time and of number of an nginx config, defaults that stand in no line too. Never throws. */
export function readLimits(text: string, file: string): readonly ConfigLine[] {
  return claimsToLines(limitClaims(parseConfig(text)), text, file);
}

/** What `readLimits` finds, before it has its place. */
export function limitClaims(main: readonly Directive[]): readonly Claim[] {
  const claims = main.flatMap((top): readonly Claim[] => {
    if (top.name === 'http') return walk([top], httpClaims);
    return top.name === 'stream' ? walk([top], streamClaims) : [];
  });
  return [...claims, ...countClaims(main)];
}

function httpClaims(blocks: Blocks): readonly Claim[] {
  const pass = blocks.at(-1)?.block?.find(({ name }) => name === 'proxy_pass');
  if (pass === undefined) return [];
  return HTTP_DURATIONS.flatMap(({ name, defaultMs, written }) => {
    const declared = effective(blocks, name)[0];
    const ends = ENDS[name];
    if (declared === undefined && ends === undefined) return [];
    const { modes, does } = ends ?? { modes: [], does: 'ends none of the watched connections by itself' };
    return timeClaim({ declared, blocks, pass, name, defaultMs, written, modes, does });
  });
}

/** https://nginx.org/en/docs/stream/ngx_stream_proxy_module.html: bytes are relayed from the start, so a silent client counts too. */
function streamClaims(blocks: Blocks): readonly Claim[] {
  const pass = blocks.at(-1)?.block?.find(({ name }) => name === 'proxy_pass');
  const [timeout] = STREAM_DURATIONS;
  if (pass === undefined || timeout === undefined) return [];
  const declared = effective(blocks, timeout.name)[0];
  return timeClaim({ ...timeout, declared, blocks, pass, modes: LAYER_4, does: 'ends a connection in which neither side sends anything' });
}

function timeClaim(of: {
  readonly declared: Directive | undefined;
  readonly blocks: Blocks;
  readonly pass: Directive;
  readonly name: string;
  readonly defaultMs: number;
  readonly written: string;
  readonly modes: readonly LadderMode[];
  readonly does: string;
}): readonly Claim[] {
  const { declared, blocks, pass, name, modes, does } = of;
  const common = { symptom: 'limits-time' as const, modes, ...scopeOf(blocks) };
  if (declared === undefined) {
    const explanation = `no \`${name}\` in ${describeBlock(blocks)}: the default of ${of.written} ${does}`;
    return [{ ...common, at: pass, limitMs: of.defaultMs, isDefault: true, explanation }];
  }
  const limitMs = milliseconds(name === 'keepalive_timeout' ? (declared.args[0] ?? '') : declared.args.join(' '));
  if (limitMs === null || limitMs === 0) return [];
  return [{ ...common, at: declared, limitMs, explanation: `\`${name} ${declared.args.join(' ')}\` ${does}` }];
}
