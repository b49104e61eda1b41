import type { ProxyService, ServicePlacement } from '../../harness/model/service.ts';
import { readConfig } from './config-lines.ts';
import { parseLog } from './log.ts';
import { quirks } from './quirks.ts';
import { acceptedBy, missingFile, parseRejection } from './rejection.ts';
import { readSurroundings } from './surroundings.ts';
import { readTree } from './tree-lines.ts';
import { workerEnd } from './worker-end.ts';

/**
 * Debian keeps modules in /usr/lib/apache2/modules; elsewhere the server root that was compiled in has them. A user's own config says where
 * its server root is, or means the one that was compiled in.
 */
const serverRoot = ({ versionOutput, isForeign }: ServicePlacement): readonly string[] =>
  isForeign !== true && /\((?:Debian|Ubuntu)\)/.test(versionOutput) ? ['-d', '/usr/lib/apache2'] : [];

/** Apache refuses to serve as root, so where only uid 0 exists it gets a user namespace in which that user has another number. */
const asUser = ({ singleUser }: ServicePlacement): readonly string[] =>
  singleUser ? ['unshare', '--user', '--map-user=33', '--map-group=33'] : [];

/** The error log has local times without a zone. */
const IN_UTC = ['env', 'TZ=UTC'];

/** In parts, for Apache takes no line of more than some 200 characters from its command line (measured with 2.4.71). */
const FORMAT_PARTS = [
  '{"at":"%{end:usec}t","client_port":"%{remote}p","request":"%r","status":"%>s","duration_us":"%D",',
  '"handler":"%R","server_port":"%{proxy-source-port}n","server_status":"%{proxy-status}n","error":"%{error-notes}n"}',
];

/**
 * An access log beside those that a user's own config has, which leaves its files as they are: one for all virtual hosts
 * (https://httpd.apache.org/docs/2.4/mod/mod_log_config.html#globallog), in the format that `parseLog` knows best.
 */
function withOurLog({ isForeign }: ServicePlacement): readonly string[] {
  if (isForeign !== true) return [];
  const parts = FORMAT_PARTS.flatMap((part, at) => ['-c', `Define HOPSCOPE_LOG_${at} '${part}'`]);
  return [...parts, '-c', `GlobalLog /dev/stdout '${FORMAT_PARTS.map((_, at) => `\${HOPSCOPE_LOG_${at}}`).join('')}'`];
}

/** Apache httpd, Debian's package or the official image: https://httpd.apache.org/docs/2.4/programs/httpd.html */
export const apache: ProxyService = {
  name: 'apache',
  title: 'Apache httpd',
  program: 'apache2',
  image: {
    official: 'httpd:{version}',
    officialProgram: 'httpd',
    defaultVersion: '2.4',
    debianPackages: ['apache2'],
    debianSuites: { '2.4': 'bookworm' },
  },
  configName: 'apache.conf',
  // -v and not -V, which reads the config.
  versionArgv: (program) => [program, '-v'],
  parseVersion: (output) => /^Server version: Apache\/(\d+\.\d+\.\d+)/m.exec(output)?.[1] ?? null,
  checkArgv: (at) => [...IN_UTC, at.program, ...serverRoot(at), '-t', '-f', at.configPath],
  parseRejection,
  startArgv: (at) => [...IN_UTC, ...asUser(at), at.program, ...serverRoot(at), '-D', 'FOREGROUND', '-f', at.configPath, ...withOurLog(at)],
  // Ends open connections; a worker that waits for a silent next host is killed after some seconds.
  stopSignal: 'SIGTERM',
  lifecycle: {
    reload: [{ signal: 'SIGUSR1' }, { until: 'new-process' }],
    upgrade: null,
    gracefulStop: [{ signal: 'SIGWINCH' }],
    source: 'https://httpd.apache.org/docs/2.4/stopping.html',
  },
  parseLog,
  workerEnd,
  readConfig,
  readSurroundings,
  readTree,
  missingFile,
  acceptedBy,
  quirks,
};
