import { describe, expect, it } from 'vitest';
import { judgeRequest } from '../../../harness/wire/handshake.ts';
import { headerValues, parseRequestHead } from '../../../harness/wire/http-head.ts';
import { scenarios } from '../../../scenarios/index.ts';
import { handshakeCases } from '../../../scenarios/opening-handshake/cases.ts';
import type { HandshakeCase } from '../../../scenarios/opening-handshake/handshake-case.ts';
import { chunksOf, requestBytes } from '../../../scenarios/opening-handshake/request-bytes.ts';
import { injectionCases } from '../../../scenarios/safety/injection-cases.ts';
import { secretCases } from '../../../scenarios/safety/secret-cases.ts';
import { sizeCases } from '../../../scenarios/safety/size-cases.ts';

const VALUES = { target: '/socket', host: 'hopscope.test:8080', key: 'dGhlIHNhbXBsZSBub25jZQ==', tag: 'direct.case' };
const all = [...handshakeCases, ...sizeCases, ...injectionCases, ...secretCases];
const byId = (id: string): HandshakeCase => {
  const found = all.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no case ${id}`);
  return found;
};
const headOf = (id: string): string => requestBytes(byId(id), VALUES).head.toString('latin1');

/** What a strict origin makes of the bytes: `bare` is a version of before HTTP had any. */
function judged(handshake: HandshakeCase): string {
  const parsed = parseRequestHead(requestBytes(handshake, VALUES).head);
  return parsed.kind === 'complete' ? String(judgeRequest(parsed.head)?.status ?? 101) : '400';
}

describe('the handshake cases', () => {
  it('are at least sixty, with unique ids', () => {
    expect(handshakeCases.length).toBeGreaterThanOrEqual(60);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  });

  it('keep the ids that they always had', () => {
    const known = ['plain', 'connection-list', 'lower-case', 'missing-key', 'wrong-version', 'post', 'http10', 'large-cookie', 'query'];
    expect(handshakeCases.map(({ id }) => id)).toEqual(expect.arrayContaining([...known, 'two-segments', 'first-frame-with-request']));
  });

  it.each(all)('$id quotes an RFC section and says what it requires', ({ id, cite, requirement, title, acceptable }) => {
    expect(id).toMatch(/^[a-z0-9-]+$/);
    expect(cite).toMatch(/^RFC \d{4} section \d/);
    expect(requirement).toMatch(/\.$/);
    expect(title).not.toBe('');
    expect(acceptable.length).toBeGreaterThan(0);
  });

  it.each(all)('$id is answered by a strict origin as it says', (handshake) => {
    expect(handshake.acceptable).toContain(judged(handshake));
  });

  it.each(all)('$id carries its tag in the first line that is not empty', (handshake) => {
    const text = requestBytes(handshake, VALUES).head.toString('latin1');
    expect(text.split('\n').find((line) => line.trim() !== '')).toMatch(/[?&]hopscope=direct\.case(?: HTTP\/\d\.\d)?\r?$/);
  });

  it.each(all)('$id loses no byte when it is cut', (handshake) => {
    const request = requestBytes(handshake, VALUES);
    const chunks = chunksOf(handshake, request, Buffer.from('frame'), 20);
    const sent = Buffer.concat(chunks.map(({ base64 }) => Buffer.from(base64, 'base64'))).toString('latin1');
    const tail = handshake.delivery === 'with-first-frame' ? 'frame' : '';
    expect(sent).toBe(`${request.head.toString('latin1')}${request.body.toString('latin1')}${tail}`);
  });

  it('ask about fields that they send', () => {
    for (const { lines, atOrigin } of handshakeCases) {
      const names = lines.map((line) => line.split(':')[0]?.toLowerCase());
      for (const name of [...(atOrigin?.keeps ?? []), ...(atOrigin?.drops ?? [])]) expect(names).toContain(name.toLowerCase());
    }
  });
});

describe('the bytes of a handshake case', () => {
  it('are the smallest handshake for `plain`', () => {
    expect(headOf('plain')).toBe(
      'GET /socket?hopscope=direct.case HTTP/1.1\r\nHost: hopscope.test:8080\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n',
    );
  });

  it('end lines with LF alone where the case is that', () => {
    expect(headOf('lone-lf')).not.toContain('\r');
  });

  it('hold what is malformed as it is declared', () => {
    expect(headOf('nul-in-value')).toContain('X-Nul: a\0b\r\n');
    expect(headOf('bare-cr-in-value')).toContain('X-Cr: a\rb\r\n');
    expect(headOf('space-before-colon')).toContain('\r\nUpgrade : websocket\r\n');
    expect(headOf('folded-upgrade')).toContain('\r\nUpgrade:\r\n websocket\r\n');
    expect(headOf('no-version')).toMatch(/^GET \/socket\?hopscope=direct\.case\r\n/);
    expect(headOf('folded-subprotocol')).toContain('chat\r\n X-Injected: yes\r\n');
  });

  it('have a target in absolute form', () => {
    expect(headOf('absolute-form')).toMatch(/^GET http:\/\/hopscope\.test:8080\/socket\?hopscope=direct\.case HTTP\/1\.1\r\n/);
  });

  it('carry bodies behind the head', () => {
    expect(requestBytes(byId('body-chunked'), VALUES).body.toString()).toBe('5\r\nhello\r\n0\r\n\r\n');
    expect(requestBytes(byId('pipelined-handshake'), VALUES).body.toString()).toContain('\r\nHost: hopscope.test:8080\r\n');
  });

  it('are as large as the case says', () => {
    expect(headOf('large-cookie')).toContain(`\r\nCookie: session=${'c'.repeat(7992)}\r\n`);
    expect(headOf('cookie-64k').length).toBeGreaterThan(65_536);
    const parsed = parseRequestHead(Buffer.from(headOf('thousand-headers'), 'latin1'));
    expect(parsed.kind === 'complete' ? parsed.head.headers.length : 0).toBe(1005);
    expect(parsed.kind === 'complete' ? headerValues(parsed.head, 'X-Field-999') : []).toEqual(['999']);
  });

  it('are cut into pieces of the declared size, the first at once', () => {
    const chunks = chunksOf(byId('small-segments'), requestBytes(byId('small-segments'), VALUES), Buffer.alloc(0), 20);
    expect(chunks.slice(0, -1).every(({ base64 }) => Buffer.from(base64, 'base64').length === 16)).toBe(true);
    expect(chunks.map(({ delayMs }) => delayMs).slice(0, 3)).toEqual([0, 2, 2]);
  });
});

describe('the scenarios', () => {
  it('have unique ids and a title', () => {
    const ids = scenarios.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(['opening-handshake', 'steady-echo', 'idle-hold', 'http-beside', 'safety']));
    expect(new Set(ids).size).toBe(ids.length);
    expect(scenarios.every(({ title, about }) => title !== '' && about.endsWith('.'))).toBe(true);
  });
});
