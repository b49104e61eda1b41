import type { ProxyService, ServicePlacement } from '../../harness/model/service.ts';
import { readConfig } from './config-lines.ts';
import { parseLog } from './log.ts';
import { quirks } from './quirks.ts';
import { parseRejection } from './rejection.ts';

/** Caddy keeps what it saves below HOME. */
const AT_HOME = ['env', 'HOME=/run/caddy', 'XDG_DATA_HOME=/run/caddy', 'XDG_CONFIG_HOME=/run/caddy'];

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
  checkArgv: (at) => [...AT_HOME, at.program, 'validate', ...config(at)],
  parseRejection,
  startArgv: (at) => [...AT_HOME, at.program, 'run', ...config(at)],
  // Caddy does not wait for tunnels.
  stopSignal: 'SIGTERM',
  lifecycle: {
    // Without --force a config that is the same is not loaded.
    reload: [{ run: (at) => [...AT_HOME, at.program, 'reload', '--force', ...config(at)] }],
    upgrade: null,
    gracefulStop: [{ signal: 'SIGTERM' }],
    source: 'https://caddyserver.com/docs/command-line#caddy-reload',
  },
  parseLog,
  readConfig,
  quirks,
};
