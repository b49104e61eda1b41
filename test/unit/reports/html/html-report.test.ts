import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { htmlReport } from '../../../../reports/html/html-report.ts';
import { passingRecord, sampleRecord, withHostileText } from '../../../fixtures/record-sample.ts';

const page = htmlReport(sampleRecord());
const count = (text: string, pattern: RegExp): number => [...text.matchAll(pattern)].length;
const sectionOf = (id: string): string =>
  new RegExp(`<section class="path" id="path-${id}"[\\s\\S]*?(?=<section class="path"|</main>)`).exec(page)?.[0] ?? '';

describe('htmlReport', () => {
  it('says the verdict and the headline before anything else', () => {
    const body = page.slice(page.indexOf('<header class="masthead">'));
    expect(body.indexOf('Verdict: error')).toBeLessThan(body.indexOf('<h1>haproxy-checkout cuts idle sockets'));
    expect(body.indexOf('<h1>')).toBeLessThan(body.indexOf('class="facts"'));
  });

  it('loads nothing: no address of another file, no style or script from elsewhere', () => {
    expect(page).not.toMatch(/\b(src|action|poster)=|url\(|@import/);
    expect([...page.matchAll(/href="([^"]*)"/g)].every(([, target = '']) => target.startsWith('#') || target === 'data:,')).toBe(true);
  });

  it('allows its own script by hash and nothing else', () => {
    const script = /<script>([\s\S]*?)<\/script>/.exec(page)?.[1] ?? '';
    const hash = createHash('sha256').update(script).digest('base64');
    expect(page).toContain(`default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-${hash}'`);
  });

  it('links every anchor to an element, and gives no id twice', () => {
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, target] of page.matchAll(/href="#([^"]*)"/g)) expect(ids).toContain(target);
  });

  it('puts the incident first, control paths last', () => {
    const order = [...page.matchAll(/<section class="path" id="path-([^"]+)"/g)].map(([, id]) => id);
    expect(order[0]).toBe('incident-0001-broken');
    expect(order.slice(-2)).toEqual(['direct', 'incident-0001-control']);
  });

  it('shows the whole proof of a failure', () => {
    const section = sectionOf('incident-0001-broken');
    for (const part of [
      '2 % loss, both ways',
      'RST held 200 ms, to client',
      'guilty, as declared',
      'fails as declared',
      'haproxy.cfg:23:3',
      'http-request deny deny_status 403',
      'two independent instruments agree',
      '<b>firewall</b>: 2.0 % of segments',
      'PR-- 1/1/0/0/0',
      'evidence/proxyLogs.ndjson:12',
      '2.00 %',
      '99.9 %',
      'npx hopscope run --path incident-0001-broken --scenario opening-handshake --seed 7',
    ])
      expect(section).toContain(part);
  });

  it('shows what became of the headers, and cuts a header of 10 kB', () => {
    const section = sectionOf('nginx-bare');
    expect(section).toContain('GET /socket HTTP/1.0');
    expect(section).toMatch(/dropped<\/td><th scope="row"><code>Upgrade/);
    expect(section).toMatch(/x{100,}… \([\d,]+ more characters\)/);
    expect(section.length).toBeLessThan(40_000);
  });

  it('says "not measured" where a counter is null, and 0 only where it is 0', () => {
    expect(count(sectionOf('node-proxy'), /not measured/g)).toBe(6);
    expect(sectionOf('direct')).not.toContain('not measured');
  });

  it('draws path and control in one plot, and keeps control paths short', () => {
    expect(count(sectionOf('checkout'), /<polyline/g)).toBe(2);
    expect(sectionOf('incident-0001-control')).not.toContain('<polyline');
  });

  it('gives every cell a symbol and words', () => {
    for (const words of ['passes', 'fails as declared', 'inconclusive, allowed', 'inconclusive', 'fails', 'lab error']) {
      expect(page).toMatch(new RegExp(`<a class="cell [a-z]+"[^>]*><span class="symbol" aria-hidden="true">.</span> ${words}</a>`));
    }
    expect(page).toContain('<span class="absent">not run</span>');
  });

  it('has nothing that needs attention when everything passes', () => {
    expect(htmlReport(passingRecord())).not.toContain('Needs attention</h2>');
  });

  it('has the same elements with hostile text in every field', () => {
    const hostile = htmlReport(withHostileText(sampleRecord()));
    expect(count(hostile, /<script/g)).toBe(1);
    expect(hostile).not.toMatch(/(?![\n\t])[\p{Cc}\p{Cf}]/u);
    for (const element of ['article', 'section', 'tr', 'svg', 'a', 'code', 'li']) {
      expect([element, count(hostile, new RegExp(`<${element}[ >]`, 'g'))]).toEqual([
        element,
        count(page, new RegExp(`<${element}[ >]`, 'g')),
      ]);
    }
  });
});
