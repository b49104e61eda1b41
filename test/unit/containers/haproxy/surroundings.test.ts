import { describe, expect, it } from 'vitest';
import { readSurroundings } from '../../../../containers/haproxy/surroundings.ts';
import { treeOf } from './config-tree.ts';

const read = (...lines: readonly string[]): ReturnType<typeof readSurroundings> => readSurroundings(treeOf(`${lines.join('\n')}\n`));
const listeners = (bind: string): unknown =>
  read('frontend f', ` ${bind}`).listeners.map(({ address, port, tls, wantsProxyHeader }) => [address, port, tls, wantsProxyHeader]);
const files = (...lines: readonly string[]): unknown => read(...lines).files.map(({ path, kind }) => [path, kind]);

describe('listeners', () => {
  it.each([
    ['bind *:80', [[null, 80, false, false]]],
    ['bind :::443 v4v6 ssl crt /a.pem', [[null, 443, true, false]]],
    [
      'bind 192.0.2.1:80,[2001:db8::1]:81',
      [
        ['192.0.2.1', 80, false, false],
        ['2001:db8::1', 81, false, false],
      ],
    ],
    ['bind ipv4@:80 accept-proxy', [[null, 80, false, true]]],
    [
      'bind :8000-8002',
      [
        [null, 8000, false, false],
        [null, 8001, false, false],
        [null, 8002, false, false],
      ],
    ],
    ['bind "${IP-127.0.0.1}:80"', [['127.0.0.1', 80, false, false]]],
    ['bind unix@/run/h.sock', []],
    ['bind abns@inner', []],
    ['bind quic4@:443 ssl crt /a.pem', []],
  ])('reads %s', (bind, expected) => expect(listeners(bind)).toEqual(expected));

  it('has the port of a control socket, which is the own one', () => {
    expect(read('global', ' stats socket ipv4@127.0.0.1:9999 level admin').listeners).toMatchObject([{ address: '127.0.0.1', port: 9999 }]);
  });
});

describe('origins', () => {
  const origins = (...lines: readonly string[]): unknown =>
    read('backend b', ...lines).origins.map(({ host, port, isUnix, tls }) => [host, port, isUnix, tls]);

  it.each([
    [' server a api:3000 check', [['api', 3000, false, false]]],
    [' server a 192.0.2.7', [['192.0.2.7', null, false, false]]],
    [' server a api:443 ssl verify none', [['api', 443, false, true]]],
    [
      ' default-server ssl verify none\n server a api:443\n server b b:80 no-ssl',
      [
        ['api', 443, false, true],
        ['b', 80, false, false],
      ],
    ],
    [' server a unix@/run/app.sock', [['/run/app.sock', null, true, false]]],
    [' server a /run/app.sock', [['/run/app.sock', null, true, false]]],
    [' server-template app 1-5 app.local:8080 resolvers r', [['app.local', 8080, false, false]]],
    [' dispatch 192.0.2.1:80', [['192.0.2.1', 80, false, false]]],
    [
      ' server a api:3001 check port 3000',
      [
        ['api', 3001, false, false],
        ['api', 3000, false, false],
      ],
    ],
    [' server a *:80', []],
  ])('reads %s', (line, expected) => expect(origins(line)).toEqual(expected));

  it('has names that must resolve before HAProxy starts', () => {
    const text = [
      'global',
      ' log syslog-host local0',
      ' log 127.0.0.1 local0',
      ' log /dev/log local0',
      'peers p',
      ' peer other other-host:1024',
    ];
    expect(read(...text).origins.map(({ host, port }) => [host, port])).toEqual([
      ['syslog-host', 514],
      ['other-host', 1024],
    ]);
  });

  it('leaves out servers that are front sections of the same config', () => {
    const inner = ['frontend i', ' bind abns@inner accept-proxy', 'frontend j', ' bind 127.0.0.1:9000'];
    expect(
      read(...inner, 'backend b', ' server a abns@inner send-proxy', ' server b 127.0.0.1:9000', ' server c 127.0.0.1:9001').origins,
    ).toMatchObject([{ port: 9001 }]);
  });

  it('gets the own TLS of clients where bytes are handed on', () => {
    const text = [
      'frontend f',
      ' mode tcp',
      ' bind :443',
      ' use_backend b if { req_ssl_sni -i a.example.com }',
      'backend b',
      ' mode tcp',
      ' server a api:443',
    ];
    expect(read(...text).origins).toMatchObject([{ host: 'api', tls: true }]);
  });

  it('has a socket inside the jail', () => {
    expect(read('global', ' chroot /var/lib/haproxy', 'backend b', ' server a /run/x.sock').origins).toMatchObject([
      { host: '/var/lib/haproxy/run/x.sock' },
    ]);
  });
});

