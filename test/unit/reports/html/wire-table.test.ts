import { describe, expect, it } from 'vitest';
import type { PathRecord } from '../../../../harness/model/record.ts';
import { instrumentDoubts } from '../../../../reports/html/instrument-doubts.ts';
import { wireTable } from '../../../../reports/html/wire-table.ts';
import { sampleRecord } from '../../../fixtures/record-sample.ts';

const record = sampleRecord();
const pathOf = (id: string): PathRecord => record.paths.find(({ path }) => path.id === id)!;
const textOf = (markup: { readonly text: string } | null): string =>
  (markup?.text ?? '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(' ,', ',');
const tableOf = (id: string): string => textOf(wireTable(record, pathOf(id)));

describe('wireTable', () => {
  it('says of each direction of a leg how much was sent again and why, and what was lost', () => {
    expect(tableOf('incident-0001-broken')).toContain(
      'client-edge 42 connections → to origin 30,514 611 (2.00 %) 1.97 % fast recovery 574, tail-loss probe 31, timeout 4, handshake 2 623 0 ← to client 30,102 598 (1.99 %) 1.96 %',
    );
  });

  it('says "not measured" where only one end was captured', () => {
    expect(tableOf('incident-0001-broken')).toMatch(/← to client 12,155 0 1\.96 % – not measured 0/);
  });

  it('relates captures to kernel counters in a sentence', () => {
    expect(tableOf('incident-0001-broken')).toMatch(/counters are the reference, .*the captures are the evidence of every scenario/);
  });

  it('goes without causes where nothing was sent again, and without a comparison where there is none', () => {
    expect(tableOf('checkout')).toContain('sent again on control lost between resets');
    expect(tableOf('incident-0001-control')).toContain('sent again why lost between resets');
  });

  it('says so of a path that was not captured, and nothing where none was', () => {
    expect(tableOf('node-proxy')).toContain('No packet of this path was captured.');
    const bare = { ...record, paths: record.paths.map((it) => ({ ...it, legs: [] })) };
    expect(wireTable(bare, bare.paths[0]!)).toBeNull();
  });
});

describe('instrumentDoubts', () => {
  it('lists each leg and scenario on which the instruments do not agree', () => {
    expect(textOf(instrumentDoubts(pathOf('incident-0001-broken')))).toContain(
      'agree on 1 of 2 legs, scenario by scenario, and not on: Leg Scenario Why edge-origin steady-echo the captures lost 12 packets themselves',
    );
  });

  it('is a sentence where they agree, and nothing where none was checked', () => {
    expect(textOf(instrumentDoubts(pathOf('checkout')))).toContain('captures agree on all 3 legs, scenario by scenario.');
    expect(instrumentDoubts(pathOf('node-proxy'))).toBeNull();
  });
});
