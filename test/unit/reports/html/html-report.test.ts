import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { htmlReport } from '../../../../reports/html/html-report.ts';
import { calmRecord, passingRecord, sampleRecord, withHostileText } from '../../../fixtures/record-sample.ts';

const page = htmlReport(sampleRecord());
const count = (text: string, pattern: RegExp): number => [...text.matchAll(pattern)].length;
const sectionOf = (id: string): string =>
  new RegExp(`<section class="path" id="path-${id}"[\\s\\S]*?(?=<section class="path"|</main>)`).exec(page)?.[0] ?? '';

describe('htmlReport', () => {
  it('says the verdict and the answer before anything else: the failure that nobody declared, its line and the path', () => {
    const body = page.slice(page.indexOf('<header class="masthead">'));
    const places = [
      'Verdict: error',
      '<h1>haproxy-checkout cut an idle socket',
      'configs/checkout/haproxy.cfg:17:3',
      '>guilty<',
      'class="facts"',
    ];
    const at = places.map((part) => body.indexOf(part));
    expect(at).not.toContain(-1);
    expect(at).toEqual(at.toSorted((a, b) => a - b));
    expect(body.slice(0, body.indexOf('class="facts"'))).toContain('<b>Failure:</b> <a href="#finding-idle-cutoff_2fcheckout_2fidle">');
  });

  it('opens with the incident and its proof when all is as declared, and with the headline when nothing failed', () => {
    const top = htmlReport(calmRecord()).split('class="facts"')[0] ?? '';
    expect(top).toContain('Incident 0001 reproduced, as declared');
    expect(top).toContain('<h1>edge answered 403 to GET /socket by itself; the origin never saw the request</h1>');
    expect(top).toContain('HAProxy log:</dt> <dd>PR--, the proxy itself refused the request</dd>');
    expect(top).toContain('<b>firewall</b>: 2.0 % of segments');
    expect(htmlReport(passingRecord())).toContain(`<h1>${passingRecord().headline}</h1>`);
  });

  it('says at the top whether the instruments agree, and leads to what is doubted', () => {
    const facts = /<dl class="facts">([\s\S]*?)<\/dl>/.exec(page)?.[1] ?? '';
    expect(facts).toMatch(
      /Instrument check<\/dt> <dd>injector, kernels and captures agree on 10 of 11 legs[^<]*; <b>not on<\/b> <a href="#path-incident-0001-broken">/,
    );
    expect(page).toContain('instruments disagree on 1 leg;');
    expect(htmlReport(passingRecord())).toContain('agree on all 3 legs');
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

  it('puts what needs attention first, then the incident, and control paths last', () => {
    const order = [...page.matchAll(/<section class="path" id="path-([^"]+)"/g)].map(([, id]) => id);
    expect(order.slice(0, 4)).toEqual(['haproxy-plain', 'checkout', 'node-proxy', 'incident-0001-broken']);
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
      '1.96 %',
      '99.9 %',
      'npx hopscope run --path incident-0001-broken --scenario opening-handshake --seed 7',
    ])
      expect(section).toContain(part);
  });

  it('shows what became of the headers, and cuts a header of 10 kB', () => {
    const section = sectionOf('nginx-bare');
    expect(section).toContain('GET /socket HTTP/1.0');
    expect(section).toMatch(/dropped<\/span><\/td><th scope="row"><code>Upgrade/);
    expect(section).toMatch(/x{100,}… \([\d,]+ more characters\)/);
    expect(section.length).toBeLessThan(40_000);
  });

  it('says "not measured" where a counter is null, and 0 only where it is 0', () => {
    expect(count(sectionOf('node-proxy'), /<td class="number"><span class="muted">not measured/g)).toBe(9);
    expect(sectionOf('direct')).not.toContain('not measured');
  });

  it('draws path and control in one plot, and keeps control paths short', () => {
    expect(count(sectionOf('checkout'), /<polyline/g)).toBe(2);
    expect(sectionOf('incident-0001-control')).not.toContain('<polyline');
  });

  it('gives every cell a symbol and words', () => {
    for (const words of ['pass', 'as declared', 'allowed', 'inconclusive', 'FAIL', 'ERROR']) {
      expect(page).toMatch(
        new RegExp(`<a class="cell [a-z]+"[^>]*><span class="symbol" aria-hidden="true">.</span> <span class="word">${words}</span></a>`),
      );
    }
    expect(page).toContain('<span class="absent">not run</span>');
  });

  it('lists what else needs attention, and nothing when everything passes', () => {
    const list = /<h2 id="attention">Also needs attention<\/h2>([\s\S]*?)<\/ul>/.exec(page)?.[1] ?? '';
    expect([...list.matchAll(/<b>([^<]+)<\/b>/g)].map(([, path]) => path)).toEqual([
      'checkout',
      'haproxy-plain',
      'node-proxy',
      'node-proxy',
    ]);
    expect(htmlReport(passingRecord())).not.toContain('id="attention"');
  });

  it('tells a cause once, with the other scenarios that it failed', () => {
    const section = sectionOf('incident-0001-broken');
    expect(count(section, /<article/g)).toBe(1);
    expect(section).toContain(
      '4 of 4 upgrades ended in 403: as traced in single handshakes <span class="evidence"><code>evidence/idles.ndjson:7-9, 12',
    );
    expect(count(section, /edge answered 403/g)).toBe(1);
  });

  it('folds a long log, a long table and what was measured where nothing failed', () => {
    const record = sampleRecord();
    const lines = Array.from({ length: 9 }, (_, index) => `line ${String(index)}`);
    const rows = lines.map((line) => [line]);
    const findings = record.findings.map((finding) => ({
      ...finding,
      details: [
        { kind: 'table', title: 'Cases', columns: ['case'], rows },
        { kind: 'log', title: 'Log', host: 'edge', lines },
      ] as const,
    }));
    const folded = htmlReport({ ...record, findings });
    expect(folded).toMatch(/line 2<\/code><\/li><\/ol><div class="more"><details class="fold"><summary>6 more lines/);
    expect(folded).toContain('<details class="fold"><summary>Cases <span class="muted">(9)');
    expect(sectionOf('direct')).toMatch(/<details class="fold"><summary>Measured: .*40 of 40 sessions upgraded/);
    expect(sectionOf('direct').indexOf('<figure class="drawing"')).toBeGreaterThan(sectionOf('direct').indexOf('<details'));
  });

  it('has every path in one table of load, latency and retransmissions', () => {
    const table = /<table class="loads">[\s\S]*?<\/table>/.exec(page)?.[0] ?? '';
    expect(count(table, /<tr data-path/g)).toBe(7);
    expect(table).toMatch(
      /#path-incident-0001-broken[\s\S]*?38 of 40[\s\S]*?11,400 of 11,400[\s\S]*?\+0\.18 ms<\/b> <span class="interval">\+0\.16 to \+0\.20 ms[\s\S]*?0\.67 ms[\s\S]*?0\.99 %[\s\S]*?1\.96 %/,
    );
  });

  it('has the same elements with hostile text in every field', () => {
    const hostile = htmlReport(withHostileText(sampleRecord()));
    expect(count(hostile, /<script/g)).toBe(1);
    expect(hostile).not.toMatch(/(?![\n\t])[\p{Cc}\p{Cf}]/u);
    for (const element of ['article', 'section', 'tr', 'svg', 'a', 'li', 'details']) {
      expect([element, count(hostile, new RegExp(`<${element}[ >]`, 'g'))]).toEqual([
        element,
        count(page, new RegExp(`<${element}[ >]`, 'g')),
      ]);
    }
  });
});
