import type { CommandResult, ConfigRejection, ProxyService } from '../../harness/model/service.ts';
import { readLimits } from './config-limits.ts';
import { readConfig } from './config-lines.ts';
import { parseLog } from './log.ts';
import { remedies } from './remedies.ts';
import { quirks } from './quirks.ts';
import { kindOf } from './script-files.ts';
import { readSurroundings } from './surroundings.ts';
import { readTree } from './tree-lines.ts';

/**
 * A proxy written in TypeScript and run by Node: the config is the program. It imports its proxy package by name, so ours run
 * where they stand, inside a package that has it installed, and not from /etc/hopscope; a user's runs in a copy of its folder. The version is Node's; which package in
 * which version is at work the program logs when it listens.
 */
export const nodeProxy: ProxyService = {
  name: 'node-proxy',
  title: 'Node proxy',
  program: 'node',
  image: { official: 'node:{version}', defaultVersion: '24-bookworm-slim', debianPackages: [], debianSuites: {} },
  configName: 'proxy.ts',
  versionArgv: (program) => [program, '--version'],
  parseVersion: (output) => /^v(\d+\.\d+\.\d+)/m.exec(output)?.[1] ?? null,
  // `node --check` reads the syntax only; what is wrong with a program shows when it starts.
  checkArgv: () => null,
  parseRejection,
  startArgv: (at) => [at.program, at.configPath],
  stopSignal: 'SIGTERM',
  // The programs handle no signal, so SIGTERM ends them at once with all that is open.
  lifecycle: {
    reload: null,
    upgrade: null,
    gracefulStop: [{ signal: 'SIGTERM' }],
    source: 'https://nodejs.org/docs/latest-v24.x/api/process.html#signal-events',
  },
  runningVersion,
  parseLog,
  readConfig,
  remedies,
  readLimits,
  readSurroundings,
  readTree,
  missingFile,
  quirks,
};

/** `http-proxy 1.18.1`, out of the line that a program writes when it listens (event-log.ts). */
function runningVersion(log: string): string | null {
  const listening = log.split('\n').find((line) => line.includes('"event":"listening"'));
  const [, name] = /"package":"([^"]{1,100})"/.exec(listening ?? '') ?? [];
  const [, version] = /"version":"([^"]{1,100})"/.exec(listening ?? '') ?? [];
  return name === undefined || version === undefined ? null : `${name} ${version}`;
}

const MAX_MESSAGE = 1000;

/** Node prints `file:LINE` first, then the line itself, and `SomeError: what` further down. */
function parseRejection({ stdout, stderr }: CommandResult): ConfigRejection {
  const printed = `${stderr}\n${stdout}`.slice(0, 64 * 1024);
  const [, file = '', line] = /^(?:file:\/\/)?(\/.*):(\d+)$/m.exec(printed) ?? [];
  const error = /^(?:\w*Error(?: \[\w+\])?: .*)$/m.exec(printed)?.[0];
  const message = error ?? printed.split('\n').find((line) => line.trim() !== '') ?? '';
  const said = message.trim().slice(0, MAX_MESSAGE);
  return line === undefined ? { line: null, column: null, message: said } : { line: Number(line), column: null, message: said, file };
}

/** `Cannot find module '/srv/x.js'`, `Cannot find package 'x'`, `ENOENT: no such file or directory, open '/x'`. */
function missingFile({ stdout, stderr }: CommandResult): ReturnType<NonNullable<ProxyService['missingFile']>> {
  const printed = `${stderr}\n${stdout}`.slice(0, 64 * 1024);
  const [, module] = /\bCannot find (?:module|package) '([^'\n]{1,400})'/.exec(printed) ?? [];
  if (module !== undefined) return { path: module, kind: module.startsWith('/') ? 'include' : 'module' };
  const [, opened] = /\bENOENT: no such file or directory, \w+ '([^'\n]{1,400})'/.exec(printed) ?? [];
  return opened === undefined ? null : { path: opened, kind: kindOf(opened) };
}
