import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { analysisText } from '../../../../reports/analysis/terminal-analysis.ts';
import { widthOf } from '../../../../reports/terminal/wrap.ts';
import { analysisOf, anUpgrade, aStream, resent } from '../../../fixtures/analysis-builders.ts';
import { badAnalysis, contrastAnalysis, emptyAnalysis, goodAnalysis, hostileAnalysis, HOSTILE } from '../../../fixtures/analysis-sample.ts';

const plain = { color: false, columns: 110 };

describe('analysisText', () => {
  it('leads with the answer, then shows what it stands on', () => {
    const text = analysisText(contrastAnalysis(), plain);
    const parts = [
      '2 WebSocket upgrades were asked for',
      '- GET /live/socket:',
      '\nUpgrades\n',
      '\nNot accepted, as on the wire\n',
      '\nEndings\n',
      '\nSegments sent again\n',
      '\nAs Wireshark 4.0 labels them\n',
      '\nCaptures\n',
    ];
    const at = parts.map((part) => text.indexOf(part));
    expect(at).not.toContain(-1);
    expect(at).toEqual(at.toSorted((a, b) => a - b));
    expect(text.endsWith('\n')).toBe(true);
    expect(text).not.toMatch(/\n\n\n|[ \t]\n/);
  });

  it('shows upgrades with status, ends, target, place and time, refused ones first', () => {
    const text = analysisText(contrastAnalysis(), plain);
    expect(text).toMatch(/✗ 403 refused +10\.20\.0\.1:51012 +10\.20\.1\.8:8080 +GET \/live\/socket +2:12 +8437 +0\.70 ms\n✓ 101 accepted/);
  });

  it('shows the bytes of a refusal', () => {
    const text = analysisText(contrastAnalysis(), plain);
    for (const line of ['> GET /live/socket HTTP/1.1', '> Origin: https://app.example', '< 403 Forbidden', '< content-type: text/html'])
      expect(text).toContain(`\n  ${line}\n`);
    expect(text).toContain('Request forbidden by administrative');
    expect(analysisText(badAnalysis(), plain)).toContain('< nothing: nothing came');
  });

  it('keeps the two families of numbers apart', () => {
    const text = analysisText(contrastAnalysis(), plain);
    expect(text).toMatch(/Segments sent again\nstream .*share[\s\S]*all +437 +22,809 +1\.92 %/);
    expect(text).toMatch(/As Wireshark 4\.0 labels them\nlabel +packets +filter\nRetransmission +171 +tcp\.analysis\.retransmission/);
  });

  it('tells streams that ended alike once, with what is odd about a reset', () => {
    expect(analysisText(contrastAnalysis(), plain)).toContain('and 18 more streams alike: client Close 1000 "bye"');
    expect(analysisText(badAnalysis(), plain)).toContain('RST 0.30 ms after data in frame 901; TTL 63, its other packets have 61');
  });

  it('shows the first ten streams that sent again, and how many are left', () => {
    const streams = Array.from({ length: 25 }, (_, index) => aStream({ index, resent: { aToB: resent(index + 1), bToA: resent(0) } }));
    const text = analysisText(analysisOf({ streams }), plain);
    expect(text).toContain('and 15 more streams');
    expect(text).toMatch(/share +cause\n24 /);
  });

  it('shows few accepted upgrades beside refused ones', () => {
    const upgrades = Array.from({ length: 40 }, (_, stream) => anUpgrade({ stream }));
    expect(analysisText(analysisOf({ streams: [aStream()], upgrades }), plain)).toContain('and 30 more');
  });

  it.each([40, 80, 110, 200])('fits into %i columns', (columns) => {
    for (const analysis of [contrastAnalysis(), badAnalysis(), goodAnalysis(), hostileAnalysis()]) {
      const prose = stripVTControlCharacters(analysisText(analysis, { color: true, columns })).split('\n');
      const limit = Math.max(columns, 84);
      expect(prose.filter((line) => widthOf(line) > limit)).toEqual([]);
    }
  });

  it('holds no control character but line feeds and its own colours', () => {
    expect(analysisText(hostileAnalysis(), plain)).not.toMatch(/[^\n\P{Cc}]|\p{Cf}/u);
    expect(stripVTControlCharacters(analysisText(hostileAnalysis(), { ...plain, color: true }))).toBe(
      analysisText(hostileAnalysis(), plain),
    );
    expect(analysisText(hostileAnalysis(), plain)).not.toContain(HOSTILE);
  });

  it('says of an empty capture that it is empty', () => {
    expect(analysisText(emptyAnalysis(), plain)).toMatch(/^No WebSocket upgrade was seen: the capture holds no packets\.\n\nCaptures\n/);
  });
});
