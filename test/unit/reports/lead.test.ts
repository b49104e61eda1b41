import { describe, expect, it } from 'vitest';
import { leadOf } from '../../../reports/lead.ts';
import { calmRecord, passingRecord, sampleRecord } from '../../fixtures/record-sample.ts';

describe('leadOf', () => {
  it('is a failure that nobody declared, one that names somebody before one that does not', () => {
    const record = sampleRecord();
    expect(leadOf(record)?.id).toBe('idle-cutoff/checkout/idle');
    expect(leadOf({ ...record, findings: record.findings.toReversed() })?.id).toBe('idle-cutoff/checkout/idle');
  });

  it('is the incident when all is as declared', () => {
    expect(leadOf(calmRecord())?.id).toBe('refused-upgrade/incident-0001-broken/opening-handshake');
  });

  it('is nothing when everything passes, or when a declared failure is missing', () => {
    expect(leadOf(passingRecord())).toBeNull();
    const [met] = calmRecord().expectations;
    expect(leadOf({ ...calmRecord(), verdict: 'fail', expectations: [{ ...met!, met: false }] })).toBeNull();
  });
});
