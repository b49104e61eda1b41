import type { ProxyService } from '../../harness/model/service.ts';
import { readConfig } from './config-lines.ts';
import { parseLog } from './log.ts';
import { quirks } from './quirks.ts';
import { parseRejection } from './rejection.ts';

/** The error log has local times without a zone. */
const IN_UTC = ['env', 'TZ=UTC'];

/** lighttpd, Debian's package: https://redmine.lighttpd.net/projects/lighttpd/wiki */
export const lighttpd: ProxyService = {
  name: 'lighttpd',
  title: 'lighttpd',
  program: 'lighttpd',
  image: { official: null, defaultVersion: '1.4', debianPackages: ['lighttpd'], debianSuites: { '1.4': 'bookworm' } },
  configName: 'lighttpd.conf',
  versionArgv: (program) => [program, '-v'],
  parseVersion: (output) => /^lighttpd\/(\d+\.\d+\.\d+)/m.exec(output)?.[1] ?? null,
  checkArgv: (at) => [...IN_UTC, at.program, '-tt', '-f', at.configPath],
  parseRejection,
  startArgv: (at) => [...IN_UTC, at.program, '-D', '-f', at.configPath],
  // Closes what is open. SIGINT would wait for it.
  stopSignal: 'SIGTERM',
  lifecycle: {
    // SIGUSR1: ends what is open in order, then starts anew in the same process.
    reload: [{ signal: 'SIGUSR1' }],
    upgrade: null,
    gracefulStop: [{ signal: 'SIGINT' }],
    source: 'https://redmine.lighttpd.net/projects/lighttpd/wiki/Docs_Configuration#Signals',
  },
  parseLog,
  readConfig,
  quirks,
};
