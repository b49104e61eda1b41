import { describe, expect, it } from 'vitest';
import { apache } from '../../../containers/apache/service.ts';
import { caddy } from '../../../containers/caddy/service.ts';
import { nodeProxy } from '../../../containers/node-proxy/service.ts';
import type { ProxyService, ServicePlacement } from '../../../harness/model/service.ts';

const at = (configPath: string, more: Partial<ServicePlacement> = {}): ServicePlacement => ({
  configPath,
  tlsBundlePath: '/b',
  tlsCertPath: '/c',
  tlsKeyPath: '/k',
  program: 'program',
  singleUser: false,
  versionOutput: 'Server version: Apache/2.4.71 (Debian)',
  isForeign: true,
  ...more,
});
const failed = (stderr: string): { readonly code: number; readonly stdout: string; readonly stderr: string } => ({
  code: 1,
  stdout: '',
  stderr,
});
const acceptedFrom = (service: ProxyService, message: string): string | null | undefined =>
  service.acceptedBy?.({ line: 1, column: null, message })?.from;

describe("commands for a user's own config", () => {
  it('leave the server root and the files of Apache to the config', () => {
    const argv = apache.startArgv(at('/etc/apache2/apache2.conf'));
    expect(argv).not.toContain('-d');
    expect(argv.filter((word) => word.startsWith('GlobalLog /dev/stdout'))).toHaveLength(1);
    // Longer ones are cut by Apache without a word.
    expect(argv.every((word) => word.length < 200)).toBe(true);
  });

  it('give Caddy the home of its world and the facts of stored certificates', () => {
    const argv = caddy.startArgv(at('/etc/caddy/Caddyfile'));
    expect(argv.slice(0, 2)).toEqual(['sh', '-c']);
    expect(argv[2]).toContain('"${XDG_DATA_HOME:-/var/lib/caddy/data}/caddy"/certificates/');
    expect(argv.slice(3)).toEqual(['program', 'run', '--config', '/etc/caddy/Caddyfile', '--adapter', 'caddyfile']);
    expect(caddy.startArgv(at('/c', { configText: '{\n  storage file_system /my/store\n}' }))[2]).toContain(
      'for crt in /my/store/certificates/',
    );
    expect(caddy.startArgv(at('/c', { configText: '{\n  storage file_system $(reboot)\n}' }))[2]).not.toContain('reboot');
  });
});

describe('missing files', () => {
  it.each<[ProxyService, string, string, string]>([
    [
      apache,
      "AH00526: Syntax error on line 2 of /etc/apache2/sites-enabled/a.conf:\nSSLCertificateFile: file '/x/c.pem' does not exist or is empty\n",
      '/x/c.pem',
      'bundle',
    ],
    [
      apache,
      'apache2: Syntax error on line 8 of /a.conf: Could not open configuration file /x/y.conf: No such file or directory\n',
      '/x/y.conf',
      'include',
    ],
    [
      apache,
      "(2)No such file or directory: AH02297: Cannot access directory '/x/' for log file '/x/a.log' defined at /a.conf:8\nAH00014: Configuration check failed\n",
      '/x/a.log',
      'log',
    ],
    [
      caddy,
      'Error: adapting config using caddyfile: /etc/caddy/Caddyfile:2 - Error during parsing: File to import not found: more.caddy\n',
      '/etc/caddy/more.caddy',
      'include',
    ],
    [
      caddy,
      'Error: loading http app module: provision tls: loading certificates: open /x/a.pem: no such file or directory\n',
      '/x/a.pem',
      'certificate',
    ],
    [nodeProxy, "node:internal/modules/cjs/loader:1\nError: Cannot find module '/srv/lib/x.js'\n", '/srv/lib/x.js', 'include'],
    [nodeProxy, "Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'express' imported from /srv/a.js\n", 'express', 'module'],
    [nodeProxy, "Error: ENOENT: no such file or directory, open '/x/server.key'\n", '/x/server.key', 'key'],
  ])('are read from the words of %o', (service, stderr, path, kind) => {
    expect(service.missingFile?.(failed(stderr))).toEqual({ path, kind });
  });

  it('are none in other words', () => {
    for (const service of [apache, caddy, nodeProxy]) expect(service.missingFile?.(failed('unexpected end of file'))).toBeNull();
  });
});

describe('places of rejections', () => {
  it('name the file', () => {
    expect(
      apache.parseRejection(failed('apache2: Syntax error on line 9 of /m.conf: Syntax error on line 2 of /s.conf: wrong\n')),
    ).toMatchObject({ file: '/s.conf', line: 2, message: 'wrong' });
    expect(
      apache.parseRejection(failed("(2)No such: AH02297: Cannot access directory '/x/' for log file '/x/a' defined at /a.conf:8\n")),
    ).toMatchObject({ file: '/a.conf', line: 8 });
    expect(
      caddy.parseRejection(failed('Error: adapting config using caddyfile: unrecognized directive: x, at /etc/caddy/Caddyfile:7\n')),
    ).toMatchObject({ file: '/etc/caddy/Caddyfile', line: 7 });
  });
});

describe('versions that accept a config', () => {
  it('are known for words that came later', () => {
    expect(acceptedFrom(caddy, 'unrecognized directive: basic_auth')).toBe('2.8.0');
    expect(acceptedFrom(caddy, 'unrecognized subdirective stream_close_delay')).toBe('2.7.0');
    expect(acceptedFrom(caddy, "unrecognized servers option 'trusted_proxies'")).toBe('2.6.3');
    expect(acceptedFrom(caddy, 'getting module named x: module not registered: caddy.listeners.proxy_protocol')).toBe('2.7.0');
    expect(acceptedFrom(caddy, 'unrecognized directive: rate_limit')).toBeUndefined();
    expect(acceptedFrom(caddy, 'unrecognized directive: constructor')).toBeUndefined();
  });

  it('end where Apache dropped a directive', () => {
    const gone = { line: 1, column: null, message: "Invalid command 'SSLMutex', perhaps misspelled or defined by a module" };
    expect(apache.acceptedBy?.(gone)).toMatchObject({ from: null, before: '2.4' });
    expect(apache.acceptedBy?.({ ...gone, message: "Invalid command 'WSGIScriptAlias', perhaps misspelled" })).toBeNull();
  });
});

describe('common log lines of Apache', () => {
  it('are read with and without the virtual host', () => {
    const line = String.raw`10.0.0.1 - - [23/Nov/2026:13:54:16 +0000] "GET /ws?a=\"b\" HTTP/1.1" 101 0 "-" "curl"`;
    const expected = { kind: 'access', status: 101, method: 'GET', atMs: Date.UTC(2026, 10, 23, 13, 54, 16) };
    expect(apache.parseLog(line)).toMatchObject(expected);
    expect(apache.parseLog(`chat.example.test:443 ${line}`)).toMatchObject(expected);
    expect(apache.parseLog('[Mon')).toBeNull();
  });
});
