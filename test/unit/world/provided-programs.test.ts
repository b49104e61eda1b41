import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Provision, World } from '../../../harness/model/world.ts';
import { planWorld } from '../../../harness/world/plan-world.ts';
import { expected, subject, surroundings } from './surroundings.ts';

const SCRIPT = { '/srv/app/proxy.js': "require('http-proxy')" };
const plan = async (
  service: string,
  files: Parameters<typeof surroundings>[0]['files'],
  given: Parameters<typeof subject>[0] = {},
): Promise<{ readonly world: World; readonly provisions: readonly Provision[] }> =>
  await planWorld(subject({ service, ...given }, SCRIPT), surroundings({ files: files ?? [] }));
const packagesIn = ({ files }: World): ReadonlySet<string> =>
  new Set(files.flatMap(({ path }) => /^\/node_modules\/([^/]+)\//.exec(path)?.[1] ?? []));

describe('packages of a script', () => {
  it('are copies of our own, with what they need and nothing but code', async () => {
    const { world, provisions } = await plan('node-proxy', [expected('/node_modules/http-proxy', 'module')]);
    expect([...packagesIn(world)].toSorted()).toEqual(['eventemitter3', 'follow-redirects', 'http-proxy', 'requires-port']);
    expect(world.files.filter(({ path }) => path.startsWith('/node_modules/') && !/\.(?:[cm]?js|json)$/.test(path))).toEqual([]);
    expect(provisions).toEqual([
      {
        how: 'made',
        what: 'package',
        name: 'http-proxy',
        because: expect.stringMatching(/^Hopscope's own copy, version 1\.\d+\.\d+: the script imports it and has none$/) as string,
        place: expect.anything() as object,
      },
    ]);
  });

  it('are those that came with it, where they did', async () => {
    const path = '/srv/app/node_modules/ws/package.json';
    const { world, provisions } = await plan('node-proxy', [expected('/node_modules/ws', 'module')], {
      given: [{ kind: 'text', path, text: '{}', mode: 0o644 }],
    });
    expect([[...packagesIn(world)], provisions]).toEqual([[], []]);
  });

  it('are none that Hopscope does not give away, whatever it has itself', async () => {
    const { world } = await plan('node-proxy', [
      expected('/node_modules/vitest', 'module'),
      expected('/node_modules/../harness', 'module'),
    ]);
    expect([...packagesIn(world)]).toEqual([]);
  });
});

describe('modules that another layout keeps elsewhere', () => {
  const MODULE = '/usr/lib/apache2/modules/mod_proxy.so';
  it.skipIf(!existsSync(MODULE))('are links to those of the package', async () => {
    const wanted = ['/etc/httpd/modules/mod_proxy.so', '/usr/local/apache2/modules/mod_proxy.so', '/etc/httpd/modules/mod_nobody.so'];
    const { world, provisions } = await plan(
      'apache',
      wanted.map((path) => expected(path, 'module')),
    );
    expect(world.files.filter(({ kind }) => kind === 'link')).toEqual(
      wanted.slice(0, 2).map((path) => ({ kind: 'link', path, target: MODULE })),
    );
    expect(provisions.map(({ how, name }) => `${how} ${name}`)).toEqual(
      ['missing', 'made', 'made'].map((how, index) => `${how} ${wanted[(index + 2) % 3]}`),
    );
  });
});

describe('programs that a config runs', () => {
  it('are there when the system has them, and missing, not made up, when it has not', async () => {
    const { world, provisions } = await plan('haproxy', [expected('/bin/sh', 'other'), expected('/usr/bin/no-such-check', 'other')]);
    expect(world.files.filter(({ path }) => /bin/.test(path))).toEqual([]);
    expect(provisions.map(({ how, name, because }) => [how, name, because])).toEqual([
      ['missing', '/usr/bin/no-such-check', 'programs of the system are not made up'],
    ]);
  });
});

describe('files that a program writes in a folder of logs', () => {
  it('come out in the log of the host, but for caches', async () => {
    const files = ['/var/log/apache2/chat', '/srv/logs/chat-errors', '/var/log/apache2/ssl_scache', '/var/log/apache2/stapling-cache'];
    const { world } = await plan(
      'apache',
      files.map((path) => expected(path, 'log')),
    );
    expect(world.files.flatMap((file) => (file.kind === 'link' ? [`${file.path} ${file.target}`] : []))).toEqual([
      '/var/log/apache2/chat /dev/stdout',
      '/srv/logs/chat-errors /dev/stderr',
    ]);
  });
});
