import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RunRecord } from '../../harness/model/record.ts';
import { type Ended, emptyFolder, hopscope } from './hopscope-process.ts';

const cwd = emptyFolder();

const NGINX = `events {}
http {
  server {
    listen 8080;
    auth_basic "staff";
    auth_basic_user_file /etc/nginx/staff;
    location /socket {
      proxy_pass http://app:3000;
      proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection "upgrade";
    }
  }
}
`;

const APACHE = `<VirtualHost *:80>
  <Location />
    AuthType Basic
    AuthName staff
    AuthUserFile /etc/apache2/staff
    Require valid-user
  </Location>
  ProxyPass /socket http://app:3000/socket upgrade=websocket
</VirtualHost>
`;

describe('configs that ask for a password', () => {
  let checked: Ended;
  let record: RunRecord;
  beforeAll(async () => {
    mkdirSync(join(cwd, 'given'));
    writeFileSync(join(cwd, 'given/nginx.conf'), NGINX);
    // A password that nobody here knows, and no newline at the end.
    writeFileSync(join(cwd, 'given/staff'), 'alice:$apr1$abcdefgh$0123456789abcdefghijk.');
    writeFileSync(join(cwd, 'site.conf'), APACHE);
    const args = ['given/nginx.conf', 'site.conf', '--provide', 'given/staff:/etc/nginx/staff'];
    checked = await hopscope(['check', ...args, '--scenario', 'opening-handshake', '--no-limits', '--out', 'out'], { cwd });
    record = JSON.parse(readFileSync(join(cwd, 'out/record.json'), 'utf8')) as RunRecord;
  });

  it('open their sockets to a client who has one', () => {
    const seen = (record.subjects ?? []).flatMap(({ entries }) => entries.filter(({ entry }) => entry.target.startsWith('/socket')));
    expect(seen.map(({ seen: what }) => what?.handshake)).toEqual(['101', '101']);
    expect(checked.code).toBe(0);
  });

  it('are said to have been given a user, in the copy of the file or in its place', () => {
    const users = (record.subjects ?? []).flatMap(({ provisions }) =>
      provisions.filter(({ name }) => name.includes('/staff')).map(({ how, what, name }) => [how, what, name].join(' ')),
    );
    expect(users).toContain('made user hopscope in /etc/nginx/staff');
    expect(users).toContain('stubbed password-file /etc/apache2/staff');
  });

  it('are left as they are', () => {
    expect(readFileSync(join(cwd, 'given/staff'), 'utf8')).toBe('alice:$apr1$abcdefgh$0123456789abcdefghijk.');
  });
});
