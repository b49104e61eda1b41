import { describe, expect, it } from 'vitest';
import { unfinished } from '../../../harness/cli/unfinished.ts';
import { EVIDENCE_KINDS } from '../../../harness/model/evidence.ts';
import type { RunFacts } from '../../../harness/model/run-facts.ts';
import type { EvidenceSet } from '../../../harness/run/run-folder.ts';

const facts = (interrupted: boolean): RunFacts =>
  ({
    run: { interrupted },
    paths: [{ id: 'direct' }, { id: 'edge' }],
    scenarios: [{ id: 'opening-handshake' }, { id: 'steady-echo' }],
  }) as unknown as RunFacts;

const evidence = (some: { readonly [kind: string]: readonly object[] }): EvidenceSet =>
  ({ ...Object.fromEntries(EVIDENCE_KINDS.map((kind) => [kind, []])), ...some }) as unknown as EvidenceSet;

const shake = (path: string) => ({ path, scenario: 'opening-handshake' });
const load = (path: string, comparedFor: string) => ({ path, comparedFor, scenario: 'steady-echo' });

const told = (some: { readonly [kind: string]: readonly object[] }): readonly string[] =>
  unfinished(facts(true), evidence(some)).map(
    ({ path, scenario, because }) => `${path} ${scenario}: ${because.replace('the run ended ', '')}`,
  );

describe('unfinished', () => {
  it('finds nothing in a run that was finished', () => {
    expect(unfinished(facts(false), evidence({}))).toEqual([]);
  });

  it('names everything where nothing was recorded', () => {
    expect(told({})).toEqual([
      'direct opening-handshake: before this was done',
      'edge opening-handshake: before this was done',
      'direct steady-echo: before this was done',
      'edge steady-echo: before this was done',
    ]);
  });

  it.each(['plays', 'survivals', 'ladders', 'capacities', 'foreignClients', 'streamedHttp'])(
    'counts what was recorded as %s as begun',
    (kind) => {
      expect(told({ [kind]: [shake('direct')] })).not.toContain('direct opening-handshake: before this was done');
    },
  );

  it('names what was in the middle of it', () => {
    expect(told({ handshakes: [shake('direct'), shake('edge')] })).toEqual([
      'direct steady-echo: before this was done',
      'edge steady-echo: before this was done',
      'edge opening-handshake: while this was done',
    ]);
  });

  it('takes a slot on the control path for a part of the path that it is compared with', () => {
    const handshakes = [shake('direct'), shake('edge')];
    expect(told({ handshakes, loads: [load('direct', 'direct'), load('direct', 'edge')] })).toEqual([
      'edge steady-echo: while this was done',
    ]);
  });

  it('leaves alone what has a reason of its own', () => {
    const handshakes = [shake('direct'), shake('edge')];
    const absences = [load('direct', ''), load('edge', '')];
    expect(told({ handshakes, loads: [load('direct', 'direct')], absences })).toEqual([]);
  });
});
