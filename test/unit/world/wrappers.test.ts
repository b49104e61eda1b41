import { describe, expect, it } from 'vitest';
import { wrappingOf } from '../../../harness/world/wrappers.ts';

const wrap = (service: string, ...texts: readonly string[]) => {
  const fragments = texts.map((text, index) => ({ path: `/etc/x/${String(index)}.conf`, text }));
  const wrapper = wrappingOf(service)?.wrap(fragments);
  return { text: wrapper?.text ?? '', stubs: wrapper?.stubs.map(({ name }) => name) ?? [] };
};

describe('a config', () => {
  it.each([
    ['nginx', 'events {}\nhttp {\n}\n', true],
    ['nginx', '# http {\nserver { listen 80; }\n', false],
    ['nginx', 'server { location / { add_header X "http {"; } }', false],
    ['nginx', "map $x $y { '~*a{2}' 1; }", false],
    ['apache', '<VirtualHost *:80>\n</VirtualHost>\n', false],
    ['apache', 'ServerRoot /etc/httpd\n', true],
    ['apache', '  IncludeOptional sites-enabled/*.conf\n', true],
  ])('of %s `%s` is whole: %s', (service, text, isWhole) => {
    expect(wrappingOf(service)?.isWhole(text)).toBe(isWhole);
  });

  it('of a program without site files is always whole', () => {
    expect(['haproxy', 'caddy', 'node-proxy'].map(wrappingOf)).toEqual([null, null, null]);
  });
});

describe('the main config around fragments of nginx', () => {
  it('includes sites in http, streams beside it, and locations in a server', () => {
    const { text } = wrap('nginx', 'server { listen 80; }', 'stream { server { listen 82; } }', 'location /ws { proxy_pass http://a; }');
    const http = text.indexOf('http {');
    expect(text.indexOf('include /etc/x/0.conf;')).toBeGreaterThan(http);
    expect(text.indexOf('include /etc/x/1.conf;')).toBeLessThan(http);
    expect(text).toMatch(/server \{\s+listen 80;\s+include \/etc\/x\/2\.conf;\s+\}/);
  });

  it('defines what they use and none of them does, and says so', () => {
    const used =
      'server { access_log /x timed; limit_req zone=a burst=2; limit_conn b 2; proxy_cache c; proxy_set_header Connection $connection_upgrade; }';
    const { text, stubs } = wrap('nginx', used);
    expect(stubs).toEqual(['$connection_upgrade', 'a', 'b', 'c', 'timed']);
    expect(text).toContain('map $http_upgrade $connection_upgrade');
    expect(text).toContain('log_format main ');
  });

  it('defines nothing that they define', () => {
    const defined =
      'log_format main x; log_format timed x; map $http_upgrade $connection_upgrade { default x; }\n' +
      'limit_req_zone $x zone=a:1m rate=1r/s; limit_conn_zone $x zone=b:1m; proxy_cache_path /c keys_zone=c:1m;\n' +
      'server { access_log /x timed; limit_req zone=a; limit_conn b 2; proxy_cache c; add_header X $connection_upgrade; proxy_cache off; }';
    const { text, stubs } = wrap('nginx', defined);
    expect(stubs).toEqual([]);
    expect(text).not.toMatch(/\$connection_upgrade|log_format main|_zone/);
  });
});

describe('the main config around fragments of Apache', () => {
  it('listens on the ports of their virtual hosts that they do not listen on themselves', () => {
    const { text } = wrap(
      'apache',
      '<VirtualHost *:80 [::]:443>\n</VirtualHost>\n# <VirtualHost *:1>',
      'Listen 8443\n<VirtualHost _default_:8443>\n</VirtualHost>',
    );
    expect(text.match(/^Listen .*/gm)).toEqual(['Listen 80', 'Listen 443']);
    expect(text.match(/^Include .*/gm)).toEqual(['Include "/etc/x/0.conf"', 'Include "/etc/x/1.conf"']);
  });

  it('listens on port 80 where nobody says', () => {
    expect(wrap('apache', 'ProxyPass / http://a/\n').text).toContain('\nListen 80\n');
  });
});
