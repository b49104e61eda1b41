import { describe, expect, it } from 'vitest';
import { readSurroundings } from '../../../../containers/apache/surroundings.ts';
import { configTreeOf } from '../config-tree-of.ts';
import { hasRealConfigs, leadsTo, realConfig } from '../real-config.ts';

const WRAPPER = 'Timeout 300\nListen 80\nListen 443\nLoadModule x_module /nowhere/mod_x.so\nIncludeOptional sites-enabled/*.conf\n';
const MAIN = '/etc/apache2/apache2.conf';
const around = (site: string): ReturnType<typeof readSurroundings> =>
  readSurroundings(configTreeOf({ [MAIN]: WRAPPER, '/etc/apache2/sites-enabled/site.conf': site }, {}, MAIN));
const whole = (text: string, more: Readonly<Record<string, string>> = {}): ReturnType<typeof readSurroundings> =>
  readSurroundings(configTreeOf({ [MAIN]: text, ...more }));
const urls = ({ entries }: ReturnType<typeof readSurroundings>): readonly string[] =>
  entries.map(({ scheme, host, port, target, kind }) => `${kind} ${scheme}://${host}:${port}${target}`);

describe('surroundings of an Apache config', () => {
  it('finds the entries of virtual hosts, sockets first', () => {
    const found = around(`
<VirtualHost *:80>
  ServerName chat.example.test
  Redirect permanent / https://chat.example.test/
</VirtualHost>
<VirtualHost *:443>
  ServerName chat.example.test:443
  ServerAlias *.example.test
  SSLEngine On
  SSLCertificateFile /etc/ssl/chat.pem
  SSLCertificateKeyFile "/etc/ssl/chat.key"
  ProxyPass /socket ws://app:9000/socket
  ProxyPass / http://app:9000/
</VirtualHost>`);
    expect(urls(found)).toEqual(['declared wss://chat.example.test:443/socket', 'plain ws://chat.example.test:80/']);
    expect(found.listeners.map(({ port, tls }) => [port, tls])).toEqual([
      [80, false],
      [443, true],
    ]);
    expect(found.origins).toEqual([
      { host: 'app', port: 9000, isUnix: false, tls: false, place: { file: 'site.conf', line: 12, column: 3 } },
    ]);
    expect(found.files.map(({ path, kind, names }) => [path, kind, names])).toEqual([
      ['/etc/ssl/chat.pem', 'certificate', ['chat.example.test', '*.example.test']],
      ['/etc/ssl/chat.key', 'key', []],
    ]);
    expect(found.doubts).toEqual([]);
  });

  it.each([
    ['ProxyPass / http://app/ upgrade=websocket', 'declared ws://a.test:80/'],
    ['ProxyPass / http://app/', 'likely ws://a.test:80/'],
    [
      'RewriteEngine on\nRewriteCond %{HTTP:Upgrade} =websocket [NC]\nRewriteRule ^/ws/(.*) ws://app/$1 [P,L]',
      'declared ws://a.test:80/ws/',
    ],
    ['<Location "/live">\nProxyPass ws://app/live\n</Location>', 'declared ws://a.test:80/live'],
    ['ProxyPassMatch ^/(cable)$ http://app/$1', 'declared ws://a.test:80/cable'],
    ['DocumentRoot /srv/www', 'plain ws://a.test:80/'],
  ])('reads %s', (line, url) => {
    expect(urls(around(`<VirtualHost *:80>\nServerName a.test\n${line}\n</VirtualHost>`))).toEqual([url]);
  });

  it('follows definitions, conditions, continued lines and includes', () => {
    const found = whole(
      [
        'Define APP app',
        'Listen \\',
        '  10.0.0.5:8080',
        'Include conf/*.conf',
        '<IfDefine NOT_SET>',
        'Include gone.conf',
        '</IfDefine>',
        '<IfModule proxy_module>',
        'ProxyPass / http://${APP}:${PORT}/',
        '</IfModule>',
      ].join('\n'),
      { '/etc/apache2/conf/a.conf': "Define PORT 9001\n# Listen 1\nErrorLog '${APACHE_LOG_DIR}/my errors.log'\n" },
    );
    expect(found.listeners.map(({ address, port }) => [address, port])).toEqual([['10.0.0.5', 8080]]);
    expect(found.origins).toMatchObject([{ host: 'app', port: 9001, place: { file: 'apache2.conf', line: 9 } }]);
    expect(found.files).toMatchObject([
      { path: '/etc/apache2/conf/*.conf' },
      { path: '/var/log/apache2/my errors.log', kind: 'log', place: { file: 'a.conf', line: 3 } },
    ]);
    expect(found.variables).toEqual([]);
  });

  it('finds origins behind sockets, balancers and TLS, and says what it cannot know', () => {
    const found = whole(
      'Listen 80\nProxyPass /a unix:/run/app.sock|http://localhost/\nProxyPass /b balancer://pool/\n<Proxy balancer://pool>\nBalancerMember wss://[fd00::1]:8443\nBalancerMember h2://one\n</Proxy>\nProxyPass /c !\nProxyPass /d fcgi://php:9000/\nProxyPassMatch ^/(.*)$ http://$1/\n',
    );
    expect(found.origins.map(({ host, port, isUnix, tls }) => [host, port, isUnix, tls])).toEqual([
      ['/run/app.sock', null, true, false],
      ['php', 9000, false, false],
      ['fd00::1', 8443, false, true],
      ['one', 443, false, true],
    ]);
    expect(found.doubts.map(({ because }) => because)).toEqual([
      "the lab's origin does not speak fcgi",
      'where `http://$1/` leads is only known when a request comes',
    ]);
  });

  it('names files, users, variables and modules', () => {
    const found = whole(
      'ServerRoot /etc/httpd\nListen 443 https\nUser web\nGroup web\nLoadModule geoip_module modules/mod_geoip.so\nDocumentRoot ${ROOT}/www\nCustomLog "|/usr/bin/rotatelogs /x 1" combined\nCustomLog "|/opt/log" combined\nErrorLog syslog:local1\nSSLSessionCache shmcb:/var/cache/ssl(512)\nSSLOpenSSLConfCmd DHParameters dh.pem\nSSLCertificateFile one.pem\nRewriteMap m txt:/etc/map.txt\n<Directory /x>\nAuthUserFile /etc/pw\n</Directory>\n',
    );
    expect(found.files.map(({ path, kind }) => `${kind} ${path}`)).toEqual([
      'module /etc/httpd/modules/mod_geoip.so',
      'folder /etc/httpd/${ROOT}/www',
      'other /opt/log',
      'log /var/cache/ssl',
      'dh-parameters /etc/httpd/dh.pem',
      'bundle /etc/httpd/one.pem',
      'map /etc/map.txt',
      'password-file /etc/pw',
    ]);
    expect(found.users).toMatchObject([{ user: 'web', group: 'web' }]);
    expect(found.variables).toMatchObject([{ name: 'ROOT', fallback: null, place: { line: 6 } }]);
    expect(found.doubts.map(({ because }) => because)).toEqual([
      'a log goes to the program `/opt/log`, which only runs here if it was given',
      "the module `geoip` is not part of Debian's apache2",
    ]);
    expect(found.listeners).toMatchObject([{ port: 443, tls: true }]);
  });

  it('ends with includes of itself, unclosed sections and deep nesting', () => {
    expect(whole('Include /etc/apache2/*.conf\nListen 80\n').listeners).toHaveLength(1);
    expect(whole('<VirtualHost *:80>\n<Location /a>\nProxyPass http://x/').origins).toHaveLength(1);
    expect(whole(`${'<Location /a>\n'.repeat(5000)}ProxyPass http://x/`).origins).toHaveLength(1);
    expect(whole('</VirtualHost>\n<\nListen\nProxyPass\n"\n\\').listeners).toEqual([]);
  });

  it.skipIf(!hasRealConfigs).each(['87-apache-mobilizon', '88-apache-sandstorm'])('finds the entries of %s', (id) => {
    const { tree, meta } = realConfig(id, WRAPPER);
    const { entries, origins } = readSurroundings(tree);
    for (const one of [meta.websocket_entry, ...meta.extra_entries]) expect(entries.some((entry) => leadsTo(entry, one))).toBe(true);
    expect(entries[0]?.kind).toBe('declared');
    expect(origins.map(({ host, port }) => [host, port])).toEqual(meta.backends.map(({ addr, port }) => [addr, port]));
  });
});
