import { describe, expect, it } from 'vitest';
import { readSurroundings } from '../../../../containers/node-proxy/surroundings.ts';
import type { Surroundings } from '../../../../harness/model/surroundings.ts';
import { configTreeOf } from '../config-tree-of.ts';

const read = (text: string, more: Readonly<Record<string, string>> = {}, env: Readonly<Record<string, string>> = {}): Surroundings =>
  readSurroundings(configTreeOf({ '/srv/app/proxy.js': text, ...more }, env));

describe('surroundings of a proxy program', () => {
  it.each([
    ['server.listen(8080)', [[null, 8080, false]]],
    ['const PORT = process.env.PORT || 3000;\nserver.listen(PORT, () => {})', [[null, 3000, false]]],
    ["const port = Number(process.env.HTTP_PORT ?? '8081');\nserver.listen(port, '127.0.0.1')", [['127.0.0.1', 8081, false]]],
    ['const { PORT = 4000 } = process.env;\nserver.listen({ port: PORT, host: "::" })', [[null, 4000, false]]],
    [
      'const s = https.createServer({});\nconst h = http.createServer();\ns.listen(443); h.listen(80)',
      [
        [null, 443, true],
        [null, 80, false],
      ],
    ],
    ["import https from 'node:https';\nhttps.createServer({ key: k }, (a, b) => {}).listen(8443)", [[null, 8443, true]]],
    ['// server.listen(1)\nserver.listen(port)', []],
  ])('finds the ports of %s', (text, expected) => {
    expect(read(text).listeners.map(({ address, port, tls }) => [address, port, tls])).toEqual(expected);
  });

  it('takes the environment that was given', () => {
    const found = read(
      "const target = process.env.BACKEND ?? 'http://app:1';\nserver.listen(process.env.PORT)",
      {},
      { PORT: '9100', BACKEND: 'https://real' },
    );
    expect(found.listeners).toMatchObject([{ port: 9100 }]);
    expect(found.origins.map(({ host, port, tls }) => [host, port, tls])).toContainEqual(['real', 443, true]);
    expect(found.variables.map(({ name, fallback }) => [name, fallback])).toEqual([
      ['BACKEND', 'http://app:1'],
      ['PORT', null],
    ]);
  });

  it('finds origins in strings, templates and options, and not itself', () => {
    const { origins } = read(
      "const HOST = 'chat.internal';\nproxy({ target: 'http://app:9000/x' }); const b = `ws://${HOST}:7000`;\nhttp.request({ host: 'api', port: 81 }); net({ socketPath: '/run/a.sock' });\nserver.listen(8080, () => console.log('http://localhost:8080'));",
    );
    expect(origins.map(({ host, port, isUnix }) => [host, port, isUnix])).toEqual([
      ['app', 9000, false],
      ['chat.internal', 7000, false],
      ['api', 81, false],
      ['/run/a.sock', null, true],
    ]);
  });

  it('takes habitual paths for entries, and the root', () => {
    const { entries } = read(
      "server.on('upgrade', (request) => { if (request.url === '/ws') go(); });\napp.get('/news');\nserver.listen(8080);",
    );
    expect(entries.map(({ scheme, port, target, kind }) => [scheme, port, target, kind])).toEqual([
      ['ws', 8080, '/ws', 'declared'],
      ['ws', 8080, '/', 'likely'],
    ]);
    expect(read('createServer().listen(80); x.ws(a, b)').entries).toMatchObject([{ target: '/', kind: 'declared' }]);
    expect(read('createServer().listen(80)').entries).toMatchObject([{ target: '/', kind: 'likely' }]);
  });

  it('names files and packages that are not there', () => {
    const found = read(
      "const express = require('express'); import ws from 'ws'; import x from '@scope/x/deep'; import 'node:fs'; import y from './lib/y'; import z from './z';\nreadFileSync(path.join(__dirname, 'tls/server.key')); readFileSync('/etc/ssl/fullchain.pem', 'utf8'); readFile('ca.pem');\n",
      { '/srv/app/package.json': '{"dependencies":{"express":"4"}}', '/srv/app/z.js': '' },
    );
    expect(found.files.map(({ path, kind }) => `${kind} ${path}`)).toEqual([
      'key /srv/app/tls/server.key',
      'certificate /etc/ssl/fullchain.pem',
      'authority /srv/ca.pem',
      'include /srv/app/lib/y',
      'module /node_modules/ws',
    ]);
    expect(found.doubts.map(({ because }) => because)).toEqual([
      'the package `@scope/x` is neither in a package.json beside the script nor one that Hopscope has',
      'no port that the script listens on was found in its text',
    ]);
  });

  it('ends with hostile text', () => {
    expect(read('server.listen('.repeat(20_000)).listeners).toEqual([]);
    expect(read(`const a = a;\nconst b = \`\${b}\`;\nserver.listen(a);server.listen(b)`).listeners).toEqual([]);
    expect(read(`x.listen(${'(('.repeat(20_000)}`).listeners).toEqual([]);
  });
});
