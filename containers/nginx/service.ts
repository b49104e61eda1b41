import type { ProxyService, ServicePlacement } from '../../harness/model/service.ts';
import { acceptedBy } from './accepted-by.ts';
import { readLimits } from './config-limits.ts';
import { readConfig } from './config-lines.ts';
import { parseConfig } from './config-tree.ts';
import { parseLog } from './log.ts';
import { missingFile } from './missing-file.ts';
import { parseRejection } from './rejection.ts';
import { remedies } from './remedies.ts';
import { scaleDurations } from './scale-durations.ts';
import { scaleTree } from './scale-tree.ts';
import { quirks } from './quirks.ts';
import { readSurroundings } from './surroundings.ts';
import { readTree } from './tree-lines.ts';
import { workerEnd } from './worker-end.ts';

/*
 * nginx opens `/dev/stdout` by name, which fails with ENXIO when the descriptor is a socket, as it is in a child process of
 * Node. The check therefore runs with a file for stdout and a pipe for stderr; the arguments are passed on as they are.
 */
const CHECK_SCRIPT = 'printed=$("$@" 2>&1 >/dev/null); code=$?; printf "%s\\n" "$printed" >&2; exit "$code"';

/** Error-log lines carry a local time without a zone: the zone is set so that the log parser can know it. */
const IN_UTC = ['env', 'TZ=UTC'];

/**
 * For a binary upgrade nginx runs what its own argv[0] names, and does not look it up on PATH; and it refuses one while its first parent
 * lives, so that the parent is a shell that can be ended. The shell ends when nginx ends, as it did. One line: a container takes no other.
 */
const startScript = (env: string): string =>
  [
    'program=$(command -v "$0") || exit 127',
    `env ${env} "$program" "$@" & main=$!`,
    'trap \'kill -TERM "$main"\' TERM',
    'while kill -0 "$main" 2>/dev/null; do wait "$main"; code=$?; done',
    'exit "$code"',
  ].join('; ');

const START_SCRIPT = startScript('TZ=UTC');
/**
 * A user's config may say `daemon on`, in any of its files, and a second `daemon` is an error. nginx does not leave the foreground where the
 * variable `NGINX` says that its sockets are inherited (ngx_add_inherited_sockets; measured with 1.22: an empty list is one).
 */
const FOREIGN_START_SCRIPT = startScript('TZ=UTC NGINX=');

/**
 * Directives for `-g`, which come before the config and may not be repeated in it.
 * A config with a `user` line cannot run where only uid 0 exists: nginx says `chown(...) failed (22: Invalid argument)`.
 */
function globals(at: ServicePlacement): string {
  const { configText, singleUser } = at;
  const main = configText === undefined ? null : parseConfig(configText);
  const has = (name: string): boolean => main?.some((directive) => directive.name === name) ?? false;
  const directives: string[] = [];
  if (at.isForeign !== true && !has('daemon')) directives.push('daemon off;');
  // As root nginx hands its temporary folders to the user of its workers, `www-data` or `nginx` unless told otherwise.
  if (singleUser && !has('user')) directives.push('user root;');
  // What a user's config includes at this level may hold a block of it.
  if (main === null || has('stream') || (at.isForeign === true && has('include'))) directives.push(loadStream(at));
  return directives.join(' ').trim();
}

/** `load_module` for the stream module, where it is a file of its own. */
function loadStream({ configText, versionOutput }: ServicePlacement): string {
  if (!/--with-stream=dynamic\b/.test(versionOutput) || loadsModules(configText)) return '';
  const folder = /--modules-path=(\S+)/.exec(versionOutput)?.[1] ?? 'modules';
  return `load_module ${folder}/ngx_stream_module.so;`;
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
    debianSuites: { '1.18': 'bullseye', '1.22': 'bookworm', '1.26': 'trixie' },
  },
  configName: 'nginx.conf',
  // -V and not -v: whether the stream module is built in stands among the configure arguments.
  versionArgv: (program) => [program, '-V'],
  parseVersion: (output) => /^nginx version: nginx\/(\d+\.\d+\.\d+)/m.exec(output)?.[1] ?? null,
  checkArgv: (at) => ['sh', '-c', CHECK_SCRIPT, 'nginx-check', ...IN_UTC, at.program, '-t', '-c', at.configPath, '-g', globals(at)],
  parseRejection,
  startArgv: (at) => {
    const script = at.isForeign === true ? FOREIGN_START_SCRIPT : START_SCRIPT;
    return ['sh', '-c', script, at.program, '-c', at.configPath, '-g', globals(at)];
  },
  // SIGQUIT would wait for every open tunnel to end by itself.
  stopSignal: 'SIGTERM',
  lifecycle: {
    reload: [{ signal: 'SIGHUP' }, { until: 'new-process' }],
    // nginx ignores SIGUSR2 while the process that started it is its parent still (measured with 1.22). SIGWINCH ends the old workers in order, SIGQUIT the old
    // master when they have gone.
    upgrade: [{ orphan: true }, { signal: 'SIGUSR2' }, { until: 'new-main' }, { signal: 'SIGWINCH' }, { signal: 'SIGQUIT' }],
    gracefulStop: [{ signal: 'SIGQUIT' }],
    source: 'https://nginx.org/en/docs/control.html',
  },
  parseLog,
  workerEnd,
  readConfig,
  remedies,
  readLimits,
  readSurroundings,
  readTree,
  missingFile,
  acceptedBy,
  scaleDurations,
  scaleTree,
  quirks,
};
