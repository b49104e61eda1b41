import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { RunRecord } from '../../harness/model/record.ts';
import { emptyFolder, hopscope } from './hopscope-process.ts';
import { PLAIN_TEXT, TemporaryFolder } from './run-cli.ts';

const cwd = emptyFolder();
const temporary = new TemporaryFolder(emptyFolder());
const HAPROXY = `global
    log stdout format raw local0 info
defaults
    mode http
    log global
    option httplog
    timeout connect 5s
    timeout client 60s
    timeout server 60s
    timeout tunnel 1h
frontend web
    bind :80
    use_backend chat if { path_beg /chat }
    default_backend app
backend chat
    server one chat.internal:3000
backend app
    server one 10.20.30.40:8000
`;
const SITE = `server {
    listen 80;
    server_name live.example.com;
    location /socket {
        proxy_pass http://10.20.30.41:9000;
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection "upgrade";
        proxy_set_header Host $host;
    }
    location / {
        proxy_pass http://10.20.30.41:9000;
    }
}
`;
mkdirSync(join(cwd, 'haproxy'));
mkdirSync(join(cwd, 'nginx/sites-enabled'), { recursive: true });
writeFileSync(join(cwd, 'haproxy/haproxy.cfg'), HAPROXY);
writeFileSync(join(cwd, 'nginx/sites-enabled/live'), SITE);

const run = async (
  out: string,
  ...flags: readonly string[]
): Promise<{ readonly code: number | null; readonly record: RunRecord; readonly stdout: string }> => {
  const { code, stdout, stderr } = await hopscope(['run', '--scenario', 'opening-handshake', '--out', out, ...flags], {
    cwd,
    environment: temporary.environment,
  });
  expect(`${stdout}${stderr}`).toMatch(PLAIN_TEXT);
  return { code, stdout, record: JSON.parse(readFileSync(join(cwd, out, 'record.json'), 'utf8')) as RunRecord };
};
const lineOf = (text: string, words: string): number => text.split('\n').findIndex((line) => line.includes(words)) + 1;

it('init writes a spec that passes at once, and fails with the line once a config is broken', async () => {
  const made = await hopscope(['init', '--ci', 'github', '--json'], { cwd });
  expect(JSON.parse(made.stdout)).toMatchObject({
    configs: [{ config: 'haproxy/haproxy.cfg' }, { config: 'nginx/sites-enabled/live' }],
    files: [{ file: 'hopscope.yaml' }, { file: '.github/workflows/hopscope.yml' }],
  });

  const good = await run('good');
  expect([good.code, good.record.verdict]).toEqual([0, 'pass']);
  expect(good.record.subjects?.map(({ label, entries }) => [label, entries[0]?.seen?.handshake])).toEqual([
    ['haproxy/haproxy.cfg', '101'],
    ['nginx/sites-enabled/live', '101'],
  ]);

  const broken = SITE.replace(/ *proxy_set_header Connection "upgrade";\n/, '');
  writeFileSync(join(cwd, 'nginx/sites-enabled/live'), broken);
  const bad = await run('bad', '--path', 'nginx-*');
  expect([bad.code, bad.record.verdict]).toEqual([1, 'fail']);
  const refusal = bad.record.findings.find(
    ({ auditId, outcome, expected }) => auditId === 'refused-upgrade' && outcome === 'fail' && !expected,
  );
  expect(refusal?.blame?.config).toMatchObject({ file: 'nginx/sites-enabled/live', line: lineOf(broken, 'proxy_pass') });
  expect(temporary.left()).toEqual([]);
});
