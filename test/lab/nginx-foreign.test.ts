import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseConfig } from '../../containers/nginx/config-tree.ts';
import { exampleOf } from '../../containers/nginx/example-of.ts';
import { locationFor, locationsOf } from '../../containers/nginx/location-choice.ts';
import { missingFile } from '../../containers/nginx/missing-file.ts';
import { nginx } from '../../containers/nginx/service.ts';
import { serversOf } from '../../containers/nginx/server-choice.ts';
import type { ServicePlacement } from '../../harness/model/service.ts';

/** Each answers with its number. */
const LOCATIONS = [
  'location / { return 200 0; }',
  'location = / { return 200 1; }',
  'location /ws { return 200 2; location ~ inner$ { return 200 3; } location /ws/deep { return 200 4; } }',
  'location ^~ /static { return 200 5; location /static/in { return 200 6; } location ~ late$ { return 200 7; } }',
  String.raw`location ~ \.(?:js|css)$ { return 200 8; }`,
  'location ~ /api/v[0-9]+/(users/)?websocket$ { return 200 9; }',
  'location ~* ^/(CABLE|hub) { return 200 10; location ~ x$ { return 200 11; } }',
  'location ~ "^/(?!ws|api)[a-z]{2,3}/live" { return 200 12; }',
  'location =/exact { return 200 13; }',
  'location /api/ { return 200 14; location = /api/one { return 200 15; } }',
];

const PATHS = [
  ...[
    '/',
    '/x',
    '/ws',
    '/ws/inner',
    '/ws/deep',
    '/ws/deep/inner',
    '/ws/a.js',
    '/static/a.js',
    '/static/in',
    '/static/in/late',
    '/static/late',
  ],
  ...[
    '/a.css',
    '/api/v1/websocket',
    '/api/v12/users/websocket',
    '/api/v1/websocket/',
    '/cable',
    '/Hub/x',
    '/ab/live',
    '/abcd/live',
    '/ws/live',
  ],
  ...['/exact', '/exact/', '/api/', '/api/one', '/api/one/', '/api'],
];

const main = (folder: string): string =>
  `daemon on;\npid ${folder}/pid;\nerror_log ${folder}/error.log notice;\ninclude more.inc;\nevents {}\nhttp {\n` +
  ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};\n`).join('') +
  `access_log off;\nserver {\nlisten unix:${folder}/socket;\n${LOCATIONS.join('\n')}\n}\n}\n`;

const placement = (folder: string, configText: string): ServicePlacement => ({
  configPath: join(folder, 'nginx.conf'),
  tlsBundlePath: '/b',
  tlsCertPath: '/c',
  tlsKeyPath: '/k',
  program: 'nginx',
  singleUser: false,
  versionOutput: '',
  isForeign: true,
  configText,
});

describe("a user's nginx config", () => {
  let folder = '';
  let started: ChildProcess | null = null;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hopscope-nginx-'));
    const text = main(folder);
    await writeFile(join(folder, 'nginx.conf'), text);
    await writeFile(join(folder, 'more.inc'), 'user root;\n');
    const [program = '', ...args] = nginx.startArgv(placement(folder, text));
    started = spawn(program, args, { stdio: 'ignore' });
    for (let tries = 0; tries < 100 && !existsSync(join(folder, 'socket')); tries += 1) await wait(50);
  });

  afterAll(async () => {
    if (started !== null && started.exitCode === null) {
      started.kill('SIGTERM');
      await once(started, 'exit');
    }
    await rm(folder, { recursive: true, force: true });
  });

  const ask = (path: string): Promise<string> =>
    new Promise((resolve, reject) => {
      request({ socketPath: join(folder, 'socket'), path, agent: false }, (response) => {
        let body = '';
        response.on('data', (chunk: Buffer) => (body += chunk.toString()));
        response.on('end', () => resolve(body));
      })
        .on('error', reject)
        .end();
    });

  it('stays in the foreground although it says `daemon on`', async () => {
    const pid = Number(await readFile(join(folder, 'pid'), 'utf8'));
    const parent = /^PPid:\s+(\d+)/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1];
    expect(Number(parent)).toBe(started?.pid);
    expect(started?.exitCode).toBeNull();
  });

  it.each(PATHS)('answers %s by the location that is read out of its config', async (path) => {
    const [server] = serversOf(parseConfig(main(folder)));
    const chosen = server === undefined ? null : locationFor(locationsOf(server.blocks), path);
    const answer = chosen?.blocks.at(-1)?.block?.find(({ name }) => name === 'return')?.args[1];
    expect(await ask(path)).toBe(answer);
  });

  it('answers the example of each expression by an expression', async () => {
    for (const [source, answer] of [
      ['/api/v[0-9]+/(users/)?websocket$', '9'],
      ['^/(CABLE|hub)', '10'],
      ['^/(?!ws|api)[a-z]{2,3}/live', '12'],
    ] as const) {
      const example = exampleOf(source, answer === '10') ?? '';
      expect([example, await ask(example)]).toEqual([example, answer]);
    }
  });

  it.each([
    ['http { include gone.conf; }', 'gone.conf', 'include'],
    ['http { server { listen 127.0.0.1:1 ssl; ssl_certificate c.pem; ssl_certificate_key k.pem; } }', 'c.pem', 'certificate'],
    ['error_log none/e.log; http {}', 'none/e.log', 'log'],
    ['http { proxy_cache_path none/b keys_zone=a:1m; }', 'none/b', 'folder'],
    ['load_module none/m.so; http {}', 'none/m.so', 'module'],
  ])('says which file is missing: %s', async (text, name, kind) => {
    const path = join(folder, 'broken.conf');
    await writeFile(path, `${text}\npid ${folder}/p2; events {}\n`);
    const at = { ...placement(folder, text), configPath: path };
    const [program = '', ...args] = nginx.checkArgv(at) ?? [];
    const printed = run(program, args);
    const found = missingFile({ code: 1, stdout: '', stderr: printed });
    expect(found?.kind).toBe(kind);
    expect(found?.path.endsWith(`/${name}`)).toBe(true);
  });
});

function run(program: string, args: readonly string[]): string {
  try {
    execFileSync(program, args, { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
    return '';
  } catch (error) {
    return (error as { readonly stderr?: string }).stderr ?? '';
  }
}
