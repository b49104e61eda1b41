import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSubject } from '../../../harness/world/read-subject.ts';
import { request } from './request.ts';

const HAPROXY = 'defaults\n  mode http\nlisten web\n  bind :80\n  server a api:3000\n';
const SITE = 'server {\n  listen 80;\n  location / {\n    proxy_pass http://api:3000;\n  }\n}\n';
const MAIN = 'events {}\nhttp {\n  include conf.d/*.conf;\n}\n';

let workingFolder = '';
const put = (path: string, content: string | Uint8Array): void => {
  mkdirSync(dirname(join(workingFolder, path)), { recursive: true });
  writeFileSync(join(workingFolder, path), content);
};
const read = async (written: string | readonly string[], more: Partial<Parameters<typeof request>[0]> = {}) =>
  await readSubject(request({ written: typeof written === 'string' ? [written] : written, workingFolder, ...more }));

beforeAll(() => {
  workingFolder = mkdtempSync(join(tmpdir(), 'hopscope-subject-'));
  put('haproxy/haproxy.cfg', HAPROXY);
  put('haproxy/errors/503.http', 'HTTP/1.0 503 No\r\n\r\n');
  put('haproxy/.git/config', 'secret');
  put('haproxy/edge.pem', '-----BEGIN PRIVATE KEY-----\nx\n');
  put('roles/web/files/etc/nginx/conf.d/x.conf', SITE);
  put('sites-enabled/chat', SITE);
  put('loose/chat.conf', SITE);
  put('nginx/nginx.conf', MAIN);
  put('nginx/conf.d/chat.conf', SITE);
  put('many/conf.d/a.conf', SITE);
  put('many/conf.d/b.conf', 'upstream api { server api:3000; }\n');
  put('many/snippets/tls.conf', 'ssl_protocols TLSv1.2;\n');
  put('parts/00-defaults.cfg', 'defaults\n  mode http\n');
  put('parts/20-web.cfg', 'frontend web\n  bind :80\n');
  put('app/package.json', '{"name":"app"}');
  put('app/src/proxy.js', 'process.env.PORT;');
  put('app/node_modules/dep/index.js', '1;');
  put('template/nginx.conf', 'events {}\nhttp {\n  server {\n    listen {{ port }};\n  }\n}\n');
  put('bad/nul.cfg', Buffer.from('global\n  a\0b\n'));
  put('bad/latin.cfg', Buffer.from([0x67, 0x0a, 0x61, 0xe4, 0x0a]));
  put('bad/notes.txt', 'nothing to see');
  put('bad/empty/.keep', '');
  put('outside/secret.txt', 'secret');
  put('linked/haproxy.cfg', HAPROXY);
  symlinkSync('../outside/secret.txt', join(workingFolder, 'linked/secret.lst'));
  symlinkSync('haproxy.cfg', join(workingFolder, 'linked/copy.cfg'));
});
afterAll(() => {
  rmSync(workingFolder, { recursive: true, force: true });
});

