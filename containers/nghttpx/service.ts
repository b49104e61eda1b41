import type { ProxyService } from '../../harness/model/service.ts';
import { readConfig } from './config-lines.ts';
import { parseLog } from './log.ts';
import { quirks } from './quirks.ts';
import { parseRejection } from './rejection.ts';

/*
 * nghttpx cannot check a config, but it reads the file before the options of the command line, and ends when one of those is no
 * option's value: so it is given such a one, and has taken the config if it complains about nothing else. The numbered lines are for
 * parseRejection.
 */
const CHECK =
  'printed=$("$1" --conf="$2" --workers=check 2>&1); case "$printed" in *"Failed to load configuration"*) printf "%s\\n" "$printed" >&2; grep -n "" "$2"; exit 1;; esac';

/** nghttpx of Debian's package nghttp2-proxy: https://nghttp2.org/documentation/nghttpx.1.html */
export const nghttpx: ProxyService = {
  name: 'nghttpx',
  title: 'nghttpx',
  program: 'nghttpx',
  image: { official: null, defaultVersion: '1.52', debianPackages: ['nghttp2-proxy'], debianSuites: { '1.52': 'bookworm' } },
  configName: 'nghttpx.conf',
  versionArgv: (program) => [program, '--version'],
  parseVersion: (output) => /^nghttpx nghttp2\/(\d+\.\d+\.\d+)/m.exec(output)?.[1] ?? null,
  checkArgv: (at) => ['sh', '-c', CHECK, 'nghttpx-check', at.program, at.configPath],
  parseRejection,
  startArgv: (at) => ['env', 'TZ=UTC', at.program, `--conf=${at.configPath}`],
  stopSignal: 'SIGTERM',
  lifecycle: {
    reload: [{ signal: 'SIGHUP' }, { until: 'new-process' }],
    upgrade: [{ signal: 'SIGUSR2' }, { until: 'new-main' }, { signal: 'SIGQUIT' }],
    gracefulStop: [{ signal: 'SIGQUIT' }],
    source: 'https://nghttp2.org/documentation/nghttpx.1.html#signals',
  },
  parseLog,
  readConfig,
  quirks,
};
