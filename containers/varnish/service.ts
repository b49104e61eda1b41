import type { ProxyService, ServicePlacement } from '../../harness/model/service.ts';
import { readConfig } from './config-lines.ts';
import { LOG_FORMAT, parseLog } from './log.ts';
import { readParameters } from './parameters.ts';
import { quirks } from './quirks.ts';
import { parseRejection } from './rejection.ts';
import { workerEnd } from './worker-end.ts';

/** Where varnishd keeps its log in memory and what it compiles. */
const FOLDER = '/run/varnish-hopscope';

/** Without what the check prints when all is well: thousands of lines of C. */
const CHECK = 'printed=$("$@" 2>&1); code=$?; [ "$code" = 0 ] || printf "%s\\n" "$printed" >&2; exit "$code"';

/** Printed once varnishncsa reads: what came before stays unlogged, because with `-d` it would read that and end. */
const READS_LOG = 'Info: varnishncsa reads the log';

/**
 * varnishd writes no access log: varnishncsa reads it from memory, which is there once varnishd has a child. It reads once it has mapped the part that holds the log;
 * its number is that which /proc knows it by, which in a process tree of its own is another than the shell's `$!`.
 */
const READ = `until [ -d "$1/_.vsm_child" ]; do sleep 0.02; done
read -r me rest < /proc/self/stat
(until grep -qF '/_.Log.' "/proc/$me/maps"; do [ -d "/proc/$me" ] || exit; sleep 0.02; done; echo '${READS_LOG}') 2> /dev/null &
exec varnishncsa -n "$1" -t off -c -j -F "$2"`;

/** The shell becomes varnishd, and the death of varnishd ends varnishncsa, which would wait for another. */
const START = 'read="$1"; format="$2"; folder="$3"; shift 3; setpriv --pdeathsig TERM sh -c "$read" read "$folder" "$format" & exec "$@"';

/** Loads the config under a name that no earlier one has, and uses it. */
const RELOAD = 'name="hopscope_$(date +%s%N)"; varnishadm -n "$1" vcl.load "$name" "$2" && exec varnishadm -n "$1" vcl.use "$name"';

const parametersOf = ({ configText }: ServicePlacement): readonly string[] =>
  readParameters(configText ?? '').flatMap(({ name, value }) => ['-p', `${name}=${value}`]);

/** Varnish, Debian's package or the official image: https://varnish-cache.org/docs/7.1/reference/varnishd.html */
export const varnish: ProxyService = {
  name: 'varnish',
  title: 'Varnish',
  program: 'varnishd',
  image: {
    official: 'varnish:{version}',
    defaultVersion: '7.6',
    debianPackages: ['varnish'],
    debianSuites: { '7.1': 'bookworm' },
  },
  configName: 'main.vcl',
  versionArgv: (program) => [program, '-V'],
  parseVersion: (output) => /varnish-(\d+\.\d+\.\d+)/.exec(output)?.[1] ?? null,
  checkArgv: (at) => ['sh', '-c', CHECK, 'varnish-check', at.program, '-C', '-n', `${FOLDER}-check`, '-f', at.configPath],
  parseRejection,
  startArgv: (at) => [
    ...['sh', '-c', START, 'varnish-start', READ, LOG_FORMAT, FOLDER],
    ...[at.program, '-n', FOLDER, '-F', '-a', ':8080', '-s', 'malloc,32m', '-T', 'localhost:6082', '-S', 'none'],
    ...(at.singleUser ? ['-j', 'none'] : []),
    ...parametersOf(at),
    ...['-f', at.configPath],
  ],
  isReady: (log) => log.includes(READS_LOG),
  stopSignal: 'SIGTERM',
  lifecycle: {
    reload: [{ run: (at) => ['sh', '-c', RELOAD, 'varnish-reload', FOLDER, at.configPath] }],
    upgrade: null,
    // It has no other end: what is open is cut.
    gracefulStop: [{ signal: 'SIGTERM' }],
    source: 'https://varnish-cache.org/docs/7.1/reference/varnish-cli.html#vcl-load-configname-filename-auto-cold-warm',
  },
  parseLog,
  workerEnd,
  readConfig,
  quirks,
};