describe('a subject', () => {
  it('has its own folder and nothing of version control; keys are given, and no text of the tree', async () => {
    const subject = await read('haproxy/haproxy.cfg');
    expect(subject).toMatchObject({ id: 'haproxy-haproxy.cfg', label: 'haproxy/haproxy.cfg', service: 'haproxy', version: null });
    expect(subject.given.map(({ path }) => path)).toEqual([
      '/etc/haproxy/haproxy.cfg',
      '/etc/haproxy/edge.pem',
      '/etc/haproxy/errors/503.http',
    ]);
    expect([...subject.tree.files.values()].map(({ path, label }) => [path, label])).toEqual([
      ['/etc/haproxy/errors/503.http', 'haproxy/errors/503.http'],
      ['/etc/haproxy/haproxy.cfg', 'haproxy/haproxy.cfg'],
    ]);
    expect(subject.provisions.map(({ how, what, name, because }) => [how, what, name, because])).toEqual([
      ['given', 'config', '/etc/haproxy/haproxy.cfg', 'a copy of haproxy/haproxy.cfg'],
      ['given', 'folder', '/etc/haproxy', '3 files of haproxy/'],
    ]);
  });

  it.each([
    ['roles/web/files/etc/nginx/conf.d/x.conf', {}, '/etc/nginx/conf.d/x.conf'],
    ['sites-enabled/chat', {}, '/etc/nginx/sites-enabled/chat'],
    ['loose/chat.conf', {}, '/etc/nginx/conf.d/chat.conf'],
    ['loose/chat.conf', { at: '/etc/nginx/vhosts.d/c.conf' }, '/etc/nginx/vhosts.d/c.conf'],
    ['roles/web/files/etc/nginx/conf.d/x.conf', { root: 'roles/web' }, '/files/etc/nginx/conf.d/x.conf'],
    ['haproxy/haproxy.cfg', { at: '/usr/local/etc/haproxy/haproxy.cfg' }, '/usr/local/etc/haproxy/haproxy.cfg'],
  ])('of %s with %j stands at %s', async (written, more, path) => {
    const subject = await read(written, more);
    expect(subject.given[0]).toMatchObject({ kind: 'copy', path, from: join(workingFolder, written) });
  });

  it('of a folder with a main config is started with that', async () => {
    const { tree, label } = await read('nginx');
    expect(tree.main).toBe('/etc/nginx/nginx.conf');
    expect([...tree.files.keys()].toSorted()).toEqual(['/etc/nginx/conf.d/chat.conf', '/etc/nginx/nginx.conf']);
    expect(label).toBe('nginx');
  });

  it('of site files gets a main config that includes each of them, and no other', async () => {
    const { tree, provisions, given } = await read('many');
    const main = tree.files.get('/etc/nginx/nginx.conf');
    expect(main?.isWrapper).toBe(true);
    expect(main?.text.match(/include \/etc\/nginx\/conf\.d\/.*/g)).toEqual([
      'include /etc/nginx/conf.d/a.conf;',
      'include /etc/nginx/conf.d/b.conf;',
    ]);
    expect(given.map(({ path }) => path)).toContain('/etc/nginx/snippets/tls.conf');
    expect(provisions.some(({ how, what }) => how === 'made' && what === 'wrapper')).toBe(true);
  });

  it('of several whole configs is started with the one that listens, and says so of the others', async () => {
    const { tree, provisions } = await read('parts');
    expect(tree.main).toBe('/etc/haproxy/20-web.cfg');
    expect(provisions.filter(({ how }) => how === 'missing').map(({ name }) => name)).toEqual(['parts/00-defaults.cfg']);
  });

  it('of a script brings its package along', async () => {
    const { tree, given, service } = await read('app/src/proxy.js');
    expect([service, tree.main, tree.workingFolder]).toEqual(['node-proxy', '/srv/app/src/proxy.js', '/srv/app']);
    expect(given.map(({ path }) => path)).toContain('/srv/app/node_modules/dep/index.js');
    expect([...tree.files.keys()].some((path) => path.includes('node_modules'))).toBe(false);
  });

  it('has no file that a link outside its folder leads to, and says so', async () => {
    const { given, provisions } = await read('linked/haproxy.cfg');
    expect(given.map(({ path }) => path)).toEqual(['/etc/haproxy/haproxy.cfg', '/etc/haproxy/copy.cfg']);
    expect(provisions.filter(({ how }) => how === 'missing').map(({ because }) => because)).toEqual([
      'secret.lst is a link that leads out of the folder',
    ]);
  });

  it('has what --provide gives, at the place it says', async () => {
    const { given, tree } = await read('haproxy/haproxy.cfg', {
      provide: ['outside/secret.txt:/etc/haproxy/x.lst', 'many/snippets:/etc/snippets/'],
    });
    expect(given.map(({ path }) => path)).toEqual(expect.arrayContaining(['/etc/haproxy/x.lst', '/etc/snippets/tls.conf']));
    expect(tree.files.get('/etc/haproxy/x.lst')?.label).toBe('outside/secret.txt');
  });

  it('of a template is what the render command prints', async () => {
    const { tree } = await read('template/nginx.conf', { render: "sed 's/{{ port }}/8080/'" });
    expect(tree.files.get('/etc/nginx/nginx.conf')?.text).toContain('listen 8080;');
  });
});

describe('a config that cannot be read', () => {
  it.each([
    ['no/such.cfg', {}, 'CONFIG_ERR_NOT_FOUND', /no such file/, undefined],
    ['bad/nul.cfg', {}, 'CONFIG_ERR_UNREADABLE', /a NUL byte/, [2, 4]],
    ['bad/latin.cfg', {}, 'CONFIG_ERR_UNREADABLE', /0xe4/, [2, 2]],
    ['bad/notes.txt', {}, 'CONFIG_ERR_UNREADABLE', /--as/, undefined],
    ['bad/empty', {}, 'CONFIG_ERR_NOT_FOUND', /haproxy\.cfg, nginx\.conf/, undefined],
    ['haproxy/haproxy.cfg', { service: 'hproxy' }, 'SPEC_ERR_UNKNOWN_NAME', /haproxy, nginx/, undefined],
    ['haproxy/haproxy.cfg', { provide: ['no/such'] }, 'CONFIG_ERR_NOT_FOUND', /--provide/, undefined],
    ['template/nginx.conf', {}, 'CONFIG_ERR_UNREADABLE', /Jinja: `\{\{ port \}\}`.*--render/, [4, 12]],
    ['template/nginx.conf', { render: 'echo no >&2; exit 3' }, 'CONFIG_ERR_UNREADABLE', /exit code 3: no/, undefined],
    ['template/nginx.conf', { render: 'true' }, 'CONFIG_ERR_UNREADABLE', /got nothing/, undefined],
  ])('%s with %j is said to be so', async (written, more, code, message, place) => {
    const error: unknown = await read(written, more).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(error).toMatchObject(place === undefined ? {} : { place: { file: written, line: place[0], column: place[1] } });
  });

  it('is refused when it is of two programs', async () => {
    await expect(read(['haproxy/haproxy.cfg', 'loose/chat.conf'])).rejects.toMatchObject({ code: 'CONFIG_ERR_UNREADABLE' });
  });
});
