import type { ProxyService } from '../../harness/model/service.ts';
import { acceptedBy } from './accepted-by.ts';
import { readLimits } from './config-limits.ts';
import { readConfig } from './config-lines.ts';
import { foreignCheckArgv, foreignStartArgv } from './foreign-start.ts';
import { parseLog } from './log.ts';
import { missingFile } from './missing-file.ts';
import { readSurroundings } from './surroundings.ts';
import { readTree } from './read-tree.ts';
import { parseRejection } from './rejection.ts';
import { remedies } from './remedies.ts';
import { scaleDurations } from './scale-durations.ts';
import { quirks } from './quirks.ts';
import { workerEnd } from './worker-end.ts';

/** HAProxy, as a thing that Hopscope starts: the first column of its version matrix is what Debian carries. */
export const haproxy: ProxyService = {
  name: 'haproxy',
  title: 'HAProxy',
  program: 'haproxy',
  image: {
    official: 'haproxy:{version}',
    defaultVersion: '3.0',
    debianPackages: ['haproxy'],
    debianSuites: { '2.2': 'bullseye', '2.6': 'bookworm', '3.0': 'trixie' },
  },
  configName: 'haproxy.cfg',
  versionArgv: (program) => [program, '-v'],
  parseVersion: (output) => /^HA-?Proxy version (\d+\.\d+(?:\.\d+|-dev\d+)?)/m.exec(output)?.[1] ?? null,
  checkArgv: (at) => (at.isForeign === true ? foreignCheckArgv(at) : [at.program, '-c', '-f', at.configPath]),
  parseRejection,
  // Master and worker, as every package runs it, for only a master can be told to reload; `-db` keeps the master in the foreground. Its
  // workers end with it, however it ends (measured with 2.6: they hold a pipe to it).
  // HAProxy logs local time without its zone; UTC makes one clock of every host's log.
  startArgv: (at) => (at.isForeign === true ? foreignStartArgv(at) : ['env', 'TZ=UTC', at.program, '-W', '-db', '-f', at.configPath]),
  // Ends at once. Tunnels still open then are not logged: HAProxy writes a session's line only when the session ends (measured).
  stopSignal: 'SIGTERM',
  // A reload runs the program anew from its file, so it is the upgrade too.
  lifecycle: {
    reload: [{ signal: 'SIGUSR2' }, { until: 'new-process' }],
    upgrade: null,
    gracefulStop: [{ signal: 'SIGUSR1' }],
    source: 'https://docs.haproxy.org/2.6/management.html#4',
  },
  parseLog,
  workerEnd,
  readConfig,
  remedies,
  readLimits,
  scaleDurations,
  readSurroundings,
  readTree,
  missingFile,
  acceptedBy,
  quirks,
};
