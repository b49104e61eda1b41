import { describe, expect, it } from 'vitest';
import { diffFingerprints } from '../../../harness/compare/fingerprint-diff.ts';
import type { ConfigTree } from '../../../harness/model/surroundings.ts';
import { type Causes, causesOf } from '../../../harness/search/blame-hunks.ts';
import { changesOf } from '../../../harness/search/changes.ts';
import { type Behaves, findingOf, fingerprintWith, MemoryRunner, textOf, treeOf } from './memory-runner.ts';

const BEFORE = `defaults
  mode http
  timeout client 30s
  timeout tunnel 1h
frontend fe
  bind :80
  use_backend ws if { hdr(Upgrade) -i websocket }
  default_backend web
backend ws
  server a origin:9000
backend web
  server b static:8000
`;

const AFTER = `defaults
  mode http
  maxconn 100
  timeout client 31s
  timeout tunnel 1s
frontend fe
  bind :80
  option forwardfor
  acl is_ws path_beg /live
  use_backend ws if is_ws
  default_backend web
  http-request set-header X-A 1
backend ws
  option http-server-close
  server a origin:9000
backend web
  server b static:8000
`;

/** The tunnel's timeout is the limit; only the origin upgrades; an unknown ACL is refused. */
function behave(tree: ConfigTree): Behaves {
  const text = textOf(tree);
  if (text.includes('if is_ws') && !text.includes('acl is_ws')) return { isRefused: 'no such ACL: is_ws' };
  const limit = /timeout tunnel (\S+)/.exec(text)?.[1];
  const opens = /use_backend ws if \{ hdr/.test(text);
  const fingerprint = fingerprintWith({
    headers: { request: text.includes('forwardfor') ? ['added X-Forwarded-For'] : [], response: [] },
    behaviours: { 'opening-handshake': { plain: opens ? '101' : '200' } },
    limitsMs: opens ? { quiet: limit === '1s' ? 1000 : null } : {},
  });
  return { findings: opens ? [] : [findingOf()], fingerprints: [fingerprint] };
}

async function causes(before: string, after: string, limit = 500, run = behave): Promise<Causes & { readonly runner: MemoryRunner }> {
  const runner = new MemoryRunner(run);
  const trees = [treeOf(before), treeOf(after)] as const;
  const [was, is] = await runner.try(trees.map((tree, index) => ({ id: `${index}`, tree })));
  if (was === undefined || is === undefined) throw new Error('nothing was tried');
  const differences = new Map(
    [...was.fingerprints].map(([path, one]) => [path, diffFingerprints(one, is.fingerprints.get(path) ?? one).differences]),
  );
  const { changes } = changesOf(was, is, differences);
  return { ...(await causesOf(runner, ...trees, changes, { width: 3, limit })), runner };
}

describe('causesOf', () => {
  it('names the lines that change each behaviour, and no others', async () => {
    const { causes: found, uncaused } = await causes(BEFORE, AFTER);
    expect(uncaused).toEqual([]);
    expect(
      found.map(({ changes, hunks }) => [
        changes.map(({ area }) => area),
        hunks.flatMap(({ after }) => after.lines.map((line) => line.trim())),
      ]),
    ).toEqual([
      [['finding', 'opening-handshake'], ['use_backend ws if is_ws', 'acl is_ws path_beg /live'].toReversed()],
      [['headers'], ['option forwardfor']],
    ]);
    for (const cause of found) expect(cause).toMatchObject({ isMinimal: true });
  });

  it('shows them as a diff with places', async () => {
    const { causes: found } = await causes(BEFORE, BEFORE.replace('tunnel 1h', 'tunnel 1s').replace('30s', '31s'));
    expect(found).toHaveLength(1);
    expect(found[0]?.diff.split('\n').filter((line) => /^[-+@]/.test(line))).toEqual([
      '--- a/haproxy.cfg',
      '+++ b/haproxy.cfg',
      '@@ -1,7 +1,7 @@ haproxy.cfg:4',
      '-  timeout tunnel 1h',
      '+  timeout tunnel 1s',
    ]);
    expect(found[0]?.isOnly).toBe(true);
  });

  it('says that something else causes it too', async () => {
    const twice = (tree: ConfigTree): Behaves => ({ findings: /bad1|bad2/.test(textOf(tree)) ? [findingOf()] : [] });
    const { causes: found } = await causes('a\nb\nc\n', 'a\nbad1\nb\nbad2\nc\n', 500, twice);
    expect(found).toHaveLength(1);
    expect(found[0]?.hunks).toHaveLength(1);
    expect(found[0]?.isOnly).toBe(false);
  });

  it('finds lines that only do it together', async () => {
    const both = (tree: ConfigTree): Behaves => ({ findings: /x[^]*y/.test(textOf(tree)) ? [findingOf()] : [] });
    const { causes: found } = await causes('a\nb\nc\n', 'a\nx\nb\ny\nc\nz\n', 500, both);
    expect(found[0]?.hunks.flatMap(({ after }) => after.lines)).toEqual(['x\n', 'y\n']);
  });

  it('names the line that its proxy refuses', async () => {
    const refuses = (tree: ConfigTree): Behaves => ({ isRefused: textOf(tree).includes('bogus') ? 'unknown keyword' : null });
    const { causes: found } = await causes('a\nb\n', 'a\nz\nbogus\nb\n', 500, refuses);
    expect(found[0]?.hunks.flatMap(({ after }) => after.lines)).toEqual(['bogus\n']);
  });

  it('says why it names none', async () => {
    const { uncaused } = await causes(BEFORE, AFTER, 0);
    expect(new Set(uncaused.map(({ because }) => because))).toEqual(new Set(['no more runs are allowed']));
    let calls = 0;
    const flaky = (): Behaves => ({ findings: (calls += 1) === 2 ? [findingOf()] : [] });
    const shaky = await causes('a\n', 'b\n', 500, flaky);
    expect(shaky.uncaused.map(({ because }) => because)).toEqual(['the config after does not show it when it is run again']);
  });

  it('runs no candidate twice', async () => {
    const seen: string[] = [];
    const { runner, cost } = await causes(BEFORE, AFTER, 500, (tree) => {
      seen.push(textOf(tree));
      return behave(tree);
    });
    expect(cost.runs).toBe(runner.runs - 2);
    expect(runner.runs).toBeLessThanOrEqual(new Set(seen).size + 2);
  });
});
