import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LABELS } from '../../../../harness/wire/tcp/label.ts';
import { labelledCapture } from '../../../fixtures/labelled-capture.ts';
import { oddCapture } from '../../../fixtures/odd-capture.ts';

describe('labels of odd captures', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'labels-'));
  });
  afterAll(async () => await rm(folder, { recursive: true }));

  const label = async (seed: number) => {
    const file = join(folder, `${seed}.pcap`);
    await writeFile(file, oddCapture(seed));
    return await labelledCapture(file);
  };

  it.each([1, 2, 3])('are the same every time they are read (seed %i)', async (seed) => {
    const { frames, streams } = await label(seed);
    expect(frames).toHaveLength(6000);
    expect(streams.length).toBeGreaterThanOrEqual(100);
    expect((await label(seed)).frames).toEqual(frames);
  });

  it('are of every kind', async () => {
    const all = await Promise.all([1, 2, 3].map(label));
    expect(new Set(all.flatMap(({ frames }) => frames.flatMap(({ labels }) => labels)))).toEqual(new Set(LABELS));
  });
});
