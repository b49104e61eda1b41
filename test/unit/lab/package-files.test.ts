import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageFiles } from '../../../harness/lab/package-files.ts';

describe('files of a package', () => {
  it('are those of a fixed list, and links only below /usr', () => {
    const root = mkdtempSync(join(tmpdir(), 'package-files-'));
    const nginx = join(root, 'etc/nginx');
    try {
      mkdirSync(join(nginx, 'modules-enabled'), { recursive: true });
      for (const name of ['mime.types', 'proxy_params', 'nginx.conf', 'secret.key']) writeFileSync(join(nginx, name), '');
      symlinkSync('/etc/shadow', join(nginx, 'win-utf'));
      symlinkSync('/usr/share/nginx/modules-available/a.conf', join(nginx, 'modules-enabled/50-a.conf'));
      symlinkSync('/usr/../etc/shadow', join(nginx, 'modules-enabled/60-b.conf'));
      expect(packageFiles('nginx', root).toSorted((a, b) => (a.path < b.path ? -1 : 1))).toEqual([
        { path: '/etc/nginx/mime.types', target: null },
        { path: '/etc/nginx/modules-enabled/50-a.conf', target: '/usr/share/nginx/modules-available/a.conf' },
        { path: '/etc/nginx/proxy_params', target: null },
      ]);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });

  it('are none of a service that has none, or where nothing is installed', () => {
    expect(packageFiles('caddy')).toEqual([]);
    expect(packageFiles('haproxy', '/nowhere')).toEqual([]);
  });
});
