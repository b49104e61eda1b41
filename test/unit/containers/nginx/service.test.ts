import { describe, expect, it } from 'vitest';
import { nginx } from '../../../../containers/nginx/service.ts';
import type { ServicePlacement } from '../../../../harness/model/service.ts';

const DEBIAN =
  'nginx version: nginx/1.22.1\nconfigure arguments: --modules-path=/usr/lib/nginx/modules --with-stream=dynamic --with-stream_ssl_module';
const OFFICIAL =
  'nginx version: nginx/1.28.0\nconfigure arguments: --modules-path=/usr/lib/nginx/modules --with-stream --with-stream_ssl_module';

const globals = (versionOutput: string, configText?: string, singleUser = false, isForeign = false): string => {
  const at: ServicePlacement = {
    configPath: '/etc/hopscope/x.conf',
    tlsBundlePath: '/b',
    tlsCertPath: '/c',
    tlsKeyPath: '/k',
    program: 'nginx',
    singleUser,
    versionOutput,
    ...(isForeign ? { isForeign } : {}),
    ...(configText === undefined ? {} : { configText }),
  };
  const argv = nginx.startArgv(at);
  expect(nginx.checkArgv(at)?.slice(-1)).toEqual(argv.slice(-1));
  return argv.at(-1) ?? '';
};

describe('nginx', () => {
  it('reads the version of nginx and of nothing else', () => {
    expect(nginx.parseVersion(DEBIAN)).toBe('1.22.1');
    expect(nginx.parseVersion('HAProxy version 2.6.12')).toBeNull();
  });

  it('stays in the foreground, unless the config says so itself', () => {
    expect(globals(OFFICIAL, 'events {}')).toBe('daemon off;');
    expect(globals(OFFICIAL, 'daemon off; events {}')).toBe('');
  });

  it('keeps root where there is no other user, unless the config has a user line', () => {
    expect(globals(OFFICIAL, 'events {}', true)).toBe('daemon off; user root;');
    expect(globals(OFFICIAL, 'user www-data; events {}', true)).toBe('daemon off;');
  });

  it('loads the stream module where it is a file of its own and the config has a stream block', () => {
    const load = 'daemon off; load_module /usr/lib/nginx/modules/ngx_stream_module.so;';
    expect(globals(DEBIAN, 'stream { }')).toBe(load);
    expect(globals(DEBIAN, 'http { }')).toBe('daemon off;');
    expect(globals(OFFICIAL, 'stream { }')).toBe('daemon off;');
    expect(globals(DEBIAN)).toBe(load);
  });

  it('does not load it a second time', () => {
    expect(globals(DEBIAN, 'load_module modules/ngx_stream_module.so; stream { }')).toBe('daemon off;');
    expect(globals(DEBIAN, 'include /etc/nginx/modules-enabled/*.conf; stream { }')).toBe('daemon off;');
  });

  it("adds nothing that a user's config may say in a file that it includes, and loads the stream module where one may need it", () => {
    const load = 'load_module /usr/lib/nginx/modules/ngx_stream_module.so;';
    expect(globals(DEBIAN, 'user nginx; daemon on; http {}', false, true)).toBe('');
    expect(globals(DEBIAN, 'include streams/*.conf; http {}', false, true)).toBe(load);
    expect(globals(DEBIAN, 'stream {}', false, true)).toBe(load);
    expect(globals(DEBIAN, 'include modules-enabled/*.conf; stream {}', false, true)).toBe('');
    expect(globals(OFFICIAL, 'include streams/*.conf; stream {}', false, true)).toBe('');
  });
});
