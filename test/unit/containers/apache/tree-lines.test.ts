import { describe, expect, it } from 'vitest';
import { readTree } from '../../../../containers/apache/tree-lines.ts';
import type { ConfigLine, ConfigSymptom } from '../../../../harness/model/service.ts';
import { configTreeOf } from '../config-tree-of.ts';
import { hasRealConfigs, realConfig } from '../real-config.ts';

const MAIN = '/etc/apache2/apache2.conf';
const WRAPPER = 'Timeout 300\nListen 80\nInclude sites-enabled/*.conf\n';
const ENTRY = { scheme: 'ws', host: '', port: 80, target: '/', address: null, kind: 'likely', because: '', place: null } as const;
const linesOf = (site: string, symptom: ConfigSymptom): readonly ConfigLine[] =>
  readTree(configTreeOf({ [MAIN]: WRAPPER, '/etc/apache2/sites-enabled/site.conf': site }, {}, MAIN)).filter(
    (line) => line.symptom === symptom,
  );

describe('lines of a whole Apache config', () => {
  it('blames the ProxyPass that replaces one for sockets in the same section', () => {
    const site = '<VirtualHost *:80>\n<Location />\nProxyPass ws://app:1/\nProxyPass http://app:1/\n</Location>\n</VirtualHost>\n';
    expect(linesOf(site, 'drops-upgrade')).toMatchObject([{ file: 'site.conf', line: 4, scope: { pathPrefix: '/' } }]);
    expect(linesOf(site, 'drops-upgrade')[0]?.explanation).toContain('replaces the one to `ws://app:1/` in line 3');
  });

  it('blames nothing when the last one is for sockets', () => {
    const site = '<Location />\nProxyPass http://app:1/\nProxyPass ws://app:1/\n</Location>\n';
    expect(linesOf(site, 'drops-upgrade')).toEqual([]);
  });

  it('blames a short path that stands before a longer one for sockets', () => {
    const site = '<VirtualHost *:80>\nProxyPass / http://app:1/\nProxyPass /ws ws://app:1/ws\n</VirtualHost>\n';
    expect(linesOf(site, 'drops-upgrade')).toMatchObject([{ line: 2, scope: { pathPrefix: '/ws' } }]);
  });

  it('takes no other origin for an answer of its own', () => {
    expect(linesOf('ProxyPass /a http://one/a\nProxyPass /b http://two/b\n', 'answers-itself')).toEqual([]);
  });

  it('keeps virtual hosts apart', () => {
    const site =
      '<VirtualHost *:80>\nTimeout 30\nProxyPass / http://a/ upgrade=websocket\n</VirtualHost>\n<VirtualHost *:81>\nProxyTimeout 600\nProxyPass / http://b/\n</VirtualHost>\n';
    expect(linesOf(site, 'drops-upgrade').map(({ line }) => line)).toEqual([7]);
    expect(linesOf(site, 'cuts-idle').map(({ line, limitMs }) => [line, limitMs])).toEqual([
      [2, 30_000],
      [6, 600_000],
    ]);
  });

  it('leaves other virtual hosts out when asked for an entry', () => {
    const one = (name: string, line: string): string => `<VirtualHost *:80>\nServerName ${name}\n${line}\n</VirtualHost>\n`;
    const text = one('a.test', 'ProxyPass / ws://x/') + one('b.test', 'ProxyPass / http://x/');
    const tree = configTreeOf({ [MAIN]: `Listen 80\n${text}` });
    const dropsAt = (host: string): readonly number[] =>
      readTree(tree, { ...ENTRY, host })
        .filter(({ symptom }) => symptom === 'drops-upgrade')
        .map(({ line }) => line);
    expect([dropsAt('a.test'), dropsAt('b.test'), dropsAt('other.test')]).toEqual([[], [8], []]);
  });

  it('names the ProxyPass where the limit is one of the main config around it', () => {
    expect(linesOf('ProxyPass / ws://a/\n', 'cuts-idle')).toMatchObject([{ file: 'site.conf', line: 1, limitMs: 300_000 }]);
  });

  it('gives redirects their status and reads headers behind `always`', () => {
    expect(linesOf('RewriteRule ^ https://%{HTTP_HOST}/ [L,R=301]\n', 'answers-itself')).toMatchObject([{ scope: { status: 301 } }]);
    expect(linesOf('Header always set X-Frame-Options DENY\n', 'changes-header')[0]?.explanation).toContain('`X-Frame-Options`');
  });

  it.skipIf(!hasRealConfigs)('finds the replaced ProxyPass of 87-apache-mobilizon', () => {
    const lines = readTree(realConfig('87-apache-mobilizon', WRAPPER).tree);
    expect(lines.filter(({ symptom, scope }) => symptom === 'drops-upgrade' && scope?.pathPrefix === '/')).toMatchObject([{ line: 74 }]);
    expect(lines.filter(({ symptom }) => symptom === 'cuts-idle')).toMatchObject([{ line: 40, limitMs: 600_000 }]);
  });

  it.skipIf(!hasRealConfigs)('finds that 88-apache-sandstorm passes upgrades on', () => {
    const lines = readTree(realConfig('88-apache-sandstorm', WRAPPER).tree);
    expect(lines.filter(({ symptom }) => symptom === 'drops-upgrade')).toEqual([]);
    expect(lines.filter(({ symptom }) => symptom === 'cuts-idle')).toMatchObject([{ limitMs: 300_000 }]);
  });
});
