import type { ProxyService, ServicePlacement } from '../../harness/model/service.ts';
import { readConfig } from './config-lines.ts';
import { parseLog } from './log.ts';
import { quirks } from './quirks.ts';
import { parseRejection } from './rejection.ts';

/** As root H2O becomes nobody, so where only uid 0 exists it gets a user namespace in which that user has another number. */
const asUser = ({ singleUser }: ServicePlacement): readonly string[] =>
  singleUser ? ['unshare', '--user', '--map-user=33', '--map-group=33'] : [];

/** H2O, Debian's package: https://h2o.examp1e.net/configure/command_options.html */
export const h2o: ProxyService = {
  name: 'h2o',
  title: 'H2O',
  program: 'h2o',
  image: { official: null, defaultVersion: '2.2', debianPackages: ['h2o'], debianSuites: { '2.2': 'bookworm' } },
  configName: 'h2o.conf',
  versionArgv: (program) => [program, '--version'],
  parseVersion: (output) => /^h2o version (\d+\.\d+\.\d+)/m.exec(output)?.[1] ?? null,
  checkArgv: (at) => [at.program, '-m', 'test', '-c', at.configPath],
  parseRejection,
  // `worker` stays in the foreground and has no master, which takes a program of its own (Server::Starter) to run.
  startArgv: (at) => [...asUser(at), at.program, '-m', 'worker', '-c', at.configPath],
  stopSignal: 'SIGTERM',
  lifecycle: {
    reload: null,
    upgrade: null,
    gracefulStop: [{ signal: 'SIGTERM' }],
    source: 'https://h2o.examp1e.net/configure/command_options.html',
  },
  parseLog,
  readConfig,
  quirks,
};
