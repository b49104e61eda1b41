import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WorldFile } from '../../../harness/model/world.ts';
import { CertificateMaker } from '../../../harness/world/certificate-maker.ts';
import { planWorld } from '../../../harness/world/plan-world.ts';
import { treeWith, withTree } from '../../../harness/world/with-tree.ts';
import { entry, expected, PLACE, subject, surroundings } from './surroundings.ts';

const textAt = (files: readonly WorldFile[], path: string): string => {
  const file = files.findLast((one) => one.path === path);
  return file?.kind === 'text' ? file.text : `no text at ${path}`;
};

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hopscope-plan-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('a planned world', () => {
  it('has certificates that fit every key, serve every name and are of its authority', async () => {
    const files = [
      expected('/a.crt', 'certificate', { names: ['chat.example.com'] }),
      expected('/b.key', 'key'),
      expected('/c.pem', 'bundle', { names: ['*.example.org', '10.0.0.7'] }),
      expected('/ca.pem', 'authority'),
      expected('/crl.pem', 'revocation-list'),
      expected('/dh.pem', 'dh-parameters'),
      expected('/certs/', 'certificate-folder'),
      expected('/list.txt', 'certificate-list'),
    ];
    const { world, provisions } = await planWorld(subject(), surroundings({ files, entries: [entry({ host: 'www.example.net' })] }));
    const certificate = new X509Certificate(textAt(world.files, '/a.crt'));
    const key = createPrivateKey(textAt(world.files, '/b.key'));
    expect(certificate.checkPrivateKey(key)).toBe(true);
    expect(certificate.verify(createPublicKey(textAt(world.files, '/ca.pem')))).toBe(true);
    for (const host of ['chat.example.com', 'x.chat.example.com', 'x.example.org', 'www.example.net', 'localhost'])
      expect([host, certificate.checkHost(host)]).not.toContain(undefined);
    expect(certificate.checkIP('10.0.0.7')).toBe('10.0.0.7');
    for (const path of ['/c.pem', '/certs/hopscope.pem', '/list.txt.hopscope.pem'])
      expect(textAt(world.files, path)).toMatch(/CERTIFICATE-----[^]*PRIVATE KEY-----/);
    expect(textAt(world.files, '/list.txt')).toBe('/list.txt.hopscope.pem\n');
    expect(textAt(world.files, '/crl.pem')).toContain('X509 CRL');
    expect(textAt(world.files, '/dh.pem')).toContain('DH PARAMETERS');
    expect(provisions.map(({ how }) => how)).toEqual(files.map(() => 'made'));
  });

  it('has an RSA key where the config knows ciphers of RSA alone', async () => {
    const files = [expected('/k', 'key')];
    const texts = { '/etc/nginx/nginx.conf': 'ssl_ciphers ECDHE-RSA-AES128-GCM-SHA256;\n' };
    const { world } = await planWorld(subject({ service: 'nginx' }, texts), surroundings({ files }));
    expect(createPrivateKey(textAt(world.files, '/k')).asymmetricKeyType).toBe('rsa');
  });

  it('has stubs by kind, and says nothing of patterns that may match nothing', async () => {
    const files = [
      expected('/etc/haproxy/errors/maintenance-504.http', 'error-answer'),
      expected('/hosts.map', 'map'),
      expected('/users', 'password-file'),
      expected('/x.lua', 'lua'),
      expected('/etc/nginx/vhost-extras/*.conf', 'include'),
      expected('/etc/nginx/tls.inc', 'include'),
      expected('/var/www/app/', 'folder'),
      expected('/var/log/edge/error.log', 'log'),
      expected('/var/log/edge/access.log', 'log'),
      expected('/dev/stdout', 'log'),
      expected('/run/edge/edge.pid', 'pid'),
      expected('/nowhere/ngx_geo_module.so', 'module'),
    ];
    const { world, provisions } = await planWorld(subject(), surroundings({ files }));
    expect(textAt(world.files, '/etc/haproxy/errors/maintenance-504.http')).toMatch(/^HTTP\/1\.0 504 Gateway Time-out\r\n[^]*\r\n\r\n/);
    expect(world.files).toContainEqual({ kind: 'link', path: '/var/log/edge/error.log', target: '/dev/stderr' });
    expect(world.files).toContainEqual({ kind: 'link', path: '/var/log/edge/access.log', target: '/dev/stdout' });
    expect(world.files.filter(({ path }) => path === '/var/log/edge')).toHaveLength(1);
    expect(world.files).toContainEqual({ kind: 'folder', path: '/run/edge', mode: 0o777, owner: null });
    expect(provisions.map(({ how, name }) => `${how} ${name}`)).toEqual([
      'missing /nowhere/ngx_geo_module.so',
      'stubbed /etc/haproxy/errors/maintenance-504.http',
      'stubbed /hosts.map',
      'stubbed /users',
      'stubbed /x.lua',
      'stubbed /etc/nginx/tls.inc',
      'made /var/www/app/',
      'made /var/log/edge/error.log',
      'made /var/log/edge/access.log',
      'made /run/edge/edge.pid',
    ]);
  });

  it('has a user in every password file, in the copy of a given one too, as whom clients come', async () => {
    const given: readonly WorldFile[] = [{ kind: 'text', path: '/given', text: 'alice:x', mode: 0o640 }];
    const files = [expected('/given', 'password-file'), expected('/stub', 'password-file')];
    const { world, provisions } = await planWorld(subject({ given }), surroundings({ files }));
    // The SHA-1 of `hopscope`.
    const user = 'hopscope:{SHA}LUG++gkLWlcwbvXYmbIVVFmlfRY=\n';
    expect(textAt(world.files, '/stub')).toBe(user);
    expect(world.files.findLast(({ path }) => path === '/given')).toEqual({
      kind: 'text',
      path: '/given',
      text: `alice:x\n${user}`,
      mode: 0o640,
    });
    expect(world.authorization).toBe(`Basic ${Buffer.from('hopscope:hopscope').toString('base64')}`);
    expect(provisions.map(({ how, name }) => `${how} ${name}`)).toEqual(['stubbed /stub', 'made hopscope in /given']);
    expect((await planWorld(subject(), surroundings({}))).world.authorization).toBeUndefined();
  });

  it('puts nothing in the place of what was given, except for half a pair of certificate and key', async () => {
    const given = ['/given.map', '/half.crt', '/whole.crt', '/whole.key', '/bare.pem'].map(
      (path): WorldFile => ({ kind: 'text', path, text: path === '/bare.pem' ? 'CERTIFICATE-----' : 'x', mode: 0o644 }),
    );
    const at = (line: number) => ({ place: { ...PLACE, line } });
    const files = [
      expected('/given.map', 'map'),
      expected('/half.crt', 'certificate', at(1)),
      expected('/half.key', 'key', at(2)),
      expected('/whole.crt', 'certificate', at(11)),
      expected('/whole.key', 'key', at(12)),
      expected('/bare.pem', 'bundle', at(30)),
    ];
    const { world, provisions } = await planWorld(subject({ given }), surroundings({ files }));
    expect([textAt(world.files, '/given.map'), textAt(world.files, '/whole.crt'), textAt(world.files, '/whole.key')]).toEqual([
      'x',
      'x',
      'x',
    ]);
    expect(textAt(world.files, '/half.crt')).toContain('CERTIFICATE-----');
    expect(textAt(world.files, '/bare.pem')).toContain('PRIVATE KEY-----');
    expect(provisions.map(({ name }) => name).toSorted()).toEqual(['/bare.pem', '/half.crt', '/half.key']);
  });

  it('gives each name of an origin an address of its own, in the order of the config', async () => {
    const origin = { port: 3000, isUnix: false, tls: false, place: PLACE };
    const { world, provisions } = await planWorld(
      subject(),
      surroundings({
        origins: [
          { ...origin, host: 'api' },
          { ...origin, host: 'API', port: 3001 },
          { ...origin, host: '10.0.0.5' },
          { ...origin, host: 'localhost' },
          { ...origin, host: 'web.example.com', port: null, tls: true },
          { ...origin, host: '/run/app.sock', port: null, isUnix: true },
          { ...origin, host: '$backend', port: null },
        ],
      }),
    );
    expect(world.names).toEqual({ api: '198.18.0.1', 'web.example.com': '198.18.0.2' });
    expect(world.unixOrigins).toEqual(['/run/app.sock']);
    expect(world.originTls?.certificate).toContain('CERTIFICATE-----');
    expect(provisions.map(({ name }) => name)).toEqual([
      'api:3000',
      'API:3001',
      '10.0.0.5:3000',
      'localhost:3000',
      'web.example.com',
      '/run/app.sock',
      '$backend',
    ]);
  });

  it('has users, addresses, own ports and variables, and says which of these it lacks', async () => {
    const listener = { port: 443, tls: true, wantsProxyHeader: false, place: PLACE };
    const base = subject();
    const { world, provisions } = await planWorld(
      { ...base, tree: { ...base.tree, env: { GIVEN: '1' } } },
      surroundings({
        listeners: [
          { ...listener, address: '10.1.2.3' },
          { ...listener, address: '127.0.0.1', port: 80 },
          { ...listener, address: null },
        ],
        users: [
          { user: 'edge', group: null, place: PLACE },
          { user: null, group: 'ops', place: PLACE },
          { user: 'root', group: null, place: PLACE },
        ],
        variables: ['GIVEN', 'WITH_DEFAULT', 'NOWHERE'].map((name) => ({
          name,
          fallback: name === 'WITH_DEFAULT' ? 'x' : null,
          place: PLACE,
        })),
        resolvers: [{ address: '127.0.0.11', port: 53, place: PLACE }],
        doubts: [{ because: 'the module is not part of Debian', place: null }],
      }),
    );
    expect(world).toMatchObject({
      users: [
        { user: 'edge', group: 'edge' },
        { user: 'ops', group: 'ops' },
      ],
      addresses: ['10.1.2.3'],
      ownPorts: [80, 443],
      env: { GIVEN: '1' },
    });
    expect(provisions.map(({ how, what, name }) => `${how} ${what} ${name}`)).toEqual([
      'missing variable NOWHERE',
      'missing config config',
      'made user edge',
      'made user ops',
      'made resolver 127.0.0.11',
      'made address 10.1.2.3',
      'given variable GIVEN',
    ]);
  });

  it('of a candidate has its text, and a copy of the file where that is the same', async () => {
    const from = join(folder, 'haproxy.cfg');
    writeFileSync(from, 'global\n');
    const path = '/etc/haproxy/haproxy.cfg';
    const base = subject({ given: [{ kind: 'copy', path, from, mode: 0o644 }] });
    const same = await planWorld(base, surroundings({}));
    const other = await planWorld(withTree(base, treeWith(base.tree, path, 'defaults\n')), surroundings({}));
    expect(same.world.files.filter((file) => file.path === path)).toEqual([{ kind: 'copy', path, from, mode: 0o644 }]);
    expect(other.world.files.filter((file) => file.path === path)).toEqual([{ kind: 'text', path, text: 'defaults\n', mode: 0o644 }]);
    expect(base.tree.files.get(path)?.text).toBe('global\n');
  });

  it('is the same for candidates that share their certificates', async () => {
    const certificates = new CertificateMaker();
    const wants = surroundings({ files: [expected('/a.pem', 'bundle', { names: ['a.example.com'] })] });
    const [first, second] = [await planWorld(subject(), wants, [], certificates), await planWorld(subject(), wants, [], certificates)];
    expect(second).toEqual(first);
  });

  it('has what the program itself said was missing', async () => {
    const { provisions } = await planWorld(subject(), surroundings({}), [expected('/etc/ssl/dh.pem', 'dh-parameters')]);
    expect(provisions.map(({ name }) => name)).toEqual(['/etc/ssl/dh.pem']);
  });
});
