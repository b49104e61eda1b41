import { describe, expect, it } from 'vitest';
import { judgeRequest } from '../../../harness/wire/handshake.ts';
import { parseRequestHead } from '../../../harness/wire/http-head.ts';
import { handshakeCases } from '../../../scenarios/opening-handshake/cases.ts';
import { scenarios } from '../../../scenarios/index.ts';

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';

describe('the handshake cases', () => {
  it('are at least twelve, with unique ids', () => {
    expect(handshakeCases.length).toBeGreaterThanOrEqual(12);
    expect(new Set(handshakeCases.map(({ id }) => id)).size).toBe(handshakeCases.length);
  });

  it.each(handshakeCases)('$id quotes an RFC section', ({ cite, requirement }) => {
    expect(cite).toMatch(/^RFC \d{4} section \d/);
    expect(requirement).toMatch(/\.$/);
  });

  it.each(handshakeCases)(
    '$id is answered by a strict origin as it says',
    ({ lines, method = 'GET', version = 'HTTP/1.1', targetSuffix = '', acceptable }) => {
      const header = lines.map((line) => line.replace('{host}', 'h').replace('{key}', KEY));
      const parsed = parseRequestHead(
        Buffer.from([`${method} /socket${targetSuffix} ${version}`, ...header, '', ''].join('\r\n'), 'latin1'),
      );
      if (parsed.kind !== 'complete') throw new Error(parsed.kind);
      expect(acceptable).toContain(String(judgeRequest(parsed.head)?.status ?? 101));
    },
  );

  it('cover a cookie of 8 kB', () => {
    expect(handshakeCases.flatMap(({ lines }) => lines).find((line) => line.startsWith('Cookie: '))?.length).toBe(8008);
  });
});

describe('the scenarios', () => {
  it('have unique ids and a title', () => {
    expect(scenarios.map(({ id }) => id)).toEqual(['opening-handshake', 'steady-echo', 'idle-hold', 'http-beside']);
    expect(scenarios.every(({ title, about }) => title !== '' && about.endsWith('.'))).toBe(true);
  });
});
