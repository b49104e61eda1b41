import { describe, expect, it } from 'vitest';
import type { Shrunk } from '../../../harness/model/search-results.ts';
import { sameFinding, sameRefusal } from '../../../harness/search/same-finding.ts';
import { type NotShown, shrink, type ShrinkOptions } from '../../../harness/search/shrink.ts';
import { findingOf, MemoryRunner, textOf, treeOf } from './memory-runner.ts';

const OPTIONS: ShrinkOptions = { service: 'haproxy', width: 4, limit: 1000 };

/** A frontend with an ACL and a backend for each of many sites, as a real one has. */
function siteConfig(sites: number): string {
  const each = Array.from({ length: sites }, (_, index) => index);
  return [
    '# edge proxy',
    'global',
    '  maxconn 1000',
    '  log stdout local0',
    'defaults',
    '  mode http',
    '  timeout client 30s',
    '  timeout connect 5s',
    '',
    'frontend fe',
    '  bind :80',
    ...each.map((n) => `  acl site${n} hdr(host) -i site${n}.example.com`),
    ...each.map((n) => `  use_backend be${n} if site${n}`),
    '  default_backend be0',
    ...each.flatMap((n) => [
      `backend be${n}`,
      '  # one of many',
      '  balance roundrobin',
      '  option httpchk GET /health',
      `  http-request set-header X-Site ${n}`,
      '  http-request del-header Upgrade',
      `  server a 10.0.${n}.1:80`,
      `  server b 10.0.${n}.2:80`,
    ]),
    '',
  ].join('\n');
}

/** Refuses what HAProxy refuses of such a config: a backend or an ACL that is not there, and a frontend without a place to listen on. */
function refusal(text: string): string | null {
  const backends = new Set([...text.matchAll(/^backend (\S+)/gm)].map((match) => match[1]));
  const acls = new Set([...text.matchAll(/acl (\S+)/g)].map((match) => match[1]));
  const missing = [...text.matchAll(/(?:use|default)_backend (\S+)(?: if (\S+))?/g)].find(
    ([, backend, acl]) => !backends.has(backend) || (acl !== undefined && !acls.has(acl)),
  );
  if (missing !== undefined) return `unable to find required ${missing[0]}`;
  return text.startsWith(' ') ? 'unknown keyword out of section' : null;
}

/** Site 7 fails: its backend deletes Upgrade, and requests get there. */
const siteSevenFails = (text: string): boolean =>
  /^frontend fe\n(?: .*\n)*? {2}bind :80\n/m.test(text) &&
  /use_backend be7 if site7/.test(text) &&
  /^backend be7\n(?: .*\n)* {2}http-request del-header Upgrade\n(?: .*\n)* {2}server/m.test(text) &&
  /^ {2}mode http$/m.test(text);

const siteRunner = (): MemoryRunner =>
  new MemoryRunner((tree) => ({ isRefused: refusal(textOf(tree)), findings: siteSevenFails(textOf(tree)) ? [findingOf()] : [] }));

const shrunkOf = (result: Shrunk | NotShown): Shrunk => {
  if (result.kind !== 'shrunk') throw new Error(result.because);
  return result;
};

