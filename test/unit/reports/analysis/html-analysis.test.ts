import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { analysisHtml } from '../../../../reports/analysis/html-analysis.ts';
import { analysisOf, anUpgrade, aStream } from '../../../fixtures/analysis-builders.ts';
import {
  badAnalysis,
  closedAnalysis,
  contrastAnalysis,
  emptyAnalysis,
  goodAnalysis,
  hostileAnalysis,
} from '../../../fixtures/analysis-sample.ts';

const page = analysisHtml(contrastAnalysis());
const ALL = [contrastAnalysis(), badAnalysis(), goodAnalysis(), emptyAnalysis(), closedAnalysis(), hostileAnalysis()].map(analysisHtml);

describe('analysisHtml', () => {
  it('leads with the answer', () => {
    const body = page.slice(page.indexOf('<header class="masthead">'));
    const at = [
      '<h1>2 WebSocket upgrades were asked for: 1 accepted and 1 refused.</h1>',
      '<li>GET /live/socket: 10.20.1.8:8080 answered 403',
      '<main',
    ].map((part) => body.indexOf(part));
    expect(at).not.toContain(-1);
    expect(at).toEqual(at.toSorted((a, b) => a - b));
    expect(page).toContain('<title>Hopscope: 2 WebSocket upgrades');
  });

  it('shows the accepted and the refused head side by side and marks what differs', () => {
    const pair = /<div class="two">([\s\S]*?)<section aria-labelledby="sequence">/.exec(page)?.[1] ?? '';
    expect(pair.indexOf('101 accepted')).toBeLessThan(pair.indexOf('403 refused'));
    expect(pair).toContain('no <code>Origin</code>');
    expect(pair).toMatch(/<li class="differs">[^\n]*Origin: https:\/\/app\.example/);
    expect(pair.match(/class="differs"/g)).toHaveLength(1);
    expect(pair).toContain('&lt;h1&gt;403 Forbidden&lt;/h1&gt;');
  });

  it('draws what happened on both streams, and all streams over time', () => {
    expect(page.match(/<figure class="sequence/g)).toHaveLength(2);
    expect(page).toMatch(/aria-label="[^"]*server: 403 Forbidden/);
    expect(page).toMatch(/aria-label="bad\.pcapng 12: upgrade refused 403/);
    expect(analysisHtml(badAnalysis())).toContain('60.00 s of silence');
    expect(page).toContain('first of 11 sent again');
  });

  it('tells what the two families of numbers mean', () => {
    expect(page).toContain('Two families of numbers, never mixed.');
    expect(page).toContain('As Wireshark 4.0 labels them');
  });

  it('shows 200 streams and counts the others', () => {
    const streams = Array.from({ length: 260 }, (_, index) => aStream({ index }));
    const many = analysisHtml(analysisOf({ streams, upgrades: Array.from({ length: 150 }, (_, stream) => anUpgrade({ stream })) }));
    expect(many.match(/<tr data-stream>/g)).toHaveLength(200);
    expect(many).toContain('and 60 more streams not shown');
    expect(many).toContain('and 50 more upgrades not shown');
    expect(many.length).toBeLessThan(600_000);
  });

  it('loads nothing and allows its own script by hash alone', () => {
    for (const text of ALL) {
      expect(text).not.toMatch(/\b(src|action|poster)=|url\(|@import/);
      const script = /<script>([\s\S]*?)<\/script>/.exec(text)?.[1] ?? '';
      expect(text).toContain(
        `default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-${createHash('sha256').update(script).digest('base64')}'`,
      );
    }
  });

  it('links every anchor to an element, and gives no id twice', () => {
    for (const text of ALL) {
      const ids = [...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
      expect(new Set(ids).size).toBe(ids.length);
      for (const [, target] of text.matchAll(/href="#([^"]*)"/g)) expect(ids).toContain(target);
    }
  });

  it('shows hostile text as text', () => {
    const hostile = analysisHtml(hostileAnalysis());
    expect(hostile.match(/<script>/g)).toHaveLength(1);
    expect(hostile).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&#96;&amp;\\x1b[31m');
    expect(hostile).not.toMatch(/[^\n\t\P{Cc}]|\p{Cf}/u);
    expect(hostile).not.toContain('A'.repeat(400));
  });

  it('writes no number that is none', () => {
    for (const text of ALL) expect(text.replace(/<script>[\s\S]*<\/script>/, '')).not.toMatch(/NaN|Infinity|undefined/);
  });
});
