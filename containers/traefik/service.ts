import type { CommandResult, ConfigRejection, ProxyService } from '../../harness/model/service.ts';
import { readConfig } from './config-lines.ts';
import { parseLog } from './log.ts';

const MAX_MESSAGE = 1000;

const parseRejection = ({ code, stdout, stderr }: CommandResult): ConfigRejection => {
  const said = `${stderr}\n${stdout}`.trim().split('\n')[0] ?? '';
  const line = /\bline (\d{1,9})\b/.exec(said)?.[1];
  return {
    line: line === undefined ? null : Number(line),
    column: null,
    message: (said || `exit code ${code} without a word`).slice(0, MAX_MESSAGE),
  };
};

/** Traefik, of which there is an official image and no Debian package: https://doc.traefik.io/traefik/reference/static-configuration/cli/ */
export const traefik: ProxyService = {
  name: 'traefik',
  title: 'Traefik',
  program: 'traefik',
  image: { official: 'traefik:v{version}', defaultVersion: '3.4', debianPackages: [], debianSuites: {} },
  configName: 'traefik.yaml',
  versionArgv: (program) => [program, 'version'],
  parseVersion: (output) => /^Version:\s+v?(\d+\.\d+\.\d+)/m.exec(output)?.[1] ?? null,
  // It reads its config only when it starts.
  checkArgv: () => null,
  parseRejection,
  startArgv: (at) => [at.program, `--configFile=${at.configPath}`],
  stopSignal: 'SIGTERM',
  lifecycle: {
    // Routes are read anew by itself when their file changes; for the rest it must be started again.
    reload: null,
    upgrade: null,
    gracefulStop: [{ signal: 'SIGTERM' }],
    source: 'https://doc.traefik.io/traefik/routing/entrypoints/#lifecycle',
  },
  parseLog,
  readConfig,
};
