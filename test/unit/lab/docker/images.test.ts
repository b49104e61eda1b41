import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { haproxy } from '../../../../containers/haproxy/service.ts';
import { nodeProxy } from '../../../../containers/node-proxy/service.ts';
import type { Dockerode } from '../../../../harness/lab/docker/docker-client.ts';
import { ImageChoice, officialImage, toolsImage } from '../../../../harness/lab/docker/images.ts';
import type { ProxyService } from '../../../../harness/model/service.ts';

/** An engine that has these images and can pull those; it stands for the registry and the store, which a unit test has not. */
function engineWith(
  present: readonly string[],
  pullable: readonly string[] = [],
): { readonly engine: Dockerode; readonly pulled: string[] } {
  const pulled: string[] = [];
  const missing = (): Error => Object.assign(new Error('no such image'), { statusCode: 404 });
  const engine = {
    getImage: (image: string) => ({ inspect: () => (present.includes(image) ? Promise.resolve({}) : Promise.reject(missing())) }),
    pull: (image: string) => {
      pulled.push(image);
      return pullable.includes(image) ? Promise.resolve({}) : Promise.reject(new Error('no such host'));
    },
    modem: { followProgress: (_stream: unknown, onFinished: (error: null) => void) => onFinished(null) },
  };
  return { engine: engine as unknown as Dockerode, pulled };
}

/** A service whose program is on no machine's PATH, so that what this machine has installed decides nothing. */
const absent: ProxyService = { ...haproxy, program: 'hopscope-no-such-program' };
const choose = async (
  service: ProxyService,
  version: string | null,
  present: readonly string[],
  pullable: readonly string[] = [],
): Promise<string> => (await new ImageChoice(engineWith(present, pullable).engine, '/nowhere').imageFor(service, version)).image;

describe('ImageChoice', () => {
  it('takes the official image of the version asked for when it is there', async () => {
    expect(await choose(absent, '2.6', ['haproxy:2.6', 'hopscope/haproxy:2.6'])).toBe('haproxy:2.6');
  });

  it('takes a local image before it pulls', async () => {
    expect(await choose(absent, '2.6', ['hopscope/haproxy:2.6'], ['haproxy:2.6'])).toBe('hopscope/haproxy:2.6');
  });

  it('serves a full version by the local image of its branch', async () => {
    expect(await choose(absent, '2.6.12', ['hopscope/haproxy:2.6'])).toBe('hopscope/haproxy:2.6');
  });

  it('takes the newest local image when no version is asked for and none is on PATH', async () => {
    expect(await choose(absent, null, ['hopscope/haproxy:2.6', 'hopscope/haproxy:3.0'])).toBe('hopscope/haproxy:3.0');
  });

  it('takes the local image of the version on PATH', async () => {
    const onPath: ProxyService = {
      ...absent,
      program: process.execPath,
      versionArgv: (program) => [program, '-p', '"HAProxy version 2.6.12 "'],
    };
    expect(await choose(onPath, null, ['hopscope/haproxy:2.6', 'hopscope/haproxy:3.0'])).toBe('hopscope/haproxy:2.6');
  });

  it('pulls what is nowhere, once for many hosts', async () => {
    const { engine, pulled } = engineWith([], ['haproxy:3.0']);
    const choice = new ImageChoice(engine, '/nowhere');
    const chosen = await Promise.all([choice.imageFor(absent, null), choice.imageFor(absent, null)]);
    expect(chosen.map(({ image }) => image)).toEqual(['haproxy:3.0', 'haproxy:3.0']);
    expect(pulled).toEqual(['haproxy:3.0']);
  });

  it('says why there is no image', async () => {
    await expect(choose(absent, '2.6', [])).rejects.toMatchObject({
      code: 'LAB_ERR_NO_IMAGE',
      message: expect.stringMatching(/no such host.*hopscope\/haproxy:2\.6/),
    });
    await expect(choose(absent, '9.9', [])).rejects.toMatchObject({
      code: 'LAB_ERR_NO_IMAGE',
      message: expect.stringContaining('2.6, 3.0'),
    });
  });

  it('runs Node proxies in the image of the tools', async () => {
    const root = mkdtempSync(join(tmpdir(), 'images-'));
    writeFileSync(join(root, 'package.json'), '{"version":"1.2.3"}');
    expect((await new ImageChoice(engineWith([]).engine, root).imageFor(nodeProxy, null)).image).toBe('hopscope/tools:1.2.3');
    expect(toolsImage(root)).toBe('hopscope/tools:1.2.3');
    rmSync(root, { recursive: true });
  });
});

describe('officialImage', () => {
  it('puts the version into the name', () => {
    expect(officialImage(haproxy, '2.8')).toBe('haproxy:2.8');
  });
});
