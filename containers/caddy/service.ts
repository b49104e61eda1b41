import type { ProxyService, ServicePlacement } from '../../harness/model/service.ts';
import { readConfig } from './config-lines.ts';
import { parseLog } from './log.ts';
import { quirks } from './quirks.ts';
import { acceptedBy, missingFile, parseRejection } from './rejection.ts';
import { readSurroundings } from './surroundings.ts';
import { readTree } from './tree-lines.ts';

/** Caddy keeps what it saves below HOME. A user's own config has a home of its own. */
const atHome = ({ isForeign }: ServicePlacement): readonly string[] =>
  isForeign === true ? [] : ['env', 'HOME=/run/caddy', 'XDG_DATA_HOME=/run/caddy', 'XDG_CONFIG_HOME=/run/caddy'];

/** Where Caddy keeps certificates, as a word of a shell. */
function storageOf({ configText }: ServicePlacement): string {
  const own = /^\s*storage\s+file_system\s+(?:\{\s*root\s+)?(\/[\w./-]+)/m.exec(configText ?? '')?.[1];
  return own ?? '"${XDG_DATA_HOME:-/var/lib/caddy/data}/caddy"';
}

/**
 * Caddy asks no authority for a certificate that it finds in its storage, where it wants a file of facts beside it (CertMagic,
 * `storageHasCertResources`). The world gives the certificates; the facts are written here.
 */
function withFacts(at: ServicePlacement): readonly string[] {
  if (at.isForeign !== true) return [];
  const steps = [
    `for crt in ${storageOf(at)}/certificates/*/*/*.crt; do`,
    '[ -e "$crt" ] || continue',
    'facts="${crt%.crt}.json"; name="$(basename "$crt" .crt | sed \'s/^wildcard_/*/\')"',
    `[ -e "$facts" ] || printf '{"sans":["%s"],"issuer_data":null}' "$name" > "$facts"`,
    'done',
    'exec "$0" "$@"',
  ];
  return ['sh', '-c', steps.join('\n')];
}

/** A config in JSON needs no adapter. */
const config = ({ configPath }: ServicePlacement): readonly string[] => [
  '--config',
  configPath,
  ...(configPath.endsWith('.json') ? [] : ['--adapter', 'caddyfile']),
];

/** Caddy, Debian's package or the official image: https://caddyserver.com/docs/command-line */
export const caddy: ProxyService = {
  name: 'caddy',
  title: 'Caddy',
  program: 'caddy',
  image: {
    official: 'caddy:{version}',
    defaultVersion: '2',
    debianPackages: ['caddy'],
    debianSuites: { '2.6': 'bookworm' },
  },
  configName: 'Caddyfile',
  versionArgv: (program) => [program, 'version'],
  parseVersion: (output) => /^v?(\d+\.\d+\.\d+)/m.exec(output)?.[1] ?? null,
  checkArgv: (at) => [...atHome(at), at.program, 'validate', ...config(at)],
  parseRejection,
  startArgv: (at) => [...withFacts(at), ...atHome(at), at.program, 'run', ...config(at)],
  // Caddy does not wait for tunnels.
  stopSignal: 'SIGTERM',
  lifecycle: {
    // Without --force a config that is the same is not loaded.
    reload: [{ run: (at) => [...atHome(at), at.program, 'reload', '--force', ...config(at)] }],
    upgrade: null,
    gracefulStop: [{ signal: 'SIGTERM' }],
    source: 'https://caddyserver.com/docs/command-line#caddy-reload',
  },
  parseLog,
  readConfig,
  readSurroundings,
  readTree,
  missingFile,
  acceptedBy,
  quirks,
};
