import type { ConfigLine, ProxyService } from '../../harness/model/service.ts';
import { parseLog } from '../node-proxy/log.ts';
import { readConfigLines } from './config-lines.ts';

/** Beside this file, and of the same kind: source in a checkout, compiled in an installed package. */
const PROGRAM = import.meta.filename.replace(/service(?=\.[jt]s$)/, 'main');

/**
 * A next-generation firewall as a host of the path: a program of ours that ends TCP on both sides and has rules for what it strips, rewrites,
 * refuses or swallows. Its log has the form of the Node proxies' own.
 */
export const l7Firewall: ProxyService = {
  name: 'l7-firewall',
  title: 'L7 firewall',
  program: 'node',
  image: { official: 'node:{version}', defaultVersion: '24-bookworm-slim', debianPackages: [], debianSuites: {} },
  configName: 'rules.json',
  versionArgv: (program) => [program, '--version'],
  parseVersion: (output) => /^v(\d+\.\d+\.\d+)/m.exec(output)?.[1] ?? null,
  checkArgv: (at) => [at.program, PROGRAM, '--check', '--config', at.configPath],
  parseRejection: ({ stderr }) => ({ line: null, column: null, message: stderr.trim().slice(0, 1000) }),
  startArgv: (at) => [at.program, PROGRAM, '--config', at.configPath],
  stopSignal: 'SIGTERM',
  parseLog,
  readConfig: (text, file): readonly ConfigLine[] => readConfigLines(text, file),
};