describe('shrink', () => {
  it('leaves the lines that are needed, with their places in the original', async () => {
    const [runner, text] = [siteRunner(), siteConfig(30)];
    const shrunk = shrunkOf(await shrink(runner, treeOf(text), sameFinding(findingOf()), OPTIONS));
    expect(textOf(shrunk.tree).split('\n')).toEqual([
      'defaults',
      '  mode http',
      'frontend fe',
      '  bind :80',
      '  acl site7 hdr(host) -i site7.example.com',
      '  use_backend be7 if site7',
      'backend be7',
      '  http-request del-header Upgrade',
      expect.stringContaining('  server'),
      '',
    ]);
    expect(shrunk).toMatchObject({ lines: 9, before: 311, isMinimal: true });
    for (const { line, text: kept } of shrunk.kept) expect(`${text.split('\n')[line - 1]}\n`).toBe(kept);
  });

  it('asks the proxy first, so that few candidates run', async () => {
    const runner = siteRunner();
    const { runs, checks } = shrunkOf(await shrink(runner, treeOf(siteConfig(30)), sameFinding(findingOf()), OPTIONS));
    expect(runs).toBe(runner.runs);
    expect(checks).toBe(runner.checks);
    expect(runs).toBeLessThan(60);
    expect(runner.widest).toBeLessThanOrEqual(4);
  });

  it('finds the same each time', async () => {
    const texts = await Promise.all(
      [1, 4].map(async (width) =>
        textOf(shrunkOf(await shrink(siteRunner(), treeOf(siteConfig(12)), sameFinding(findingOf()), { ...OPTIONS, width })).tree),
      ),
    );
    expect(texts[0]?.length).toBe(texts[1]?.length);
  });

  it('says why the whole config does not show it', async () => {
    const tree = treeOf('frontend fe\n');
    const result = await shrink(siteRunner(), tree, sameFinding(findingOf()), OPTIONS);
    expect(result).toEqual({ kind: 'not-shown', because: 'the whole config does not show it; it fails nothing' });
    const refused = await shrink(new MemoryRunner(() => ({ isRefused: 'no such keyword' })), tree, sameFinding(findingOf()), OPTIONS);
    expect(refused).toEqual({ kind: 'not-shown', because: 'its proxy refuses the whole config: no such keyword' });
  });

  it('shrinks a refusal too', async () => {
    const tree = treeOf('global\n  maxconn 1\ndefaults\n  mode http\n  bogus here\n');
    const bogusLine = (text: string): number => text.split('\n').findIndex((line) => line.includes('bogus')) + 1;
    const runner = new MemoryRunner((one) => {
      const line = bogusLine(textOf(one));
      return { isRefused: line === 0 ? null : `line ${line}: unknown keyword 'bogus'` };
    });
    const wanted = sameRefusal({ because: "line 5: unknown keyword 'bogus'" });
    expect(textOf(shrunkOf(await shrink(runner, tree, wanted, OPTIONS)).tree)).toBe('defaults\n  bogus here\n');
  });

  it('ends with what it has when no more runs are allowed', async () => {
    const result = shrunkOf(await shrink(siteRunner(), treeOf(siteConfig(30)), sameFinding(findingOf()), { ...OPTIONS, limit: 8 }));
    expect(result.isMinimal).toBe(false);
    expect(result.runs).toBeLessThanOrEqual(8);
    expect(siteSevenFails(textOf(result.tree))).toBe(true);
  });

  it('ends with what it has when it is told to', async () => {
    const ender = new AbortController();
    const result = shrunkOf(
      await shrink(siteRunner(), treeOf(siteConfig(30)), sameFinding(findingOf()), {
        ...OPTIONS,
        signal: ender.signal,
        onProgress: ({ lines, before }) => {
          if (lines < before / 2) ender.abort();
        },
      }),
    );
    expect(result.isMinimal).toBe(false);
    expect(siteSevenFails(textOf(result.tree))).toBe(true);
  });

  it('shrinks included files as well, and keeps them there', async () => {
    const tree = treeOf(
      'http {\n  include a.conf;\n  include b.conf;\n}\n',
      { '/etc/nginx/a.conf': 'gzip on;\n', '/etc/nginx/b.conf': 'x 1;\nserver { listen 80; return 400; }\n' },
      '/etc/nginx/nginx.conf',
    );
    const runner = new MemoryRunner((one) => {
      const b = one.files.get('/etc/nginx/b.conf')?.text ?? '';
      const fails = textOf(one).includes('include b.conf') && /server \{.*return 400;/.test(b);
      return { findings: fails ? [findingOf()] : [] };
    });
    const { tree: rest } = shrunkOf(await shrink(runner, tree, sameFinding(findingOf()), { ...OPTIONS, service: 'nginx' }));
    expect([...rest.files.values()].map(({ text }) => text)).toEqual(['http {\n  include b.conf;\n}\n', '', 'server {  return 400; }\n']);
  });
});

describe('sameFinding', () => {
  const blame = (host: string, symptom: 'drops-upgrade' | 'cuts-idle' | null) => ({
    host,
    leg: null,
    direction: null,
    confidence: 'likely' as const,
    because: '',
    innocent: [],
    config: symptom === null ? null : { symptom, file: 'haproxy.cfg', line: 3, column: 1, text: '', explanation: '' },
  });
  const shows = (one: Parameters<typeof findingOf>[0], other: Parameters<typeof findingOf>[0]): boolean =>
    sameFinding(findingOf(one))({
      id: '',
      status: 'tried',
      because: '',
      findings: [findingOf(other)],
      fingerprints: new Map(),
      verdict: 'fail',
    });

  it('does not mind another line or another copy of the proxy', () => {
    const moved = blame('haproxy-2', 'cuts-idle');
    expect(shows({ blame: blame('haproxy', 'cuts-idle') }, { blame: { ...moved, config: { ...moved.config, line: 9 } as never } })).toBe(
      true,
    );
  });

  it('minds the audit, the path, the outcome, who is blamed and for what', () => {
    const base = { blame: blame('haproxy', 'cuts-idle') };
    expect(shows(base, base)).toBe(true);
    for (const other of [
      { ...base, auditId: 'idle-cutoff' },
      { ...base, path: 'other' },
      { ...base, outcome: 'inconclusive' as const },
      { blame: blame('origin', 'cuts-idle') },
      { blame: null },
      { blame: blame('haproxy', 'drops-upgrade') },
    ])
      expect(shows(base, other)).toBe(false);
  });
});
