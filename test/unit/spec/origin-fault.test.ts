import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HOST_ACTIONS } from '../../../harness/model/action-evidence.ts';
import { topologyKey } from '../../../harness/model/path.ts';
import { ACTION_KEYS } from '../../../harness/spec/read-actions.ts';
import { DROPPED_BY, ORIGIN_FAULT_KEYS } from '../../../harness/spec/read-origin-fault.ts';
import { SpecError } from '../../../harness/spec/problem.ts';
import { parserIn, specFolder } from './sample.ts';

const parse = parserIn(specFolder());

const paths = (more: string) => parse(`version: 1\npaths: [{ id: subject, links: [{ name: one }], ${more} }]`).paths;
const problem = (more: string): string => {
  try {
    paths(more);
    return '';
  } catch (error) {
    return error instanceof SpecError ? error.message : String(error);
  }
};

describe('a path with a fault of its origin', () => {
  it('is a subject, and its control path has a healthy origin in a topology of its own', () => {
    const [subject, control] = paths('originFault: { kind: drop, afterMs: 1500, by: reset }');
    expect(subject).toMatchObject({ originFault: { kind: 'drop', afterMs: 1500, by: 'reset' }, control: 'subject.control' });
    expect(control).toMatchObject({ id: 'subject.control', control: 'subject.control' });
    expect(control).not.toHaveProperty('originFault');
    expect(subject !== undefined && control !== undefined && topologyKey(subject) !== topologyKey(control)).toBe(true);
  });

  it('may be that it stops reading some time after the handshake, which has to be said', () => {
    const [subject] = paths('originFault: { kind: stop-reading, afterMs: 1000 }');
    expect(subject).toMatchObject({ originFault: { kind: 'stop-reading', afterMs: 1000 } });
    expect(problem('originFault: { kind: stop-reading }')).toContain("to have the key 'afterMs'");
  });

  it('takes only the keys of its kind, and the origin that has faults', () => {
    expect(problem('originFault: { kind: stall, status: 403 }')).toContain("got 'status'");
    expect(problem('originFault: { kind: reject }')).toContain("to have the key 'status'");
    expect(problem('originFault: { kind: sleepy }')).toContain('to be one of reject, stall');
    expect(problem('origin: ws, originFault: { kind: stall }')).toContain('with the origin echo');
  });
});

describe('a path with actions', () => {
  it('leaves its control path alone', () => {
    const [subject, control] = paths('actions: [{ host: origin, do: kill, atMs: 500 }]');
    expect(subject).toMatchObject({ actions: [{ host: 'origin', do: 'kill', atMs: 500 }], control: 'subject.control' });
    expect(control).not.toHaveProperty('actions');
  });

  it('says which hosts and actions there are', () => {
    expect(problem('actions: [{ host: orign, do: kill, atMs: 1 }]')).toContain("got 'orign'; did you mean 'origin'?");
    expect(problem('actions: [{ host: origin, do: hug, atMs: 1 }]')).toContain('to be one of reload, upgrade');
  });
});

it('the published schema knows the same faults and actions', () => {
  const file = join(import.meta.dirname, '../../../harness/spec/spec.schema.json');
  const { $defs } = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly $defs: {
      readonly originFault: { readonly properties: Readonly<Record<string, { readonly enum?: readonly string[] }>> };
      readonly path: {
        readonly properties: {
          readonly actions: { readonly items: { readonly properties: Readonly<Record<string, { readonly enum?: readonly string[] }>> } };
        };
      };
    };
  };
  const fault = $defs.originFault.properties;
  expect(Object.keys(fault).sort()).toEqual(['kind', ...new Set(Object.values(ORIGIN_FAULT_KEYS).flat())].sort());
  expect(fault['kind']?.enum).toEqual(Object.keys(ORIGIN_FAULT_KEYS));
  expect(fault['by']?.enum).toEqual(DROPPED_BY);
  const action = $defs.path.properties.actions.items.properties;
  expect(Object.keys(action).sort()).toEqual([...ACTION_KEYS].sort());
  expect(action['do']?.enum).toEqual(HOST_ACTIONS);
});
