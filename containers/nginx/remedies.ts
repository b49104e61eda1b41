import type { RemedyCandidate } from '../../harness/model/remedy.ts';
import type { ConfigLine, ConfigSymptom, RemedyRequest } from '../../harness/model/service.ts';
import { parseConfig, type Directive } from './config-tree.ts';
import { ownLocation } from './location-remedies.ts';
import type { Blocks } from './scope.ts';
import { Source } from './source-range.ts';
import { forwardUpgrade, speakHttp11, upgradeByMap } from './upgrade-remedies.ts';

/** A directive of a config that a finding was blamed on, with the blocks that it stands in. */
export interface Blamed {
  readonly request: RemedyRequest;
  readonly source: Source;
  readonly directive: Directive;
  /** Outermost first; where the directive itself is a block, it is the last of them. */
  readonly blocks: Blocks;
}

type Rule = (blamed: Blamed) => readonly RemedyCandidate[];

const MAX_CANDIDATES = 3;
/** nginx's own page about WebSockets raises this limit or has the application ping. */
const SILENCE = '1h';
const SILENCE_MS = 3_600_000;

/** What may help against each symptom. A new symptom is a new line here. */
const RULES: Readonly<Partial<Record<ConfigSymptom, Rule>>> = {
  'drops-upgrade': forwardUpgrade,
  'speaks-http10': speakHttp11,
  'spoils-plain-http': upgradeByMap,
  'answers-itself': ownLocation,
  'rewrites-target': keepTarget,
  'cuts-idle': longerSilence,
  'limits-time': longerSilence,
  'cuts-on-reload': longerShutdown,
};

/** Remedies for a line of an nginx config (nginx.org, "WebSocket proxying"). Pure; a line that is not there has none. */
export function remedies(request: RemedyRequest): readonly RemedyCandidate[] {
  const { text, line } = request;
  const rule = RULES[line.symptom];
  const found = rule === undefined ? null : find(parseConfig(text), line, []);
  return found === null || rule === undefined ? [] : rule({ ...found, request, source: new Source(text) }).slice(0, MAX_CANDIDATES);
}

function find(level: readonly Directive[], line: ConfigLine, blocks: Blocks): Pick<Blamed, 'directive' | 'blocks'> | null {
  for (const directive of level) {
    const inner = directive.block === null ? blocks : [...blocks, directive];
    if (directive.line === line.line && directive.column === line.column) return { directive, blocks: inner };
    const found = directive.block === null ? null : find(directive.block, line, inner);
    if (found !== null) return found;
  }
  return null;
}

function longerSilence({ request, directive, source, blocks }: Blamed): readonly RemedyCandidate[] {
  // Nobody is told to lower a limit.
  if ((request.line.limitMs ?? 0) >= SILENCE_MS) return [];
  const isStream = blocks[0]?.name === 'stream';
  const name = isStream ? 'proxy_timeout' : 'proxy_read_timeout';
  // Limits of connecting and of requests end no tunnel.
  if (directive.name !== name && directive.name !== 'proxy_pass') return [];
  const limit = `${name} ${SILENCE};`;
  const edit = directive.name === name ? source.replace(directive, limit) : source.after(directive, [limit]);
  return [
    {
      title: `Let a tunnel be silent for an hour: \`${name} ${SILENCE}\`.`,
      edits: [edit],
      source: isStream
        ? 'nginx, ngx_stream_proxy_module, proxy_timeout'
        : 'nginx, ngx_http_proxy_module, proxy_read_timeout, and "WebSocket proxying"',
    },
  ];
}

function longerShutdown({ directive, source }: Blamed): readonly RemedyCandidate[] {
  if (directive.name !== 'worker_shutdown_timeout') return [];
  return [
    {
      title: `Let tunnels outlive a reload by an hour: \`worker_shutdown_timeout ${SILENCE}\`.`,
      edits: [source.replace(directive, `worker_shutdown_timeout ${SILENCE};`)],
      source: 'nginx, Core functionality, worker_shutdown_timeout',
    },
  ];
}

/** With a path in its address `proxy_pass` puts it in the place of what the location matched; without one the target stays. */
function keepTarget({ directive, source }: Blamed): readonly RemedyCandidate[] {
  const address = /^(https?:\/\/[^/$]+)\/[^$]*$/.exec(directive.args[0] ?? '')?.[1];
  if (directive.name !== 'proxy_pass' || address === undefined) return [];
  return [
    {
      title: 'Send the request target on as it came: no path in the address of `proxy_pass`.',
      edits: [source.replace(directive, `proxy_pass ${address};`)],
      source: 'nginx, ngx_http_proxy_module, proxy_pass',
    },
  ];
}
