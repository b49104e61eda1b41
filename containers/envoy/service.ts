import type { CommandResult, ConfigRejection, ProxyService } from '../../harness/model/service.ts';
import { readConfig } from './config-lines.ts';
import { parseLog } from './log.ts';

const MAX_MESSAGE = 1000;

/** The first line that says `error`; Envoy names a place only for what is no YAML. */
function parseRejection({ code, stdout, stderr }: CommandResult): ConfigRejection {
  const lines = `${stderr}\n${stdout}`
    .slice(0, 64 * 1024)
    .split('\n')
    .filter((line) => line.trim() !== '');
  const message = (lines.find((line) => /error|INVALID_ARGUMENT/i.test(line)) ?? lines[0] ?? `exit code ${code} without a word`).trim();
  const place = /\bline (\d{1,9})(?:, column (\d{1,9}))?/.exec(message);
  const column = place?.[2];
  return {
    line: place === null ? null : Number(place[1]),
    column: column === undefined ? null : Number(column),
    message: message.slice(0, MAX_MESSAGE),
  };
}

/** Envoy, of which there is an official image and no Debian package: https://www.envoyproxy.io/docs/envoy/latest/operations/cli */
export const envoy: ProxyService = {
  name: 'envoy',
  title: 'Envoy',
  program: 'envoy',
  image: { official: 'envoyproxy/envoy:v{version}', defaultVersion: '1.34-latest', debianPackages: [], debianSuites: {} },
  configName: 'envoy.yaml',
  versionArgv: (program) => [program, '--version'],
  parseVersion: (output) => /\/(\d+\.\d+\.\d+)(?:-dev)?\//.exec(output)?.[1] ?? null,
  checkArgv: (at) => [at.program, '--mode', 'validate', '-c', at.configPath],
  parseRejection,
  startArgv: (at) => [at.program, '-c', at.configPath, '--concurrency', '1', '--disable-hot-restart', '--log-level', 'warning'],
  stopSignal: 'SIGTERM',
  lifecycle: {
    reload: null,
    upgrade: null,
    gracefulStop: [{ signal: 'SIGTERM' }],
    source: 'https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/operations/hot_restart',
  },
  parseLog,
  readConfig,
};
