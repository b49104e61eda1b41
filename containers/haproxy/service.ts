import type { ProxyService } from '../../harness/model/service.ts';
import { readConfig } from './config-lines.ts';
import { parseLog } from './log.ts';
import { parseRejection } from './rejection.ts';

/** HAProxy, as a thing that Hopscope starts: the first column of its version matrix is what Debian carries. */
export const haproxy: ProxyService = {
  name: 'haproxy',
  title: 'HAProxy',
  program: 'haproxy',
  image: {
    official: 'haproxy:{version}',
    defaultVersion: '3.0',
    debianPackages: ['haproxy'],
    debianSuites: { '2.6': 'bookworm', '3.0': 'trixie' },
  },
  configName: 'haproxy.cfg',
  versionArgv: (program) => [program, '-v'],
  parseVersion: (output) => /^HA-?Proxy version (\d+\.\d+(?:\.\d+|-dev\d+)?)/m.exec(output)?.[1] ?? null,
  checkArgv: ({ program, configPath }) => [program, '-c', '-f', configPath],
  parseRejection,
  // `-db` alone: one process in the foreground, so that whatever ends it leaves no worker behind, as `-W` could.
  // HAProxy logs local time without its zone; UTC makes one clock of every host's log.
  startArgv: ({ program, configPath }) => ['env', 'TZ=UTC', program, '-db', '-f', configPath],
  // Ends at once. Tunnels still open then are not logged: HAProxy writes a session's line only when the session ends (measured).
  stopSignal: 'SIGTERM',
  parseLog,
  readConfig,
};
