import { describe, expect, it } from 'vitest';
import type { JudgedFinding, RunRecord } from '../../../harness/model/record.ts';
import type { ProxyService } from '../../../harness/model/service.ts';
import { planRemedies } from '../../../harness/remedy/plan-remedies.ts';
import { nginx } from '../../../containers/nginx/service.ts';
import { sampleRecord } from '../../fixtures/record-sample.ts';

const TEXT = Array.from({ length: 30 }, (_, index) => `line ${index + 1}\n`).join('');
const ID = 'idle-cutoff/checkout/idle';

const service = (name: string): ProxyService => ({
  ...nginx,
  name,
  remedies: ({ line, target }) => [
    { title: 'One line.', edits: [{ line: line.line, remove: 1, insert: [`timeout ${target}`] }], source: 'manual' },
    { title: 'Nothing.', edits: [{ line: 1, remove: 1, insert: ['line 1'] }], source: 'manual' },
    {
      title: 'Two at once.',
      edits: [
        { line: 2, remove: 1, insert: [] },
        { line: 2, remove: 1, insert: ['x'] },
      ],
      source: 'manual',
    },
  ],
});

const plan = (record: RunRecord, only: string | null = null, text: string | null = TEXT): ReturnType<typeof planRemedies> =>
  planRemedies({ record, only, services: new Map(['haproxy', 'nginx'].map((name) => [name, service(name)])), textOf: () => text });

const withFinding = (change: (finding: JudgedFinding) => Partial<JudgedFinding>): RunRecord => {
  const record = sampleRecord();
  return {
    ...record,
    findings: record.findings.flatMap((finding) => (finding.id === ID ? [finding, { ...finding, ...change(finding) }] : [finding])),
  };
};

describe('planRemedies', () => {
  it('has a patch against the lines of the config as it was run, for failures that were declared too', () => {
    const planned = plan(sampleRecord());
    expect(planned.map(({ findings }) => findings.map(({ id }) => id))).toContainEqual([ID]);
    expect(planned.some(({ findings }) => findings[0]?.expected)).toBe(true);
    const own = planned.find(({ findings }) => findings[0]?.id === ID);
    expect(own?.candidates.map(({ title }) => title)).toEqual(['One line.']);
    expect(own?.candidates[0]?.patch).toContain('@@ -14,7 +14,7 @@');
    expect(own?.candidates[0]?.patch).toContain('-line 17\n+timeout /');
    expect(own?.candidates[0]?.edited.split('\n')[16]).toMatch(/^timeout \//);
  });

  it('takes findings of one line together, one for each audit', () => {
    const other = plan(withFinding(() => ({ id: 'other', scenario: 'load' })));
    expect(other.find(({ findings }) => findings[0]?.id === ID)?.findings).toHaveLength(1);
    const audits = plan(withFinding(() => ({ id: 'other', auditId: 'lost-messages' })));
    expect(audits.find(({ findings }) => findings[0]?.id === ID)?.findings.map(({ id }) => id)).toEqual([ID, 'other']);
  });

  it('looks at one finding alone when it is asked to', () => {
    expect(plan(sampleRecord(), ID).flatMap(({ findings }) => findings.map(({ id }) => id))).toEqual([ID]);
  });

  it('has nothing where no config is known, nobody is blamed, or the line is in the config of no host of the path', () => {
    expect(plan(sampleRecord(), ID, null)).toEqual([]);
    expect(plan(sampleRecord(), 'transparency/checkout/plain-http')).toEqual([]);
    const astray = withFinding(({ blame }) => ({
      id: 'astray',
      blame: blame && { ...blame, config: blame.config && { ...blame.config, file: 'else.cfg' } },
    }));
    expect(plan(astray, 'astray')).toEqual([]);
  });
});
