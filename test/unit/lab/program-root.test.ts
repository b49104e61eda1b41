import { expect, it } from 'vitest';
import { haproxy } from '../../../containers/haproxy/service.ts';
import { nodeProxy } from '../../../containers/node-proxy/service.ts';
import { services } from '../../../harness/cli/services.ts';
import { allProgramRoots, ensureProgramRoot, programRootOf } from '../../../harness/lab/program-root.ts';

it('takes a version from the Debian release that has it, patch level or not', () => {
  expect(programRootOf(haproxy, '3.0', '/roots')).toMatchObject({ version: '3.0', suite: 'trixie', folder: '/roots/haproxy-trixie' });
  expect(programRootOf(haproxy, '2.2.9')).toMatchObject({ suite: 'bullseye' });
  expect(programRootOf(haproxy, '2.9')).toBeNull();
  expect(programRootOf(nodeProxy, '24')).toBeNull();
});

it('makes other versions of those proxies of which there are several', () => {
  const names = new Set(allProgramRoots(services).map(({ service }) => service.name));
  expect([...names]).toEqual(['haproxy', 'nginx']);
});

it('says which versions there are when nobody has the one that is asked for', async () => {
  const asked = ensureProgramRoot(haproxy, '9.9', () => undefined);
  await expect(asked).rejects.toMatchObject({
    code: 'LAB_ERR_VERSION_MISSING',
    message: expect.stringContaining('2.2, 2.6, 3.0') as string,
  });
});
