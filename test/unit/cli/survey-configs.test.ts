import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { checkedConfigs } from '../../../harness/cli/checks-spec.ts';
import { type ConfigSurvey, surveyConfigs } from '../../../harness/cli/survey-configs.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'survey-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = (path: string, text: string): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
};
const found = ({ configs }: ConfigSurvey): readonly (readonly string[])[] =>
  configs.map(({ config, service, id }) => [config, service, id]);

const HAPROXY =
  'defaults\n  mode http\n  timeout client 1m\nfrontend web\n  bind :80\n  default_backend app\nbackend app\n  server one 10.0.0.1:3000\n';
const site = (name: string): string =>
  `server {\n  listen 80;\n  server_name ${name};\n  location / {\n    proxy_pass http://10.0.0.2:80;\n    proxy_set_header Upgrade $http_upgrade;\n    proxy_set_header Connection "upgrade";\n  }\n}\n`;
const NGINX = 'events {}\nhttp {\n  include conf.d/*.conf;\n}\n';
const CADDY = 'chat.example.com {\n  reverse_proxy app:3000\n}\n';
const APACHE = '<VirtualHost *:80>\n  ServerName ws.example.com\n  ProxyPass /ws ws://10.0.0.3:3000/ws\n</VirtualHost>\n';

it('finds configs of every program by name and content, each with an id of its own', async () => {
  file('prod/haproxy.cfg', HAPROXY);
  file('staging/haproxy.cfg', HAPROXY);
  file('caddy/Caddyfile', CADDY);
  file('httpd/vhosts/ws.conf', APACHE);
  expect(found(await surveyConfigs(folder))).toEqual([
    ['caddy/Caddyfile', 'caddy', 'caddy-caddyfile'],
    ['prod/haproxy.cfg', 'haproxy', 'prod-haproxy'],
    ['staging/haproxy.cfg', 'haproxy', 'staging-haproxy'],
    ['httpd/vhosts/ws.conf', 'apache', 'httpd-ws'],
  ]);
});

it('checks what a main config includes with it, and no other time', async () => {
  file('nginx/nginx.conf', NGINX);
  file('nginx/conf.d/chat.conf', site('chat.example.com'));
  const survey = await surveyConfigs(folder);
  expect(found(survey)).toEqual([['nginx/nginx.conf', 'nginx', 'nginx']]);
  expect(survey.configs[0]?.entries).toEqual([{ url: 'ws://chat.example.com/', kind: 'declared', isOwed: true }]);
});

it('takes a folder of sites as one config, and those that are enabled where some are', async () => {
  file('etc/nginx/sites-enabled/a', site('a.example.com'));
  file('etc/nginx/sites-enabled/b', site('b.example.com'));
  file('etc/nginx/sites-available/c', site('c.example.com'));
  const survey = await surveyConfigs(folder);
  expect(found(survey)).toEqual([['etc/nginx/sites-enabled', 'nginx', 'nginx']]);
  expect(survey.configs[0]?.entries.map(({ url }) => url)).toEqual(['ws://a.example.com/', 'ws://b.example.com/']);
});

it('reads the lowest idle limit, and whether a reload cuts sockets', async () => {
  file('a/haproxy.cfg', HAPROXY);
  file('b/haproxy.cfg', `global\n  hard-stop-after 5s\n${HAPROXY.replace('1m', '10s')}`);
  expect((await surveyConfigs(folder)).configs.map(({ idleMs, reloads }) => [idleMs, reloads])).toEqual([
    [60_000, true],
    [10_000, false],
  ]);
});

it('leaves out what is no config of a proxy, and folders that hold those of others', async () => {
  file('named.conf', 'options { directory "/var/cache/bind"; listen-on { any; }; };\n');
  file('setup.cfg', '[metadata]\nname = x\n');
  file('ssl-params.conf', 'ssl_protocols TLSv1.3;\nssl_prefer_server_ciphers on;\n');
  file('README.md', HAPROXY);
  for (const skipped of ['node_modules/x', 'vendor/x', '.git/x', 'runs/20270101']) file(`${skipped}/haproxy.cfg`, HAPROXY);
  writeFileSync(join(folder, 'binary.conf'), Buffer.from([0, 1, 2, 255]));
  symlinkSync('/etc', join(folder, 'etc'));
  const survey = await surveyConfigs(folder);
  expect([found(survey), survey.unused]).toEqual([[], []]);
});

it('tells templates, by their content and by their names', async () => {
  file('haproxy.cfg.j2', HAPROXY.replace(':80', ':{{ port }}'));
  file('nginx/default.conf.template', site('x.example.com'));
  expect((await surveyConfigs(folder)).unused.map(({ file: name, template }) => [name, template])).toEqual([
    ['haproxy.cfg.j2', 'Jinja'],
    ['nginx/default.conf.template', 'by its name'],
  ]);
});

it('expects nothing of a config that says nothing of WebSockets, unless there is no other', async () => {
  file('site.conf', site('www.example.com').replaceAll(/ *proxy_set_header.*\n/g, ''));
  expect(checkedConfigs(await surveyConfigs(folder)).map(({ config }) => config)).toEqual(['site.conf']);
  file('chat.conf', site('chat.example.com'));
  const survey = await surveyConfigs(folder);
  expect(survey.configs).toHaveLength(2);
  expect(checkedConfigs(survey).map(({ config }) => config)).toEqual(['chat.conf']);
});

it('looks at a bounded number of files, and says so', async () => {
  mkdirSync(join(folder, 'a'));
  for (let index = 0; index < 20_001; index += 1) writeFileSync(join(folder, 'a', `${index}.x`), '');
  file('z/haproxy.cfg', HAPROXY);
  expect(await surveyConfigs(folder)).toEqual({ configs: [], unused: [], isCut: true });
});
