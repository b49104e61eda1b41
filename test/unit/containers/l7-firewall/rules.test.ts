import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfigLines } from '../../../../containers/l7-firewall/config-lines.ts';
import { parseConfig } from '../../../../containers/l7-firewall/rules.ts';

const CONFIGS = join(import.meta.dirname, '../../../../containers/l7-firewall/configs');
const rules = (...of: object[]): string => JSON.stringify({ rules: of });

describe('parseConfig', () => {
  it.each(readdirSync(CONFIGS))('reads %s', (name) => {
    expect(parseConfig(readFileSync(join(CONFIGS, name), 'utf8'))).toMatchObject({ listen: 8080, next: { host: 'origin', port: 9000 } });
  });

  it.each([
    ['{', /expected JSON/],
    ['[]', /expected the config to be an object/],
    ['{"listen":0}', /expected listen to have a port/],
    ['{"next":"origin"}', /expected next to be host:port/],
    [rules({ do: 'melt' }), /rules\[0\]\.do to be one of strip-header/],
    [rules({ do: 'swallow', direction: 'up', text: 'a' }), /rules\[0\]\.direction/],
    [rules({ do: 'strip-header', direction: 'to-client', header: 7 }), /rules\[0\]\.header to be text/],
    [rules({ do: 'refuse', direction: 'to-client', text: 'a', status: 403 }), /only requests are refused/],
    [rules({ do: 'refuse', direction: 'to-origin', text: 'a', status: 200 }), /status to be from 400/],
  ])('refuses %s', (text, message) => {
    expect(() => parseConfig(text)).toThrow(message);
  });
});

describe('readConfigLines', () => {
  it('finds the line of each rule, in order', () => {
    const text = readFileSync(join(CONFIGS, 'strip-upgrade.json'), 'utf8');
    expect(readConfigLines(text, 'a.json')).toMatchObject([
      { symptom: 'drops-upgrade', file: 'a.json', line: 4, text: expect.stringContaining('"Upgrade"') },
      { symptom: 'changes-header', line: 4 },
    ]);
  });

  it('says nothing of a file that it cannot read', () => {
    expect(readConfigLines('{', 'a.json')).toEqual([]);
  });
});
