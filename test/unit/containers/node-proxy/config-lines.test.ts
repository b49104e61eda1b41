import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../../containers/node-proxy/config-lines.ts';

const CONFIGS = join(import.meta.dirname, '../../../../containers/node-proxy/configs');
const found = (text: string) => readConfig(text, 'x.ts').map(({ symptom, line, text: quoted }) => [symptom, line, quoted]);

describe('readConfig of a Node proxy', () => {
  it.each([
    ['http-proxy-ws.ts', []],
    ['http-proxy-3.ts', []],
    ['httpxy.ts', []],
    ['http-proxy-no-upgrade.ts', [['drops-upgrade', 'const server = createServer((request, response) => {']]],
    ['httpxy-old-order.ts', [['loses-first-frame', 'void proxy.ws(request, socket, head);']]],
  ])('finds in %s just what it is there to show', (name, expected) => {
    const text = readFileSync(join(CONFIGS, name), 'utf8');
    const lines = readConfig(text, name);
    expect(lines.map((line) => [line.symptom, line.text])).toEqual(expected);
    for (const { line, text: quoted } of lines) expect(text.split('\n')[line - 1]?.trim()).toBe(quoted);
  });

  it('finds in prefix.ts the rewrite and the two answers of its own', () => {
    const lines = readConfig(readFileSync(join(CONFIGS, 'prefix.ts'), 'utf8'), 'prefix.ts');
    expect(lines.map(({ symptom, scope }) => [symptom, scope?.status])).toEqual([
      ['rewrites-target', undefined],
      ['answers-itself', 404],
      ['answers-itself', 404],
    ]);
    expect(lines[0]?.text).toMatch(/^request\.url = /);
  });

  it('does not take httpxy for wrong in its own order, nor http-proxy in its', () => {
    expect(found("import { createProxyServer } from 'httpxy';\nproxy.ws(req, socket, {}, head);")).toEqual([]);
    expect(found("import httpProxy from 'http-proxy';\nproxy.ws(req, socket, head);")).toEqual([]);
  });

  it('ignores comments and keeps the lines that follow them in place', () => {
    expect(found("// server.on('upgrade', f)\n/* proxy.ws(a, b, head)\n*/\nhttp.createServer(f);")).toEqual([
      ['drops-upgrade', 4, 'http.createServer(f);'],
    ]);
    expect(found("const a = { target: 'http://o:1', changeOrigin: true };")).toEqual([
      ['changes-header', 1, "const a = { target: 'http://o:1', changeOrigin: true };"],
    ]);
  });

  it('finds options that change the target', () => {
    expect(found("f({ target: 'http://o:1/api' });\ng({ ignorePath: true });").map(([symptom, line]) => [symptom, line])).toEqual([
      ['rewrites-target', 2],
      ['rewrites-target', 1],
    ]);
  });

  it.each(['', '/*', "'", '\u0000', '/*'.repeat(50_000), 'req.url = 1;'.repeat(20_000)])('never throws and stays bounded', (text) => {
    expect(readConfig(text, 'x').length).toBeLessThanOrEqual(200);
  });
});
