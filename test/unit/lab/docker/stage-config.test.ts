import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stageConfig } from '../../../../harness/lab/stage-config.ts';
import type { ProxyHost } from '../../../../harness/model/path.ts';

let root: string;
const at = (...parts: readonly string[]): string => join(root, ...parts);
const proxy = (): ProxyHost => ({
  ...{ name: 'haproxy', service: 'haproxy', config: at('config', 'haproxy.cfg'), configLabel: 'config/haproxy.cfg' },
  ...{ port: 8080, version: null, binary: null },
});
const tls = (): { bundle: string; cert: string; key: string } => ({
  bundle: at('tls', 'bundle.pem'),
  cert: at('tls', 'cert.pem'),
  key: at('tls', 'key.pem'),
});

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'stage-'));
  mkdirSync(at('config', 'folder'), { recursive: true });
  mkdirSync(at('tls'));
  writeFileSync(at('config', 'haproxy.cfg'), 'global\n', { mode: 0o600 });
  writeFileSync(at('config', '503.http'), 'x');
  writeFileSync(at('tls', 'bundle.pem'), 'pem', { mode: 0o600 });
});
afterEach(() => rmSync(root, { recursive: true }));

describe('stageConfig', () => {
  it('copies the config, the files beside it and the certificate, readable by any user', async () => {
    await stageConfig(proxy(), tls(), at('etc'));
    expect(readdirSync(at('etc')).toSorted()).toEqual(['503.http', 'haproxy.cfg', 'tls']);
    expect(statSync(at('etc', 'haproxy.cfg')).mode & 0o777).toBe(0o644);
    expect(statSync(at('etc', 'tls', 'bundle.pem')).mode & 0o777).toBe(0o644);
  });

  it('refuses a folder that is too big to be a config folder', async () => {
    writeFileSync(at('config', 'dump'), '');
    truncateSync(at('config', 'dump'), 65 << 20);
    await expect(stageConfig(proxy(), tls(), at('etc'))).rejects.toMatchObject({
      code: 'SPEC_ERR_CONFIG_MISSING',
      place: { file: 'config/haproxy.cfg' },
    });
  });
});
