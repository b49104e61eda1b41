import { describe, expect, it } from 'vitest';
import { htmlReport } from '../../../../reports/html/html-report.ts';
import { subjectSection } from '../../../../reports/html/subject-section.ts';
import { checkedRecord, entryAt, REFUSED, sampleSubject, seen } from '../../../fixtures/record-sample-subjects.ts';
import { HOSTILE, passingRecord, withHostileText } from '../../../fixtures/record-sample.ts';

const sectionOf = (...subjects: readonly ReturnType<typeof sampleSubject>[]): string => subjectSection(checkedRecord(subjects))?.text ?? '';
const section = sectionOf(sampleSubject());
/** The parts in the order in which they stand in the text; those that are not there are left out. */
const order = (text: string, parts: readonly string[]): readonly string[] =>
  parts.filter((part) => text.includes(part)).toSorted((a, b) => text.indexOf(a) - text.indexOf(b));

describe('a checked config in report.html', () => {
  it('stands right behind the answer, with a way to it beside the page', () => {
    const page = htmlReport(checkedRecord());
    const parts = ['<a href="#configs">Config</a>', 'class="masthead"', '<h2 id="configs">Your config</h2>', '<h2 id="matrix">'];
    expect(order(page, parts)).toEqual(parts);
    expect(htmlReport(passingRecord())).not.toContain('#configs');
    expect(subjectSection(checkedRecord([sampleSubject({ entries: [entryAt('a', {}, null)] })]))).toBeNull();
  });

  it('says what ran and why, then each entry, those that need attention first', () => {
    const parts = [
      'etc/nginx/conf.d/edge.conf</code> <span>nginx 1.26.3',
      'it was run with nginx 1.26.',
      'wss://chat.example.com:8443/live',
      'wss://chat.example.com/later',
      'wss://chat.example.com/socket',
      'For ordinary requests',
      'ws://chat.example.com/<',
      'What was provided for it',
    ];
    expect(order(section, parts)).toEqual(parts);
  });

  it('shows who refuses, with the line of the config as in a finding', () => {
    const entry = /<li class="entry">[\s\S]*?<\/li>/.exec(section)?.[0] ?? '';
    expect(entry).toContain('does not open, answers 426');
    expect(entry).toContain('<p>nginx 1.26.3 passed the request on without Upgrade</p>');
    expect(entry).toMatch(
      /<figure class="excerpt">[\s\S]*<span class="gutter" aria-hidden="true">131<\/span><code>proxy_pass http:\/\/backend;/,
    );
    expect(sectionOf(sampleSubject({ entries: [entryAt('a', {}, { ...REFUSED, refusedBy: null })] }))).toContain(
      'Who refuses is not known.',
    );
  });

  it('shows limit, ping, reload, plain HTTP and, folded, headers of one that opens', () => {
    expect(section).toMatch(/<dt>Idle limit<\/dt><dd><b class="">90 s<\/b>.*proxy_read_timeout 90s;<\/code> edge\.conf:108<br>measured/);
    expect(section).toContain('<a href="limits/edge.conf/report.html">That run</a>');
    expect(section).toContain('<dt>Ping at least every</dt><dd><b class="">60 s</b>');
    expect(section).toContain('<b class="good">10 of 10</b><span class="muted">sockets live on</span>');
    expect(section).toContain('<span class="muted">request 1 changed, 1 added, 1 recased; response unchanged</span>');
    const cut = sectionOf(
      sampleSubject({ entries: [entryAt('a', {}, seen({ reload: { survived: 0, of: 6 }, idle: null, plain: 'timeout' }))] }),
    );
    expect(cut).toContain('<b class="bad">0 of 6</b>');
    expect(cut).toMatch(/none found[\s\S]*no need seen[\s\S]*<b class="bad">no answer<\/b>/);
  });

  it('tells what is missing first, and folds what works and what the user gave', () => {
    const provided = section.slice(section.indexOf('What was provided'));
    const parts = [
      'ngx_http_geoip2_module',
      'tenants.map',
      '<details class="fold"><summary>3 made',
      'api:3000',
      '<summary>1 file of your own',
    ];
    expect(order(provided, parts)).toEqual(parts);
    expect(provided.match(/nginx\.conf/g)).toHaveLength(1);
  });

  it('tells of a config that could not be run', () => {
    const broken = sectionOf(sampleSubject({ ran: null, entries: [], provisions: [], note: 'it is a template' }));
    expect(broken).toContain('<b>It could not be run.</b> it is a template.');
    expect(broken).not.toContain('entry-list');
  });

  it('links to no run outside of the run folder', () => {
    for (const limitsReport of ['javascript:alert(1)', 'https://evil.example/report.html', '../report.html', 'limits/a"b/report.html'])
      expect(sectionOf(sampleSubject({ limitsReport }))).not.toMatch(/href="(javascript|https|\.\.)|href="[^"]*"b/);
  });

  it('escapes every text', () => {
    const page = htmlReport(withHostileText(checkedRecord()));
    expect(page).not.toContain('<script>alert(1)');
    expect(page).not.toContain('\u001b');
    const odd = sectionOf(
      sampleSubject({
        label: HOSTILE,
        note: HOSTILE,
        entries: [
          entryAt(
            'a',
            { host: HOSTILE, target: HOSTILE, because: HOSTILE },
            seen({ headers: { request: [`added ${HOSTILE}`], response: [HOSTILE] }, plain: HOSTILE }),
          ),
        ],
      }),
    );
    expect(odd).not.toMatch(/<script|\u202e/);
    expect(odd).toContain('added');
  });
});
