import { describe, expect, it } from 'vitest';
import { findTemplate } from '../../../harness/world/find-template.ts';

describe('a template', () => {
  it.each([
    ['nginx', 'server {\n  listen {{ port }};\n}', 'Jinja', 2, 10],
    ['haproxy', 'backend a\n{% for s in servers %}\n', 'Jinja', 2, 1],
    ['nginx', 'server_name {{ .Values.host }};', 'Helm', 1, 13],
    ['nginx', 'server_name {{ include "chart.host" . }};', 'Helm', 1, 13],
    ['haproxy', '  server a {{ getv "/a" }}', 'Go template', 1, 12],
    ['apache', 'ServerName <%= @host %>', 'ERB', 1, 12],
    ['nginx', 'listen ${PORT};', 'envsubst', 1, 8],
    ['nginx', 'proxy_pass http://$UPSTREAM_HOST:3000;', 'envsubst', 1, 19],
    ['haproxy', '  timeout client ${TIMEOUT}', 'envsubst', 1, 18],
    ['caddy', 'reverse_proxy ${BACKEND}', 'envsubst', 1, 15],
  ])('of %s: `%s` is %s', (service, text, kind, line, column) => {
    expect(findTemplate(service, text)).toMatchObject({ kind, line, column });
  });

  it.each([
    ['nginx', 'location ~ ^/(?<NAME>\\w+) { set $x ${NAME}; proxy_pass http://${x}; }'],
    ['nginx', 'map $http_upgrade $CONN { default x; }\nproxy_set_header Connection $CONN;'],
    ['nginx', 'log_format j escape=json \'{"a":{"b":"$host"}}\';'],
    ['nginx', '# listen {{ port }};\nlisten 80; # ${PORT}'],
    ['haproxy', '  http-request set-header X %[src]\n  acl a path_beg /x\n  use_backend b if { path_beg /x } { hdr(a) b }'],
    ['haproxy', '  bind "${ADDRESS}:80"\n  bind ${ADDRESS}:81\n  server a ${HOST}:80\n  timeout client "${T}"'],
    ['haproxy', '  log-format "%{+Q}o %ci %[capture.req.hdr(0)]"'],
    ['caddy', '{$SITE:localhost} {\n  reverse_proxy {env.BACKEND} {path} {http.request.host}\n}'],
    ['apache', 'RewriteCond %{HTTP:Upgrade} =websocket\nErrorLog ${APACHE_LOG_DIR}/e.log\nLogFormat "<%{Referer}i> %>s"'],
    ['node-proxy', 'const a = `${PORT}`; f({{ a }});'],
  ])('is not seen in a legal config of %s', (service, text) => {
    expect(findTemplate(service, text)).toBeNull();
  });

  it('is not seen where another file of the config defines the variable', () => {
    expect(findTemplate('nginx', 'proxy_pass http://$BACKEND;', 'set $BACKEND api:3000;')).toBeNull();
  });
});
