import { describe, expect, it } from 'vitest';
import { readEnvironment, resolveSettings, type FlagSettings } from '../../../harness/spec/resolve.ts';
import { lines, parserIn, specFolder, vocabulary } from './sample.ts';

const parse = parserIn(specFolder());
const PATHS =
  'paths: [{id: direct}, {id: edge-a, proxies: [{service: haproxy, config: edge.cfg}]}, {id: edge-b, proxies: [{service: nginx, config: edge.cfg}]}]';
const resolve = (settings: string, environment: Record<string, string>, flags: FlagSettings = {}) =>
  resolveSettings({ spec: parse(lines('version: 1', settings, PATHS)), flags, environment, vocabulary });

describe('resolveSettings', () => {
  it('takes the default, then the spec file, then the environment, then the flag', () => {
    const spec = 'settings: {lab: docker, seed: 2, congestionControl: bbr}';
    expect(resolve('', {}).settings).toMatchObject({ lab: 'auto', seed: 1, congestionControl: 'reno', out: null, quiet: false });
    expect(resolve(spec, {}).settings).toMatchObject({ lab: 'docker', seed: 2, congestionControl: 'bbr' });
    expect(resolve(spec, { HOPSCOPE_SEED: '3', HOPSCOPE_OUT: 'x' }).settings).toMatchObject({ lab: 'docker', seed: 3, out: 'x' });
    expect(resolve(spec, { HOPSCOPE_SEED: '3' }, { seed: 4 }).settings).toMatchObject({ lab: 'docker', seed: 4 });
  });

  it('runs every scenario but the special ones where nothing names any', () => {
    const special = {
      ...vocabulary,
      scenarios: [...vocabulary.scenarios, { id: 'reload', title: 'Reload', defaults: {}, isSpecial: true as const }],
    };
    const spec = parse(lines('version: 1', '', PATHS));
    const chosen = (flags: FlagSettings) => resolveSettings({ spec, flags, environment: {}, vocabulary: special }).settings.scenarios;
    expect(chosen({})).toEqual(vocabulary.scenarios.map(({ id }) => id));
    expect(chosen({ scenarios: ['rel*'] })).toEqual(['reload']);
  });

  it('takes how much to capture from the spec file, the environment and the flag', () => {
    const spec = 'settings: {capture: off, captureHeaderBytes: 200, captureMegabytes: 8}';
    expect(resolve('', {}).settings).toMatchObject({ capture: 'auto', captureHeaderBytes: 128, captureMegabytes: 64 });
    expect(resolve(spec, {}).settings).toMatchObject({ capture: 'off', captureHeaderBytes: 200, captureMegabytes: 8 });
    expect(resolve(spec, { HOPSCOPE_CAPTURE: 'headers' }).settings.capture).toBe('headers');
    expect(resolve(spec, { HOPSCOPE_CAPTURE: 'headers' }, { capture: 'full' }).settings.capture).toBe('full');
  });

  it('says where each setting came from', () => {
    const { sources } = resolve('settings: {lab: docker}', { HOPSCOPE_SEED: '3', HOPSCOPE_LAB: '' }, { quiet: true });
    expect(sources).toEqual({
      lab: 'spec file',
      seed: 'environment',
      quiet: 'flag',
      congestionControl: 'default',
      capture: 'default',
      captureHeaderBytes: 'default',
      captureMegabytes: 'default',
      timeScale: 'default',
      realTime: 'default',
      scenarios: 'default',
      out: 'default',
      keep: 'default',
    });
  });

  it('is frozen to the bottom', () => {
    const resolved = resolve('', {});
    expect([resolved, resolved.settings, resolved.settings.scenarios, resolved.paths[0]?.links[0]].every(Object.isFrozen)).toBe(true);
  });

  it('completes the options of the scenarios that run', () => {
    const resolved = resolve('settings: {scenarios: [idle-hold]}\nscenarios: {idle-hold: {holdMs: 9}, steady-echo: {connections: 1}}', {});
    expect(resolved.scenarioOptions).toEqual({ 'idle-hold': { holdMs: 9, intervalMs: 500 } });
  });

  it('selects scenarios by pattern, also those that the spec leaves out', () => {
    expect(resolve('settings: {scenarios: [idle-hold]}', {}, { scenarios: ['*-e*'] }).settings.scenarios).toEqual(['steady-echo']);
  });

  it('selects paths by pattern and takes their control paths along', () => {
    const ids = (...paths: readonly string[]): readonly string[] => resolve('', {}, { paths }).paths.map(({ id }) => id);
    expect(ids('edge-a')).toEqual(['edge-a', 'edge-a.control']);
    expect(ids('edge-b')).toEqual(['edge-a.control', 'edge-b']);
    expect(ids('d?rect')).toEqual(['direct']);
    expect(ids()).toHaveLength(4);
  });

  it.each([
    [{ paths: ['edge-c'] }, "did you mean 'edge-a'?"],
    [{ paths: ['edge-*', 'x*'] }, "got 'x*'"],
    [{ scenarios: ['idle'] }, "got 'idle'"],
  ])('refuses a pattern that matches nothing: %j', (flags, fragment) => {
    expect(() => resolve('', {}, flags)).toThrowError(
      expect.objectContaining({ code: 'SPEC_ERR_NOTHING_SELECTED', message: expect.stringContaining(fragment) }),
    );
  });
});

describe('readEnvironment', () => {
  it.each([
    ['HOPSCOPE_LAB', 'podman'],
    ['HOPSCOPE_SEED', '-1'],
    ['HOPSCOPE_SEED', '1e3'],
    ['HOPSCOPE_QUIET', 'perhaps'],
    ['HOPSCOPE_CAPTURE', 'some'],
  ])('refuses %s=%s and names the variable', (name, value) => {
    expect(() => readEnvironment({ [name]: value })).toThrowError(
      expect.objectContaining({ code: 'USAGE_ERR_BAD_FLAG', message: expect.stringContaining(name) }),
    );
  });
});