describe('files', () => {
  it('reads certificates with the names that their front section serves', () => {
    const { files } = read(
      ...[
        'global',
        ' crt-base /etc/ssl',
        ' ca-base /etc/ca',
        'frontend f',
        ' bind :443 ssl crt site.pem crt certs/ ca-file ca.pem crl-file crl.pem verify optional',
      ],
      ...[' acl chat hdr(host) -i chat.example.com', ' use_backend b if chat', 'backend b', ' server a api:80'],
    );
    expect(files.map(({ path, kind, names }) => [path, kind, names])).toEqual([
      ['/etc/ssl/site.pem', 'bundle', ['chat.example.com']],
      ['/etc/ssl/certs', 'certificate-folder', ['chat.example.com']],
      ['/etc/ca/ca.pem', 'authority', []],
      ['/etc/ca/crl.pem', 'revocation-list', []],
    ]);
  });

  it('reads the bundles of a crt-list that was given', () => {
    const tree = treeOf('frontend f\n bind :443 ssl crt-list /etc/haproxy/list.txt\n', {
      '/etc/haproxy/list.txt': '# all\n/etc/ssl/a.pem [alpn h2] a.example.com *.b.example.com !c.example.com\n',
    });
    expect(readSurroundings(tree).files.map(({ path, kind, names }) => [path, kind, names])).toEqual([
      ['/etc/haproxy/list.txt', 'certificate-list', []],
      ['/etc/ssl/a.pem', 'bundle', ['a.example.com', 'www.b.example.com']],
    ]);
  });

  it('reads what rules and globals name', () => {
    expect(
      files(
        ...[
          'global',
          ' lua-load /l/a.lua x',
          ' lua-prepend-path /l/lib/?.lua',
          ' pidfile /run/h.pid',
          ' chroot /jail',
          ' stats socket /run/a.sock',
          ' ssl-dh-param-file dh.pem',
        ],
        ...[
          'frontend f',
          ' acl a src -f /l/ips.lst -f opt@/l/more.lst',
          ' errorfile 503 /e/503.http',
          ' filter spoe engine e config /e/spoe.conf',
        ],
        ...[
          ' use_backend %[req.hdr(host),lower,map_beg(/l/hosts.map,b)]',
          ' http-request return status 200 content-type text/plain lf-file /e/x.txt if a',
        ],
      ),
    ).toEqual([
      ['/l/a.lua', 'lua'],
      ['/l/lib', 'folder'],
      ['/run/h.pid', 'pid'],
      ['/jail', 'folder'],
      ['/dh.pem', 'dh-parameters'],
      ['/l/ips.lst', 'list'],
      ['/l/more.lst', 'list'],
      ['/e/503.http', 'error-answer'],
      ['/e/spoe.conf', 'include'],
      ['/l/hosts.map', 'map'],
      ['/e/x.txt', 'other'],
      ['/run/a.sock', 'socket'],
    ]);
  });

  it('resolves relative names as `default-path` says', () => {
    expect(files('global', ' default-path config', ' lua-load a.lua')).toEqual([['/etc/haproxy/a.lua', 'lua']]);
    expect(files('global', ' default-path origin /srv', ' lua-load a.lua')).toEqual([['/srv/a.lua', 'lua']]);
  });
});

describe('the rest', () => {
  it('reads resolvers, users and variables', () => {
    const found = read(
      'global',
      ' user haproxy',
      ' group proxies',
      'resolvers r',
      ' nameserver d 127.0.0.11:53',
      'backend b',
      ' server a "${API-api}:80"',
    );
    expect(found.resolvers).toMatchObject([{ address: '127.0.0.11', port: 53 }]);
    expect(found.users).toMatchObject([{ user: 'haproxy', group: 'proxies' }]);
    expect(found.variables).toMatchObject([{ name: 'API', fallback: 'api', place: { file: 'haproxy.cfg', line: 7 } }]);
  });

  it('doubts what the lab has not, with its place', () => {
    const { doubts } = read('global', ' wurfl-data-file /w.zip', 'frontend f', ' bind quic4@:443 ssl crt /a.pem');
    expect(doubts.map(({ place }) => place?.line)).toEqual([2, 4]);
    expect(doubts[0]?.because).toContain('WURFL');
  });

  it('reads a folder of files as one config, each line with its own file', () => {
    const tree = {
      ...treeOf('frontend unused\n bind :1\n', {
        '/etc/haproxy/conf.d/a.cfg': 'defaults\n mode http\n',
        '/etc/haproxy/conf.d/b.cfg': 'frontend f\n bind :80\n',
      }),
      main: '/etc/haproxy/conf.d/a.cfg',
    };
    expect(readSurroundings(tree).listeners).toMatchObject([{ port: 80, place: { file: 'b.cfg', line: 2, column: 2 } }]);
  });

  it('expects nothing of a text that is no HAProxy config', () => {
    expect(read('server { listen 80; }', 'html').listeners).toEqual([]);
  });
});
