import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodeProxy } from '../../../../containers/node-proxy/service.ts';
import type { ConfigSymptom } from '../../../../harness/model/service.ts';
import { applyEdits } from '../../../../harness/remedy/config-text.ts';

const CONFIGS = join(import.meta.dirname, '../../../../containers/node-proxy/configs');
const programOf = (name: string): string => readFileSync(join(CONFIGS, name), 'utf8');

function mended(text: string, symptom: ConfigSymptom): string | null {
  const line = nodeProxy.readConfig(text, 'proxy.ts').find((one) => one.symptom === symptom);
  const [first] = line === undefined ? [] : (nodeProxy.remedies?.({ text, line, target: '/socket' }) ?? []);
  return first === undefined ? null : applyEdits(text, first.edits);
}

describe('remedies for a Node proxy', () => {
  it('hand handshakes to the proxy before the server listens', () => {
    const after = mended(programOf('http-proxy-no-upgrade.ts'), 'drops-upgrade');
    expect(after).toContain(`server.on('upgrade', (request, socket, head) => {
  socket.on('error', () => socket.destroy());
  proxy.ws(request, socket, head);
});

server.listen(`);
    expect(nodeProxy.readConfig(after ?? '', 'x').map(({ symptom }) => symptom)).not.toContain('drops-upgrade');
  });

  it('call each package in its own argument order, with the options of its web call', () => {
    const program = (from: string): string =>
      `import { createProxyServer } from '${from}';\nconst front = http.createServer((req, res) => relay.web(req, res, { target: TARGET }));\nfront.listen(1);\n`;
    expect(mended(program('http-proxy-3'), 'drops-upgrade')).toContain('relay.ws(request, socket, head, { target: TARGET });');
    expect(mended(program('httpxy'), 'drops-upgrade')).toContain('void relay.ws(request, socket, { target: TARGET }, head);');
  });

  it('put head in its place, and take away the comment that silenced the compiler', () => {
    const after = mended(programOf('httpxy-old-order.ts'), 'loses-first-frame');
    expect(after).toContain('  logUpgrade(request, socket);\n  void proxy.ws(request, socket, {}, head);\n');
    expect(after).not.toContain('@ts-expect-error');
  });

  it('are none where the wiring is not the one that is known', () => {
    expect(mended('createServer(handle).listen(1);\n', 'drops-upgrade')).toBeNull();
    expect(mended('const server = createServer(handle);\nserver.listen(1);\n', 'drops-upgrade')).toBeNull();
    expect(mended(programOf('prefix.ts'), 'answers-itself')).toBeNull();
  });
});
