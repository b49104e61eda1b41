import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Ended, emptyFolder, hopscope } from './hopscope-process.ts';

const cwd = emptyFolder();
mkdirSync(join(cwd, 'folder'));
writeFileSync(join(cwd, 'edge.cfg'), '');

/** What every refusal has in common: exit code 2, one code, something to do, no stack trace. */
function expectRefusal({ code, stdout, stderr }: Ended, errorCode: string): void {
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(new RegExp(`^error ${errorCode}: `, 'm'));
  expect(stderr).toMatch(/^what to do: /m);
  expect(stderr).not.toMatch(/^ {4}at /m);
}

describe('a bad spec', () => {
  it.each([
    ['not YAML', 'version: "1\n', 'SPEC_ERR_UNREADABLE', /at bad\.yaml:\d+:\d+/],
    ['a tab', 'version: 1\npaths:\n\t- id: a\n', 'SPEC_ERR_UNREADABLE', /at bad\.yaml:3:1/],
    ['an unknown key', 'version: 1\npahts: []\npaths: [{id: a}]\n', 'SPEC_ERR_UNKNOWN_KEY', /at bad\.yaml:2:1/],
    ['a wrong type', 'version: 1\nsettings: {seed: x}\npaths: [{id: a}]\n', 'SPEC_ERR_WRONG_TYPE', /at bad\.yaml:2:18/],
    [
      'an unknown service',
      'version: 1\npaths: [{id: a, proxies: [{service: squid, config: edge.cfg}]}]\n',
      'SPEC_ERR_UNKNOWN_NAME',
      /at bad\.yaml:2:37/,
    ],
    [
      'an unknown audit',
      'version: 1\npaths: [{id: a}]\npolicy: {allow: [{audit: x, because: y}]}\n',
      'SPEC_ERR_UNKNOWN_NAME',
      /at bad\.yaml:3:26/,
    ],
    ['an id given twice', 'version: 1\npaths: [{id: a}, {id: a}]\n', 'SPEC_ERR_DUPLICATE', /at bad\.yaml:2:18/],
    [
      'a config that is not there',
      'version: 1\npaths: [{id: a, proxies: [{service: nginx, config: nope.conf}]}]\n',
      'SPEC_ERR_CONFIG_MISSING',
      /at bad\.yaml:2:52/,
    ],
    ['nothing', '', 'SPEC_ERR_WRONG_TYPE', /at bad\.yaml:1:1/],
  ])('with %s is refused with file, line and column', async (_, text, code, place) => {
    const folder = join(cwd, 'folder');
    writeFileSync(join(folder, 'bad.yaml'), text);
    const ended = await hopscope(['run', 'bad.yaml'], { cwd: folder });
    expectRefusal(ended, code);
    expect(ended.stderr).toMatch(place);
  });

  it('is refused with all its problems at once', async () => {
    writeFileSync(join(cwd, 'many.yaml'), 'version: 1\nsettings: {lab: x, seed: y}\npaths: [{id: A}]\n');
    const { stderr } = await hopscope(['run', 'many.yaml'], { cwd });
    expect(stderr.match(/^error /gm)).toHaveLength(3);
  });

  it('cannot move the cursor of the terminal', async () => {
    writeFileSync(join(cwd, 'escape.yaml'), 'version: 1\n"\\e[2J\\u202e": 1\npaths: [{id: a}]\n');
    const { stderr } = await hopscope(['run', 'escape.yaml'], { cwd });
    expect(stderr).toContain(String.raw`\x1b[2J\u{202e}`);
    expect(stderr).not.toContain('\u001b');
  });

  it.each([
    ['nope.yaml', 'SPEC_ERR_NOT_FOUND'],
    ['folder', 'SPEC_ERR_UNREADABLE'],
  ])('%s is refused by name', async (file, code) => {
    const ended = await hopscope(['run', file], { cwd });
    expectRefusal(ended, code);
    expect(ended.stderr).toContain(`at ${file}\n`);
  });
});

describe('bad usage', () => {
  it.each([
    [['rnu'], 'Did you mean run?'],
    [['run', '--labb', 'netns'], "unknown option '--labb'"],
    [['run', '--lab', 'dcker'], "did you mean 'docker'?"],
    [['run', '--lab'], 'argument missing'],
    [['run', '--seed', '-1'], 'whole number'],
    [['run', 'a.yaml', 'b.yaml'], 'too many arguments'],
    [['list'], "missing required argument 'what'"],
    [['list', 'pths'], "did you mean 'paths'?"],
    [['report', 'x', '--format', 'pdf'], 'html, junit'],
    [['setup', '--images', 'alpine'], 'debian'],
    [['audit'], "missing required argument 'run-folder'"],
  ])('%j is refused in one line', async (args, fragment) => {
    const ended = await hopscope(args, { cwd });
    expectRefusal(ended, 'USAGE_ERR_BAD_FLAG');
    expect(ended.stderr).toContain(fragment);
  });

  it.each([
    [['run', '--path', 'nope'], 'SPEC_ERR_NOTHING_SELECTED'],
    [['run', '--scenario', 'nope'], 'SPEC_ERR_NOTHING_SELECTED'],
    [['audit', 'folder'], 'RUN_ERR_NO_FOLDER'],
    [['report', 'folder'], 'RUN_ERR_NO_FOLDER'],
  ])('%j is refused as %s', async (args, code) => {
    const ended = await hopscope(args, { cwd });
    expectRefusal(ended, code);
    expect(ended.stderr).not.toContain('defect');
  });

  it('in the environment names the variable', async () => {
    const ended = await hopscope(['run'], { cwd, environment: { HOPSCOPE_SEED: 'x' } });
    expectRefusal(ended, 'USAGE_ERR_BAD_FLAG');
    expect(ended.stderr).toContain('HOPSCOPE_SEED');
  });
});

it('prints an error as JSON on standard output when asked for JSON', async () => {
  writeFileSync(join(cwd, 'json.yaml'), 'version: 1\nsettings: {lab: x, seed: y}\npaths: [{id: a}]\n');
  const { code, stdout, stderr } = await hopscope(['run', 'json.yaml', '--json'], { cwd });
  expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
  expect(JSON.parse(stdout)).toMatchObject({
    error: {
      code: 'SPEC_ERR_UNKNOWN_NAME',
      exitCode: 2,
      place: { file: 'json.yaml', line: 2, column: 17 },
      problems: [{}, { code: 'SPEC_ERR_WRONG_TYPE' }],
    },
  });
});
