import { existsSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Checked, checkAll, CONFIGS, metas } from './real-configs.ts';

const isThere = existsSync(CONFIGS);

/** The one of the label that is broken, and the line that breaks it. */
const BROKEN = { id: '87-apache-mobilizon', line: 74 };

/** What the status of an entry of the label must be: `redirect` and statuses are said where it is not the one of the label. */
function wantedStatus({ meta }: Checked, index: number): RegExp {
  const expected = index === 0 ? undefined : meta.extra_entries[index - 1]?.expect;
  if (expected === 'redirect') return /^30[1278]$/;
  return new RegExp(`^${expected ?? String(meta.label.handshake_status)}$`);
}

describe('the real configs of ../shared/configs, all in one lab', () => {
  let all: readonly Checked[] = [];
  beforeAll(async () => {
    if (isThere) all = await checkAll(metas);
  });

  it.skipIf(!isThere)('start, each with the version that takes it and with a stub for what its repository has not', () => {
    expect(all).toHaveLength(metas.length);
    for (const { meta, refused, note, provisions } of all) {
      expect([meta.id, refused]).toEqual([meta.id, null]);
      const { verdict } = meta.label;
      expect([meta.id, note !== null]).toEqual([meta.id, verdict === 'ws_ok_other_version']);
      const includes = provisions.filter(({ how, what }) => how === 'stubbed' && what === 'include');
      expect([meta.id, includes.length > 0]).toEqual([meta.id, verdict === 'needs_input']);
    }
  });

  it.skipIf(!isThere)('answer the handshake at every entry of the label as it says', () => {
    for (const one of all)
      for (const [index, { seen }] of one.named.entries())
        expect(`${one.meta.id} ${String(index)} ${seen.handshake ?? 'none'}`).toMatch(
          new RegExp(`^${one.meta.id} ${String(index)} ${wantedStatus(one, index).source.slice(1)}`),
        );
  });

  it.skipIf(!isThere)('have an entry that is found by itself and opens just where the label says that WebSockets work', () => {
    for (const { meta, found } of all)
      expect([meta.id, found.some(({ seen }) => seen.handshake === '101')]).toEqual([meta.id, meta.label.verdict !== 'ws_broken']);
  });

  it.skipIf(!isThere)('pass where the label says that they work, and fail where not', () => {
    for (const { meta, named, found } of all) {
      const works = meta.label.verdict !== 'ws_broken';
      for (const one of [named[0], found[0]]) expect([meta.id, one?.verdict]).toEqual([meta.id, works ? 'pass' : 'fail']);
    }
  });

  it.skipIf(!isThere)('are broken by the line that breaks them', () => {
    const [broken] = all.filter(({ meta }) => meta.label.verdict === 'ws_broken');
    expect(broken?.meta.id).toBe(BROKEN.id);
    expect(broken?.named[0]?.seen.refusedBy?.line?.line).toBe(BROKEN.line);
    expect(broken?.found[0]?.seen.refusedBy?.line?.line).toBe(BROKEN.line);
  });

  it.skipIf(!isThere)('cut an idle socket after the time that the label says, as far as it opens', () => {
    for (const { meta, named } of all.filter((one) => one.meta.label.verdict !== 'ws_broken')) {
      const limitMs = named[0]?.seen.idle?.limitMs ?? null;
      expect([meta.id, limitMs === null ? null : limitMs / 1000]).toEqual([meta.id, meta.label.idle_limit_s]);
    }
  });
});
