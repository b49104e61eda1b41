import { describe, expect, it } from 'vitest';
import { guessService } from '../../../harness/world/guess-service.ts';

describe('the service of a config', () => {
  it.each([
    ['edge.cfg', 'defaults\n  mode http\nfrontend web\n  bind :80\n', 'haproxy'],
    ['edge.conf', 'listen web\n    bind :80\n    server a 10.0.0.1:80\n', 'haproxy'],
    ['x.conf', 'server {\n  listen 80;\n}\n', 'nginx'],
    ['x', 'upstream api { server api:3000; }\n', 'nginx'],
    ['x.conf', 'location /socket {\n  proxy_pass http://api:3000;\n}\n', 'nginx'],
    ['x.conf', 'events {}\nhttp { include conf.d/*.conf; }\n', 'nginx'],
    ['site.conf', '<VirtualHost *:80>\n  ProxyPass / http://a:1/\n</VirtualHost>\n', 'apache'],
    ['site', 'RewriteEngine On\nRewriteRule ^/(.*) ws://a:1/$1 [P]\n', 'apache'],
    ['Caddyfile', '', 'caddy'],
    ['edge.caddyfile', 'x', 'caddy'],
    ['web', 'chat.example.com {\n\treverse_proxy api:3000\n}\n', 'caddy'],
    ['web', '{\n\temail a@example.com\n}\n:80 {\n  respond "hi"\n}\n', 'caddy'],
    ['server.mjs', 'server {', 'node-proxy'],
    ['nginx.conf', '', 'nginx'],
    ['haproxy.cfg', '# nothing yet\n', 'haproxy'],
  ])('of %s is told', (path, text, service) => {
    expect(guessService(path, text)).toBe(service);
  });

  it.each([
    ['compose.yaml', 'services:\n  web:\n    image: nginx\n'],
    ['values.json', '{"server": {"port": 80}}'],
    ['notes.txt', 'the server listens; it is fast {maybe}'],
    ['x', ''],
  ])('of %s is not guessed', (path, text) => {
    expect(guessService(path, text)).toBeNull();
  });
});
