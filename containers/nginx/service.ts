import type { ProxyService, ServicePlacement } from '../../harness/model/service.ts';
import { readConfig } from './config-lines.ts';
import { parseConfig } from './config-tree.ts';
import { parseLog } from './log.ts';
import { parseRejection } from './rejection.ts';

/*
 * nginx opens `/dev/stdout` by name, which fails with ENXIO when the descriptor is a socket, as it is in a child process of
 * Node. The check therefore runs with a file for stdout and a pipe for stderr; the arguments are passed on as they are.
 */
const CHECK_SCRIPT = 'printed=$("$@" 2>&1 >/dev/null); code=$?; printf "%s\\n" "$printed" >&2; exit "$code"';

/** Error-log lines carry a local time without a zone: the zone is set so that the log parser can know it. */
const IN_UTC = ['env', 'TZ=UTC'];

/**
 * Directives for `-g`, which come before the config and may not be repeated in it.
 * A config with a `user` line cannot run where only uid 0 exists: nginx says `chown(...) failed (22: Invalid argument)`.
 */
function globals({ configText, singleUser, versionOutput }: ServicePlacement): string {
  const main = configText === undefined ? null : parseConfig(configText);
  const has = (name: string): boolean => main?.some((directive) => directive.name === name) ?? false;
  const directives: string[] = [];
  if (!has('daemon')) directives.push('daemon off;');
  // As root nginx hands its temporary folders to the user of its workers, `www-data` or `nginx` unless told otherwise.
  if (singleUser && !has('user')) directives.push('user root;');
  if (/--with-stream=dynamic\b/.test(versionOutput) && (main === null || has('stream')) && !loadsModules(configText)) {
    const folder = /--modules-path=(\S+)/.exec(versionOutput)?.[1] ?? 'modules';
    directives.push(`load_module ${folder}/ngx_stream_module.so;`);
  }
  return directives.join(' ');
}

/** Loading a module twice is an error, so a config that loads it by itself, or includes Debian's `modules-enabled`, is left alone. */
const loadsModules = (configText = ''): boolean =>
  parseConfig(configText).some(
    ({ name, args }) =>
      (name === 'load_module' && args[0]?.endsWith('ngx_stream_module.so') === true) ||
      (name === 'include' && /modules/.test(args[0] ?? '')),
  );

/** nginx, official image or Debian package: https://nginx.org/en/docs/switches.html */
export const nginx: ProxyService = {
  name: 'nginx',
  title: 'nginx',
  program: 'nginx',
  image: {
    official: 'nginx:{version}',
    defaultVersion: '1.28',
    debianPackages: ['nginx', 'libnginx-mod-stream'],
    debianSuites: { '1.22': 'bookworm', '1.26': 'trixie' },
  },
  configName: 'nginx.conf',
  // -V and not -v: whether the stream module is built in stands among the configure arguments.
  versionArgv: (program) => [program, '-V'],
  parseVersion: (output) => /^nginx version: nginx\/(\d+\.\d+\.\d+)/m.exec(output)?.[1] ?? null,
  checkArgv: (at) => ['sh', '-c', CHECK_SCRIPT, 'nginx-check', ...IN_UTC, at.program, '-t', '-c', at.configPath, '-g', globals(at)],
  parseRejection,
  startArgv: (at) => [...IN_UTC, at.program, '-c', at.configPath, '-g', globals(at)],
  // SIGQUIT would wait for every open tunnel to end by itself.
  stopSignal: 'SIGTERM',
  parseLog,
  readConfig,
};
